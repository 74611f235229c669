/**
 * The rows of one table: found by name, grouped, and remembered where a block changed them, with
 * what stood there before. A row's name is its key where that is a number, and the text of the key's
 * bytes everywhere else; names of one table stand in the byte order of the keys.
 */

import { bytesOfText, type Writer } from './byte-stream.ts';
import { encode, textOfValue } from './codec.ts';
import { compareBytes } from './bytes.ts';
import type { Table } from './table.ts';

export type Name = string | number;

/** One key of a table, with its value now. */
export interface Row {
  readonly rows: Rows;
  readonly key: unknown;
  readonly name: Name;
  /** Nothing where there is no entry. */
  value: unknown;
  /** The value when the block began: meant only where the block changed it. */
  begun: unknown;
  isDirty: boolean;
}

interface Groups {
  readonly groupOf: (key: unknown, value: unknown) => string | undefined;
  readonly members: Map<string, Set<Row>>;
}

export class Rows {
  readonly table: Table<unknown, unknown>;
  readonly #rows = new Map<Name, Row>();
  readonly #groupings: Groups[] = [];
  /** The largest key, where keys are numbers. */
  readonly #numberMax: number | undefined;
  /** The rows that the block changed, in the order of their first change or of their names. */
  readonly #dirty: Row[] = [];
  #isSorted = true;
  #size = 0;
  #lastKey: unknown;
  #lastRow: Row | undefined;

  constructor(table: Table<unknown, unknown>) {
    this.table = table;
    const { shape } = table.key;
    this.#numberMax = shape.kind === 'integer' && !shape.text ? Number(shape.most) : undefined;
  }

  /** How many rows have an entry. */
  get size(): number {
    return this.#size;
  }

  /** @throws the codec's own error for what is no key of this table. */
  nameOf(key: unknown): Name {
    const most = this.#numberMax;
    if (most === undefined) return textOfValue(this.table.key, key);
    if (Number.isInteger(key) && (key as number) >= 0 && (key as number) <= most) {
      return key as number;
    }
    throw new RangeError(`${this.table.name}: expected a key from 0 to ${most}, got ${key}`);
  }

  find(key: unknown): Row | undefined {
    // The same object is often asked for several times in a row.
    if (key === this.#lastKey && this.#lastRow !== undefined) return this.#lastRow;
    const row = this.#rows.get(this.nameOf(key));
    if (row !== undefined) this.#remember(key, row);
    return row;
  }

  findOrAdd(key: unknown): Row {
    const known = this.find(key);
    if (known !== undefined) return known;
    const name = this.nameOf(key);
    const row: Row = {
      rows: this,
      key,
      name,
      value: undefined,
      begun: undefined,
      isDirty: false,
    };
    this.#rows.set(name, row);
    this.#remember(key, row);
    return row;
  }

  /** Byte strings are left out: whoever has one may write over it. */
  #remember(key: unknown, row: Row): void {
    if (typeof key !== 'object' || key instanceof Uint8Array) return;
    this.#lastKey = key;
    this.#lastRow = row;
  }

  /** Sets or removes the entry of a row. */
  put(row: Row, value: unknown): void {
    const before = row.value;
    if (!row.isDirty) this.#addDirty(row, before);
    row.value = value;
    if (before === undefined) this.#size += value === undefined ? 0 : 1;
    else if (value === undefined) this.#size--;
    for (const groups of this.#groupings) regroup(groups, row, before, value);
  }

  #addDirty(row: Row, before: unknown): void {
    row.isDirty = true;
    row.begun = before;
    const last = this.#dirty[this.#dirty.length - 1];
    if (last !== undefined && last.name > row.name) this.#isSorted = false;
    this.#dirty.push(row);
  }

  #sortedDirty(): readonly Row[] {
    if (!this.#isSorted) this.#dirty.sort(byName);
    this.#isSorted = true;
    return this.#dirty;
  }

  /** The rows whose entry is not the one that the block began with, by name. */
  changed(): readonly Row[] {
    return this.#sortedDirty().filter((row) => row.value !== row.begun);
  }

  /** Makes what stands now the state that the next block begins with. */
  settle(): void {
    if (this.#dirty.length === 0) return;
    for (const row of this.#dirty) {
      row.isDirty = false;
      row.begun = undefined;
      if (row.value === undefined) this.#rows.delete(row.name);
    }
    this.#dirty.length = 0;
    this.#isSorted = true;
    this.#lastKey = undefined;
    this.#lastRow = undefined;
  }

  /** The rows that have an entry, by name. */
  sorted(): readonly Row[] {
    return [...this.#rows.values()].filter((row) => row.value !== undefined).sort(byName);
  }

  /** Names the grouping by its place. */
  addGrouping(groupOf: Groups['groupOf']): number {
    this.#groupings.push({ groupOf, members: new Map() });
    return this.#groupings.length - 1;
  }

  group(grouping: number, name: string): readonly Row[] {
    const members = this.#groupings[grouping]?.members.get(name);
    return members === undefined ? [] : [...members].sort(byName);
  }

  groupNames(grouping: number): readonly string[] {
    return [...(this.#groupings[grouping]?.members.keys() ?? [])].sort();
  }

  /** Appends the changed entries as a write set has them, and says how many there are. */
  encodeWrites(writer: Writer): number {
    const { id, value: codec } = this.table;
    let count = 0;
    for (const row of this.#sortedDirty()) {
      const { value, begun } = row;
      if (value === begun || this.#isRewritten(begun, value)) continue;
      writer.u16(id);
      this.#writeKey(writer, row.name);
      writer.u8(value === undefined ? 0 : 1);
      if (value !== undefined) {
        const at = writer.length;
        writer.u32(0);
        codec.write(writer, value);
        writer.putU32(at, writer.length - at - 4);
      }
      count++;
    }
    return count;
  }

  /** Whether two values that are not the same object are the same value. */
  #isRewritten(before: unknown, after: unknown): boolean {
    if (before === undefined || after === undefined) return false;
    if (differInAPart(before, after)) return false;
    const { value } = this.table;
    return compareBytes(encode(value, before), encode(value, after)) === 0;
  }

  #writeKey(writer: Writer, name: Name): void {
    if (typeof name === 'string') {
      writer.u16(name.length);
      writer.rawText(name);
      return;
    }
    const at = writer.length;
    writer.u16(0);
    this.table.key.write(writer, name);
    writer.putU16(at, writer.length - at - 2);
  }

  keyBytes(name: Name): Uint8Array {
    return typeof name === 'string' ? bytesOfText(name) : encode(this.table.key, name);
  }

  /** The bytes of an entry; nothing where there is none. */
  valueBytes(name: Name): Uint8Array | undefined {
    const value = this.#rows.get(name)?.value;
    return value === undefined ? undefined : encode(this.table.value, value);
  }
}

function byName(a: Row, b: Row): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

function regroup({ groupOf, members }: Groups, row: Row, before: unknown, after: unknown): void {
  const from = before === undefined ? undefined : groupOf(row.key, before);
  const to = after === undefined ? undefined : groupOf(row.key, after);
  if (from === to) return;
  if (from !== undefined) {
    const left = members.get(from) as Set<Row>;
    left.delete(row);
    if (left.size === 0) members.delete(from);
  }
  if (to === undefined) return;
  const joined = members.get(to);
  if (joined === undefined) members.set(to, new Set([row]));
  else joined.add(row);
}

/**
 * Whether two records surely differ: each value has one encoding, so records with two different
 * numbers, quantities or words in one place have two. Says no where it cannot tell so quickly.
 */
function differInAPart(before: unknown, after: unknown): boolean {
  if (typeof before !== 'object' || typeof after !== 'object') return before !== after;
  const one = before as Record<string, unknown>;
  const other = after as Record<string, unknown>;
  for (const part in one) {
    if (one[part] !== other[part] && typeof one[part] !== 'object') return true;
  }
  return false;
}
