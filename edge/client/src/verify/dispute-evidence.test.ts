import { createHash } from 'node:crypto';
import { linesRootOf, type SettledLine } from '@commonwatt/contracts';
import { toHex } from '@commonwatt/ledger';
import { energy, money, price } from '@commonwatt/units';
import { expect, test } from 'vitest';
import { disputeEvidence, evidenceFileCodec, evidenceFindings } from './dispute-evidence.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const lines = [3, 1, 2].map((at): SettledLine => {
  return {
    salt: new Uint8Array(16).fill(at),
    trade: new Uint8Array(32).fill(at),
    slotMs: 900_000 * at,
    counterparty: 9,
    side: 'buy',
    traded: energy(10n),
    delivered: energy(8n),
    price: price(100n),
    money: money(-800n),
  };
});
const disputed = {
  chain: new Uint8Array(32).fill(7),
  periodFromMs: 0,
  runHash: new Uint8Array(32).fill(8),
  member: 4,
  linesRoot: linesRootOf(sha256, lines),
  ownLines: lines,
  trades: new Set([1, 3].map((at) => toHex(new Uint8Array(32).fill(at)))),
};
const evidence = disputeEvidence(sha256, disputed);

test('holds the named lines alone, by rising trade, and proves each', () => {
  expect(evidence.lines.map(({ line }) => line.trade[0])).toEqual([1, 3]);
  expect(evidence.lines.map(({ disputed: { amount } }) => amount)).toEqual([800n, 800n]);
  expect(evidenceFindings(sha256, evidence)).toEqual([]);
  const read = evidenceFileCodec.fromJson(evidenceFileCodec.toJson(evidence), 'evidence');
  expect(read).toEqual(evidence);
});

test('one changed figure anywhere is found and named', () => {
  const [first, second] = evidence.lines;
  if (first === undefined || second === undefined) throw new Error('expected two lines');
  const found = (changed: Partial<typeof first>) =>
    evidenceFindings(sha256, { ...evidence, lines: [{ ...first, ...changed }, second] }).join();
  expect(found({ line: { ...first.line, delivered: energy(9n) } })).toContain('lines[0].lineLeaf');
  expect(found({ disputed: { ...first.disputed, amount: money(1n) } })).toContain(
    'lines[0].amount',
  );
  expect(found({ index: first.index + 1 })).toContain('lines[0].proof');
  const root = { ...evidence, linesRoot: new Uint8Array(32) };
  expect(evidenceFindings(sha256, root).join()).toContain('lines[1].proof');
  expect(evidenceFindings(sha256, { ...evidence, lines: [] })).toHaveLength(1);
});
