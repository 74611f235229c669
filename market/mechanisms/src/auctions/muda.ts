/**
 * The multi-unit double auction: members fall by lot into two halves, each half finds its
 * equilibrium price, and each trades at the price of the other. Nobody touches the own price.
 */

import type { Price } from '@commonwatt/units';
import { divideDown, lesser, price } from '@commonwatt/units';
import { clearBook, type Filled } from '../book.ts';
import { defineAuction } from '../define.ts';
import type { Trade } from '../mechanism.ts';
import { compareLots } from '../merit-order.ts';
import { clearingOf, openBook, tradesOf } from '../open-book.ts';
import type { OwnedLine } from '../self-trade.ts';
import { filledBy, totalOf } from './trading-levels.ts';

export const muda = defineAuction({
  name: 'muda',
  version: 1,
  source: 'Segal-Halevi, Hassidim and Aumann 2018, MUDA in its lottery variant',
  rule:
    'Own crossing orders out first; a member whose lowest lot ends in an even digit is in the first ' +
    'half, others in the second; each half trades at the uniform price of the other, or between its ' +
    'best bid and ask where nothing crosses there; of the longer side lower lots are served first',
  ties: 'None by limit: the price comes from the other half, and lots decide who is served',
  holds:
    'Truthful and strongly budget-balanced for every lot; efficient only as the market grows: small ' +
    'books often do not trade',
  settings: [],
  properties: ['budget_balance', 'strong_budget_balance', 'individual_rationality', 'truthful'],
  clear(call) {
    const { standing, bids, asks } = openBook(call);
    const first = firstHalf(standing);
    const inFirst = ({ order }: OwnedLine) => first.has(order.member);
    const inSecond = (line: OwnedLine) => !inFirst(line);
    const halves = [inFirst, inSecond].map((isIn) => ({
      bids: bids.filter(isIn),
      asks: asks.filter(isIn),
    }));
    const [one = NOBODY, other = NOBODY] = halves;
    const prices = { first: priceOf(one), second: priceOf(other) };
    const trades = [...tradesAt(one, prices.second), ...tradesAt(other, prices.first)];
    const agreed = trades[0]?.buyerPrice ?? null;
    const isOne = trades.every(({ buyerPrice }) => buyerPrice === agreed);
    return clearingOf(standing, {
      trades,
      price: isOne ? agreed : null,
      details: { priceOfFirstHalf: prices.first, priceOfSecondHalf: prices.second },
    });
  },
});

type Half = { readonly bids: readonly OwnedLine[]; readonly asks: readonly OwnedLine[] };

const NOBODY: Half = { bids: [], asks: [] };

/** Members by the last digit of the lowest lot among their orders. */
function firstHalf(lines: readonly OwnedLine[]): ReadonlySet<string> {
  const lowest = new Map<string, string>();
  for (const { order, lot } of lines) {
    const before = lowest.get(order.member);
    if (before === undefined || lot < before) lowest.set(order.member, lot);
  }
  const even = [...lowest].filter(([, lot]) => '02468ace'.includes(lot.at(-1) ?? ''));
  return new Set(even.map(([member]) => member));
}

/** Null where one side is missing: then there is nothing to learn. */
function priceOf({ bids, asks }: Half): Price | null {
  const { price: agreed } = clearBook([...bids, ...asks], {});
  const [bid, ask] = [bids[0], asks[0]];
  if (agreed !== null || bid === undefined || ask === undefined) return agreed;
  return price(divideDown(bid.limit + ask.limit, 2n));
}

function tradesAt({ bids, asks }: Half, at: Price | null): Trade[] {
  if (at === null) return [];
  const buying = bids.filter(({ limit }) => limit >= at);
  const selling = asks.filter(({ limit }) => limit <= at);
  const volume = lesser(totalOf(buying), totalOf(selling));
  return tradesOf(byLot(buying, volume), byLot(selling, volume), () => ({
    buyerPrice: at,
    sellerPrice: at,
  }));
}

/** Lowest lots first, in full while `volume` lasts. */
function byLot(lines: readonly OwnedLine[], volume: bigint): Filled<OwnedLine>[] {
  const sorted = [...lines].sort(compareLots);
  let left = volume;
  const parts = sorted.map((line) => {
    const part = lesser(left, line.energy);
    left -= part;
    return part;
  });
  return filledBy(sorted, parts);
}
