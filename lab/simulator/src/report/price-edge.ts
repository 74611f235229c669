/**
 * Where a price axis ends. Rules that share money by weight rather than energy by limit ask thousands of ct/kWh of a slot
 * with a few Wh; drawn to scale, one such slot presses all others flat.
 */

import { fixedText } from './number-text.ts';

const SUPPLIER_PRICES = 3;

/** In ct/kWh: so many times what the supplier asks. */
export const priceEdge = (supply: number): number =>
  supply > 0 ? SUPPLIER_PRICES * supply : Number.POSITIVE_INFINITY;

/** What lies beyond the edge is drawn at it. */
export function withinEdge(
  values: readonly (number | null)[],
  edge: number,
): readonly (number | null)[] {
  return values.map((value) => (value === null ? null : Math.max(-edge, Math.min(edge, value))));
}

interface Prices {
  readonly mechanism: string;
  readonly values: readonly (number | null)[];
}

/** Which prices are drawn at the edge; empty where none is. */
export function edgeNote(prices: readonly Prices[], edge: number): string {
  const beyond = prices.flatMap(({ mechanism, values }) => {
    const count = values.filter((value) => value !== null && Math.abs(value) > edge).length;
    return count === 0 ? [] : [`${count} of ${mechanism}`];
  });
  return beyond.length === 0
    ? ''
    : ` What is beyond ${fixedText(edge, 0)} ct/kWh, ${SUPPLIER_PRICES} times the supplier's price, is drawn at that edge (${beyond.join(', ')}); the table has it as it is.`;
}
