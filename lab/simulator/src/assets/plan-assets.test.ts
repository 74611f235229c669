import { loadSolver } from '@commonwatt/solver';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AssetInput, planAssets } from './plan-assets.ts';
import { assetInputs } from './testing/draws.ts';
import { brokenLaws } from './testing/laws.ts';

const { solve } = await loadSolver();

const HOUR_MS = 3_600_000;

function member(loadWh: readonly number[], more: Partial<AssetInput> = {}): AssetInput {
  return {
    startMs: 0,
    slotMs: HOUR_MS,
    loadWh: Int32Array.from(loadWh),
    generationWh: new Int32Array(loadWh.length),
    localMinuteOfDay: (slot) => (slot % 24) * 60,
    localDay: (slot) => Math.floor(slot / 24),
    supplyPrice: 300_000,
    feedInPrice: 80_000,
    seed: 1,
    ...more,
  };
}

const battery = {
  capacity_wh: 1_000,
  power_w: 500,
  charge_efficiency_percent: 100,
  discharge_efficiency_percent: 100,
  initial_wh: 0,
  schedule: 'rule',
} as const;

describe('planAssets', () => {
  test('keeps every law, whatever the assets and schedules', () => {
    fc.assert(
      fc.property(assetInputs(3), (input) => {
        expect(brokenLaws(input, planAssets(input, solve))).toEqual([]);
      }),
      { numRuns: 80 },
    );
  });

  test('charges the vehicle first and lets a battery by rule give to it', () => {
    const electricVehicle = {
      need_wh_per_day: 300,
      power_w: 1_000,
      arrives: '01:00',
      leaves: '03:00',
      schedule: 'at-once',
    } as const;
    const generationWh = Int32Array.from([500, 0, 0, 0]);
    const plan = planAssets(member([0, 0, 0, 100], { battery, electricVehicle, generationWh }));
    expect(plan.vehicleWh).toEqual(Int32Array.from([0, 300, 0, 0]));
    expect(plan.batteryChargeWh).toEqual(Int32Array.from([500, 0, 0, 0]));
    expect(plan.batteryDischargeWh).toEqual(Int32Array.from([0, 300, 0, 100]));
    expect(plan.batteryWh).toEqual(Int32Array.from([500, 200, 200, 100]));
    expect(plan).toMatchObject({ heatPumpWh: null, unmetWh: 0 });
  });

  test('lets a vehicle by lp wait for the own surplus', () => {
    const electricVehicle = {
      need_wh_per_day: 300,
      power_w: 1_000,
      arrives: '00:00',
      leaves: '03:00',
      schedule: 'lp',
    } as const;
    const generationWh = Int32Array.from([0, 0, 250, 0]);
    const plan = planAssets(member([0, 0, 0, 0], { electricVehicle, generationWh }), solve);
    expect(plan.vehicleWh?.[2]).toBeGreaterThanOrEqual(250);
    expect(plan.vehicleWh?.reduce((sum, one) => sum + one)).toBe(300);
  });

  test('takes the heat that is given for the heat of the weather', () => {
    const heatPump = {
      annual_heat_kwh: 1,
      power_w: 1_000,
      coefficient_of_performance_percent: 100,
      storage_wh: 0,
      schedule: 'on-demand',
    } as const;
    const heatWh = Int32Array.from([0, 700, 1_200, 0]);
    const plan = planAssets(member([0, 0, 0, 0], { heatPump, heatWh }));
    expect(plan.heatPumpWh).toEqual(Int32Array.from([0, 700, 1_000, 0]));
    expect(plan.unmetWh).toBe(200);
  });

  test('is the same whatever the solver was asked before', () => {
    // Many days cost the same where a charge may come at any hour: the solver's last basis would choose.
    const electricVehicle = {
      need_wh_per_day: 5_000,
      power_w: 1_000,
      arrives: '00:00',
      leaves: '22:00',
      schedule: 'lp',
    } as const;
    const lp = { ...battery, schedule: 'lp' } as const;
    const flat = member(new Array(24).fill(100), { electricVehicle, battery: lp });
    const alone = planAssets(flat, solve);
    for (const sunny of [0, 11, 20]) {
      const generationWh = new Int32Array(24).fill(900, sunny);
      planAssets({ ...flat, generationWh }, solve);
      expect(planAssets(flat, solve)).toEqual(alone);
    }
  });

  test.each<[string, Partial<AssetInput>, string]>([
    ['a slot of 20 minutes', { slotMs: 1_200_000 }, 'slotMs: expected 15, 30 or 60 minutes'],
    ['a start between slots', { startMs: 1 }, 'startMs: expected a multiple of 3600000, got 1'],
    [
      'a shorter series',
      { generationWh: new Int32Array(1) },
      'generationWh: expected 2 slots, got 1',
    ],
    ['heat of another length', { heatWh: new Int32Array(3) }, 'heatWh: expected 2 slots, got 3'],
    ['half a price', { feedInPrice: 0.5 }, 'feedInPrice: expected whole nano-EUR per Wh, got 0.5'],
    [
      'a battery fuller than full',
      { battery: { ...battery, initial_wh: 1_001 } },
      'battery.initial_wh: expected at most the capacity of 1000, got 1001',
    ],
    [
      'a battery beyond a series of Wh',
      { battery: { ...battery, capacity_wh: 2 ** 31 } },
      'battery.capacity_wh: expected at most 2147483647, got 2147483648',
    ],
    [
      'no solver for lp',
      { battery: { ...battery, schedule: 'lp' } },
      'schedule lp: expected a solver, got none',
    ],
  ])('refuses %s', (_fault, more, message) => {
    expect(() => planAssets(member([0, 0], more))).toThrow(message);
  });

  test('says so where the solver has no answer', () => {
    const input = member([0, 0], { battery: { ...battery, schedule: 'lp' } });
    expect(() => planAssets(input, () => undefined)).toThrow(
      'schedule lp: expected a solution for slots 0 to 2, got none',
    );
  });
});
