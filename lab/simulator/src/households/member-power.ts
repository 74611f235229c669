/**
 * Mean power of each kind of member by days, made from standard profiles, weather and a seeded
 * stream for each member and day.
 */

import { type MeanPower, meanPower, power } from '@commonwatt/units';
import { SLOTS_PER_DAY } from './day-sequence.ts';
import { type DayPower, eachQuarterHour } from './energy-series.ts';
import type { LocalTime } from './local-calendar.ts';
import { mixSeeds, SeededRandom } from './seeded-random.ts';
import { type SolarPlant, solarOutputW } from './solar-plant.ts';
import { type LoadKind, standardLoadW } from './standard-profile.ts';
import type { Surroundings } from './surroundings.ts';

/** Mean power in whole W of the quarter hours of the day from the given one on. */
export type DayWatts = (firstSlotIndex: number) => readonly number[];

export interface ConsumerHabits {
  readonly kind: LoadKind;
  readonly annualKwh: number;
  /** How many quarter hours later than the standard profile this member lives; may be negative. */
  readonly laterQuarterHours: number;
  /** The member's own stream of chance. */
  readonly seed: number;
  /** Load never exceeds it. */
  readonly connectionW: number;
}

/**
 * The standard profile times the year's consumption, roughened. A home uses little for most of the
 * time and much in spells of a quarter hour to an hour; the factor's mean is 1, so that the year
 * still comes to `annualKwh`. A business is steady within a tenth.
 */
export function consumerWatts(habits: ConsumerHabits, around: Surroundings): DayWatts {
  return (firstSlotIndex) => {
    const random = new SeededRandom(mixSeeds(habits.seed, firstSlotIndex));
    const factors = habits.kind === 'home' ? homeFactors(random) : steadyFactors(random);
    return eachQuarterHour(firstSlotIndex, (slotIndex) => {
      const time = shifted(around.timeAt(slotIndex), habits.laterQuarterHours);
      const smooth = (standardLoadW(habits.kind, time) * habits.annualKwh) / 1000;
      const watts = Math.round(smooth * (factors[slotIndex - firstSlotIndex] ?? 1));
      return Math.min(watts, habits.connectionW);
    });
  };
}

/** A plant under the street's own sky. */
export function solarWatts(plant: SolarPlant, around: Surroundings): DayWatts {
  return (firstSlotIndex) =>
    eachQuarterHour(firstSlotIndex, (slotIndex) =>
      solarOutputW(plant, {
        place: around.place,
        sun: around.sunAt(slotIndex),
        cloudOktas: around.cloudOktasAt(slotIndex),
      }),
    );
}

export function consumerPower(habits: ConsumerHabits, around: Surroundings): DayPower {
  return meanPowers(consumerWatts(habits, around));
}

export function solarPower(plant: SolarPlant, around: Surroundings): DayPower {
  return meanPowers(solarWatts(plant, around));
}

function meanPowers(watts: DayWatts): DayPower {
  return (firstSlotIndex) => watts(firstSlotIndex).map(wholeWatts);
}

/** A small water mill: steady over the day, from day to day within a tenth of its mean. */
export function waterPower(meanW: number, seed: number): DayPower {
  return (firstSlotIndex) => {
    const random = new SeededRandom(mixSeeds(seed, firstSlotIndex));
    const watts = wholeWatts(Math.round(meanW * (0.9 + 0.2 * random.fraction())));
    return eachQuarterHour(firstSlotIndex, () => watts);
  };
}

/** No load, or no generation. */
export const noPower: DayPower = (firstSlotIndex) =>
  eachQuarterHour(firstSlotIndex, () => wholeWatts(0));

/** 70 of 100 spells are quiet (0.35 to 0.75), 30 busy (1.3 to 2.8): the mean is 1. */
function homeFactors(random: SeededRandom): number[] {
  const factors: number[] = [];
  while (factors.length < SLOTS_PER_DAY) {
    const quiet = random.below(10) < 7;
    const factor = quiet ? 0.35 + 0.4 * random.fraction() : 1.3 + 1.5 * random.fraction();
    const quarterHours = 1 + random.below(4);
    for (let i = 0; i < quarterHours; i += 1) factors.push(factor);
  }
  return factors;
}

function steadyFactors(random: SeededRandom): number[] {
  return Array.from({ length: SLOTS_PER_DAY }, () => 0.9 + 0.2 * random.fraction());
}

/** Within the same day: whoever rises later also stays up later. */
function shifted(time: LocalTime, laterQuarterHours: number): LocalTime {
  const quarterHour = (time.quarterHour - laterQuarterHours + SLOTS_PER_DAY) % SLOTS_PER_DAY;
  return { ...time, quarterHour };
}

function wholeWatts(watts: number): MeanPower {
  return meanPower(power(BigInt(watts)));
}
