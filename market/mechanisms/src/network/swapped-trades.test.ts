import { energy, price } from '@commonwatt/units';
import { expect, test } from 'vitest';
import type { Trade } from '../mechanism.ts';
import { withoutSelfTrades } from './swapped-trades.ts';

const trade = (buyer: string, seller: string, energyWh: bigint): Trade => ({
  bid: `bid of ${buyer}`,
  ask: `ask of ${seller}`,
  buyer,
  seller,
  energy: energy(energyWh),
  buyerPrice: price(BigInt(buyer.length)),
  sellerPrice: price(BigInt(seller.length)),
});
const pairs = (trades: readonly Trade[] | undefined) =>
  trades?.map((one) => [one.buyer, one.seller, one.energy, one.buyerPrice, one.sellerPrice]);

test('a member who meets itself changes places with two others', () => {
  expect(pairs(withoutSelfTrades([trade('ana', 'ana', 3n), trade('bo', 'cleo', 5n)]))).toEqual([
    ['ana', 'cleo', 3n, 3n, 4n],
    ['bo', 'ana', 3n, 2n, 3n],
    ['bo', 'cleo', 2n, 2n, 4n],
  ]);
});

test('with several, as far as each goes', () => {
  const trades = [trade('bo', 'cleo', 1n), trade('ana', 'ana', 3n), trade('dan', 'eve', 2n)];
  expect(pairs(withoutSelfTrades(trades))).toEqual([
    ['ana', 'cleo', 1n, 3n, 4n],
    ['bo', 'ana', 1n, 2n, 3n],
    ['ana', 'eve', 2n, 3n, 3n],
    ['dan', 'ana', 2n, 3n, 3n],
  ]);
});

test('where there is nobody to change with there is no such list', () => {
  expect(withoutSelfTrades([trade('ana', 'ana', 3n), trade('ana', 'bo', 9n)])).toBeUndefined();
});
