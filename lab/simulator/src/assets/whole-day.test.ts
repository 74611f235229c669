import { CANDIDATE_MILLIONTHS, type Candidate } from '@commonwatt/mechanisms';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellOf } from './battery.ts';
import { cheapestDay, type Flexible, servedMilliWh } from './cheapest-day.ts';
import { dayRows } from './day-rows.ts';
import { storesAtStart } from './plan-cheapest.ts';
import { flexibles } from './testing/draws.ts';
import { wholeDay } from './whole-day.ts';

const HOUR_MS = 3_600_000;
const TARIFF = { supplyPrice: 300_000, feedInPrice: 80_000 };

function wholeOf(flexible: Flexible, candidateOf: (count: number) => Candidate) {
  const slots = flexible.netWh.length;
  const stores = storesAtStart(flexible);
  const { problem, columns } = cheapestDay(flexible, stores, TARIFF, 0, slots);
  const rows = dayRows(slots);
  wholeDay(flexible, stores, candidateOf(problem.variables.length), columns, 0, slots, rows);
  return { rows, stores, columns };
}

/** Values that no solver would give: far off, below zero, in any disorder. */
function disorder(seed: number): (count: number) => Candidate {
  return (count) => ({
    values: Array.from(
      { length: count },
      (_one, at) => (BigInt((seed + 1) * (at + 3)) ** 2n % 9_000_001n) * 777n - 900_000_000n,
    ),
  });
}

/** With the pump at full power whenever there is room, rounded up slot by slot. */
function leastUnmetWh({ heating, netWh }: Flexible): number {
  if (heating === undefined) return 0;
  const served = servedMilliWh(heating, { storedMilliWh: 0, unmetWh: 0 }, 0, netWh.length);
  return served.reduce((sum, one, slot) => {
    const lackingMilliWh = (heating.needWh[slot] ?? 0) * 1_000 - one;
    return sum + Math.ceil(lackingMilliWh / (heating.performancePermille[slot] ?? 1_000));
  }, 0);
}

describe('wholeDay', () => {
  test('keeps power, content, need and heat whatever the candidate says', () => {
    fc.assert(
      fc.property(flexibles(1), fc.nat({ max: 1_000_000 }), ({ flexible }, seed) => {
        const { rows, stores } = wholeOf(flexible, disorder(seed));
        const { cell, charging, heating } = flexible;
        for (let slot = 0; slot < flexible.netWh.length; slot += 1) {
          const [charge, discharge] = [rows.chargeWh[slot] ?? 0, rows.dischargeWh[slot] ?? 0];
          expect(Math.min(charge, discharge)).toBe(0);
          expect(Math.max(charge, discharge)).toBeLessThanOrEqual(cell?.powerWh ?? 0);
          expect(rows.vehicleWh[slot]).toBeLessThanOrEqual(charging?.powerWh ?? 0);
          expect(rows.heatPumpWh[slot]).toBeLessThanOrEqual(heating?.powerWh ?? 0);
        }
        expect(stores.contentParts).toBeGreaterThanOrEqual(0);
        expect(stores.contentParts).toBeLessThanOrEqual(cell?.capacityParts ?? 0);
        expect(stores.heat.unmetWh).toBeLessThanOrEqual(leastUnmetWh(flexible));
        for (const [index, { homeSlots, beyondSlots }] of (charging?.stays ?? []).entries()) {
          const [need, power] = [charging?.needWh ?? 0, charging?.powerWh ?? 0];
          const due = Math.min(need - beyondSlots * power, homeSlots * power);
          expect(stores.deliveredWh[index]).toBeGreaterThanOrEqual(due);
          expect(stores.deliveredWh[index]).toBeLessThanOrEqual(need);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('heats ahead of a need beyond its power, though the candidate does not', () => {
    const flexible = {
      netWh: new Float64Array(3),
      cell: undefined,
      charging: undefined,
      heating: {
        powerWh: 10,
        performancePermille: new Int32Array(3).fill(1_000),
        needWh: Int32Array.from([0, 0, 30]),
        storageWh: 20,
      },
    };
    const { rows, stores } = wholeOf(flexible, (count) => ({ values: Array(count).fill(0n) }));
    expect([...rows.heatPumpWh]).toEqual([10, 10, 10]);
    expect(stores.heat).toEqual({ storedMilliWh: 0, unmetWh: 0 });
  });

  test('leaves the meter at nothing where the candidate does, though its flows are no whole Wh', () => {
    const battery = {
      capacity_wh: 1_000,
      power_w: 1_000,
      charge_efficiency_percent: 100,
      discharge_efficiency_percent: 100,
      initial_wh: 0,
      schedule: 'lp',
    } as const;
    const netWh = Float64Array.from([-103, -103, -103, 150]);
    const charging = {
      needWh: 10,
      powerWh: 10,
      stays: [{ from: 0, to: 3, homeSlots: 3, beyondSlots: 0 }],
      stayOf: Int32Array.from([0, 0, 0, -1]),
    };
    const cell = cellOf(battery, HOUR_MS);
    const flexible = { netWh, cell, charging, heating: undefined };
    const third = (10n * CANDIDATE_MILLIONTHS) / 3n;
    const { rows } = wholeOf(flexible, (count) => {
      const values = new Array<bigint>(count).fill(0n);
      // Columns are import, charge, discharge, content, vehicle, of four slots each.
      for (const slot of [0, 1, 2]) {
        values[16 + slot] = third;
        values[4 + slot] = 103n * CANDIDATE_MILLIONTHS - third;
      }
      values[8 + 3] = 150n * CANDIDATE_MILLIONTHS;
      return { values };
    });
    expect(rows.vehicleWh).toEqual(Int32Array.from([3, 4, 3, 0]));
    expect(rows.chargeWh).toEqual(Int32Array.from([100, 99, 100, 0]));
    expect(rows.dischargeWh).toEqual(Int32Array.from([0, 0, 0, 150]));
  });

  test('rounds sums half up for vehicle and battery, and up for heat', () => {
    const half = CANDIDATE_MILLIONTHS / 2n;
    const charging = {
      needWh: 9,
      powerWh: 10,
      stays: [{ from: 0, to: 2, homeSlots: 2, beyondSlots: 2 }],
      stayOf: Int32Array.from([0, 0]),
    };
    const heating = {
      powerWh: 10,
      performancePermille: Int32Array.from([1_000, 1_000]),
      needWh: Int32Array.from([0, 0]),
      storageWh: 10,
    };
    const battery = {
      capacity_wh: 10,
      power_w: 10,
      charge_efficiency_percent: 100,
      discharge_efficiency_percent: 100,
      initial_wh: 0,
      schedule: 'lp',
    } as const;
    const netWh = new Float64Array(2);
    const none = { netWh, cell: undefined, charging: undefined, heating: undefined };
    // Import comes first, two columns, and then what the asset takes.
    const given = (first: bigint, second: bigint) => (count: number) => {
      const values = new Array<bigint>(count).fill(0n);
      values[2] = first;
      values[3] = second;
      return { values };
    };
    const vehicle = wholeOf({ ...none, charging }, given(half, half - 1n));
    expect(vehicle.rows.vehicleWh).toEqual(Int32Array.from([1, 0]));
    const stored = wholeOf({ ...none, cell: cellOf(battery, HOUR_MS) }, given(half, half - 1n));
    expect(stored.rows.chargeWh).toEqual(Int32Array.from([1, 0]));
    const pump = wholeOf({ ...none, heating }, given(half / 2n, 2n * half));
    expect(pump.rows.heatPumpWh).toEqual(Int32Array.from([1, 1]));
  });
});
