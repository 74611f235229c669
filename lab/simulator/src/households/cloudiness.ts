/**
 * Cloud cover of a place by quarter hours: a first-order autoregression about the mean, cut to 0
 * to 8 oktas. About half of the days of the middle of Germany are overcast or nearly so, and the
 * weather lasts for about half a day; the four constants are our choice to that effect.
 */

import { DaySequence, SLOTS_PER_DAY } from './day-sequence.ts';
import { SeededRandom } from './seeded-random.ts';

const MEAN_OKTAS = 5;
/** Standard deviation of what is not yet cut. */
const SPREAD_OKTAS = 3.5;
/** What one quarter hour keeps of the one before: half is forgotten after nine hours. */
const PERSISTENCE = 0.981;
/** SPREAD_OKTAS * sqrt(1 - PERSISTENCE^2), which keeps the spread as it is. */
const SHOCK_OKTAS = 0.679;

export interface Cloudiness {
  /** 0 (clear) to 8 (overcast) in the given quarter hour. */
  oktasAt(slotIndex: number): number;
}

/** Draws from `random` once for the start; later draws go on from the state it had then. */
export function cloudiness(random: SeededRandom): Cloudiness {
  const deviation = random.normal() * SPREAD_OKTAS;
  const sequence = new DaySequence({ deviation, randomState: random.state }, (state) => {
    const stream = SeededRandom.from(state.randomState);
    const values: number[] = [];
    let current = state.deviation;
    for (let i = 0; i < SLOTS_PER_DAY; i += 1) {
      current = PERSISTENCE * current + SHOCK_OKTAS * stream.normal();
      values.push(Math.min(8, Math.max(0, MEAN_OKTAS + current)));
    }
    return { values, state: { deviation: current, randomState: stream.state } };
  });
  return { oktasAt: (slotIndex) => sequence.at(slotIndex) };
}
