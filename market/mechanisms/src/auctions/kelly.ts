/**
 * Kelly's proportional allocation. A bid is a sum of money, its limit times its energy; all bids
 * share what is sold in proportion to their sums, and a sum is all that a bid ever pays. Sellers
 * join from the lowest ask while the price that the sums make covers it.
 */

import { energy, splitByLargestRemainder } from '@commonwatt/units';
import type { Filled } from '../book.ts';
import { defineAuction } from '../define.ts';
import { type Level, levelsOf } from '../merit-order.ts';
import { clearingOf, openBook, tradesOf } from '../open-book.ts';
import type { Fraction } from '../price-rule.ts';
import type { OwnedLine } from '../self-trade.ts';
import { balancingPrice, calledAt, type Purse, paidAt } from './money-shares.ts';
import { filledBy, shared, totalOf } from './trading-levels.ts';

export const kelly = defineAuction({
  name: 'kelly',
  version: 1,
  source:
    'Kelly 1997 (proportional allocation x_i = w_i / p); with elastic supply as in Johari, Mannor ' +
    'and Tsitsiklis 2005, supply by asks and the cap at the energy of an order ours',
  rule:
    'Own crossing orders out first, and bids of members who still offer; a bid is a sum of money, ' +
    'limit x energy, and gets energy in proportion to it, at most what it asked; sellers join from ' +
    'the lowest ask while money over energy covers it, and share the money by energy',
  ties:
    'Equal asks at the margin share pro rata, fractions of energy and money go by largest remainder, ' +
    'equal remainders by lowest lot',
  holds:
    'No bid pays more than its sum, but a small one may pay more per Wh than its limit; no seller ' +
    'gets less than its ask; not truthful: price takers end efficient, price anticipators lose at ' +
    'most about a third (Johari, Mannor and Tsitsiklis, for convex costs)',
  settings: [],
  properties: ['strong_budget_balance'],
  clear(call) {
    const { standing, bids, asks } = openBook(call);
    const sellers = new Set(asks.map(({ order }) => order.member));
    let buyers = bids.filter(({ order, limit }) => limit > 0n && !sellers.has(order.member));
    // Whoever would pay and get nothing for it stands aside, which leaves fewer each time.
    for (;;) {
      const sale = saleOf(buyers, asks);
      const idle = buyers.length - sale.bids.length;
      if (idle > 0 && sale.bids.length > 0) {
        buyers = sale.bids.map(({ line }) => line);
        continue;
      }
      const trades = tradesOf(sale.bids, sale.asks, () => ({
        buyerPrice: null,
        sellerPrice: null,
      }));
      return clearingOf(standing, { trades, payments: paymentsOf(sale) });
    }
  },
});

type Sale = {
  readonly price: Fraction;
  readonly bids: readonly Filled<OwnedLine>[];
  readonly asks: readonly Filled<OwnedLine>[];
};

const NO_SALE: Sale = { price: { numerator: 0n, denominator: 1n }, bids: [], asks: [] };

function purseOf({ energy: wanted, limit }: OwnedLine): Purse {
  return { energy: wanted, worth: limit * wanted };
}

function saleOf(buyers: readonly OwnedLine[], asks: readonly OwnedLine[]): Sale {
  const purses = buyers.map(purseOf);
  const levels = levelsOf(asks);
  if (purses.length === 0 || levels.length === 0) return NO_SALE;
  const reached: bigint[] = [];
  for (const level of levels) reached.push((reached.at(-1) ?? 0n) + level.energy);
  const at = firstCovered(purses, levels, reached);
  const before = at === 0 ? 0n : (reached[at - 1] ?? 0n);
  const marginal = levels[at];
  if (marginal === undefined || calls(purses, marginal, before)) {
    const price = balancingPrice(purses, before);
    const full = levels.slice(0, at).flatMap(({ lines }) => lines);
    return price === undefined ? NO_SALE : soldAt(price, buyers, before, filledInFull(full));
  }
  const limit = marginal.limit > 0n ? marginal.limit : 0n;
  const price = { numerator: limit, denominator: 1n };
  const volume = demandAt(purses, limit);
  const full = levels.slice(0, at).flatMap(({ lines }) => lines);
  const last = shared(marginal.lines, volume - before);
  return soldAt(price, buyers, volume, [...filledInFull(full), ...last]);
}

/** The first level at whose limit no more is called for than is offered down to it. */
function firstCovered(
  purses: readonly Purse[],
  levels: readonly Level<OwnedLine>[],
  reached: readonly bigint[],
): number {
  let [low, high] = [0, levels.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const level = levels[middle];
    if (level !== undefined && calls(purses, level, reached[middle] ?? 0n)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Whether the purses call for no more than `supply` at the level's limit. */
function calls(purses: readonly Purse[], { limit }: Level, supply: bigint): boolean {
  if (limit <= 0n) return totalOf(purses) <= supply;
  const price = { numerator: limit, denominator: 1n };
  return purses.reduce((sum, one) => sum + calledAt(one, price), 0n) <= supply * limit;
}

/** In whole Wh, rounded down. */
function demandAt(purses: readonly Purse[], limit: bigint): bigint {
  if (limit === 0n) return totalOf(purses);
  const price = { numerator: limit, denominator: 1n };
  return purses.reduce((sum, one) => sum + calledAt(one, price), 0n) / limit;
}

function soldAt(
  price: Fraction,
  buyers: readonly OwnedLine[],
  volume: bigint,
  asks: readonly Filled<OwnedLine>[],
): Sale {
  if (volume === 0n) return NO_SALE;
  const purses = buyers.map(purseOf);
  const weights =
    price.numerator === 0n
      ? purses.map((one) => one.energy)
      : purses.map((one) => calledAt(one, price));
  const lots = buyers.map(({ lot }) => lot);
  const bids = filledBy(buyers, splitByLargestRemainder(volume, weights, lots));
  return { price, bids, asks };
}

function filledInFull(lines: readonly OwnedLine[]): Filled<OwnedLine>[] {
  return lines.map((line) => ({ line, energy: energy(line.energy) }));
}

/** Bids pay what their purses pay at the price; sellers share all of it by what they sell. */
function paymentsOf({ price, bids, asks }: Sale): Map<string, bigint> {
  const payments = new Map<string, bigint>();
  const post = ({ order: { member } }: OwnedLine, amount: bigint) =>
    payments.set(member, (payments.get(member) ?? 0n) + amount);
  let money = 0n;
  for (const { line } of bids) {
    const paid = paidAt(purseOf(line), price);
    money += paid;
    post(line, paid);
  }
  const sold = asks.map((one) => one.energy as bigint);
  const parts = splitByLargestRemainder(
    money,
    sold,
    asks.map(({ line }) => line.lot),
  );
  for (const [at, { line }] of asks.entries()) post(line, -(parts[at] ?? 0n));
  return payments;
}
