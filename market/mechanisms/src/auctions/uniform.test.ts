import { expect, test } from 'vitest';
import { ask, bid, lotsLikeIds as lots } from '../testing/book.ts';
import { clearUniformPrice } from '../uniform-price.ts';
import { uniform } from './uniform.ts';

test('the line clears as the live market does', () => {
  const orders = [bid('b', 30n, 5n), bid('c', 12n, 5n), ask('a', 10n, 7n)];
  const k = { numerator: 3n, denominator: 4n };
  expect(uniform.clear({ orders, lots, settings: { k } })).toEqual(
    clearUniformPrice({ orders, lots, k }),
  );
});
