/**
 * The state: typed tables in memory with a journal. An action that is refused is undone entry by
 * entry; what a block changed is written out once, sorted, as the write set whose digest every node
 * compares. Values are never changed in place: a change is a new value.
 */

import { DecodeError, Reader, Writer } from './byte-stream.ts';
import { compareBytes } from './bytes.ts';
import { decode } from './codec.ts';
import { type Name, type Row, Rows } from './state-rows.ts';
import type { Grouping, Table } from './table.ts';

export { type Grouping, grouping, type Table, table } from './table.ts';

type AnyTable = Table<unknown, unknown>;
type AnyGrouping = Grouping<unknown, unknown>;

/** One changed entry of a block: a new value, or nothing where the entry was removed. */
export interface Write {
  readonly table: number;
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

export class State {
  /** By table id; and in the order of the ids, as write sets have them. */
  readonly #rowsById: (Rows | undefined)[] = [];
  readonly #rows: readonly Rows[];
  readonly #groupings = new Map<AnyGrouping, GroupPlace>();
  /** Every change since the block began: the row, and what stood there before. */
  readonly #journalRows: Row[] = [];
  readonly #journalBefore: unknown[] = [];
  readonly #writer = new Writer(4096);

  // biome-ignore lint/suspicious/noExplicitAny: tables of every key and value type stand together
  constructor(tables: readonly Table<any, any>[], groupings: readonly Grouping<any, any>[] = []) {
    for (const one of tables) {
      if (this.#rowsById[one.id] !== undefined) {
        throw new Error(`state: two tables have the id ${one.id}`);
      }
      this.#rowsById[one.id] = new Rows(one as AnyTable);
    }
    this.#rows = this.#rowsById.filter((one) => one !== undefined);
    for (const one of groupings as readonly AnyGrouping[]) {
      const rows = this.#rowsOf(one.table);
      this.#groupings.set(one, { rows, at: rows.addGrouping(one.groupOf) });
    }
  }

  #rowsOf(of: { readonly id: number; readonly name: string }): Rows {
    const rows = this.#rowsById[of.id];
    if (rows === undefined) throw new Error(`state: table ${of.name} is not part of this state`);
    return rows;
  }

  get<K, V>(of: Table<K, V>, key: K): V | undefined {
    return this.#rowsOf(of).find(key)?.value as V | undefined;
  }

  set<K, V>(of: Table<K, V>, key: K, value: V): void {
    this.#change(this.#rowsOf(of).findOrAdd(key), value);
  }

  delete<K, V>(of: Table<K, V>, key: K): void {
    const row = this.#rowsOf(of).find(key);
    if (row !== undefined) this.#change(row, undefined);
  }

  #change(row: Row, value: unknown): void {
    const before = row.value;
    if (before === undefined && value === undefined) return;
    this.#journalRows.push(row);
    this.#journalBefore.push(before);
    row.rows.put(row, value);
  }

  size(of: { readonly id: number; readonly name: string }): number {
    return this.#rowsOf(of).size;
  }

  /** All entries in the byte order of their keys. Sorts: for small tables and for reading. */
  entries<K, V>(of: Table<K, V>): readonly (readonly [K, V])[] {
    return this.#rowsOf(of)
      .sorted()
      .map(({ key, value }) => [key as K, value as V] as const);
  }

  /** The entries of one group in the byte order of their keys. */
  group<K, V>(of: Grouping<K, V>, name: string): readonly (readonly [K, V])[] {
    const place = this.#groupings.get(of as AnyGrouping);
    if (place === undefined) return [];
    return place.rows
      .group(place.at, name)
      .map(({ key, value }) => [key as K, value as V] as const);
  }

  /** The names of all groups that have entries, in order. */
  groupNames<K, V>(of: Grouping<K, V>): readonly string[] {
    const place = this.#groupings.get(of as AnyGrouping);
    return place === undefined ? [] : place.rows.groupNames(place.at);
  }

  /** A point to come back to. */
  mark(): number {
    return this.#journalRows.length;
  }

  /** Undoes every change since `mark`, newest first. */
  rollback(mark: number): void {
    for (let at = this.#journalRows.length - 1; at >= mark; at--) {
      const row = this.#journalRows[at] as Row;
      row.rows.put(row, this.#journalBefore[at]);
    }
    this.#journalRows.length = mark;
    this.#journalBefore.length = mark;
    if (mark === 0) for (const rows of this.#rows) rows.settle();
  }

  /** What changed since the block began, sorted by table and key; entries set back are left out. */
  writes(): readonly Write[] {
    return decodeWrites(this.encodedWrites().bytes);
  }

  /** The same as the write set's canonical bytes, and how many entries they hold. */
  encodedWrites(): { readonly bytes: Uint8Array; readonly count: number } {
    const writer = this.#writer;
    writer.reset();
    writer.u32(0);
    let count = 0;
    for (const rows of this.#rows) count += rows.encodeWrites(writer);
    writer.putU32(0, count);
    return { bytes: writer.take(), count };
  }

  /** The entries of a table that changed since the block began, before and after, by key. */
  changes<K, V>(of: Table<K, V>): readonly EntryChange<K, V>[] {
    return this.#rowsOf(of)
      .changed()
      .map(({ key, begun, value }) => ({
        key: key as K,
        before: begun as V | undefined,
        after: value as V | undefined,
      }));
  }

  /** The names of a table's changed entries, for those who follow them: see `named`. */
  changedNames(of: Table<unknown, unknown>): readonly Name[] {
    return this.#rowsOf(of)
      .changed()
      .map(({ name }) => name);
  }

  /** The name under which an entry of a table is followed. */
  nameOf(of: Table<unknown, unknown>, key: Uint8Array): Name {
    return this.#rowsOf(of).nameOf(decode(of.key, key, `${of.name}.key`));
  }

  /** The bytes of an entry by its name, as a write of it would have them. */
  named(of: Table<unknown, unknown>, name: Name): Write {
    const rows = this.#rowsOf(of);
    return { table: of.id, key: rows.keyBytes(name), value: rows.valueBytes(name) };
  }

  /** Makes the changes since the block began final. */
  settle(): void {
    this.#journalRows.length = 0;
    this.#journalBefore.length = 0;
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
    this.settle();
  }

  provableTables(): readonly Table<unknown, unknown>[] {
    return this.#rows.map(({ table }) => table).filter((one) => one.provable);
  }

  tableOf(id: number): Table<unknown, unknown> | undefined {
    return this.#rowsById[id]?.table;
  }
}

/** Where a grouping's groups are kept. */
interface GroupPlace {
  readonly rows: Rows;
  readonly at: number;
}

export interface EntryChange<K, V> {
  readonly key: K;
  readonly before: V | undefined;
  readonly after: V | undefined;
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
    const value =
      present === 1 ? reader.copy('write.value', reader.u32('write.value')) : undefined;
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
