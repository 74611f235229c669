/** What crosses the feeders, against what they carry. Trades do not move it: meters do. */

import type { World } from './world.ts';

export interface FeederLimit {
  readonly name: string;
  readonly importLimitWh: number;
  readonly exportLimitWh: number;
}

export class FeederWatch {
  readonly #feeders: readonly FeederLimit[];
  /** By member the index of its feeder, -1 without one. */
  readonly #feederOf: readonly number[];
  readonly #sums: Float64Array;

  constructor({ members }: World, feeders: readonly FeederLimit[]) {
    this.#feeders = feeders;
    this.#feederOf = members.map(({ feeder }) => feeders.findIndex(({ name }) => name === feeder));
    this.#sums = new Float64Array(feeders.length);
  }

  /** The most by which one feeder is beyond its limit in a slot; 0 where none is. */
  excessWh(nets: Int32Array): number {
    if (this.#feeders.length === 0) return 0;
    this.#sums.fill(0);
    for (let member = 0; member < nets.length; member++) {
      const feeder = this.#feederOf[member] as number;
      if (feeder < 0) continue;
      this.#sums[feeder] = (this.#sums[feeder] as number) + (nets[member] as number);
    }
    let most = 0;
    for (const [at, { importLimitWh, exportLimitWh }] of this.#feeders.entries()) {
      const sum = this.#sums[at] as number;
      most = Math.max(most, sum - importLimitWh, -sum - exportLimitWh);
    }
    return most;
  }
}
