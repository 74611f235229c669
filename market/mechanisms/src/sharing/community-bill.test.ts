import { describe, expect, test } from 'vitest';
import { ask, bid, lotsLikeIds } from '../testing/book.ts';
import {
  communityOf,
  costAlone,
  meanPrice,
  outsideCost,
  splitOver,
  takenOf,
} from './community-bill.ts';

const call = (orders: Parameters<typeof communityOf>[0]['orders']) => ({
  orders,
  lots: lotsLikeIds,
  settings: {},
});
const PRICES = { supply: 300n, feedIn: 80n };

describe('a community', () => {
  test('adds the orders of a member up, both sides apart', () => {
    const community = communityOf(
      call([
        bid('b', 0n, 5n, 'bo'),
        ask('c', 0n, 2n, 'bo'),
        bid('a', 0n, 3n, 'bo'),
        ask('d', 0n, 4n, 'al'),
      ]),
    );
    expect(community).toEqual({
      members: [
        { member: 'al', takenWh: 0n, givenWh: 4n, lot: '64' },
        { member: 'bo', takenWh: 8n, givenWh: 2n, lot: '61' },
      ],
      takenWh: 8n,
      givenWh: 6n,
      sharedWh: 6n,
    });
  });

  test('pays outside for what it lacks, and earns for what is over', () => {
    const lacking = communityOf(call([bid('b', 0n, 5n), ask('a', 0n, 2n)]));
    const over = communityOf(call([bid('b', 0n, 2n), ask('a', 0n, 5n)]));
    expect(outsideCost(lacking, PRICES)).toBe(900n);
    expect(outsideCost(over, PRICES)).toBe(-240n);
    expect([costAlone(5n, 2n, PRICES), costAlone(2n, 5n, PRICES)]).toEqual([900n, -240n]);
  });

  test('splits by largest remainder, equal ones by lowest lot', () => {
    const community = communityOf(call([bid('a', 0n, 1n), bid('b', 0n, 1n), bid('c', 0n, 1n)]));
    expect(splitOver(community, 5n, takenOf)).toEqual([2n, 2n, 1n]);
  });

  test('a mean price is text in EUR/MWh, rounded down; without energy there is none', () => {
    expect([meanPrice(1999n, 2n), meanPrice(5n, 0n)]).toEqual(['0.999', null]);
  });
});
