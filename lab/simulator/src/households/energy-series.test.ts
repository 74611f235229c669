import { meanPower, power } from '@commonwatt/units';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SLOTS_PER_DAY } from './day-sequence.ts';
import { eachQuarterHour, energySeries } from './energy-series.ts';

/** Whole watts by slot, repeated after the last. */
function seriesOf(watts: readonly number[]) {
  return energySeries((firstSlotIndex) =>
    eachQuarterHour(firstSlotIndex, (slotIndex) =>
      meanPower(power(BigInt(watts[slotIndex % watts.length] ?? 0))),
    ),
  );
}

describe('energy of quarter hours', () => {
  test('the fraction of a Wh is carried over, across days too', () => {
    const one = seriesOf([1]); // 0.25 Wh each
    expect([0, 1, 2, 3, 4, 7].map((slotIndex) => one(slotIndex))).toEqual([0n, 0n, 0n, 1n, 0n, 1n]);
    const three = seriesOf([3]);
    const lastOfDay = SLOTS_PER_DAY - 1;
    expect([three(lastOfDay), three(lastOfDay + 1)]).toEqual([1n, 0n]);
  });

  test('after any number of quarter hours all but a fraction of one Wh has been handed out', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(20_000), { minLength: 1, maxLength: 50 }),
        fc.integer({ min: 1, max: 400 }),
        (watts, slots) => {
          const at = seriesOf(watts);
          let wattHours = 0n;
          let wattQuarters = 0;
          for (let i = 0; i < slots; i += 1) {
            wattHours += at(i);
            wattQuarters += watts[i % watts.length] ?? 0;
          }
          expect(wattHours).toBe(BigInt(Math.floor(wattQuarters / 4)));
        },
      ),
    );
  });
});
