/** What the state is made of: tables, and groups of their entries. */

import type { Codec } from './codec.ts';

/** A named set of entries with one key and one value layout. */
export interface Table<K, V> {
  readonly id: number;
  readonly name: string;
  readonly key: Codec<K>;
  readonly value: Codec<V>;
  /** Whether its entries stand in the balance map, where a member can prove them. */
  readonly provable: boolean;
  /**
   * Whether its entries are kept as bytes: right for many small entries that come and go. What is
   * read of them is decoded each time, so that a large value read often is better kept as it is.
   */
  readonly compact: boolean;
}

export function table<K, V>(
  id: number,
  name: string,
  key: Codec<K>,
  value: Codec<V>,
  options: { readonly provable?: boolean; readonly compact?: boolean } = {},
): Table<K, V> {
  const { provable = false, compact = false } = options;
  return { id, name, key, value, provable, compact };
}

/**
 * Groups a table's entries so that, say, the orders of one slot are found without a search. It is
 * derived from the entries, never stored, and follows every change and every undoing.
 */
export interface Grouping<K, V> {
  readonly table: Table<K, V>;
  readonly groupOf: (key: K, value: V) => string | undefined;
  /** Whether the key alone decides: then a new value leaves an entry in its group. */
  readonly byKey: boolean;
}

export function grouping<K, V>(
  of: Table<K, V>,
  groupOf: (key: K, value: V) => string | undefined,
): Grouping<K, V> {
  return { table: of, groupOf, byKey: false };
}

/** The same where the key alone decides. */
export function groupingByKey<K, V>(of: Table<K, V>, groupOf: (key: K) => string): Grouping<K, V> {
  return { table: of, groupOf, byKey: true };
}
