/** The values of a few rows that were read or written last, so that they are not decoded again. */

/** A power of two. */
const PLACES = 64;

export class LateValues {
  readonly #rows = new Int32Array(PLACES).fill(-1);
  readonly #values: unknown[] = new Array(PLACES).fill(undefined);

  of(row: number): unknown {
    const place = row & (PLACES - 1);
    return this.#rows[place] === row ? this.#values[place] : undefined;
  }

  /** Keeps a value in the place of whatever stood there. */
  keep(row: number, value: unknown): void {
    const place = row & (PLACES - 1);
    this.#rows[place] = row;
    this.#values[place] = value;
  }

  drop(row: number): void {
    const place = row & (PLACES - 1);
    if (this.#rows[place] === row) this.#values[place] = undefined;
  }

  clear(): void {
    this.#rows.fill(-1);
    this.#values.fill(undefined);
  }
}
