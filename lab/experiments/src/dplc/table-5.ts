/** Table 5 as printed: who traded how much with whom, and at which prices. */

import type { Fraction } from '@commonwatt/mechanisms';
import { fraction, sumOfFractions } from '@commonwatt/mechanisms';
import type { Verdict } from '../reproduction.ts';
import { decimalOf } from './decimals.ts';
import printed from './table-5.expected.json' with { type: 'json' };

export interface PrintedRow {
  readonly row: number;
  readonly buyer: string;
  readonly seller: string;
  readonly energyMwh: string;
  readonly buyerPrice: string;
  readonly sellerPrice: string;
  readonly expected: Verdict;
}

export const PRINTED_ROWS: readonly PrintedRow[] = printed.rows.map((row) => ({
  ...row,
  expected: row.expected as Verdict,
}));

/** In token/kWh. */
export const PRICE_TOLERANCE: Fraction = decimalOf(printed.tolerance);

export function rowText({ buyer, seller, energyMwh, buyerPrice, sellerPrice }: PrintedRow): string {
  return `${buyer} ${seller} ${energyMwh} MWh at ${buyerPrice}/${sellerPrice}`;
}

export function energyOf(rows: readonly PrintedRow[]): Fraction {
  return sumOfFractions(rows.map(({ energyMwh }) => fraction(BigInt(energyMwh))));
}
