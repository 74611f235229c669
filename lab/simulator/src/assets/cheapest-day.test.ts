import type { Candidate, LinearProblem } from '@commonwatt/mechanisms';
import { loadSolver } from '@commonwatt/solver';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellOf } from './battery.ts';
import {
  cheapestDay,
  type Flexible,
  type Stores,
  type Tariff,
  worthAtEnd,
} from './cheapest-day.ts';
import { type DayRows, dayRows } from './day-rows.ts';
import { costOfDay, storesAtStart } from './plan-cheapest.ts';
import { flexibles } from './testing/draws.ts';
import { leastCost, type Oracle } from './testing/exhaustive.ts';
import { AWAY } from './vehicle-stays.ts';
import { wholeDay } from './whole-day.ts';

const { solve } = await loadSolver();
const HOUR_MS = 3_600_000;

/** The candidate of a day, and the day made whole. */
function planDay(flexible: Flexible, tariff: Tariff, storedMilliWh = 0) {
  const slots = flexible.netWh.length;
  const stores = storesAtStart(flexible);
  stores.heat.storedMilliWh = storedMilliWh;
  const { problem, columns } = cheapestDay(flexible, stores, tariff, 0, slots);
  const candidate = solve(problem);
  if (candidate === undefined) throw new Error('expected a candidate, got none');
  const rows = dayRows(slots);
  wholeDay(flexible, stores, candidate, columns, 0, slots, rows);
  return { problem, candidate, stores, rows };
}

/** What the candidate's day costs less what it leaves, in nano-EUR and as a float. */
function candidateCost(
  { netWh }: Flexible,
  { feedInPrice }: Tariff,
  { variables }: LinearProblem,
  { values }: Candidate,
): number {
  const gain = variables.reduce(
    (sum, one, at) => sum + Number(one.gain) * (Number(values[at]) / 1e6),
    0,
  );
  return feedInPrice * netWh.reduce((sum, net) => sum + net, 0) - gain;
}

/** In nano-EUR: costOfDay counts in parts of it. */
function wholeCost(flexible: Flexible, stores: Stores, tariff: Tariff, rows: DayRows): number {
  const parts = (flexible.cell?.partsPerWh ?? 1) * 1_000;
  const slots = flexible.netWh.length;
  return Number(costOfDay(flexible, stores, tariff, 0, slots, rows)) / parts;
}

describe('cheapestDay', () => {
  /** Without losses the problem is one of flows, whose vertices are whole: the least cost itself. */
  test('costs what the cheapest of all whole schedules costs, where nothing is lost', () => {
    fc.assert(
      fc.property(tinyDays({ isLossless: true }), ({ flexible, tariff, storedMilliWh }) => {
        const { stores, rows } = planDay(flexible, tariff, storedMilliWh);
        const cost = costOfDay(flexible, stores, tariff, 0, flexible.netWh.length, rows);
        expect(cost).toBe(leastCost({ flexible, tariff, storedMilliWh }));
      }),
      { numRuns: 80 },
    );
  });

  test('costs at most a Wh a slot more than the cheapest of all whole schedules, with losses', () => {
    fc.assert(
      fc.property(tinyDays({ isLossless: false }), ({ flexible, tariff, storedMilliWh }) => {
        const { stores, rows } = planDay(flexible, tariff, storedMilliWh);
        const slots = flexible.netWh.length;
        const cost = costOfDay(flexible, stores, tariff, 0, slots, rows);
        const least = leastCost({ flexible, tariff, storedMilliWh });
        const parts = BigInt(flexible.cell?.partsPerWh ?? 1) * 1_000n;
        expect(cost).toBeGreaterThanOrEqual(least);
        expect(cost - least).toBeLessThanOrEqual(BigInt(slots * tariff.supplyPrice) * parts);
      }),
      { numRuns: 80 },
    );
  });

  test('costs at most a Wh a slot more made whole than the candidate does', () => {
    fc.assert(
      fc.property(flexibles(1), ({ flexible, tariff }) => {
        const { problem, candidate, stores, rows } = planDay(flexible, tariff);
        const above =
          wholeCost(flexible, stores, tariff, rows) -
          candidateCost(flexible, tariff, problem, candidate);
        // Below it only because a last Wh of electricity makes heat beyond the storage.
        if (flexible.heating === undefined)
          expect(above).toBeGreaterThan(-tariff.supplyPrice / 100 - 1);
        expect(above).toBeLessThanOrEqual(flexible.netWh.length * tariff.supplyPrice + 1);
      }),
      { numRuns: 80 },
    );
  });

  test('leaves a battery alone where its losses cost more than the tariffs differ', () => {
    const battery = {
      capacity_wh: 100,
      power_w: 100,
      charge_efficiency_percent: 80,
      discharge_efficiency_percent: 80,
      initial_wh: 0,
      schedule: 'lp',
    } as const;
    const flexible = {
      netWh: Float64Array.from([-50, 50]),
      cell: cellOf(battery, HOUR_MS),
      charging: undefined,
      heating: undefined,
    };
    expect(planDay(flexible, { supplyPrice: 100, feedInPrice: 70 }).rows.chargeWh[0]).toBe(0);
    expect(planDay(flexible, { supplyPrice: 100, feedInPrice: 50 }).rows.chargeWh[0]).toBe(50);
  });
});

describe('worthAtEnd', () => {
  test('is what each store saves of the supply price, less the smallest price', () => {
    const battery = {
      capacity_wh: 100,
      power_w: 100,
      charge_efficiency_percent: 80,
      discharge_efficiency_percent: 90,
      initial_wh: 0,
      schedule: 'lp',
    } as const;
    const flexible = {
      netWh: new Float64Array(3),
      cell: cellOf(battery, HOUR_MS),
      charging: undefined,
      heating: {
        powerWh: 1,
        performancePermille: Int32Array.from([2_000, 3_000, 4_000]),
        needWh: new Int32Array(3),
        storageWh: 1,
      },
    };
    const tariff = { supplyPrice: 300_000, feedInPrice: 80_000 };
    const [content, charge] = [269_999, 299_999];
    expect(worthAtEnd(flexible, tariff, 2)).toEqual({ content, charge, heat: 74_999 });
    expect(worthAtEnd(flexible, tariff, 1)).toEqual({ content, charge, heat: 99_999 });
    expect(worthAtEnd(flexible, tariff, 3)).toEqual({ content, charge, heat: 74_999 });
    expect(worthAtEnd(flexible, { supplyPrice: 0, feedInPrice: 0 }, 3).content).toBe(0);
  });
});

/** Days of up to five slots and a few Wh: small enough to try every schedule. */
function tinyDays({ isLossless }: { isLossless: boolean }): fc.Arbitrary<Oracle> {
  const efficiency = isLossless ? fc.constant(100) : fc.integer({ min: 40, max: 100 });
  const battery = fc.record({
    capacity_wh: fc.nat({ max: 4 }),
    power_w: fc.integer({ min: 1, max: 3 }),
    charge_efficiency_percent: efficiency,
    discharge_efficiency_percent: efficiency,
    schedule: fc.constant('lp' as const),
    fullPercent: fc.constantFrom(0, 50, 100),
  });
  const heating = (slots: number) =>
    fc.record({
      powerWh: fc.constant(2),
      performancePermille: fc.constant(new Int32Array(slots).fill(1_000)),
      needWh: fc.int32Array({ min: 0, max: 2, minLength: slots, maxLength: slots }),
      storageWh: fc.nat({ max: 3 }),
      storedPercent: fc.constantFrom(0, 100),
    });
  const charging = (slots: number) =>
    fc.record({
      needWh: fc.nat({ max: 5 }),
      powerWh: fc.integer({ min: 1, max: 2 }),
      from: fc.nat({ max: slots - 1 }),
      goesOn: fc.boolean(),
    });
  return fc.integer({ min: 1, max: 4 }).chain((slots) =>
    fc
      .record({
        net: fc.array(fc.integer({ min: -4, max: 4 }), { minLength: slots, maxLength: slots }),
        battery: fc.option(battery, { nil: undefined }),
        heating: fc.option(heating(slots), { nil: undefined }),
        charging: fc.option(charging(slots), { nil: undefined }),
        supplyPrice: fc.integer({ min: 10, max: 1_000 }),
        feedInPercent: fc.nat({ max: 100 }),
      })
      .map(
        ({ net, battery: plan, heating: pump, charging: vehicle, supplyPrice, feedInPercent }) => {
          const stays = vehicle && {
            needWh: vehicle.needWh,
            powerWh: vehicle.powerWh,
            stays: [
              {
                from: vehicle.from,
                to: slots,
                homeSlots: slots - vehicle.from,
                beyondSlots: vehicle.goesOn ? 1 : 0,
              },
            ],
            stayOf: Int32Array.from(net, (_one, slot) => (slot < vehicle.from ? AWAY : 0)),
          };
          const initialWh = plan && Math.floor((plan.capacity_wh * plan.fullPercent) / 100);
          return {
            storedMilliWh: pump === undefined ? 0 : pump.storageWh * pump.storedPercent * 10,
            flexible: {
              netWh: Float64Array.from(net),
              cell: plan && cellOf({ ...plan, initial_wh: initialWh ?? 0 }, HOUR_MS),
              charging: stays,
              heating: pump,
            },
            tariff: { supplyPrice, feedInPrice: Math.floor((supplyPrice * feedInPercent) / 100) },
          };
        },
      ),
  );
}
