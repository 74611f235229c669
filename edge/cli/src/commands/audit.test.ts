import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeCrypto, NodeSigner, openLmdbStorage } from '@commonwatt/consensus';
import { formatVerifierKey, type Ledger, NOTE_SIGNATURE, signCheckpoint } from '@commonwatt/ledger';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runSetmCase } from '../demo/setm/setm-case.ts';
import { main } from '../main.ts';
import { testTerminal } from '../terminal/terminal.test-support.ts';

const crypto = new NodeCrypto();
const signer = new NodeSigner(new Uint8Array(32).fill(9));
let folder = '';
let ledger: Ledger;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'commonwatt-audit-'));
  const storage = openLmdbStorage(join(folder, 'ledger'));
  ledger = (await runSetmCase(storage, crypto)).ledger;
  await storage.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function noteOf(
  size: number,
  root = ledger.history.root(size),
  origin = 'commonwatt/setm',
): string {
  const checkpoint = { origin, size, root, extensions: [] };
  return signCheckpoint(crypto.sha256, { checkpoint, name: origin, signer });
}

const key = (publicKey = signer.publicKey): string =>
  formatVerifierKey(crypto.sha256, { name: 'commonwatt/setm', type: NOTE_SIGNATURE, publicKey });

async function audited(note: string, ...words: readonly string[]) {
  const path = join(folder, 'note');
  writeFileSync(path, note);
  const terminal = testTerminal();
  const line = ['audit', join(folder, 'ledger'), '--checkpoint', path, '--json', ...words];
  const status = await main(line, terminal);
  return { status, err: terminal.err(), answer: terminal.out() && JSON.parse(terminal.out()) };
}

test('a checkpoint of the ledger’s own past stands, whoever signed it being told', async () => {
  for (const size of [1, 6, 10]) {
    const { status, answer } = await audited(noteOf(size), '--key', key());
    expect(status).toBe(0);
    expect(answer.checkpoint).toEqual({ size, signers: ['commonwatt/setm'] });
  }
  expect((await audited(noteOf(6))).answer.checkpoint).toEqual({ size: 6, signers: [] });
});

test.each<[string, () => string, number, RegExp]>([
  [
    'longer than the ledger',
    () => noteOf(11, new Uint8Array(32)),
    10,
    /ends before the checkpoint/,
  ],
  ['another root', () => noteOf(6, new Uint8Array(32)), 5, /are not those of the checkpoint/],
  ['another log', () => noteOf(6, undefined, 'other'), 10, /expected the log commonwatt\/setm/],
  ['no note', () => 'nonsense', 10, /checkpoint: /],
])('%s: not clean', async (_what, note, height, reason) => {
  const { status, answer } = await audited(note());
  expect(status).toBe(1);
  expect(answer).toMatchObject({ clean: false, height, reason: expect.stringMatching(reason) });
});

test('a checkpoint that the asked key did not sign is none', async () => {
  const stranger = new NodeSigner(new Uint8Array(32).fill(1)).publicKey;
  const { status, answer } = await audited(noteOf(6), '--key', key(stranger));
  expect(status).toBe(1);
  expect(answer.reason).toMatch(/^checkpoint: /);
  const two = ['--key', key(), '--key', key(stranger), '--threshold', '2'];
  expect((await audited(noteOf(6), ...two)).status).toBe(1);
});

test.each([
  [['--threshold', '2'], '--threshold: expected a number from 1 to that of the keys, got 2'],
  [['--threshold', 'x'], '--threshold: expected a number from 1 to that of the keys, got x'],
  [['--readings', '/no/such'], "--readings /no/such: expected an auditor's file, got"],
])('%s is bad input', async (words, line) => {
  const { status, err } = await audited(noteOf(6), ...words);
  expect(status).toBe(2);
  expect(err).toContain(line);
});

test('people read it as sentences', async () => {
  const terminal = testTerminal();
  expect(await main(['audit', join(folder, 'ledger')], terminal)).toBe(0);
  expect(terminal.out()).toMatch(/^clean: commonwatt\/setm, 10 blocks up to [0-9a-f]{64}\n/);
  expect(terminal.out()).toContain('come out the same, byte for byte');
});
