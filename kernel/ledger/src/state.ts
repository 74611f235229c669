/**
 * The state: typed tables in memory with a journal. An action that is refused is undone entry by
 * entry; what a block changed is written out once, sorted, as the write set whose digest every node
 * compares. Values are never changed in place: a change is a new value.
 */

import { DecodeError, Reader, Writer } from './byte-stream.ts';
import { compareBytes } from './bytes.ts';
import { decode } from './codec.ts';
import { CompactRows } from './compact-rows.ts';
import { ObjectRows } from './object-rows.ts';
import { Sums } from './sums.ts';
import type { Grouping, Table } from './table.ts';
import type { EntryChange, Followed, Journal, TableRows } from './table-rows.ts';
import type { Tally } from './tally.ts';

export { type Grouping, grouping, groupingByKey, type Table, table } from './table.ts';
export { type AddToTally, type Tally, type TallyPart, tally, tallyPart } from './tally.ts';

type AnyTable = Table<unknown, unknown>;
type AnyGrouping = Grouping<unknown, unknown>;

/** One changed entry of a block: a new value, or nothing where the entry was removed. */
export interface Write {
  readonly table: number;
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

/** Every change since the block began, for undoing: the rows in question, and what stood there. */
class StateJournal implements Journal {
  #length = 0;
  /** Three entries for each change: they keep their room from block to block. */
  readonly #changes: unknown[] = [];

  get length(): number {
    return this.#length;
  }

  push(rows: TableRows, row: unknown, before: unknown): void {
    const at = 3 * this.#length++;
    this.#changes[at] = rows;
    this.#changes[at + 1] = row;
    this.#changes[at + 2] = before;
  }

  /** Undoes what came after `length`, newest first. */
  undo(length: number): void {
    for (let at = this.#length - 1; at >= length; at--) {
      const rows = this.#changes[3 * at] as TableRows;
      rows.undo(this.#changes[3 * at + 1], this.#changes[3 * at + 2]);
    }
    this.forget(length);
  }

  forget(length: number): void {
    this.#length = length;
    if (this.#changes.length > 3 * JOURNAL_KEPT_MAX) this.#changes.length = 3 * length;
    else if (length === 0) this.#changes.fill(undefined);
  }
}
const NOTHING = new Uint8Array(0);
/** Changes whose room stays when they are forgotten. */
const JOURNAL_KEPT_MAX = 100_000;

export class State {
  /** By table id; and in the order of the ids, as write sets have them. */
  readonly #rowsById: (TableRows | undefined)[] = [];
  readonly #rows: readonly TableRows[];
  readonly #groupings = new Map<AnyGrouping, GroupPlace>();
  readonly #tallies = new Map<Tally, Sums>();
  readonly #journal = new StateJournal();
  readonly #writer = new Writer(4096);

  constructor(
    // biome-ignore lint/suspicious/noExplicitAny: tables of every key and value type stand together
    tables: readonly Table<any, any>[],
    // biome-ignore lint/suspicious/noExplicitAny: groupings of every table stand together
    groupings: readonly Grouping<any, any>[] = [],
    tallies: readonly Tally[] = [],
  ) {
    for (const one of tables as readonly AnyTable[]) {
      if (this.#rowsById[one.id] !== undefined) {
        throw new Error(`state: two tables have the id ${one.id}`);
      }
      this.#rowsById[one.id] = one.compact ? new CompactRows(one) : new ObjectRows(one);
    }
    this.#rows = this.#rowsById.filter((one) => one !== undefined);
    for (const one of groupings as readonly AnyGrouping[]) {
      const rows = this.#rowsOf(one.table);
      this.#groupings.set(one, { rows, at: rows.addGrouping(one.groupOf, one.byKey) });
    }
    for (const one of tallies) {
      const sums = new Sums();
      for (const part of one.parts) this.#rowsOf(part.table).addTally(part.addEntry, sums);
      this.#tallies.set(one, sums);
    }
  }

  #rowsOf(of: { readonly id: number; readonly name: string }): TableRows {
    const rows = this.#rowsById[of.id];
    if (rows === undefined) throw new Error(`state: table ${of.name} is not part of this state`);
    return rows;
  }

  get<K, V>(of: Table<K, V>, key: K): V | undefined {
    return this.#rowsOf(of).get(key) as V | undefined;
  }

  set<K, V>(of: Table<K, V>, key: K, value: V): void {
    this.#rowsOf(of).set(key, value, this.#journal);
  }

  delete<K, V>(of: Table<K, V>, key: K): void {
    this.#rowsOf(of).set(key, undefined, this.#journal);
  }

  /** Removes every entry of a group: the same as each by its key, without looking for it. */
  deleteGroup<K, V>(of: Grouping<K, V>, name: string): void {
    const place = this.#groupings.get(of as AnyGrouping);
    place?.rows.deleteGroup(place.at, name, this.#journal);
  }

  size(of: { readonly id: number; readonly name: string }): number {
    return this.#rowsOf(of).size;
  }

  /** All entries in the byte order of their keys. Sorts: for small tables and for reading. */
  entries<K, V>(of: Table<K, V>): readonly (readonly [K, V])[] {
    return this.#rowsOf(of).entries() as readonly (readonly [K, V])[];
  }

  /** The entries of one group in the byte order of their keys. */
  group<K, V>(of: Grouping<K, V>, name: string): readonly (readonly [K, V])[] {
    const place = this.#groupings.get(of as AnyGrouping);
    return (place?.rows.group(place.at, name) ?? []) as readonly (readonly [K, V])[];
  }

  /** The names of all groups that have entries, in order. */
  groupNames<K, V>(of: Grouping<K, V>): readonly string[] {
    const place = this.#groupings.get(of as AnyGrouping);
    return place?.rows.groupNames(place.at) ?? [];
  }

  /** The sums of a tally, as the entries stand. */
  tallied(of: Tally): Pick<Sums, 'count' | 'amount' | 'size' | 'entries'> {
    const sums = this.#tallies.get(of);
    if (sums === undefined) throw new Error(`state: tally ${of.name} is not part of this state`);
    return sums;
  }

  /** A point to come back to. */
  mark(): number {
    return this.#journal.length;
  }

  /** Undoes every change since `mark`, newest first. */
  rollback(mark: number): void {
    this.#journal.undo(mark);
    if (mark === 0) for (const rows of this.#rows) rows.settle();
  }

  /** What changed since the block began, sorted by table and key; entries set back are left out. */
  writes(): readonly Write[] {
    return decodeWrites(this.#encodeWrites(false).bytes);
  }

  /**
   * The same for good, as the write set's canonical bytes behind those of `prefix`: the balance map
   * follows it. They stand where the next block's will be written.
   */
  closeBlock(prefix: Uint8Array = NOTHING): { readonly bytes: Uint8Array; readonly count: number } {
    return this.#encodeWrites(true, prefix);
  }

  #encodeWrites(
    follow: boolean,
    prefix: Uint8Array = NOTHING,
  ): { readonly bytes: Uint8Array; readonly count: number } {
    const writer = this.#writer;
    writer.reset();
    writer.raw(prefix);
    writer.u32(0);
    let count = 0;
    for (const rows of this.#rows) count += rows.encodeWrites(writer, follow);
    writer.putU32(prefix.length, count);
    return { bytes: writer.written(), count };
  }

  /** The entries of a table that changed since the block began, before and after, by key. */
  changes<K, V>(of: Table<K, V>): readonly EntryChange<K, V>[] {
    return this.#rowsOf(of).changes() as readonly EntryChange<K, V>[];
  }

  /** Makes the changes since the block began final. */
  settle(): void {
    this.#journal.forget(0);
    for (const rows of this.#rows) rows.settle();
  }

  /** Applies a block's write set as it was stored. @throws DecodeError on foreign bytes. */
  apply(writes: readonly Write[]): void {
    for (const write of writes) {
      const of = this.tableOf(write.table);
      if (of === undefined) throw new DecodeError('write.table', 'a known table', `${write.table}`);
      const key = decode(of.key, write.key, `${of.name}.key`);
      if (write.value === undefined) this.delete(of, key);
      else this.set(of, key, decode(of.value, write.value, of.name));
    }
    this.closeBlock();
    this.settle();
  }

  tableOf(id: number): Table<unknown, unknown> | undefined {
    return this.#rowsById[id]?.table;
  }

  /** Whether an entry of a provable table changed since `takeFollowed` was called last. */
  isFollowed<K>(of: Table<K, unknown>, key: K): boolean {
    return this.#rowsOf(of).isFollowed(key);
  }

  /** The changed entries of all provable tables, as they stand now; from now on none is followed. */
  takeFollowed(): readonly { readonly table: number; readonly entries: readonly Followed[] }[] {
    return this.#rows
      .filter(({ table }) => table.provable)
      .map((rows) => ({ table: rows.table.id, entries: rows.takeFollowed() }));
  }
}

/** Where a grouping's groups are kept. */
interface GroupPlace {
  readonly rows: TableRows;
  readonly at: number;
}

export function encodeWrites(writes: readonly Write[]): Uint8Array {
  const writer = new Writer(1024);
  writer.u32(writes.length);
  for (const { table: tableId, key, value } of writes) {
    writer.u16(tableId);
    writer.u16(key.length);
    writer.raw(key);
    writer.u8(value === undefined ? 0 : 1);
    if (value !== undefined) {
      writer.u32(value.length);
      writer.raw(value);
    }
  }
  return writer.take();
}

/** @throws DecodeError unless the writes stand in order and nothing is left over. */
export function decodeWrites(bytes: Uint8Array): readonly Write[] {
  const reader = new Reader(bytes);
  const count = reader.u32('writes');
  const writes: Write[] = [];
  let last: Write | undefined;
  for (let at = 0; at < count; at++) {
    const tableId = reader.u16('write.table');
    const key = reader.copy('write.key', reader.u16('write.key'));
    const present = reader.u8('write.value');
    if (present > 1) throw new DecodeError('write.value', '0 or 1', `${present}`);
    const value = present === 1 ? reader.copy('write.value', reader.u32('write.value')) : undefined;
    const write = { table: tableId, key, value };
    if (last !== undefined) {
      const inOrder =
        last.table < tableId || (last.table === tableId && compareBytes(last.key, key) < 0);
      if (!inOrder) throw new DecodeError('writes', 'table and key rising', `entry ${at}`);
    }
    writes.push(write);
    last = write;
  }
  reader.end('writes');
  return writes;
}
