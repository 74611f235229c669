import { expect, test } from 'vitest';
import { uniform } from './auctions/uniform.ts';
import type { AuctionMechanism } from './mechanism.ts';
import { ask, bid, lotsLikeIds as lots } from './testing/book.ts';
import { truthful } from './truthfulness.ts';

test('the seller at the margin of a uniform price gains by asking for more', () => {
  const orders = [bid('b', 30n, 5n), ask('d', 10n, 4n), ask('e', 12n, 3n)];
  expect(truthful(uniform, { orders, lots, settings: {} })).toMatch(/^e gains|^d gains|^b gains/);
});

test('nobody gains where nothing depends on what is said', () => {
  const deaf: AuctionMechanism = {
    ...uniform,
    clear: (call) => uniform.clear({ ...call, orders: [] }),
  };
  const orders = [bid('b', 30n, 5n), ask('d', 10n, 4n)];
  expect(truthful(deaf, { orders, lots, settings: {} })).toBeUndefined();
});
