import { expect, test } from 'vitest';
import { dcNetwork } from './dc-network.ts';
import { dispatchOf, mendedOf, proposalsOf } from './nodal-proposal.ts';

const million = 1_000_000n;
const BOOKS = [
  {
    demand: [],
    supply: [
      { limit: 10n, energy: 9n },
      { limit: 40n, energy: 9n },
    ],
  },
  {
    demand: [
      { limit: 50n, energy: 9n },
      { limit: 20n, energy: 9n },
    ],
    supply: [],
  },
];
const DUALS = [10n * million, 50n * million];

test('each node proposes its fractions, and the orders that its price suits', () => {
  const [seller, buyer] = proposalsOf(BOOKS, [4_500_000n, 0n, 4_700_000n, 0n], DUALS);
  expect(seller).toMatchObject({ whole: { bought: 0n, sold: 4n }, injection: 4_500_000n });
  expect(buyer).toMatchObject({ whole: { bought: 4n, sold: 0n }, injection: -4_700_000n });
  // The ask at 40 is above the price of its node, the bid at 20 below.
  expect([seller?.worth.most, buyer?.worth.least]).toEqual([9n, -9n]);
});

test('energies beyond an order count as the order; who is served counts as suited', () => {
  const [seller] = proposalsOf(BOOKS, [99n * million, 2n * million, -5n, 0n], DUALS);
  expect(seller).toMatchObject({ whole: { sold: 11n }, injection: 11n * million });
  expect(seller?.worth.most).toBe(18n);
});

test('components are mended apart, and become what their orders trade', () => {
  const proposals = proposalsOf(
    [...BOOKS, ...BOOKS],
    [4_500_000n, 0n, 4_500_000n, 0n, 9n * million, 0n, 9n * million, 0n],
    [...DUALS, ...DUALS],
  );
  const network = dcNetwork(4, [
    { from: 0, to: 1, susceptance: 3n, limit: 4n },
    { from: 2, to: 3, susceptance: 1n, limit: 7n },
  ]);
  const mended = mendedOf(network, proposals, [0n, 0n, 0n, 0n]);
  expect(mended).toEqual([4n, -4n, 7n, -7n]);
  expect(dispatchOf(proposals, mended)).toEqual({
    bought: [0n, 4n, 0n, 7n],
    sold: [4n, 0n, 7n, 0n],
  });
});
