import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  batterySeries,
  cellOf,
  energyOfSlotWh,
  exchange,
  followNet,
  mostChargeWh,
  mostDischargeWh,
} from './battery.ts';
import { batteries } from './testing/draws.ts';

const HOUR_MS = 3_600_000;
const plan = {
  capacity_wh: 1_000,
  power_w: 400,
  charge_efficiency_percent: 90,
  discharge_efficiency_percent: 80,
  initial_wh: 100,
  schedule: 'rule',
} as const;

test('a power comes to whole Wh of a slot, rounded down', () => {
  expect(energyOfSlotWh(1_000, HOUR_MS / 4)).toBe(250);
  expect(energyOfSlotWh(7, HOUR_MS / 4)).toBe(1);
  expect(energyOfSlotWh(1_000_000_000, HOUR_MS)).toBe(1_000_000_000);
});

describe('exchange', () => {
  test('puts in by the one efficiency and takes out by the other, without rounding', () => {
    const cell = cellOf(plan, HOUR_MS);
    const series = batterySeries(2);
    const charged = exchange(cell, cell.initialParts, 101, 0, series);
    // 100 Wh + 0.9 x 101 Wh, and then 7 Wh / 0.8 less.
    expect(charged / cell.partsPerWh).toBe(190.9);
    expect(exchange(cell, charged, -7, 1, series) / cell.partsPerWh).toBe(182.15);
    expect(series).toEqual({
      chargeWh: Int32Array.from([101, 0]),
      dischargeWh: Int32Array.from([0, 7]),
      contentWh: Int32Array.from([190, 182]),
    });
  });

  test.each<[string, number, number, number, number]>([
    ['power of charging', 1_000, 0, 400, 0],
    ['power of discharging', -1_000, 1_000, 0, 400],
    ['room: 0.9 x 11 Wh go into 10 Wh', 1_000, 990, 11, 0],
    ['content: 10 Wh hold 0.8 x 10 Wh', -1_000, 10, 0, 8],
    ['nothing', 0, 500, 0, 0],
  ])('is limited by %s', (_limit, flowWh, contentWh, charge, discharge) => {
    const cell = cellOf(plan, HOUR_MS);
    const series = batterySeries(1);
    exchange(cell, contentWh * cell.partsPerWh, flowWh, 0, series);
    expect([series.chargeWh[0], series.dischargeWh[0]]).toEqual([charge, discharge]);
  });
});

describe('followNet', () => {
  test('takes all the surplus and gives all the need that power and content allow', () => {
    const nets = fc.array(fc.integer({ min: -5_000, max: 5_000 }), { maxLength: 50 });
    fc.assert(
      fc.property(batteries, nets, (battery, netWh) => {
        const cell = cellOf(battery, HOUR_MS);
        const series = batterySeries(netWh.length);
        let content = cell.initialParts;
        followNet(cell, content, Float64Array.from(netWh), 0, netWh.length, series);
        for (const [slot, net] of netWh.entries()) {
          const [charge, discharge] = [series.chargeWh[slot] ?? 0, series.dischargeWh[slot] ?? 0];
          expect(charge).toBe(Math.min(Math.max(0, -net), mostChargeWh(cell, content)));
          expect(discharge).toBe(Math.min(Math.max(0, net), mostDischargeWh(cell, content)));
          content += charge * cell.partsPerWhCharged - discharge * cell.partsPerWhDischarged;
          expect(content).toBeGreaterThanOrEqual(0);
          expect(content).toBeLessThanOrEqual(cell.capacityParts);
        }
      }),
    );
  });
});
