/** What all members of a street share in a quarter hour: the calendar, the sun and the clouds. */

import { QUARTER_HOUR_MS } from '@commonwatt/units';
import { cloudiness } from './cloudiness.ts';
import { DaySequence } from './day-sequence.ts';
import { eachQuarterHour } from './energy-series.ts';
import { type LocalTime, localTime } from './local-calendar.ts';
import type { SeededRandom } from './seeded-random.ts';
import { type Place, type Sun, sunAt } from './solar-plant.ts';

export interface Surroundings {
  readonly place: Place;
  timeAt(slotIndex: number): LocalTime;
  sunAt(slotIndex: number): Sun;
  cloudOktasAt(slotIndex: number): number;
}

/** Slot 0 begins at `startMs`; `weather` is the stream that the clouds come from. */
export function surroundings({
  startMs,
  place,
  weather,
}: {
  startMs: number;
  place: Place;
  weather: SeededRandom;
}): Surroundings {
  const clouds = cloudiness(weather);
  const times = byDay((slotIndex) => localTime(startMs + slotIndex * QUARTER_HOUR_MS));
  const suns = byDay((slotIndex) => sunAt(startMs + slotIndex * QUARTER_HOUR_MS, place));
  return {
    place,
    timeAt: (slotIndex) => times.at(slotIndex),
    sunAt: (slotIndex) => suns.at(slotIndex),
    cloudOktasAt: (slotIndex) => clouds.oktasAt(slotIndex),
  };
}

/** The same, with every slot up to a number kept: for whoever lays out one member after the other. */
export function keptSurroundings(around: Surroundings, slots: number): Surroundings {
  const kept = <Value>(valueAt: (slotIndex: number) => Value) => {
    const values = Array.from({ length: slots }, (_, slotIndex) => valueAt(slotIndex));
    return (slotIndex: number) => values[slotIndex] ?? valueAt(slotIndex);
  };
  return {
    place: around.place,
    timeAt: kept(around.timeAt),
    sunAt: kept(around.sunAt),
    cloudOktasAt: kept(around.cloudOktasAt),
  };
}

/** Computed once for all members; no day needs the one before. */
function byDay<Value>(valueAt: (slotIndex: number) => Value): DaySequence<undefined, Value> {
  return new DaySequence<undefined, Value>(undefined, (_state, firstSlotIndex) => ({
    values: eachQuarterHour(firstSlotIndex, valueAt),
    state: undefined,
  }));
}
