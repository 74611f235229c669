import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeCrypto, openLmdbStorage } from '@commonwatt/consensus';
import { toHex } from '@commonwatt/ledger';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runSetmCase } from '../demo/setm/setm-case.ts';
import { main } from '../main.ts';
import { testTerminal } from '../terminal/terminal.test-support.ts';

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'commonwatt-check-run-'));
  const storage = openLmdbStorage(join(folder, 'ledger'));
  const { ledger } = await runSetmCase(storage, new NodeCrypto());
  const head = { format: 'commonwatt/readings/1', chain: toHex(ledger.chain), height: null };
  writeFileSync(join(folder, 'readings.jsonl'), `${JSON.stringify(head)}\n`);
  await storage.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function checked(readings: string, ...words: readonly string[]) {
  const terminal = testTerminal();
  const line = ['check-run', '--ledger', join(folder, 'ledger'), '--readings', readings, ...words];
  return { status: await main(line, terminal), out: terminal.out(), err: terminal.err() };
}

test('a ledger on which no run is open gives nothing to say, from the file or its folder', async () => {
  for (const readings of [folder, join(folder, 'readings.jsonl')]) {
    expect(await checked(readings)).toMatchObject({ status: 0, out: 'no run is open\n' });
  }
  const { status, out } = await checked(folder, '--json');
  expect([status, JSON.parse(out).runs]).toEqual([0, []]);
});

test('readings that are none, and a folder without a ledger, are bad input', async () => {
  const missing = await checked(join(folder, 'none'));
  expect(missing.status).toBe(2);
  expect(missing.err).toContain(
    `--readings ${join(folder, 'none')}: expected readings of this ledger`,
  );
  const terminal = testTerminal();
  const line = ['check-run', '--ledger', folder, '--readings', folder];
  expect(await main(line, terminal)).toBe(2);
});
