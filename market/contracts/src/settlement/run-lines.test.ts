import { equalBytes, toHex } from '@commonwatt/ledger';
import { expect, test } from 'vitest';
import { computeRun } from './run.ts';
import { deliveriesByMember, lineTerms, postingOf } from './run-lines.ts';
import { FROM_MS, runInput, sha256, tradeEntry } from './testing/street.ts';

const input = runInput({
  slots: 1,
  trades: [
    { name: 'a', slot: 0, seller: 1, buyer: 2, energy: 10, price: 5 },
    { name: 'b', slot: 0, seller: 2, buyer: 3, energy: 10, price: -5 },
  ],
  meters: {
    1: { member: 1, counted: [[0, 10]] },
    2: { member: 2, counted: [[10, 10]] },
    3: { member: 3, counted: [[10, 0]] },
  },
});

test('a line is a trade as its seller or its buyer sees it', () => {
  const [id, terms] = tradeEntry({ name: 'a', slot: 0, seller: 1, buyer: 2, energy: 10, price: 5 });
  const common = { trade: id, slotMs: FROM_MS, traded: 10n, delivered: 4n, price: 5n };
  expect(lineTerms(1, id, terms, 4n as never)).toEqual({
    ...common,
    counterparty: 2,
    side: 'sell',
    money: 20n,
  });
  expect(lineTerms(2, id, terms, 4n as never)).toEqual({
    ...common,
    counterparty: 1,
    side: 'buy',
    money: -20n,
  });
});

test('who sells and buys has the deliveries of both', () => {
  const deliveries = input.trades.map((trade) => ({ trade, delivered: 1n as never }));
  const groups = deliveriesByMember(deliveries);
  expect([1, 2, 3, 4].map((member) => groups.get(member)?.length)).toEqual([1, 2, 1, undefined]);
});

test('a posting commits to what opens it, and says no more', () => {
  const { members, run } = computeRun(sha256, { ...input, version: 3 });
  expect(members.map((one) => postingOf(sha256, one))).toEqual(run.postings);
  expect(Object.keys(run.postings[0] ?? {}).sort()).toEqual([
    'amount',
    'charge',
    'energyCommitment',
    'linesRoot',
    'member',
    'slotLinesRoot',
  ]);
});

test('salts of version 3 are others than those of before, and differ with the sequence', () => {
  const salts = [
    { version: 2 },
    { version: 3 },
    { version: 3, sequence: 1, stage: 'adjusting' as const },
  ].map((given) =>
    toHex(computeRun(sha256, { ...input, ...given }).members[0]?.energy.salt ?? new Uint8Array()),
  );
  expect(new Set(salts).size).toBe(3);
  const [second, again] = [2, 1].map((version) => computeRun(sha256, { ...input, version }));
  const rootOf = (computed = second) => computed?.members[0]?.linesRoot ?? new Uint8Array();
  expect(equalBytes(rootOf(second), rootOf(again))).toBe(true);
});
