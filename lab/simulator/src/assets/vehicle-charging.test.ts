import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chargeAtOnce, chargeEvenly, chargingOf, unmetVehicleWh } from './vehicle-charging.ts';

const HOUR_MS = 3_600_000;

function charging(needWh: number, powerW: number, slots = 24) {
  const clock = {
    slots,
    slotMs: HOUR_MS,
    localMinuteOfDay: (slot: number) => (slot % 24) * 60,
    localDay: (slot: number) => Math.floor(slot / 24),
  };
  const times = { arrives: '10:00', leaves: '14:00', schedule: 'at-once' } as const;
  return chargingOf({ need_wh_per_day: needWh, power_w: powerW, ...times }, clock);
}

function atOnce(one: ReturnType<typeof charging>): Int32Array {
  const vehicleWh = new Int32Array(one.stayOf.length);
  chargeAtOnce(one, new Float64Array(one.stays.length), 0, vehicleWh.length, vehicleWh);
  return vehicleWh;
}

function evenly(one: ReturnType<typeof charging>): Int32Array {
  const vehicleWh = new Int32Array(one.stayOf.length);
  chargeEvenly(one, vehicleWh);
  return vehicleWh;
}

describe('charging', () => {
  test('at once: full power until the need is met', () => {
    expect([...atOnce(charging(2_500, 1_000)).subarray(9, 15)]).toEqual([
      0, 1_000, 1_000, 500, 0, 0,
    ]);
  });

  test('evenly: the same in each slot, but for what does not divide', () => {
    expect([...evenly(charging(2_502, 1_000)).subarray(9, 15)]).toEqual([0, 625, 626, 625, 626, 0]);
  });

  test('what the stay cannot bring is unmet, whichever way', () => {
    const one = charging(5_000, 1_000);
    expect(unmetVehicleWh(one, atOnce(one))).toBe(1_000);
    expect(unmetVehicleWh(one, evenly(one))).toBe(1_000);
  });

  test('what a stay may still get after the run is not unmet', () => {
    // Two of four hours are within the run.
    const one = charging(3_500, 1_000, 12);
    expect(unmetVehicleWh(one, atOnce(one))).toBe(0);
    expect([...evenly(one).subarray(10, 12)]).toEqual([875, 875]);
    const short = charging(4_500, 1_000, 12);
    expect(unmetVehicleWh(short, atOnce(short))).toBe(500);
  });

  test('both ways bring the same in each stay', () => {
    fc.assert(
      fc.property(fc.nat({ max: 9_000 }), fc.integer({ min: 1, max: 3_000 }), (need, power) => {
        const one = charging(need, power, 72);
        const sum = (series: Int32Array) => series.reduce((all, wh) => all + wh, 0);
        expect(sum(evenly(one))).toBe(sum(atOnce(one)));
        expect(sum(atOnce(one))).toBe(3 * Math.min(need, 4 * power));
      }),
    );
  });
});
