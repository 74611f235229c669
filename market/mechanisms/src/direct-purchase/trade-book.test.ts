import type { Energy } from '@commonwatt/units';
import { expect, test } from 'vitest';
import { Asked, riseOf } from './asked.ts';
import { bundle } from './bundling.ts';
import { exactEnergy } from './exact-energy.ts';
import { busbarExactly, meterExactly } from './exact-loss.ts';
import { fraction } from './fraction.ts';
import { mayTrade, pairGroups } from './pair-groups.ts';
import { tradePhase } from './phase.ts';
import { buyer, corridor, round, seller } from './rounds.test-support.ts';
import { TradeBook } from './trade-book.ts';
import { unmatchedOf } from './unmatched.ts';
import { wholeEnergy } from './whole-energy.ts';

const wh = (wattHours: bigint) => wattHours as Energy;

test('the energy at the busbar is that of a pair as a whole, rounded up once', () => {
  const one = round({
    buyers: [{ ...buyer('b', 'A', 5, 0), energy: wh(9n) }],
    sellers: [{ ...seller('s', 'A', 'wind', 3, 0), energy: wh(100n) }],
    corridors: [corridor('A', 'A', 50)],
  });
  const book = new TradeBook(one, wholeEnergy);
  const pair = { buyer: 0, seller: 0, corridor: 0 };
  book.trade(pair, false);
  expect(book.pairs()).toMatchObject([{ energy: 9n, injected: 18n }]);
  book.lower(book.pairs()[0]!, wh(4n));
  expect([book.buyerLeft, book.sellerLeft]).toEqual([[5n], [92n]]);
  book.trade(pair, false);
  expect(book.pairs()).toMatchObject([{ energy: 9n, injected: 18n }]);
  book.lower(book.pairs()[0]!, wh(0n));
  expect([book.pairs().length, book.everyPair().length]).toEqual([0, 1]);
});

test('groups: one for each direction of a corridor and type that has both sides, best first', () => {
  const one = round({
    buyers: [buyer('b', 'B', 5, 1), buyer('c', 'B', 6, 1), buyer('d', 'A', 7, 1)],
    sellers: [
      seller('dear', 'A', 'wind', 3, 1, [0.2, 0]),
      seller('cheap', 'A', 'wind', 3, 1, [0, 0.1]),
      seller('t', 'B', 'thermal', 3, 1),
    ],
    corridors: [corridor('A', 'B', 10, 0.5), corridor('B', 'C')],
  });
  const groups = pairGroups(one);
  expect(groups.map(({ type, buyers, sellers }) => [type, buyers, sellers])).toEqual([
    ['wind', [1, 0], [1, 0]],
    ['thermal', [2], [2]],
  ]);
  expect(mayTrade(groups[0]!, one, { buyer: 0, seller: 1, green: false })).toBe(true);
});

test('a phase leaves closed corridors alone, and the green phase every seller but wind', () => {
  const one = round({
    buyers: [buyer('b', 'A', 5, 4, 2)],
    sellers: [seller('w', 'A', 'wind', 3, 1), seller('t', 'A', 'thermal', 2, 9)],
  });
  const book = new TradeBook(one, exactEnergy);
  const groups = pairGroups(one);
  tradePhase(book, groups, true);
  expect(book.pairs().map(({ seller: at }) => at)).toEqual([0]);
  book.closed.add(0);
  tradePhase(book, groups, false);
  expect(book.pairs()).toHaveLength(1);
  expect(bundle(book).buyers.size).toBe(0);
  const told = unmatchedOf(book, { groups, mayPair: () => true }, bundle(book));
  expect(told.map(({ id, reason }) => `${id} ${reason}`)).toEqual(['b limit', 't limit']);
});

test('one rise in whole Wh closes a side even where remainders would not', () => {
  const pairs = ['0', '1', '2'].map((lot, at) => ({
    buyer: 0,
    seller: at,
    loss: 0n,
    lot,
    capacity: wh(1n),
  }));
  const left = { buyer: () => wh(2n), seller: () => wh(1n) };
  expect(wholeEnergy.raise(pairs, left)).toEqual([1n, 1n, 0n]);
  expect(wholeEnergy.times(wh(7n), fraction(1n, 2n))).toBe(3n);
});

test('the share is the least of what anybody has left by what is asked of it, and names who is full', () => {
  const asked = new Asked<bigint>(0n, (a, b) => a + b);
  const pair = { lot: '', loss: 0n };
  asked.add({ ...pair, buyer: 0, seller: 0, capacity: 6n });
  asked.add({ ...pair, buyer: 1, seller: 0, capacity: 3n, loss: 500_000n });
  asked.add({ ...pair, buyer: 1, seller: 1, capacity: 1n });
  const left = { buyer: (at: number) => [6n, 4n][at]!, seller: (at: number) => [6n, 1n][at]! };
  const { share, fullBuyers, fullSellers } = riseOf(asked, left, (wattHours) =>
    fraction(wattHours),
  );
  expect(2n * share.numerator).toBe(share.denominator);
  expect([[...fullBuyers], [...fullSellers]]).toEqual([[], [0]]);
});

test('behind a loss and back is where it was, in lowest terms', () => {
  const there = busbarExactly(fraction(94n), 60_000n);
  expect(there).toEqual(fraction(100n));
  expect(meterExactly(there, 60_000n)).toEqual(fraction(94n));
  expect(meterExactly(fraction(0n), 60_000n)).toEqual(fraction(0n));
});
