import { describe, expect, test } from 'vitest';
import { type BrokenShare, roundedUp } from './whole-energy.ts';

const share = (
  seller: number,
  buyer: number,
  numerator: bigint,
  denominator: bigint,
  lot: string,
): BrokenShare => ({ seller, buyer, remainder: { numerator, denominator }, lot });

describe('rounding', () => {
  test('the largest remainders go up', () => {
    const shares = [share(0, 0, 1n, 5n, 'a'), share(0, 1, 4n, 5n, 'b'), share(0, 2, 1n, 1n, 'c')];
    const rooms = { sellers: [2n], buyers: [9n, 9n, 9n], missing: 2 };
    expect(roundedUp(shares, rooms)).toEqual([false, true, true]);
  });

  test('equal remainders by the lowest lot, however they are written', () => {
    const shares = [share(0, 0, 1n, 2n, 'b'), share(0, 1, 3n, 6n, 'a')];
    const rooms = { sellers: [1n], buyers: [9n, 9n], missing: 1 };
    expect(roundedUp(shares, rooms)).toEqual([false, true]);
  });

  test('a share that the others could not be completed with stays down', () => {
    // Two Wh are missing. Taking the first, the largest, would leave no trade for the second Wh.
    const shares = [
      share(0, 0, 9n, 10n, 'a'),
      share(0, 1, 2n, 10n, 'b'),
      share(1, 0, 2n, 10n, 'c'),
    ];
    const rooms = { sellers: [1n, 1n], buyers: [1n, 1n], missing: 2 };
    expect(roundedUp(shares, rooms)).toEqual([false, true, true]);
  });

  test('nothing missing, nothing up', () => {
    const rooms = { sellers: [0n], buyers: [0n], missing: 0 };
    expect(roundedUp([], { sellers: [], buyers: [], missing: 0 })).toEqual([]);
    expect(roundedUp([share(0, 0, 1n, 3n, 'a')], rooms)).toEqual([false]);
  });

  test('more missing than there is room for is a mistake', () => {
    const rooms = { sellers: [0n], buyers: [1n], missing: 1 };
    expect(() => roundedUp([share(0, 0, 1n, 3n, 'a')], rooms)).toThrow('found no trade');
  });
});
