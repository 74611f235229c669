import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openLmdbStorage, storePaths } from '@commonwatt/consensus';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { main } from '../../main.ts';
import { testTerminal } from '../../terminal/terminal.test-support.ts';

const command = fileURLToPath(new URL('../../../bin/commonwatt.js', import.meta.url));
let folder = '';
let ledger = '';
let printed: {
  readonly blocks: readonly { height: number; name: string; hash: string; previousHash: string }[];
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'commonwatt-setm-'));
  ledger = join(folder, 'ledger');
  const words = [command, 'demo', '--case', 'setm', '--headless', '--json', '--dir', ledger];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  printed = JSON.parse(stdout);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function audited(directory: string): Promise<{ status: number; answer: unknown }> {
  const terminal = testTerminal();
  const status = await main(['audit', directory, '--json'], terminal);
  return { status, answer: JSON.parse(terminal.out()) };
}

test('the blocks of Figure 7 are linked, and the ledger that is kept is theirs', async () => {
  expect(printed.blocks.slice(0, 8).map((one) => one.name)).toEqual([
    'Genesis Block',
    'Fogery Block',
    ...[1, 2, 3, 4, 5].map((number) => `Customer ${number}`),
    'Industrial Customer',
  ]);
  let previous = '0'.repeat(64);
  for (const [height, block] of printed.blocks.entries()) {
    expect(block).toEqual({
      height,
      name: block.name,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      previousHash: previous,
    });
    previous = block.hash;
  }
  const { status, answer } = await audited(ledger);
  expect(status).toBe(0);
  expect(answer).toMatchObject({ clean: true, blocks: printed.blocks.length, hash: previous });
});

/**
 * A copy of the ledger in which one byte of a block, where it lies in the file, is another. Pages that
 * LMDB has given up may hold the block too: it is changed wherever it lies.
 */
function tampered(height: number, offset: (length: number) => number): string {
  const storage = openLmdbStorage(ledger, { readOnly: true });
  const record = Buffer.from(storage.record(height) ?? []);
  void storage.close();
  const copy = join(folder, `tampered-${height}-${offset(record.length)}`);
  cpSync(ledger, copy, { recursive: true });
  const { data } = storePaths(copy);
  const file = readFileSync(data);
  const places: number[] = [];
  for (let at = file.indexOf(record); at >= 0; at = file.indexOf(record, at + 1)) places.push(at);
  expect(places.length).toBeGreaterThan(0);
  for (const place of places) {
    const at = place + offset(record.length);
    file[at] = (file[at] ?? 0) ^ 0x10;
  }
  writeFileSync(data, file);
  return copy;
}

test('any changed byte of a stored block is refused, and its height named', async () => {
  const places = [() => 0, (length: number) => length >> 1, (length: number) => length - 1];
  for (const { height } of printed.blocks) {
    for (const offset of places) {
      const copy = tampered(height, offset);
      const { status, answer } = await audited(copy);
      expect(status, copy).toBe(1);
      expect(answer).toMatchObject({ clean: false, height, reason: expect.any(String) });
      rmSync(copy, { recursive: true, force: true });
    }
  }
});

test('a command line shows it to people', () => {
  const copy = tampered(3, (length) => length >> 1);
  const words = [command, 'audit', copy];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  expect(stdout).toMatch(/^not clean: height 3: /);
  expect(stderr).toBe('');
  expect(status).toBe(1);
});

test('a store that refuses to open is not clean either', async () => {
  const copy = join(folder, 'beheaded');
  cpSync(ledger, copy, { recursive: true });
  const { head } = storePaths(copy);
  writeFileSync(head, readFileSync(head, 'utf8').replace('height 9', 'height 8'));
  const { status, answer } = await audited(copy);
  expect(status).toBe(1);
  expect(answer).toMatchObject({
    clean: false,
    height: 0,
    reason: expect.stringMatching(/the store refuses to open: .*head/),
  });
});

test('a folder that holds something is not written to', async () => {
  const terminal = testTerminal();
  expect(await main(['demo', '--case', 'setm', '--dir', ledger], terminal)).toBe(2);
  expect(terminal.err()).toMatch(
    /^commonwatt: --dir .*: expected a new or empty folder, got \d+ entries in it\n$/,
  );
  const nowhere = testTerminal();
  expect(await main(['audit', join(folder, 'nowhere')], nowhere)).toBe(2);
  expect(nowhere.err()).toMatch(/DIR .*: expected the folder of a ledger, got nothing there/);
});
