/** What was delivered and paid for trades, from the statements of the runs that settled them. */

import { toHex } from '@commonwatt/ledger';
import type { Desks, StatementLine } from '../desks.ts';
import type { TradeEntry } from '../projections/projections.ts';

const STATEMENTS_MAX = 500;

/** By the trade's name. */
export function deliveries(
  { statements }: Pick<Desks, 'statements'>,
  member: number,
  trades: readonly TradeEntry[],
): ReadonlyMap<string, StatementLine> {
  const slots = trades.map(({ terms }) => terms.slotMs);
  if (slots.length === 0) return new Map();
  const fromMs = slots.reduce((a, b) => Math.min(a, b));
  const untilMs = slots.reduce((a, b) => Math.max(a, b)) + 1;
  const found = statements.of(member, fromMs, untilMs, STATEMENTS_MAX);
  return new Map(
    found.flatMap(({ lines }) => lines.map((line) => [toHex(line.trade), line] as const)),
  );
}
