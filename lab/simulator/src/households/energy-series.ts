/**
 * Mean power of quarter hours as whole Wh of each, without losing any: what a quarter hour leaves
 * of a Wh is carried into the next (see `meanPowerToEnergy`). Any quarter hour can be asked for.
 */

import {
  type Energy,
  type EnergyCarry,
  type MeanPower,
  meanPowerToEnergy,
  NO_CARRY,
} from '@commonwatt/units';
import { DaySequence, SLOTS_PER_DAY } from './day-sequence.ts';

const QUARTER_HOUR_SECONDS = 900;

/** Mean power of the SLOTS_PER_DAY quarter hours from the given one on. */
export type DayPower = (firstSlotIndex: number) => readonly MeanPower[];

export function energySeries(dayPower: DayPower): (slotIndex: number) => Energy {
  const sequence = new DaySequence<EnergyCarry, Energy>(NO_CARRY, (carried, firstSlotIndex) => {
    const values: Energy[] = [];
    let carry = carried;
    for (const mean of dayPower(firstSlotIndex)) {
      const step = meanPowerToEnergy(mean, QUARTER_HOUR_SECONDS, carry);
      values.push(step.energy);
      carry = step.carry;
    }
    return { values, state: carry };
  });
  return (slotIndex) => sequence.at(slotIndex);
}

/** A day of something that can be said for each quarter hour alone. */
export function eachQuarterHour<Value>(
  firstSlotIndex: number,
  valueAt: (slotIndex: number) => Value,
): Value[] {
  return Array.from({ length: SLOTS_PER_DAY }, (_, i) => valueAt(firstSlotIndex + i));
}
