import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { METRIC_RULES, METRICS, metricsOf } from './metrics.ts';
import { member, run, slot } from './run.test-support.ts';

const count = fc.nat(5_000);
const price = fc.option(fc.integer({ min: -300_000, max: 300_000 }), { nil: null });
const slots = fc.array(
  fc
    .record({
      loadWh: count,
      generationWh: count,
      bidWh: count,
      askWh: count,
      bidOrders: count,
      askOrders: count,
      tradedWh: count,
      price,
      equilibriumPrice: price,
      bestBid: price,
      bestAsk: price,
      welfare: count,
      optimumWelfare: count,
      surplus: fc.integer({ min: -9, max: 9 }),
      importWh: count,
      exportWh: count,
    })
    .map(slot),
  { maxLength: 8 },
);
const members = fc.array(
  fc
    .record({
      loadWh: count,
      generationWh: count,
      selfConsumedWh: count,
      boughtWh: count,
      importWh: count,
      bill: count,
      supplierOnlyBill: count,
      staticSharingBill: count,
      gain: fc.integer({ min: -9, max: 9 }),
      slotsWanted: fc.integer({ min: 5, max: 9 }),
      slotsTraded: fc.nat(5),
    })
    .map(member),
  { maxLength: 6 },
);

describe('every metric', () => {
  test('has a name of its own, a unit and a sentence', () => {
    expect(new Set(METRICS.map(({ name }) => name)).size).toBe(METRICS.length);
    for (const { name, meaning, unit } of METRICS) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(meaning).toMatch(/\.$/);
      expect(meaning).not.toMatch(/[|\n]/);
      expect([
        '',
        '%',
        'kWh',
        'kW',
        'EUR',
        'EUR/MWh',
        'share',
        'count',
        'ms',
        'kg',
        '1/s',
        'byte',
        'byte/kWh',
      ]).toContain(unit);
    }
    expect(metricsOf(run()).map(({ name }) => name)).toEqual(METRICS.map(({ name }) => name));
  });

  test('is a number of nine decimals, or null; of an empty run too', () => {
    const measured = fc.record({ slots, members });
    fc.assert(
      fc.property(measured, (given) => {
        for (const { name, value } of metricsOf(run(given))) {
          if (value === null) continue;
          expect(Number.isFinite(value), name).toBe(true);
          expect(value, name).toBe(Math.round(value * 1e9) / 1e9);
        }
      }),
      { numRuns: 40 },
    );
    for (const { value } of metricsOf(run())) expect([null, 0]).toContain(value);
  });

  test('is the same for members in any order', () => {
    fc.assert(
      fc.property(slots, members, (some, all) => {
        const turned = run({ slots: some, members: all.toReversed() });
        expect(metricsOf(turned)).toEqual(metricsOf(run({ slots: some, members: all })));
      }),
      { numRuns: 40 },
    );
  });

  test('that is told by day needs slots alone', () => {
    const ledger = { blocks: 1, transactions: 1, bytes: 1, blockIntervalsMs: [1], finalityMs: [1] };
    const misreports = [{ startMs: 0, member: 'm', gain: 1 }];
    const bills = { bill: 1, supplierOnlyBill: 2, staticSharingBill: 3 };
    fc.assert(
      fc.property(slots, members, (some, all) => {
        const stated = some.map((one) => ({ ...one, ...bills }));
        const bare = run({ slots: stated });
        const whole = run({
          slots: stated,
          members: stated.length === 0 ? [] : all,
          misreports,
          ledger,
        });
        for (const rule of METRIC_RULES.filter(({ byDay }) => byDay)) {
          expect(rule.value(bare), rule.name).toBe(rule.value(whole));
        }
      }),
      { numRuns: 40 },
    );
  });
});

test('the manual lists every metric as it is defined, in order', () => {
  const manual = readFileSync(new URL('./README.md', import.meta.url), 'utf8');
  const rows = manual.split('\n').filter((line) => line.startsWith('| `'));
  expect(rows).toEqual(
    METRICS.map(
      ({ name, unit, better, meaning }) =>
        `| \`${name}\` | ${unit} | ${better ?? ''} | ${meaning} |`,
    ),
  );
});
