/** Groups of rows that are numbers: a chain through three columns for each grouping. */

const ROWS_AT_FIRST = 16;
const NOBODY = -1;
const [GROUP, NEXT, PREVIOUS] = [0, 1, 2] as const;
const COLUMNS = 3;

type GroupOf = (key: unknown, value: unknown) => string | undefined;

export class RowGroups {
  readonly #groupings: Grouping[] = [];

  get count(): number {
    return this.#groupings.length;
  }

  add(groupOf: GroupOf, byKey: boolean): number {
    return this.#groupings.push(new Grouping(groupOf, byKey)) - 1;
  }

  /** Moves a row to where its new value belongs; out of all groups where it has none. */
  move(row: number, key: unknown, value: unknown): void {
    for (const one of this.#groupings) one.move(row, key, value);
  }

  rows(grouping: number, name: string): number[] {
    return this.#groupings[grouping]?.rows(name) ?? [];
  }

  names(grouping: number): readonly string[] {
    return this.#groupings[grouping]?.names() ?? [];
  }
}

class Grouping {
  readonly #groupOf: GroupOf;
  readonly #byKey: boolean;
  /** Groups by name, and which numbers are free. A group without rows has neither name nor number. */
  readonly #groups = new Map<string, number>();
  readonly #free: number[] = [];
  /** By group: its name and its first row. */
  readonly #names: string[] = [];
  readonly #first: number[] = [];
  /** By row, side by side: its group, and its neighbours in the chain. */
  #columns = new Int32Array(COLUMNS * ROWS_AT_FIRST).fill(NOBODY);

  constructor(groupOf: GroupOf, byKey: boolean) {
    this.#groupOf = groupOf;
    this.#byKey = byKey;
  }

  move(row: number, key: unknown, value: unknown): void {
    if (COLUMNS * row >= this.#columns.length) this.#grow(row);
    const from = this.#columns[COLUMNS * row + GROUP] as number;
    if (this.#byKey && from !== NOBODY && value !== undefined) return;
    const name = value === undefined ? undefined : this.#groupOf(key, value);
    if (from !== NOBODY) {
      if (name === this.#names[from]) return;
      this.#leave(row, from);
    }
    if (name !== undefined) this.#join(row, name);
  }

  #join(row: number, name: string): void {
    let group = this.#groups.get(name);
    if (group === undefined) {
      group = this.#free.pop() ?? this.#names.length;
      this.#groups.set(name, group);
      this.#names[group] = name;
      this.#first[group] = NOBODY;
    }
    const second = this.#first[group] as number;
    this.#first[group] = row;
    this.#columns[COLUMNS * row + NEXT] = second;
    this.#columns[COLUMNS * row + PREVIOUS] = NOBODY;
    if (second !== NOBODY) this.#columns[COLUMNS * second + PREVIOUS] = row;
    this.#columns[COLUMNS * row + GROUP] = group;
  }

  #leave(row: number, group: number): void {
    const next = this.#columns[COLUMNS * row + NEXT] as number;
    const previous = this.#columns[COLUMNS * row + PREVIOUS] as number;
    if (next !== NOBODY) this.#columns[COLUMNS * next + PREVIOUS] = previous;
    if (previous !== NOBODY) this.#columns[COLUMNS * previous + NEXT] = next;
    else this.#first[group] = next;
    this.#columns[COLUMNS * row + GROUP] = NOBODY;
    if (this.#first[group] !== NOBODY) return;
    this.#groups.delete(this.#names[group] as string);
    this.#free.push(group);
  }

  #grow(row: number): void {
    let length = this.#columns.length;
    while (length <= COLUMNS * row) length *= 2;
    const columns = new Int32Array(length).fill(NOBODY);
    columns.set(this.#columns);
    this.#columns = columns;
  }

  rows(name: string): number[] {
    const group = this.#groups.get(name);
    const rows: number[] = [];
    if (group === undefined) return rows;
    for (
      let row = this.#first[group] as number;
      row !== NOBODY;
      row = this.#columns[COLUMNS * row + NEXT] as number
    ) {
      rows.push(row);
    }
    return rows;
  }

  names(): readonly string[] {
    return [...this.#groups.keys()].sort();
  }
}
