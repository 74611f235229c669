/** The tallies that a table's rows add to. */

import type { Sums } from './sums.ts';
import type { AddToTally } from './tally.ts';

type AddEntry = (add: AddToTally, key: unknown, value: unknown) => void;

export class RowTallies {
  readonly #tallies: {
    readonly addEntry: AddEntry;
    readonly add: AddToTally;
    readonly subtract: AddToTally;
  }[] = [];

  get count(): number {
    return this.#tallies.length;
  }

  follow(addEntry: AddEntry, sums: Sums): void {
    this.#tallies.push({
      addEntry,
      add: (first, second, count, amount) => sums.add(first, second, count, amount),
      subtract: (first, second, count, amount) => sums.add(first, second, -count, -amount),
    });
  }

  /** An entry came, went, or has another value. */
  move(key: unknown, before: unknown, after: unknown): void {
    for (const { addEntry, add, subtract } of this.#tallies) {
      if (before !== undefined) addEntry(subtract, key, before);
      if (after !== undefined) addEntry(add, key, after);
    }
  }
}
