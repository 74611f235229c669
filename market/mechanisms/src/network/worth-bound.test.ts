import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dcNetwork } from './dc-network.ts';
import { worthBound } from './worth-bound.ts';

const million = 1_000_000n;
/** Cheap at 0, dear at 1, demand at 2; the line from 0 to 2 is the bottleneck. */
const BOOKS = [
  { demand: [], supply: [{ limit: 10n, energy: 900n }] },
  { demand: [], supply: [{ limit: 30n, energy: 900n }] },
  { demand: [{ limit: 90n, energy: 300n }], supply: [] },
];
const TRIANGLE = dcNetwork(3, [
  { from: 0, to: 1, susceptance: 1n, limit: 1000n },
  { from: 1, to: 2, susceptance: 1n, limit: 1000n },
  { from: 0, to: 2, susceptance: 1n, limit: 150n },
]);
/** 150 Wh from each: two thirds of one and a third of the other fill the line. */
const WORTH = 150n * 80n + 150n * 60n;

test('with the duals of the optimum it is the worth of the optimum, loop or not', () => {
  const duals = [10n, 30n, 50n, 0n, 0n, 60n].map((one) => one * million);
  expect(worthBound(BOOKS, TRIANGLE, duals)).toBe(WORTH * million);
  // From the nodes alone it is looser: 1,000 Wh each way would earn the difference of their prices.
  expect(worthBound(BOOKS, TRIANGLE, duals.slice(0, 3))).toBeGreaterThan(WORTH * million);
});

test('with any prices it is no less than what can be had', () => {
  const prices = fc.array(fc.bigInt({ min: -100n * million, max: 100n * million }), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(prices, (duals) => {
      expect(worthBound(BOOKS, TRIANGLE, duals)).toBeGreaterThanOrEqual(WORTH * million);
    }),
  );
});

test('nodes without a line count by themselves', () => {
  const apart = dcNetwork(2, []);
  const books = [
    { demand: [{ limit: 9n, energy: 5n }], supply: [{ limit: 4n, energy: 3n }] },
    { demand: [{ limit: 50n, energy: 5n }], supply: [] },
  ];
  expect(worthBound(books, apart, [9n * million, 50n * million])).toBe(15n * million);
});
