/** One line of JSON in pieces: the outcome of a million orders is a text that nobody should hold thrice. */

const ROWS_PER_PIECE = 2048;

/** A list whose rows are made as they are written. */
export class Rows<Item> {
  readonly #items: readonly Item[];
  readonly #rowOf: (item: Item) => object;

  constructor(items: readonly Item[], rowOf: (item: Item) => object) {
    this.#items = items;
    this.#rowOf = rowOf;
  }

  *pieces(): Generator<string> {
    for (let from = 0; from < this.#items.length; from += ROWS_PER_PIECE) {
      const rows = this.#items.slice(from, from + ROWS_PER_PIECE).map((item) => this.#rowOf(item));
      yield `${from === 0 ? '' : ','}${JSON.stringify(rows).slice(1, -1)}`;
    }
  }
}

/** What `JSON.stringify` makes of the fields, `Rows` among them being lists. */
export function* jsonPieces(fields: Readonly<Record<string, unknown>>): Generator<string> {
  let before = '{';
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    yield `${before}${JSON.stringify(name)}:`;
    before = ',';
    if (value instanceof Rows) {
      yield '[';
      yield* value.pieces();
      yield ']';
    } else yield JSON.stringify(value);
  }
  yield before === '{' ? '{}' : '}';
}
