/** A pool of energy in each area, from which everyone is served in equal increments. */

import { energy, formatPrice, lesser, price } from '@commonwatt/units';
import { clearBook, type Filled } from '../book.ts';
import { defineAuction } from '../define.ts';
import type { Call, Detail, Trade } from '../mechanism.ts';
import { clearingOf, grouped, openBook, tradesOf } from '../open-book.ts';
import type { OwnedLine } from '../self-trade.ts';
import { equalParts } from '../sharing/equal-parts.ts';

export const equalIncrementPool = defineAuction({
  name: 'equal-increment-pool',
  version: 1,
  source:
    'Power Ledger, as told in Wang, Zhou, Lu et al. 2019, section 5.2.1 (orders filled in equal ' +
    'increments within an area)',
  rule:
    "In each zone one price, the given one or else the uniform call's; whoever accepts it takes part, the shorter side " +
    'is served in full, on the longer everyone gets the same up to the own energy; nothing leaves the zone',
  ties: 'A Wh that cannot be split goes to the lowest lot',
  holds:
    'Everyone on the longer side gets the same or all it asked; who joins is served at once, from the parts of the others; ' +
    'not efficient: merit beyond the price does not count',
  settings: [
    {
      name: 'pool_price',
      meaning: 'The price in every zone; without it that of a uniform call in the zone.',
      form: 'price',
    },
  ],
  columns: [
    {
      name: 'zone',
      meaning: 'The area of the order; orders without one share an area.',
      form: 'name',
    },
  ],
  properties: ['budget_balance', 'individual_rationality', 'gap_shared'],
  clear(call: Call) {
    const { standing, bids, asks } = openBook(call);
    const given = call.settings.pool_price;
    const trades: Trade[] = [];
    const details: [zone: string, facts: Detail][] = [];
    const prices = new Set<bigint>();
    for (const [zone, local] of grouped([...bids, ...asks], zoneOf)) {
      const at = typeof given === 'bigint' ? price(given) : clearBook(local, {}).price;
      if (at === null) continue;
      const taking = local.filter(({ side, limit }) => side === 'buy' && limit >= at);
      const giving = local.filter(({ side, limit }) => side === 'sell' && limit <= at);
      const demand = totalOf(taking);
      const supply = totalOf(giving);
      const volume = lesser(demand, supply);
      if (volume === 0n) continue;
      prices.add(at);
      const pairs = tradesOf(served(taking, volume), served(giving, volume), () => ({
        buyerPrice: at,
        sellerPrice: at,
      }));
      for (const pair of pairs) trades.push(pair);
      details.push([zone, { price: formatPrice(at, 'EUR/MWh'), demand, supply }]);
    }
    const only = prices.size === 1 ? [...prices][0] : undefined;
    return clearingOf(standing, {
      trades,
      price: only === undefined ? null : price(only),
      details: { zones: Object.fromEntries(details) },
    });
  },
});

const zoneOf = ({ order }: OwnedLine): string => order.zone ?? '';
const totalOf = (lines: readonly OwnedLine[]) => lines.reduce((sum, one) => sum + one.energy, 0n);

function served(lines: readonly OwnedLine[], volume: bigint): Filled<OwnedLine>[] {
  const parts = equalParts(volume, lines);
  return lines.flatMap((line, at) => {
    const part = parts[at] ?? 0n;
    return part > 0n ? [{ line, energy: energy(part) }] : [];
  });
}
