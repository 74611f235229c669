import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batterySeries, cellOf, energyOfSlotWh } from './battery.ts';
import { carry, holdsOwnEnergy, lentSize } from './lent-battery.ts';
import { batteries } from './testing/draws.ts';

const HOUR_MS = 3_600_000;
const plan = {
  capacity_wh: 1_000,
  power_w: 400,
  charge_efficiency_percent: 100,
  discharge_efficiency_percent: 100,
  initial_wh: 0,
  schedule: 'rule',
} as const;
const lossy = { ...plan, charge_efficiency_percent: 90, discharge_efficiency_percent: 80 };

describe('a lent battery', () => {
  test('that loses nothing is to the market what it is', () => {
    expect(lentSize(cellOf(plan, HOUR_MS))).toEqual({ capacityWh: 1_000, powerWh: 400 });
  });

  test('that loses is as large as what comes back, and as fast as what it can take in', () => {
    // 0.8 x 1000 Wh come back, less the Wh that rounding may need; 0.8 x 0.9 x 400 Wh in a slot.
    expect(lentSize(cellOf(lossy, HOUR_MS))).toEqual({ capacityWh: 799, powerWh: 288 });
  });

  test('takes in what it needs to give everything back', () => {
    const cell = cellOf(lossy, HOUR_MS);
    const series = batterySeries(2);
    const stored = carry(cell, { contentParts: 0, storedWh: 0 }, 72, 0, series);
    const empty = carry(cell, stored, -72, 1, series);
    // 72 / 0.8 / 0.9
    expect([...series.chargeWh]).toEqual([100, 0]);
    expect([...series.dischargeWh]).toEqual([0, 72]);
    expect(empty).toEqual({ contentParts: 0, storedWh: 0 });
  });

  test('refuses what is beyond its size', () => {
    const cell = cellOf(lossy, HOUR_MS);
    const empty = { contentParts: 0, storedWh: 0 };
    expect(() => carry(cell, empty, 289, 0, batterySeries(1))).toThrow('within its size');
    expect(() => carry(cell, empty, -1, 0, batterySeries(1))).toThrow('within its size');
  });

  test('follows whatever a market within its size decides, and loses only by its efficiencies', () => {
    const wishes = fc.array(fc.integer({ min: -3_000, max: 3_000 }), { maxLength: 40 });
    fc.assert(
      fc.property(batteries, wishes, (battery, flows) => {
        const cell = cellOf(battery, HOUR_MS);
        const { capacityWh, powerWh } = lentSize(cell);
        expect(powerWh).toBeLessThanOrEqual(energyOfSlotWh(battery.power_w, HOUR_MS));
        const series = batterySeries(flows.length);
        // What no Wh can be made of may be left from before.
        const begin = cell.initialParts % cell.partsPerWhDischarged;
        let stand = { contentParts: begin, storedWh: 0 };
        let taken = 0;
        let given = 0;
        for (const [slot, wish] of flows.entries()) {
          const least = -Math.min(powerWh, stand.storedWh);
          const flow = Math.max(least, Math.min(wish, powerWh, capacityWh - stand.storedWh));
          stand = carry(cell, stand, flow, slot, series);
          const { contentParts, storedWh } = stand;
          taken += series.chargeWh[slot] as number;
          given += series.dischargeWh[slot] as number;
          expect(contentParts).toBeLessThanOrEqual(cell.capacityParts);
          expect(contentParts).toBeGreaterThanOrEqual(storedWh * cell.partsPerWhDischarged);
          expect(contentParts).toBeLessThan((storedWh + 1) * cell.partsPerWhDischarged);
          expect(contentParts - begin).toBe(
            taken * cell.partsPerWhCharged - given * cell.partsPerWhDischarged,
          );
          expect(holdsOwnEnergy(cell, contentParts)).toBe(storedWh > 0 && cell.powerWh > 0);
        }
      }),
    );
  });
});
