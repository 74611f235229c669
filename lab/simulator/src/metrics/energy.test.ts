import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { member, metric, run, slot } from './run.test-support.ts';

describe('self-sufficiency and self-consumption', () => {
  // gsy-e documentation, Self-Sufficiency and Self-Consumption, figure 3.6: house 1 makes 10 kWh. 1 goes to its own
  // load, 5 into its own battery, 4 to house 2; of the battery 2 come back to its own load and 3 go to house 2.
  const houseOne = member({
    loadWh: 3_000,
    generationWh: 10_000,
    selfConsumedWh: 1_000 + 2_000,
    soldWh: 4_000 + 3_000,
  });
  const houseTwo = member({ loadWh: 7_000, boughtWh: 7_000 });

  test('of house 1 in the worked example of gsy-e are 100 % and 30 %', () => {
    const alone = run({ members: [houseOne] });
    expect(metric('own_self_sufficiency', alone)).toBe(1);
    expect(metric('own_self_consumption', alone)).toBe(0.3);
  });

  test('of its community are 100 % and 100 %', () => {
    const both = run({
      slots: [slot({ loadWh: 10_000, generationWh: 10_000, tradedWh: 7_000 })],
      members: [houseOne, houseTwo],
    });
    expect(metric('self_sufficiency', both)).toBe(1);
    expect(metric('self_consumption', both)).toBe(1);
    expect(metric('demand_covered_locally', both)).toBe(1);
    expect(metric('own_self_sufficiency', both)).toBe(0.3);
    expect(metric('local_coverage_growth', both)).toBe(3.333333333);
    expect(metric('traded_volume', both)).toBe(7);
  });

  test('what a battery takes from the supplier stays the supplier’s, its loss included', () => {
    // 10 kWh into a battery from the supplier, 8 out of it into the load, and nothing made.
    const charged = run({ slots: [slot({ importWh: 10_000 }), slot({ loadWh: 8_000 })] });
    expect(metric('self_sufficiency', charged)).toBe(0);
    expect(metric('self_consumption', charged)).toBeNull();
  });

  test('of a battery that starts full are never more than all that was made', () => {
    const full = member({ loadWh: 8_000, generationWh: 1_000, selfConsumedWh: 6_000 });
    expect(metric('own_self_consumption', run({ members: [full] }))).toBe(1);
    expect(metric('own_self_sufficiency', run({ members: [full] }))).toBe(0.75);
  });

  test('lie between 0 and 1, and scale with nothing', () => {
    const energies = fc.record({
      loadWh: fc.nat(1_000_000),
      generationWh: fc.nat(1_000_000),
      importWh: fc.nat(1_000_000),
      exportWh: fc.nat(1_000_000),
    });
    const names = ['self_sufficiency', 'self_consumption', 'hourly_matching'];
    fc.assert(
      fc.property(
        fc.array(energies, { maxLength: 6 }),
        fc.integer({ min: 2, max: 9 }),
        (all, by) => {
          const once = run({ slots: all.map(slot) });
          const scaled = run({
            slots: all.map((one) =>
              slot({
                loadWh: one.loadWh * by,
                generationWh: one.generationWh * by,
                importWh: one.importWh * by,
                exportWh: one.exportWh * by,
              }),
            ),
          });
          for (const name of names) {
            const value = metric(name, once);
            expect(metric(name, scaled)).toBe(value);
            if (value === null) continue;
            expect(value).toBeGreaterThanOrEqual(0);
            expect(value).toBeLessThanOrEqual(1);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

test('peaks are of what crosses the connection of the community', () => {
  const peaks = run({
    slots: [
      slot({ loadWh: 3_000, generationWh: 500, importWh: 2_600, exportWh: 600 }),
      slot({ loadWh: 500, generationWh: 4_500, importWh: 0, exportWh: 3_000 }),
    ],
  });
  // 2 kWh in a quarter hour are 8 kW; without batteries 2.5 and 4 kWh would have crossed.
  expect(metric('peak_import', peaks)).toBe(8);
  expect(metric('peak_export', peaks)).toBe(12);
  expect(metric('peak_import_of_baseline', peaks)).toBe(0.8);
  expect(metric('peak_export_of_baseline', peaks)).toBe(0.75);
  expect(metric('peak_import', run())).toBeNull();
});

test('sums in kWh', () => {
  const sums = run({
    slots: [
      slot({ loadWh: 1, generationWh: 2, importWh: 3, exportWh: 4, tradedWh: 5 }),
      slot({ loadWh: 10, generationWh: 20, importWh: 30, exportWh: 40, tradedWh: 50 }),
    ],
    members: [member({ batteryLossWh: 7 }), member({ batteryLossWh: 8 })],
  });
  const names = ['demand', 'generation', 'import', 'export', 'traded_volume', 'battery_loss'];
  const values = names.map((name) => metric(name, sums));
  expect(values).toEqual([0.011, 0.022, 0.033, 0.044, 0.055, 0.015]);
});
