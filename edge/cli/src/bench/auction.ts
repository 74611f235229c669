/**
 * A uniform-price call with fills over columns of numbers, against the same call over objects that are
 * sorted by limit. Price, volume and every fill must be equal.
 */

import { createHash } from 'node:crypto';
import { clearUniformColumns, type SideColumns } from '@commonwatt/mechanisms';
import { splitByLargestRemainder } from '@commonwatt/units';
import type { Bench } from './figure.ts';
import { compare, cpuSeconds } from './figure.ts';

/** The sizes of the calls, and how many calls a round clears so that it can be timed. */
const SIZES = [
  { name: 'auction 1e6', orders: 1_000_000, calls: 1 },
  { name: 'auction 1e5', orders: 100_000, calls: 4 },
  { name: 'auction 1e3', orders: 1_000, calls: 200 },
] as const;

/** Prices from 0 to 0.1 EUR per kWh in steps of 0.001 EUR per MWh. */
const PRICE_STEPS = 100_000;
const ENERGY_WH_MOST = 5_000;

export const auction: Bench = async () => {
  const figures = [];
  for (const { name, orders, calls } of SIZES) {
    const book = bookOf(orders);
    expectEqual(name, byColumns(book), byObjects(book));
    const rate = async (clear: () => unknown) => {
      const seconds = await cpuSeconds(() => {
        for (let call = 0; call < calls; call++) clear();
      });
      return (orders * calls) / seconds;
    };
    figures.push(
      await compare(
        {
          name,
          unit: 'orders per CPU second',
          ours: () => rate(() => clearUniformColumns({ ...book, lots: lotOf })),
          yardstick: () => rate(() => clearObjects(book.objects)),
        },
        { least: 7, most: 9, untilMs: 12_000 },
      ),
    );
  }
  return figures;
};

interface PlainOrder {
  readonly id: string;
  readonly side: 'buy' | 'sell';
  readonly limit: number;
  readonly energyWh: number;
}

interface Book {
  readonly bids: SideColumns;
  readonly asks: SideColumns;
  readonly objects: readonly PlainOrder[];
}

/** Half bids, half asks; the same numbers in every run. */
function bookOf(orders: number): Book {
  const half = orders / 2;
  const columns = () => ({ limits: new Int32Array(half), energiesWh: new Uint32Array(half) });
  const book = { bids: columns(), asks: columns() };
  const objects: PlainOrder[] = [];
  let state = 20_261_121;
  const draw = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let at = 0; at < half; at++) {
    for (const side of ['buy', 'sell'] as const) {
      const limit = draw(PRICE_STEPS);
      const energyWh = 1 + draw(ENERGY_WH_MOST);
      const { limits, energiesWh } = side === 'buy' ? book.bids : book.asks;
      limits[at] = limit;
      energiesWh[at] = energyWh;
      objects.push({ id: idOf(side, at), side, limit, energyWh });
    }
  }
  return { ...book, objects };
}

const idOf = (side: 'buy' | 'sell', index: number) => `${side}-${index}`;
const lotOfId = (id: string) => createHash('sha256').update(id).digest('hex');
const lotOf = (side: 'buy' | 'sell', index: number) => lotOfId(idOf(side, index));

interface Cleared {
  readonly price: bigint | null;
  readonly volumeWh: number;
  readonly fills: ReadonlyMap<string, number>;
}

function byColumns(book: Book): Cleared {
  const { price, volumeWh, bidFillsWh, askFillsWh } = clearUniformColumns({ ...book, lots: lotOf });
  const fills = new Map<string, number>();
  for (const [side, filled] of [
    ['buy', bidFillsWh],
    ['sell', askFillsWh],
  ] as const) {
    for (const [at, fill] of filled.entries()) if (fill > 0) fills.set(idOf(side, at), fill);
  }
  return { price, volumeWh, fills };
}

const byObjects = (book: Book): Cleared => clearObjects(book.objects);

/** The call as anyone would write it: sort both sides, let the best meet the best. */
function clearObjects(orders: readonly PlainOrder[]): Cleared {
  const bids = orders.filter(({ side }) => side === 'buy').sort((a, b) => b.limit - a.limit);
  const asks = orders.filter(({ side }) => side === 'sell').sort((a, b) => a.limit - b.limit);
  const fills = new Map<string, number>();
  let volumeWh = 0;
  let buying = 0;
  let selling = 0;
  let bid: PlainOrder | undefined;
  let ask: PlainOrder | undefined;
  while (buying < bids.length && selling < asks.length) {
    const buyer = bids[buying] as PlainOrder;
    const seller = asks[selling] as PlainOrder;
    if (buyer.limit < seller.limit) break;
    bid = buyer;
    ask = seller;
    const buyerLeft = buyer.energyWh - (fills.get(buyer.id) ?? 0);
    const sellerLeft = seller.energyWh - (fills.get(seller.id) ?? 0);
    const met = Math.min(buyerLeft, sellerLeft);
    fills.set(buyer.id, (fills.get(buyer.id) ?? 0) + met);
    fills.set(seller.id, (fills.get(seller.id) ?? 0) + met);
    volumeWh += met;
    if (met === buyerLeft) buying += 1;
    if (met === sellerLeft) selling += 1;
  }
  if (bid === undefined || ask === undefined) return { price: null, volumeWh, fills };
  shareMargin(bids, bid.limit, fills);
  shareMargin(asks, ask.limit, fills);
  const rejectedBid = bids[buying]?.limit;
  const rejectedAsk = asks[selling]?.limit;
  const low = Math.max(ask.limit, rejectedBid ?? ask.limit);
  const high = Math.min(bid.limit, rejectedAsk ?? bid.limit);
  return { price: BigInt(low) + BigInt(high - low) / 2n, volumeWh, fills };
}

/** What orders at the marginal limit got, shared by their energy. */
function shareMargin(
  sorted: readonly PlainOrder[],
  limit: number,
  fills: Map<string, number>,
): void {
  const level = sorted.filter((order) => order.limit === limit);
  const got = level.reduce((sum, { id }) => sum + (fills.get(id) ?? 0), 0);
  const parts = splitByLargestRemainder(
    BigInt(got),
    level.map(({ energyWh }) => BigInt(energyWh)),
    level.map(({ id }) => lotOfId(id)),
  );
  for (const [at, { id }] of level.entries()) {
    const part = Number(parts[at]);
    if (part > 0) fills.set(id, part);
    else fills.delete(id);
  }
}

function expectEqual(name: string, ours: Cleared, theirs: Cleared): void {
  const differs =
    ours.price !== theirs.price ||
    ours.volumeWh !== theirs.volumeWh ||
    ours.fills.size !== theirs.fills.size ||
    [...theirs.fills].some(([id, fill]) => ours.fills.get(id) !== fill);
  if (differs) {
    throw new Error(
      `bench: ${name}: expected ${theirs.volumeWh} Wh at ${theirs.price} in ${theirs.fills.size} fills, ` +
        `got ${ours.volumeWh} Wh at ${ours.price} in ${ours.fills.size} fills`,
    );
  }
}
