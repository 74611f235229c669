/**
 * What the entries of tables come to together: how many a member has in a slot, and how much energy
 * they hold. Like a grouping it is derived from the entries, never stored, and follows every change
 * and every undoing, so that it cannot disagree with them.
 */

import type { Table } from './table.ts';

/** Takes down what one entry adds: to the sum of two whole numbers, how many and how much. */
export type AddToTally = (first: number, second: number, count: number, amount: bigint) => void;

/** What the entries of one table add to a tally. */
export interface TallyPart<K, V> {
  readonly table: Table<K, V>;
  readonly addEntry: (add: AddToTally, key: K, value: V) => void;
}

export interface Tally {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: parts of every table stand together
  readonly parts: readonly TallyPart<any, any>[];
}

export function tallyPart<K, V>(
  table: Table<K, V>,
  addEntry: (add: AddToTally, key: K, value: V) => void,
): TallyPart<K, V> {
  return { table, addEntry };
}

export function tally(
  name: string,
  // biome-ignore lint/suspicious/noExplicitAny: parts of every table stand together
  ...parts: readonly TallyPart<any, any>[]
): Tally {
  return { name, parts };
}
