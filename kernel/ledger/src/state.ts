/**
 * The state: typed tables in memory with a journal. An action that is refused is undone entry by
 * entry; what a block changed is written out once, sorted, as the write set whose digest every node
 * compares. Values are never changed in place: a change is a new value.
 */

import { DecodeError, Reader, Writer } from './byte-stream.ts';
import { compareBytes } from './bytes.ts';
import { type Codec, decode, encode } from './codec.ts';

/** A named set of entries with one key and one value layout. */
export interface Table<K, V> {
  readonly id: number;
  readonly name: string;
  readonly key: Codec<K>;
  readonly value: Codec<V>;
  /** Whether its entries stand in the balance map, where a member can prove them. */
  readonly provable: boolean;
}

export function table<K, V>(
  id: number,
  name: string,
  key: Codec<K>,
  value: Codec<V>,
  options: { readonly provable?: boolean } = {},
): Table<K, V> {
  return { id, name, key, value, provable: options.provable ?? false };
}

/**
 * Groups a table's entries so that, say, the orders of one slot are found without a search. It is
 * derived from the entries, never stored, and follows every change and every undoing.
 */
export interface Grouping<K, V> {
  readonly table: Table<K, V>;
  readonly groupOf: (key: K, value: V) => string | undefined;
}

export function grouping<K, V>(
  of: Table<K, V>,
  groupOf: (key: K, value: V) => string | undefined,
): Grouping<K, V> {
  return { table: of, groupOf };
}

interface Entry {
  readonly key: unknown;
  readonly value: unknown;
}
interface Change {
  readonly table: number;
  readonly keyText: string;
  readonly before: Entry | undefined;
}

type AnyTable = Table<unknown, unknown>;
type AnyGrouping = Grouping<unknown, unknown>;

/** One changed entry of a block: a new value, or nothing where the entry was removed. */
export interface Write {
  readonly table: number;
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

/** Key bytes as text of one character each: orders by code unit exactly as the bytes order. */
function textOf(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at++) text += String.fromCharCode(bytes[at] as number);
  return text;
}

function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

const keyWriter = new Writer(64);
function keyTextOf(of: AnyTable, key: unknown): string {
  keyWriter.reset();
  of.key.write(keyWriter, key);
  return textOf(keyWriter.take());
}

export class State {
  readonly #tables = new Map<number, AnyTable>();
  readonly #entries = new Map<number, Map<string, Entry>>();
  readonly #groupings = new Map<number, AnyGrouping[]>();
  readonly #groups = new Map<AnyGrouping, Map<string, Set<string>>>();
  readonly #journal: Change[] = [];
  /** Entries changed since the block began, with what stood there before. */
  readonly #dirty = new Map<number, Map<string, Entry | undefined>>();

  // biome-ignore lint/suspicious/noExplicitAny: tables of every key and value type stand together
  constructor(tables: readonly Table<any, any>[], groupings: readonly Grouping<any, any>[] = []) {
    for (const one of tables) {
      if (this.#tables.has(one.id)) throw new Error(`state: two tables have the id ${one.id}`);
      this.#tables.set(one.id, one);
      this.#entries.set(one.id, new Map());
      this.#groupings.set(one.id, []);
      this.#dirty.set(one.id, new Map());
    }
    for (const one of groupings) {
      (this.#groupings.get(one.table.id) as AnyGrouping[]).push(one as AnyGrouping);
      this.#groups.set(one as AnyGrouping, new Map());
    }
  }

  #rows(of: { readonly id: number; readonly name: string }): Map<string, Entry> {
    const rows = this.#entries.get(of.id);
    if (rows === undefined) throw new Error(`state: table ${of.name} is not part of this state`);
    return rows;
  }

  get<K, V>(of: Table<K, V>, key: K): V | undefined {
    return this.#rows(of).get(keyTextOf(of as AnyTable, key))?.value as V | undefined;
  }

  set<K, V>(of: Table<K, V>, key: K, value: V): void {
    this.#change(of.id, keyTextOf(of as AnyTable, key), { key, value });
  }

  delete<K, V>(of: Table<K, V>, key: K): void {
    this.#change(of.id, keyTextOf(of as AnyTable, key), undefined);
  }

  size(of: { readonly id: number; readonly name: string }): number {
    return this.#rows(of).size;
  }

  /** All entries in the byte order of their keys. Sorts: for small tables and for reading. */
  entries<K, V>(of: Table<K, V>): readonly (readonly [K, V])[] {
    const rows = this.#rows(of);
    return [...rows.keys()].sort().map((text) => {
      const entry = rows.get(text) as Entry;
      return [entry.key as K, entry.value as V] as const;
    });
  }

  /** The entries of one group in the byte order of their keys. */
  group<K, V>(of: Grouping<K, V>, name: string): readonly (readonly [K, V])[] {
    const members = this.#groups.get(of as AnyGrouping)?.get(name);
    if (members === undefined) return [];
    const rows = this.#rows(of.table);
    return [...members].sort().map((text) => {
      const entry = rows.get(text) as Entry;
      return [entry.key as K, entry.value as V] as const;
    });
  }

  /** The names of all groups that have entries, in order. */
  groupNames<K, V>(of: Grouping<K, V>): readonly string[] {
    return [...(this.#groups.get(of as AnyGrouping)?.keys() ?? [])].sort();
  }

  #change(tableId: number, keyText: string, after: Entry | undefined): void {
    const before = (this.#entries.get(tableId) as Map<string, Entry>).get(keyText);
    if (before === undefined && after === undefined) return;
    this.#journal.push({ table: tableId, keyText, before });
    const dirty = this.#dirty.get(tableId) as Map<string, Entry | undefined>;
    if (!dirty.has(keyText)) dirty.set(keyText, before);
    this.#put(tableId, keyText, before, after);
  }

  #put(
    tableId: number,
    keyText: string,
    before: Entry | undefined,
    after: Entry | undefined,
  ): void {
    const rows = this.#entries.get(tableId) as Map<string, Entry>;
    if (after === undefined) rows.delete(keyText);
    else rows.set(keyText, after);
    for (const one of this.#groupings.get(tableId) as AnyGrouping[]) {
      const groups = this.#groups.get(one) as Map<string, Set<string>>;
      const from = before && one.groupOf(before.key, before.value);
      const to = after && one.groupOf(after.key, after.value);
      if (from === to) continue;
      if (from !== undefined) {
        const members = groups.get(from) as Set<string>;
        members.delete(keyText);
        if (members.size === 0) groups.delete(from);
      }
      if (to !== undefined) {
        const members = groups.get(to);
        if (members === undefined) groups.set(to, new Set([keyText]));
        else members.add(keyText);
      }
    }
  }

  /** A point to come back to. */
  mark(): number {
    return this.#journal.length;
  }

  /** Undoes every change since `mark`, newest first. */
  rollback(mark: number): void {
    for (let at = this.#journal.length - 1; at >= mark; at--) {
      const { table: tableId, keyText, before } = this.#journal[at] as Change;
      const now = (this.#entries.get(tableId) as Map<string, Entry>).get(keyText);
      this.#put(tableId, keyText, now, before);
    }
    this.#journal.length = mark;
    if (mark === 0) for (const dirty of this.#dirty.values()) dirty.clear();
  }

  /** What changed since the block began, sorted by table and key; entries set back are left out. */
  writes(): readonly Write[] {
    const writes: Write[] = [];
    for (const tableId of [...this.#tables.keys()].sort((a, b) => a - b)) {
      const of = this.#tables.get(tableId) as AnyTable;
      const rows = this.#entries.get(tableId) as Map<string, Entry>;
      const dirty = this.#dirty.get(tableId) as Map<string, Entry | undefined>;
      for (const keyText of [...dirty.keys()].sort()) {
        const before = dirty.get(keyText);
        const now = rows.get(keyText);
        if (before === now) continue;
        const value = now && encode(of.value, now.value);
        if (before !== undefined && value !== undefined) {
          if (compareBytes(encode(of.value, before.value), value) === 0) continue;
        }
        if (before === undefined && value === undefined) continue;
        writes.push({ table: tableId, key: bytesOf(keyText), value });
      }
    }
    return writes;
  }

  /** The entries of a table that changed since the block began, before and after, by key. */
  changes<K, V>(
    of: Table<K, V>,
  ): readonly { readonly key: K; readonly before: V | undefined; readonly after: V | undefined }[] {
    const rows = this.#rows(of);
    const dirty = this.#dirty.get(of.id) as Map<string, Entry | undefined>;
    return [...dirty.keys()].sort().flatMap((keyText) => {
      const before = dirty.get(keyText);
      const after = rows.get(keyText);
      const key = (after ?? before)?.key as K;
      if (before === after) return [];
      return [
        { key, before: before?.value as V | undefined, after: after?.value as V | undefined },
      ];
    });
  }

  /** Makes the changes since the block began final. */
  settle(): void {
    this.#journal.length = 0;
    for (const dirty of this.#dirty.values()) dirty.clear();
  }

  /** Applies a block's write set as it was stored. @throws DecodeError on foreign bytes. */
  apply(writes: readonly Write[]): void {
    for (const write of writes) {
      const of = this.#tables.get(write.table);
      if (of === undefined) throw new DecodeError('write.table', 'a known table', `${write.table}`);
      const after = write.value && {
        key: decode(of.key, write.key, `${of.name}.key`),
        value: decode(of.value, write.value, of.name),
      };
      this.#change(write.table, textOf(write.key), after);
    }
    this.settle();
  }

  tableOf(id: number): Table<unknown, unknown> | undefined {
    return this.#tables.get(id);
  }
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
    const key = reader.raw('write.key', reader.u16('write.key')).slice();
    const present = reader.u8('write.value');
    if (present > 1) throw new DecodeError('write.value', '0 or 1', `${present}`);
    const value =
      present === 1 ? reader.raw('write.value', reader.u32('write.value')).slice() : undefined;
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
