/** What the state asks of the rows of one table, however they are kept. */

import type { Writer } from './byte-stream.ts';
import type { Sums } from './sums.ts';
import type { Table } from './table.ts';
import type { AddToTally } from './tally.ts';

export type Entry = readonly [key: unknown, value: unknown];

export interface EntryChange<K = unknown, V = unknown> {
  readonly key: K;
  readonly before: V | undefined;
  readonly after: V | undefined;
}

/** An entry that changed since the last checkpoint, as its bytes are now. */
export interface Followed {
  readonly key: Uint8Array;
  /** Nothing where it was removed. */
  readonly value: Uint8Array | undefined;
}

/** Takes down what a change replaced, in the rows' own terms, for `undo`. */
export interface Journal {
  push(rows: TableRows, row: unknown, before: unknown): void;
}

export interface TableRows {
  readonly table: Table<unknown, unknown>;
  /** How many entries there are. */
  readonly size: number;
  /** @throws the codec's own error for what is no key of this table; and so do the others. */
  get(key: unknown): unknown;
  /** Sets an entry, or removes it where the value is nothing. */
  set(key: unknown, value: unknown, journal: Journal): void;
  /** Takes back a change. Those after it were taken back before. */
  undo(row: unknown, before: unknown): void;
  /** All entries by key bytes. */
  entries(): readonly Entry[];
  /** Groups the entries, from the first on, and names the grouping by a number. */
  addGrouping(
    groupOf: (key: unknown, value: unknown) => string | undefined,
    byKey: boolean,
  ): number;
  /** Adds what the entries come to, from the first on, to sums that the caller reads. */
  addTally(addEntry: (add: AddToTally, key: unknown, value: unknown) => void, sums: Sums): void;
  /** The entries of a group by key bytes. */
  group(grouping: number, name: string): readonly Entry[];
  groupNames(grouping: number): readonly string[];
  /** Removes every entry of a group. */
  deleteGroup(grouping: number, name: string, journal: Journal): void;
  /** The entries that differ from those the block began with, by key bytes. */
  changes(): readonly EntryChange[];
  /** Appends these as a write set has them, and says how many; follows them where told to. */
  encodeWrites(writer: Writer, follow: boolean): number;
  /** Makes what stands now that with which the next block begins. */
  settle(): void;
  /** Whether an entry changed since `takeFollowed` was called last. */
  isFollowed(key: unknown): boolean;
  /** The followed entries of a provable table. Nothing is followed any more. */
  takeFollowed(): readonly Followed[];
}
