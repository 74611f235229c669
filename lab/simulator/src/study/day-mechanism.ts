/**
 * Which rules know a day, read from what they declare: orders that must tell their interval, and a table of batteries
 * that is told what each may store and how fast. To such a rule a day of a study is one call.
 */

import type { TableDeclaration } from '@commonwatt/mechanisms';
import type { StudyMechanism } from './mechanism-exchange.ts';

export interface DayDeclaration {
  /** The column by which an order tells its interval. */
  readonly interval: string;
  /** The table of batteries; under the same name the outcome tells what they do. */
  readonly table: string;
}

const INTERVALS: readonly string[] = ['time', 'slot', 'interval'];
const BATTERY_COLUMNS = 'battery,capacity_wh,power_wh';

/** Null for a rule that clears slots by themselves. */
export function dayDeclarationOf(mechanism: StudyMechanism): DayDeclaration | null {
  const { kind, columns = [], tables = [] } = mechanism;
  const interval = columns.find(
    ({ name, form, required }) =>
      required === true && form === 'integer' && INTERVALS.includes(name),
  );
  const table = tables.find(isOfBatteries);
  return kind !== 'auction' || interval === undefined || table === undefined
    ? null
    : { interval: interval.name, table: table.name };
}

function isOfBatteries({ columns }: TableDeclaration): boolean {
  const required = columns.filter((field) => field.required === true).map(({ name }) => name);
  return required.join() === BATTERY_COLUMNS;
}
