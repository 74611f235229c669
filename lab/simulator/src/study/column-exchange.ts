/**
 * The uniform-price call over columns: what `uniform` gives, to the last Wh, for many members over a long time. It
 * pairs nobody, so it serves where trades are not written.
 */

import { sha256 } from '@commonwatt/consensus';
import {
  type ColumnsClearing,
  clearUniformColumns,
  fractionAt,
  lotsBySeed,
  type SideColumns,
  type Values,
} from '@commonwatt/mechanisms';
import { type Exchange, orderName, type SlotBook, type SlotClearing } from './book.ts';
import { lotSeedOf } from './mechanism-exchange.ts';

export interface ColumnExchangeOptions {
  /** By member index. */
  readonly names: readonly string[];
  readonly seed: number;
  /** `k` of the call; half unless given. */
  readonly settings: Values;
}

export class ColumnExchange implements Exchange {
  readonly #options: ColumnExchangeOptions;

  constructor(options: ColumnExchangeOptions) {
    this.#options = options;
  }

  clear(book: SlotBook): SlotClearing {
    const { names, seed, settings } = this.#options;
    const lotSeed = lotSeedOf(seed, book);
    const lotOf = lotsBySeed(sha256, lotSeed);
    const clearing = clearColumns(book, book.prices, {
      lots: (member, isBid) => lotOf(orderName(names[member] as string, isBid)),
      ...(settings.k === undefined ? {} : { k: fractionAt(settings, 'k') }),
    });
    const price = clearing.price === null ? null : Number(clearing.price);
    const filledWh: number[] = new Array(book.members.length);
    const payments: number[] = new Array(book.members.length);
    let bid = 0;
    let ask = 0;
    for (let at = 0; at < filledWh.length; at++) {
      const isBid = book.isBid[at] === true;
      const filled = isBid
        ? (clearing.bidFillsWh[bid++] as number)
        : (clearing.askFillsWh[ask++] as number);
      filledWh[at] = filled;
      payments[at] = filled === 0 || price === null ? 0 : (isBid ? filled : -filled) * price;
    }
    return {
      price,
      priceLow: clearing.priceInterval === null ? null : Number(clearing.priceInterval.low),
      priceHigh: clearing.priceInterval === null ? null : Number(clearing.priceInterval.high),
      filledWh,
      payments,
      trades: [],
      lotSeed,
    };
  }
}

/** A book at any prices of its orders, shouted or true. */
export function clearColumns(
  { members, isBid, energiesWh }: SlotBook,
  prices: readonly number[],
  rule: {
    readonly lots: (member: number, isBid: boolean) => string;
    readonly k?: { readonly numerator: bigint; readonly denominator: bigint };
  },
): ColumnsClearing {
  const rowsOf = { buy: [] as number[], sell: [] as number[] };
  for (let at = 0; at < members.length; at++) rowsOf[isBid[at] === true ? 'buy' : 'sell'].push(at);
  const columns = (rows: readonly number[]): SideColumns => {
    const limits = new Int32Array(rows.length);
    const energies = new Uint32Array(rows.length);
    for (let at = 0; at < rows.length; at++) {
      limits[at] = prices[rows[at] as number] as number;
      energies[at] = energiesWh[rows[at] as number] as number;
    }
    return { limits, energiesWh: energies };
  };
  return clearUniformColumns({
    bids: columns(rowsOf.buy),
    asks: columns(rowsOf.sell),
    lots: (side, index) =>
      rule.lots(members[rowsOf[side][index] as number] as number, side === 'buy'),
    ...(rule.k === undefined ? {} : { k: rule.k }),
  });
}
