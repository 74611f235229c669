/** The span of days that a bill or a statement is about, in the community's own calendar. */

import { parseInstant, QuantityTextError } from '@commonwatt/units';
import { UsageError } from '../../terminal/usage-error.ts';

export interface DayOptions {
  readonly month?: string;
  readonly from?: string;
  readonly until?: string;
}

/** `--month 2026-05`, or both `--from` and `--until` as days, the second not included. */
export function daysOf({ month, from, until }: DayOptions): {
  readonly fromDay: string;
  readonly untilDay: string;
} {
  if (month !== undefined) {
    const match = /^([0-9]{4})-(0[1-9]|1[0-2])$/.exec(month);
    if (match === null) throw new UsageError('--month', 'a month such as 2026-05', month);
    const [year, number] = [Number(match[1]), Number(match[2])];
    const next = number === 12 ? [year + 1, 1] : [year, number + 1];
    const [nextYear = year, nextMonth = 1] = next;
    const written = `${`${nextYear}`.padStart(4, '0')}-${`${nextMonth}`.padStart(2, '0')}`;
    return { fromDay: `${month}-01`, untilDay: `${written}-01` };
  }
  return { fromDay: dayField('--from', from), untilDay: dayField('--until', until) };
}

function dayField(field: string, text: string | undefined): string {
  const expected = 'a day such as 2026-05-01, or --month';
  if (text === undefined) throw new UsageError(field, expected, 'nothing');
  try {
    parseInstant(`${text}T00:00Z`);
    return text;
  } catch (error) {
    if (error instanceof QuantityTextError) throw new UsageError(field, expected, text);
    throw error;
  }
}
