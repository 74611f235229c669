/**
 * The rows of a table whose values are kept as they are. A row's name is its key where that is a
 * number, and the text of the key's bytes everywhere else; names of one table stand in the byte
 * order of the keys.
 */

import { bytesOfText, type Writer } from './byte-stream.ts';
import { compareBytes } from './bytes.ts';
import { encode, textOfValue } from './codec.ts';
import { RowTallies } from './row-tallies.ts';
import type { Sums } from './sums.ts';
import type { Table } from './table.ts';
import type { Entry, EntryChange, Followed, Journal, TableRows } from './table-rows.ts';
import type { AddToTally } from './tally.ts';

type Name = string | number;

/** One key of a table, with its value now. */
interface Row {
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
  readonly byKey: boolean;
  readonly members: Map<string, Set<Row>>;
}

export class ObjectRows implements TableRows {
  readonly table: Table<unknown, unknown>;
  readonly #rows = new Map<Name, Row>();
  readonly #groupings: Groups[] = [];
  readonly #tallies = new RowTallies();
  /** The largest key, where keys are numbers. */
  readonly #numberMax: number | undefined;
  /** The rows that the block changed, in the order of their first change or of their names. */
  readonly #dirty: Row[] = [];
  readonly #followed = new Set<Name>();
  #isSorted = true;
  #size = 0;
  #lastKey: unknown;
  #lastRow: Row | undefined;

  constructor(table: Table<unknown, unknown>) {
    this.table = table;
    const { shape } = table.key;
    this.#numberMax = shape.kind === 'integer' && !shape.text ? Number(shape.most) : undefined;
  }

  get size(): number {
    return this.#size;
  }

  get(key: unknown): unknown {
    return this.#find(key)?.value;
  }

  set(key: unknown, value: unknown, journal: Journal): void {
    let row = this.#find(key);
    if (row === undefined) {
      if (value === undefined) return;
      row = this.#add(key);
    }
    if (row.value === undefined && value === undefined) return;
    journal.push(this, row, row.value);
    this.#put(row, value);
  }

  undo(row: unknown, before: unknown): void {
    this.#put(row as Row, before);
  }

  #nameOf(key: unknown): Name {
    const most = this.#numberMax;
    if (most === undefined) return textOfValue(this.table.key, key);
    if (Number.isInteger(key) && (key as number) >= 0 && (key as number) <= most) {
      return key as number;
    }
    throw new RangeError(`${this.table.name}: expected a key from 0 to ${most}, got ${key}`);
  }

  #find(key: unknown): Row | undefined {
    // The same key is often asked for several times in a row.
    if (key === this.#lastKey && this.#lastRow !== undefined) return this.#lastRow;
    const row = this.#rows.get(this.#nameOf(key));
    // Byte strings are left out: whoever has one may write over it.
    if (row !== undefined && !(key instanceof Uint8Array)) {
      this.#lastKey = key;
      this.#lastRow = row;
    }
    return row;
  }

  #add(key: unknown): Row {
    const name = this.#nameOf(key);
    const row: Row = { key, name, value: undefined, begun: undefined, isDirty: false };
    this.#rows.set(name, row);
    return row;
  }

  #put(row: Row, value: unknown): void {
    const before = row.value;
    if (!row.isDirty) this.#addDirty(row, before);
    row.value = value;
    if (before === undefined) this.#size += value === undefined ? 0 : 1;
    else if (value === undefined) this.#size--;
    for (const groups of this.#groupings) regroup(groups, row, before, value);
    this.#tallies.move(row.key, before, value);
  }

  #addDirty(row: Row, before: unknown): void {
    row.isDirty = true;
    row.begun = before;
    this.#dirty.push(row);
    this.#isSorted = false;
  }

  /** The rows whose entry is not the one that the block began with, by name. */
  #changed(): readonly Row[] {
    if (!this.#isSorted) this.#dirty.sort(byName);
    this.#isSorted = true;
    return this.#dirty.filter((row) => row.value !== row.begun);
  }

  changes(): readonly EntryChange[] {
    return this.#changed().map(({ key, begun, value }) => ({ key, before: begun, after: value }));
  }

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

  entries(): readonly Entry[] {
    const rows = [...this.#rows.values()].filter((row) => row.value !== undefined);
    return entriesOf(rows);
  }

  addTally(addEntry: (add: AddToTally, key: unknown, value: unknown) => void, sums: Sums): void {
    this.#tallies.follow(addEntry, sums);
  }

  addGrouping(groupOf: Groups['groupOf'], byKey: boolean): number {
    return this.#groupings.push({ groupOf, byKey, members: new Map() }) - 1;
  }

  group(grouping: number, name: string): readonly Entry[] {
    const members = this.#groupings[grouping]?.members.get(name);
    return members === undefined ? [] : entriesOf([...members]);
  }

  groupNames(grouping: number): readonly string[] {
    return [...(this.#groupings[grouping]?.members.keys() ?? [])].sort();
  }

  deleteGroup(grouping: number, name: string, journal: Journal): void {
    for (const row of [...(this.#groupings[grouping]?.members.get(name) ?? [])]) {
      journal.push(this, row, row.value);
      this.#put(row, undefined);
    }
  }

  encodeWrites(writer: Writer, follow: boolean): number {
    const { id, provable, value: codec } = this.table;
    let count = 0;
    for (const { name, value, begun } of this.#changed()) {
      if (this.#isRewritten(begun, value)) continue;
      writer.u16(id);
      this.#writeKey(writer, name);
      writer.u8(value === undefined ? 0 : 1);
      if (value !== undefined) {
        const at = writer.length;
        writer.u32(0);
        codec.write(writer, value);
        writer.putU32(at, writer.length - at - 4);
      }
      if (follow && provable) this.#followed.add(name);
      count++;
    }
    return count;
  }

  /** Whether two values that are not the same object are the same value. */
  #isRewritten(before: unknown, after: unknown): boolean {
    if (before === undefined || after === undefined) return false;
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

  isFollowed(key: unknown): boolean {
    return this.#followed.has(this.#nameOf(key));
  }

  takeFollowed(): readonly Followed[] {
    const taken = [...this.#followed].map((name) => {
      const value = this.#rows.get(name)?.value;
      return {
        key: typeof name === 'string' ? bytesOfText(name) : encode(this.table.key, name),
        value: value === undefined ? undefined : encode(this.table.value, value),
      };
    });
    this.#followed.clear();
    return taken;
  }
}

function entriesOf(rows: Row[]): readonly Entry[] {
  return rows.sort(byName).map(({ key, value }) => [key, value] as const);
}

function byName(a: Row, b: Row): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

function regroup(groups: Groups, row: Row, before: unknown, after: unknown): void {
  const { groupOf, byKey, members } = groups;
  if (byKey && (before === undefined) === (after === undefined)) return;
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
