import { createHash } from 'node:crypto';
import { energy, price } from '@commonwatt/units';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Order } from '../order.ts';
import { clearUniformPrice } from '../uniform-price.ts';
import { clearUniformColumns, type SideColumns } from './uniform-columns.ts';

type Pair = readonly [limit: number, energyWh: number];

const columns = (pairs: readonly Pair[]): SideColumns => ({
  limits: Int32Array.from(pairs, ([limit]) => limit),
  energiesWh: Uint32Array.from(pairs, ([, energyWh]) => energyWh),
});
const lotOf = (side: 'buy' | 'sell', index: number) =>
  createHash('sha256').update(`${side}-${index}`).digest('hex');
const ordersOf = (side: 'buy' | 'sell', pairs: readonly Pair[]): Order[] =>
  pairs.map(([limit, energyWh], index) => ({
    id: `${side}-${index}`,
    member: `${side}-${index}`,
    side,
    limit: price(BigInt(limit)),
    energy: energy(BigInt(energyWh)),
  }));

/** The same call by columns and by objects. */
function bothWays(bids: readonly Pair[], asks: readonly Pair[]) {
  const k = { numerator: 1n, denominator: 3n };
  const ours = clearUniformColumns({ bids: columns(bids), asks: columns(asks), k, lots: lotOf });
  const theirs = clearUniformPrice({
    orders: [...ordersOf('buy', bids), ...ordersOf('sell', asks)],
    lots: (id) => createHash('sha256').update(id).digest('hex'),
    k,
  });
  const fillOf = (id: string) => Number(theirs.fills.get(id) ?? 0n);
  return {
    ours: {
      ...ours,
      bidFillsWh: [...ours.bidFillsWh],
      askFillsWh: [...ours.askFillsWh],
    },
    theirs: {
      price: theirs.price,
      priceInterval: theirs.priceInterval,
      volumeWh: Number(theirs.volume),
      bidFillsWh: bids.map((_, index) => fillOf(`buy-${index}`)),
      askFillsWh: asks.map((_, index) => fillOf(`sell-${index}`)),
    },
  };
}

const sideOf = (spread: number) =>
  fc.array(fc.tuple(fc.integer({ min: -spread, max: spread }), fc.integer({ min: 0, max: 9 })), {
    maxLength: 24,
  });

describe('a uniform call over columns', () => {
  test.each([
    ['close limits, counted', 6],
    ['limits far apart, sorted', 1_000_000_000],
  ])('is the call over objects: %s', (_, spread) => {
    fc.assert(
      fc.property(sideOf(spread), sideOf(spread), (bids, asks) => {
        const { ours, theirs } = bothWays(bids, asks);
        expect(ours).toEqual(theirs);
      }),
      { numRuns: 400 },
    );
  });

  test('sorting and counting meet in one call', () => {
    const bids = Array.from({ length: 60 }, (_, at): Pair => [100 - (at % 7), 1000 + at]);
    const asks = Array.from({ length: 40 }, (_, at): Pair => [at * 1_000_003 - 500, 500 + at]);
    const { ours, theirs } = bothWays(bids, asks);
    expect(ours).toEqual(theirs);
    expect(ours.volumeWh).toBeGreaterThan(0);
  });

  test('energies of 32 bits add up exactly', () => {
    const most = 4_294_967_295;
    const { ours, theirs } = bothWays(
      Array.from({ length: 7 }, (): Pair => [5, most]),
      Array.from({ length: 5 }, (): Pair => [5, most - 1]),
    );
    expect(ours).toEqual(theirs);
    expect(ours.volumeWh).toBe(5 * (most - 1));
  });

  test('refuses columns of different lengths and too many orders', () => {
    const empty = columns([]);
    const lots = lotOf;
    const uneven = { limits: new Int32Array(2), energiesWh: new Uint32Array(1) };
    expect(() => clearUniformColumns({ bids: uneven, asks: empty, lots })).toThrow('got 1 for 2');
    const many = { limits: new Int32Array(1_048_577), energiesWh: new Uint32Array(1_048_577) };
    expect(() => clearUniformColumns({ bids: many, asks: empty, lots })).toThrow('got 1048577');
  });
});
