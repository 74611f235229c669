/**
 * The rows of a table with many small entries, kept as the bytes of their one encoding, one behind
 * the other in one buffer. A million orders are then a few buffers and not many million objects, and
 * a write set is copied out instead of being encoded. Values are decoded when they are asked for.
 */

import { Reader, Writer } from './byte-stream.ts';
import { LateValues } from './late-values.ts';
import { RowGroups } from './row-groups.ts';
import { rowsByKey, sameBytes } from './row-order.ts';
import { RowTallies } from './row-tallies.ts';
import type { Sums } from './sums.ts';
import type { Table } from './table.ts';
import type { Entry, EntryChange, Followed, Journal, TableRows } from './table-rows.ts';
import type { AddToTally } from './tally.ts';

/** The place of no value: the buffer begins with a byte that is never used. */
const NOTHING = 0;
/** A row that the block has not changed. */
const CLEAN = -1;
const ROWS_AT_FIRST = 16;
/** Bytes that nobody needs any more are given back when they are more than these and the half. */
const GARBAGE_BYTES_MIN = 65_536;
/** The columns: places of key, value and value when the block began, or CLEAN; hash of the key. */
const [KEY_AT, VALUE_AT, BEGUN_AT, HASH] = [0, 1, 2, 3] as const;
const COLUMNS = 4;
/** Places are 32-bit numbers. */
const BYTES_MAX = 1 << 30;
const KEY_LENGTH_BYTES = 2;
const VALUE_LENGTH_BYTES = 4;

/** A changed row whose key is read when it is asked for, in the block that changed it. */
class RowChange implements EntryChange {
  readonly #keyOf: (row: number) => unknown;
  readonly #row: number;
  readonly before: unknown;
  readonly after: unknown;

  constructor(keyOf: (row: number) => unknown, row: number, before: unknown, after: unknown) {
    this.#keyOf = keyOf;
    this.#row = row;
    this.before = before;
    this.after = after;
  }

  get key(): unknown {
    return this.#keyOf(this.#row);
  }
}

export class CompactRows implements TableRows {
  readonly table: Table<unknown, unknown>;
  readonly #groups = new RowGroups();
  readonly #tallies = new RowTallies();
  readonly #keyWriter = new Writer(64);
  readonly #reader = new Reader(new Uint8Array());
  /** Keys behind two bytes and values behind four bytes of length. */
  #bytes = new Writer(1024);
  #garbage = 0;
  /** Four numbers for each row, side by side so that they are fetched together: see KEY_AT. */
  #columns = new Int32Array(COLUMNS * ROWS_AT_FIRST);
  #isFollowed = new Uint8Array(ROWS_AT_FIRST);
  /** Rows by hash, each plus one; open addressing, at most half full. */
  #buckets = new Int32Array(4 * ROWS_AT_FIRST);
  #rowCount = 0;
  #free: number[] = [];
  #size = 0;
  #dirty: number[] = [];
  #isSorted = true;
  /** What `changes` answered, until something changes. */
  #changes: readonly EntryChange[] | undefined;
  readonly #followed: number[] = [];
  /** The two keys that were found last, and their rows: money moves between two accounts. */
  #lastKey: unknown;
  #lastRow = -1;
  #priorKey: unknown;
  #priorRow = -1;
  /** The hash of the key that was looked for last. */
  #lastHash = 0;
  readonly #lately = new LateValues();

  constructor(table: Table<unknown, unknown>) {
    this.table = table;
    this.#bytes.u8(0);
  }

  get size(): number {
    return this.#size;
  }

  get(key: unknown): unknown {
    const row = this.#find(key);
    if (row < 0) return undefined;
    const known = this.#lately.of(row);
    if (known !== undefined) return known;
    const value = this.#valueOf(this.#columns[COLUMNS * row + VALUE_AT] as number);
    this.#lately.keep(row, value);
    return value;
  }

  set(key: unknown, value: unknown, journal: Journal): void {
    let row = this.#find(key);
    if (row < 0) {
      if (value === undefined) return;
      row = this.#add();
    }
    const before = this.#columns[COLUMNS * row + VALUE_AT] as number;
    if (before === NOTHING && value === undefined) return;
    const after = value === undefined ? NOTHING : this.#writeValue(value);
    if (this.#tallies.count > 0) {
      this.#tallies.move(key, this.#lately.of(row) ?? this.#valueOf(before), value);
    }
    journal.push(this, row, before);
    this.#put(row, after);
    if (before !== NOTHING) this.#lately.keep(row, value);
    this.#groups.move(row, key, value);
  }

  undo(row: unknown, before: unknown): void {
    const at = row as number;
    const valueAt = before as number;
    if (this.#tallies.count > 0) {
      const undone = this.#valueOf(this.#columns[COLUMNS * at + VALUE_AT] as number);
      this.#tallies.move(this.#keyOf(at), undone, this.#valueOf(valueAt));
    }
    this.#put(at, valueAt);
    if (valueAt !== this.#columns[COLUMNS * at + BEGUN_AT])
      this.#garbage -= this.#valueBytes(valueAt);
    if (this.#groups.count > 0) this.#groups.move(at, this.#keyOf(at), this.#valueOf(valueAt));
  }

  #put(row: number, after: number): void {
    this.#changes = undefined;
    const before = this.#columns[COLUMNS * row + VALUE_AT] as number;
    if (this.#columns[COLUMNS * row + BEGUN_AT] === CLEAN) this.#addDirty(row, before);
    else if (before !== this.#columns[COLUMNS * row + BEGUN_AT])
      this.#garbage += this.#valueBytes(before);
    if (before === NOTHING) this.#size++;
    if (after === NOTHING) this.#size--;
    this.#columns[COLUMNS * row + VALUE_AT] = after;
    this.#lately.drop(row);
  }

  #addDirty(row: number, before: number): void {
    this.#columns[COLUMNS * row + BEGUN_AT] = before;
    this.#dirty.push(row);
    this.#isSorted = false;
  }

  // ---- keys and values ----

  /** The row of a key, which stands in the key writer afterwards; -1 where there is none. */
  #find(key: unknown): number {
    if (key === this.#lastKey && this.#lastRow >= 0) return this.#lastRow;
    if (key === this.#priorKey && this.#priorRow >= 0) return this.#priorRow;
    const writer = this.#keyWriter;
    writer.reset();
    this.table.key.write(writer, key);
    this.#lastHash = hashOf(writer.view, writer.length);
    const row = this.#probe(this.#lastHash);
    // Byte strings are left out: whoever has one may write over it.
    if (row >= 0 && !(key instanceof Uint8Array)) {
      this.#priorKey = this.#lastKey;
      this.#priorRow = this.#lastRow;
      this.#lastKey = key;
      this.#lastRow = row;
    }
    return row;
  }

  #probe(hash: number): number {
    const mask = this.#buckets.length - 1;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const row = (this.#buckets[at] as number) - 1;
      if (row < 0) return -1;
      if (this.#columns[COLUMNS * row + HASH] === hash && this.#isKey(row)) return row;
    }
  }

  /** Whether the key writer holds the key of a row. */
  #isKey(row: number): boolean {
    const { length, view: key } = this.#keyWriter;
    const { view } = this.#bytes;
    const from = this.#columns[COLUMNS * row + KEY_AT] as number;
    return (
      view.getUint16(from) === length && sameBytes(view, from + KEY_LENGTH_BYTES, key, 0, length)
    );
  }

  /** Makes a row of the key in the key writer, which was looked for last. */
  #add(): number {
    const { length, view } = this.#keyWriter;
    const row = this.#free.pop() ?? this.#rowCount++;
    const at = COLUMNS * row;
    if (at >= this.#columns.length) this.#grow();
    const columns = this.#columns;
    columns[at + KEY_AT] = this.#bytes.length;
    this.#bytes.u16(length);
    this.#bytes.rawPart(view, 0, length);
    columns[at + VALUE_AT] = NOTHING;
    columns[at + BEGUN_AT] = CLEAN;
    columns[at + HASH] = this.#lastHash;
    this.#enter(row, this.#lastHash);
    return row;
  }

  #enter(row: number, hash: number): void {
    const mask = this.#buckets.length - 1;
    let at = hash & mask;
    while (this.#buckets[at] !== 0) at = (at + 1) & mask;
    this.#buckets[at] = row + 1;
  }

  #grow(): void {
    const length = (2 * this.#columns.length) / COLUMNS;
    const columns = new Int32Array(COLUMNS * length);
    columns.set(this.#columns);
    this.#columns = columns;
    const isFollowed = new Uint8Array(length);
    isFollowed.set(this.#isFollowed);
    this.#isFollowed = isFollowed;
    const buckets = this.#buckets;
    this.#buckets = new Int32Array(4 * length);
    for (const one of buckets)
      if (one !== 0) this.#enter(one - 1, this.#columns[COLUMNS * (one - 1) + HASH] as number);
  }

  /** Forgets a row without an entry. The rows behind it close up, so that no probe stops too soon. */
  #remove(row: number): void {
    const mask = this.#buckets.length - 1;
    let hole = (this.#columns[COLUMNS * row + HASH] as number) & mask;
    while (this.#buckets[hole] !== row + 1) hole = (hole + 1) & mask;
    for (let at = (hole + 1) & mask; this.#buckets[at] !== 0; at = (at + 1) & mask) {
      const home =
        (this.#columns[COLUMNS * ((this.#buckets[at] as number) - 1) + HASH] as number) & mask;
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      this.#buckets[hole] = this.#buckets[at] as number;
      hole = at;
    }
    this.#buckets[hole] = 0;
    this.#garbage +=
      KEY_LENGTH_BYTES +
      this.#bytes.view.getUint16(this.#columns[COLUMNS * row + KEY_AT] as number);
    this.#free.push(row);
  }

  #writeValue(value: unknown): number {
    const bytes = this.#bytes;
    const at = bytes.length;
    if (at > BYTES_MAX) throw new Error(`table ${this.table.name}: expected at most 1 GiB`);
    try {
      bytes.u32(0);
      this.table.value.write(bytes, value);
      bytes.putU32(at, bytes.length - at - VALUE_LENGTH_BYTES);
    } catch (error) {
      bytes.truncate(at);
      throw error;
    }
    return at;
  }

  #keyOf(row: number): unknown {
    const { buffer, view } = this.#bytes;
    const from = this.#columns[COLUMNS * row + KEY_AT] as number;
    const first = from + KEY_LENGTH_BYTES;
    this.#reader.reset(buffer, first, first + view.getUint16(from));
    return this.table.key.read(this.#reader, this.table.name);
  }

  #valueOf(at: number): unknown {
    if (at === NOTHING) return undefined;
    const { buffer, view } = this.#bytes;
    const first = at + VALUE_LENGTH_BYTES;
    this.#reader.reset(buffer, first, first + view.getInt32(at));
    return this.table.value.read(this.#reader, this.table.name);
  }

  #isSameValue(one: number, other: number): boolean {
    if (one === other) return true;
    if (one === NOTHING || other === NOTHING) return false;
    const { view } = this.#bytes;
    return sameBytes(view, one, view, other, VALUE_LENGTH_BYTES + view.getInt32(one));
  }

  // ---- reading ----

  entries(): readonly Entry[] {
    return this.#entriesOf(this.#allRows());
  }

  #allRows(): number[] {
    const rows: number[] = [];
    for (const one of this.#buckets) {
      if (one !== 0 && this.#columns[COLUMNS * (one - 1) + VALUE_AT] !== NOTHING)
        rows.push(one - 1);
    }
    return rows;
  }

  #entriesOf(rows: number[]): readonly Entry[] {
    return this.#sorted(rows).map(
      (row) =>
        [
          this.#keyOf(row),
          this.#valueOf(this.#columns[COLUMNS * row + VALUE_AT] as number),
        ] as const,
    );
  }

  addTally(addEntry: (add: AddToTally, key: unknown, value: unknown) => void, sums: Sums): void {
    this.#tallies.follow(addEntry, sums);
  }

  addGrouping(
    groupOf: (key: unknown, value: unknown) => string | undefined,
    byKey: boolean,
  ): number {
    return this.#groups.add(groupOf, byKey);
  }

  group(grouping: number, name: string): readonly Entry[] {
    return this.#entriesOf(this.#groups.rows(grouping, name));
  }

  groupNames(grouping: number): readonly string[] {
    return this.#groups.names(grouping);
  }

  deleteGroup(grouping: number, name: string, journal: Journal): void {
    for (const row of this.#groups.rows(grouping, name)) {
      const key = this.#keyOf(row);
      const before = this.#columns[COLUMNS * row + VALUE_AT] as number;
      if (this.#tallies.count > 0) this.#tallies.move(key, this.#valueOf(before), undefined);
      journal.push(this, row, before);
      this.#put(row, NOTHING);
      this.#groups.move(row, key, undefined);
    }
  }

  // ---- what a block changed ----

  readonly #keyReader = (row: number) => this.#keyOf(row);

  /** Several invariants look at the same changes: they are read once, until something changes. */
  changes(): readonly EntryChange[] {
    this.#changes ??= this.#changedRows().map(
      (row) =>
        new RowChange(
          this.#keyReader,
          row,
          this.#valueOf(this.#columns[COLUMNS * row + BEGUN_AT] as number),
          this.#valueOf(this.#columns[COLUMNS * row + VALUE_AT] as number),
        ),
    );
    return this.#changes;
  }

  #changedRows(): number[] {
    if (!this.#isSorted) this.#dirty = this.#sorted(this.#dirty);
    this.#isSorted = true;
    return this.#dirty.filter(
      (row) =>
        !this.#isSameValue(
          this.#columns[COLUMNS * row + BEGUN_AT] as number,
          this.#columns[COLUMNS * row + VALUE_AT] as number,
        ),
    );
  }

  encodeWrites(writer: Writer, follow: boolean): number {
    const { id, provable } = this.table;
    const { view } = this.#bytes;
    const rows = this.#changedRows();
    for (const row of rows) {
      const keyAt = this.#columns[COLUMNS * row + KEY_AT] as number;
      const valueAt = this.#columns[COLUMNS * row + VALUE_AT] as number;
      writer.u16(id);
      writer.rawPart(view, keyAt, KEY_LENGTH_BYTES + view.getUint16(keyAt));
      writer.u8(valueAt === NOTHING ? 0 : 1);
      if (valueAt !== NOTHING) {
        writer.rawPart(view, valueAt, VALUE_LENGTH_BYTES + view.getInt32(valueAt));
      }
      if (follow && provable && this.#isFollowed[row] === 0) {
        this.#isFollowed[row] = 1;
        this.#followed.push(row);
      }
    }
    return rows.length;
  }

  settle(): void {
    if (this.#dirty.length === 0) return;
    this.#changes = undefined;
    for (const row of this.#dirty) {
      const begun = this.#columns[COLUMNS * row + BEGUN_AT] as number;
      const now = this.#columns[COLUMNS * row + VALUE_AT] as number;
      this.#columns[COLUMNS * row + BEGUN_AT] = CLEAN;
      if (begun !== now) this.#garbage += this.#valueBytes(begun);
      if (now === NOTHING && this.#isFollowed[row] === 0) this.#remove(row);
    }
    this.#dirty = [];
    this.#isSorted = true;
    this.#forgetLast();
    this.#compact();
  }

  /** The room that a value takes. */
  #valueBytes(at: number): number {
    return at === NOTHING ? 0 : VALUE_LENGTH_BYTES + this.#bytes.view.getInt32(at);
  }

  #forgetLast(): void {
    this.#lastKey = undefined;
    this.#lastRow = -1;
    this.#priorKey = undefined;
    this.#priorRow = -1;
    this.#lately.clear();
  }

  // ---- what the balance map follows ----

  isFollowed(key: unknown): boolean {
    const row = this.#find(key);
    return row >= 0 && this.#isFollowed[row] === 1;
  }

  takeFollowed(): readonly Followed[] {
    const taken = this.#followed.map((row) => ({
      key: this.#bytesAt(this.#columns[COLUMNS * row + KEY_AT] as number, KEY_LENGTH_BYTES),
      value:
        this.#columns[COLUMNS * row + VALUE_AT] === NOTHING
          ? undefined
          : this.#bytesAt(this.#columns[COLUMNS * row + VALUE_AT] as number, VALUE_LENGTH_BYTES),
    }));
    for (const row of this.#followed) {
      this.#isFollowed[row] = 0;
      // A row that the block has removed is still dirty, and goes when the block is settled.
      if (
        this.#columns[COLUMNS * row + VALUE_AT] === NOTHING &&
        this.#columns[COLUMNS * row + BEGUN_AT] === CLEAN
      )
        this.#remove(row);
    }
    this.#followed.length = 0;
    this.#forgetLast();
    return taken;
  }

  #bytesAt(at: number, lengthBytes: number): Uint8Array {
    const { buffer, view } = this.#bytes;
    const length = lengthBytes === KEY_LENGTH_BYTES ? view.getUint16(at) : view.getInt32(at);
    return buffer.slice(at + lengthBytes, at + lengthBytes + length);
  }

  // ---- order and room ----

  #sorted(rows: number[]): number[] {
    return rowsByKey(rows, { view: this.#bytes.view, columns: this.#columns, stride: COLUMNS });
  }

  /** Copies what is still needed into a new buffer, where the half of the old one is not. */
  #compact(): void {
    const old = this.#bytes;
    if (this.#garbage < GARBAGE_BYTES_MIN || 2 * this.#garbage < old.length) return;
    const { view } = old;
    const bytes = new Writer(Math.max(1024, 2 * (old.length - this.#garbage)));
    bytes.u8(0);
    for (const one of this.#buckets) {
      if (one === 0) continue;
      const row = one - 1;
      const keyAt = this.#columns[COLUMNS * row + KEY_AT] as number;
      this.#columns[COLUMNS * row + KEY_AT] = bytes.length;
      bytes.rawPart(view, keyAt, KEY_LENGTH_BYTES + view.getUint16(keyAt));
      const valueAt = this.#columns[COLUMNS * row + VALUE_AT] as number;
      if (valueAt === NOTHING) continue;
      this.#columns[COLUMNS * row + VALUE_AT] = bytes.length;
      bytes.rawPart(view, valueAt, VALUE_LENGTH_BYTES + view.getInt32(valueAt));
    }
    this.#bytes = bytes;
    this.#garbage = 0;
  }
}

/** Spreads keys over buckets. It decides nothing that anyone can see. */
function hashOf(key: DataView, length: number): number {
  let hash = length;
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    hash = Math.imul(hash ^ key.getInt32(at), 0x9e37_79b1);
    hash ^= hash >>> 15;
  }
  for (; at < length; at++) hash = Math.imul(hash ^ key.getUint8(at), 0x85eb_ca6b);
  return hash ^ (hash >>> 13);
}
