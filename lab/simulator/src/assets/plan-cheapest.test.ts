import type { Solve } from '@commonwatt/mechanisms';
import { loadSolver } from '@commonwatt/solver';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellOf } from './battery.ts';
import type { Flexible, Tariff } from './cheapest-day.ts';
import { dayRows } from './day-rows.ts';
import { costOfDay, dayByRule, planCheapest, storesAtStart } from './plan-cheapest.ts';
import { flexibles } from './testing/draws.ts';

const { solve } = await loadSolver();
const HOUR_MS = 3_600_000;

const battery = {
  capacity_wh: 4_000,
  power_w: 2_000,
  charge_efficiency_percent: 90,
  discharge_efficiency_percent: 90,
  initial_wh: 0,
  schedule: 'lp',
} as const;

/** By lp and by the rules over the same run: what it costs less what is left, and what is unmet. */
function bothWays(flexible: Flexible, tariff: Tariff, slotMs: number, solver: Solve) {
  const slots = flexible.netWh.length;
  const { rows, stores } = planCheapest(flexible, tariff, slotMs, solver);
  const ruled = storesAtStart(flexible);
  const byRule = dayRows(slots);
  dayByRule(flexible, ruled, 0, slots, byRule);
  return {
    rows,
    cost: costOfDay(flexible, stores, tariff, 0, slots, rows),
    costByRule: costOfDay(flexible, ruled, tariff, 0, slots, byRule),
    unmetWh: stores.heat.unmetWh,
    unmetByRuleWh: ruled.heat.unmetWh,
  };
}

/** One that knows nothing of the problem, and answers what the seed says. */
function guessing(seed: number): Solve {
  return ({ variables }) => ({
    values: variables.map((_one, at) => BigInt((seed * (at + 7)) % 3_000) * 1_234_567n),
  });
}

describe('planCheapest', () => {
  test('is never worse on a day than the rules, even with a solver that guesses', () => {
    const solvers = fc.oneof(fc.constant(solve), fc.nat({ max: 10_000 }).map(guessing));
    fc.assert(
      fc.property(flexibles(1), solvers, ({ flexible, tariff, slotMs }, solver) => {
        const both = bothWays(flexible, tariff, slotMs, solver);
        expect(both.unmetWh).toBeLessThanOrEqual(both.unmetByRuleWh);
        if (both.unmetWh < both.unmetByRuleWh) return;
        expect(both.cost).toBeLessThanOrEqual(both.costByRule);
      }),
      { numRuns: 60 },
    );
  });

  /** Days are planned one by one: what the rules have by luck on the morrow stays within the rounding. */
  test('is over several days no worse than the rules but for a Wh a slot', () => {
    fc.assert(
      fc.property(flexibles(4), ({ flexible, tariff, slotMs }) => {
        fc.pre(tariff.feedInPrice * 10 <= tariff.supplyPrice * 9);
        const both = bothWays(flexible, tariff, slotMs, solve);
        const slots = flexible.netWh.length;
        expect(both.unmetWh).toBeLessThanOrEqual(both.unmetByRuleWh + 4);
        if (both.unmetWh < both.unmetByRuleWh) return;
        const parts = BigInt(flexible.cell?.partsPerWh ?? 1) * 1_000n;
        const allowed = BigInt(slots * tariff.supplyPrice) * parts;
        expect(both.cost).toBeLessThanOrEqual(both.costByRule + allowed);
      }),
      { numRuns: 40 },
    );
  });

  test('keeps the evening for the night after it', () => {
    const day = Array.from({ length: 24 }, (_one, hour) => (hour > 9 && hour < 16 ? -700 : 150));
    const flexible = {
      netWh: Float64Array.from([...day, ...day]),
      cell: cellOf(battery, HOUR_MS),
      charging: undefined,
      heating: undefined,
    };
    const tariff = { supplyPrice: 300_000, feedInPrice: 80_000 };
    const { rows, cost, costByRule } = bothWays(flexible, tariff, HOUR_MS, solve);
    expect(rows.contentWh[23]).toBeGreaterThan(1_000);
    expect([...rows.dischargeWh.subarray(24, 30)]).toEqual([150, 150, 150, 150, 150, 150]);
    expect(cost).toBeLessThanOrEqual(costByRule);
  });

  /** HiGHS starts from the last basis where the shape is the same, and ends on another of equally cheap days. */
  test('asks a problem of another shape before its first day', () => {
    const shapes: string[] = [];
    const spying: Solve = (problem) => {
      shapes.push(`${problem.variables.length} by ${problem.constraints.length}`);
      return solve(problem);
    };
    const netWh = new Float64Array(24).fill(100);
    const cell = cellOf(battery, HOUR_MS);
    const flexible = { netWh, cell, charging: undefined, heating: undefined };
    const tariff = { supplyPrice: 300_000, feedInPrice: 80_000 };
    planCheapest(flexible, tariff, HOUR_MS, spying);
    planCheapest(flexible, tariff, HOUR_MS, spying);
    expect(shapes).toEqual(['1 by 0', '96 by 48', '1 by 0', '96 by 48']);
  });

  test('saves where the rules store what had better been fed in', () => {
    const flexible = {
      netWh: Float64Array.from([-1_000, 1_000]),
      cell: cellOf(battery, HOUR_MS),
      charging: undefined,
      heating: undefined,
    };
    const tariff = { supplyPrice: 300_000, feedInPrice: 290_000 };
    const { rows, cost, costByRule } = bothWays(flexible, tariff, HOUR_MS, solve);
    expect(rows.chargeWh).toEqual(new Int32Array(2));
    expect(cost).toBeLessThan(costByRule);
  });

  /** Beyond 0 <= feed-in <= supply the nearest tariff within is planned, and the true one judged. */
  test.each([
    [-50_000, -80_000],
    [100_000, -80_000],
    [100_000, 250_000],
    [0, 0],
  ])('is no worse than the rules at a supply price of %d and feed-in at %d', (supply, feedIn) => {
    fc.assert(
      fc.property(flexibles(1), ({ flexible, slotMs }) => {
        const tariff = { supplyPrice: supply, feedInPrice: feedIn };
        const both = bothWays(flexible, tariff, slotMs, solve);
        if (both.unmetWh < both.unmetByRuleWh) return;
        expect(both.cost).toBeLessThanOrEqual(both.costByRule);
      }),
      { numRuns: 10 },
    );
  });
});
