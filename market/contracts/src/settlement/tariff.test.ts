import { State } from '@commonwatt/ledger';
import { price } from '@commonwatt/units';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { DAY_MS } from '../metering/state.ts';
import {
  chargesOf,
  flawOfSeries,
  NO_CHARGES,
  type Tariff,
  tariffAt,
  tariffs,
  tariffsOf,
  tariffsOfDay,
  writeSeries,
} from './tariff.ts';

const HOUR_MS = 3_600_000;
const tariff = (from: number, until: number, supply = 300): Tariff => ({
  fromMs: from * HOUR_MS,
  untilMs: until * HOUR_MS,
  supplyPrice: price(BigInt(supply)),
  feedInPrice: price(80n),
  gridFee: price(70n),
  communityGridFee: price(30n),
  levy: price(5n),
  tax: price(20n),
});

let state: State;
beforeEach(() => {
  state = new State([tariffs], [tariffsOfDay]);
});
const kept = () =>
  state
    .entries(tariffs)
    .map(([, { fromMs, untilMs, supplyPrice, version }]) =>
      [fromMs / HOUR_MS, untilMs / HOUR_MS, Number(supplyPrice), version].join(' '),
    );

describe('a series', () => {
  test('takes the place of what was set for its instants, and leaves the rest of it', () => {
    writeSeries(state, [tariff(0, 10, 1), tariff(10, 20, 2), tariff(30, 40, 3)]);
    writeSeries(state, [tariff(5, 12, 9)]);
    expect(kept()).toEqual(['0 5 1 1', '5 12 9 1', '12 20 2 1', '30 40 3 1']);
    writeSeries(state, [tariff(5, 12, 8), tariff(31, 32, 7)]);
    expect(kept()).toEqual([
      '0 5 1 1',
      '5 12 8 2',
      '12 20 2 1',
      '30 31 3 1',
      '31 32 7 1',
      '32 40 3 1',
    ]);
  });

  test('holds at every instant what was set for it last, and no two share one', () => {
    const entry = fc.tuple(
      fc.nat({ max: 60 }),
      fc.integer({ min: 1, max: 30 }),
      fc.nat({ max: 9 }),
    );
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), (entries) => {
        state = new State([tariffs], [tariffsOfDay]);
        const expected = new Map<number, bigint>();
        for (const [from, length, supply] of entries) {
          writeSeries(state, [tariff(from, from + length, supply)]);
          for (let hour = from; hour < from + length; hour++) expected.set(hour, BigInt(supply));
        }
        const period = { periodFromMs: 0, periodUntilMs: 100 * HOUR_MS };
        const series = tariffsOf(state, period);
        series.forEach((one, at) => {
          expect(one.fromMs).toBeGreaterThanOrEqual(series[at - 1]?.untilMs ?? 0);
        });
        for (let hour = 0; hour < 100; hour++) {
          expect(tariffAt(series, hour * HOUR_MS)?.supplyPrice).toBe(expected.get(hour));
        }
      }),
    );
  });

  test('of a period has what reaches into it, months and midnights away', () => {
    writeSeries(state, [tariff(1, 1 + 31 * 24), tariff(2000, 2001)]);
    const of = (from: number, until: number) =>
      tariffsOf(state, { periodFromMs: from * HOUR_MS, periodUntilMs: until * HOUR_MS }).length;
    expect([of(0, 1), of(0, 2), of(31 * 24, 31 * 24 + 1), of(31 * 24 + 1, 31 * 24 + 2)]).toEqual([
      0, 1, 1, 0,
    ]);
    expect([of(1999, 2000), of(2000, 2024), of(2001, 2024)]).toEqual([0, 1, 0]);
  });

  test.each<[string, readonly Tariff[]]>([
    ['expected one entry or more', []],
    ['series[1].fromMs: expected 36000000 or later', [tariff(0, 10), tariff(9, 20)]],
    ['series[0].untilMs', [tariff(5, 5)]],
    ['series[0].untilMs', [tariff(0, 31 * 24 + 1)]],
    ['series[0].tax: expected 0 or more, got -1', [{ ...tariff(0, 1), tax: price(-1n) }]],
    ['series[0].levy: expected 0 or more, got -1', [{ ...tariff(0, 1), levy: price(-1n) }]],
  ])('%s', (flaw, series) => {
    expect(flawOfSeries(series)).toContain(flaw);
  });

  test('may have negative prices of energy, and a month', () => {
    const dynamic = { ...tariff(0, 31 * 24), supplyPrice: price(-5n), feedInPrice: price(-9n) };
    expect(flawOfSeries([dynamic])).toBeUndefined();
    expect(31 * DAY_MS).toBe(31 * 24 * HOUR_MS);
  });
});

describe('charges', () => {
  const energy = { residualImport: 100n, residualExport: 10n, communityImport: 50n };

  test('are exact: each Wh at each price', () => {
    expect(chargesOf(tariff(0, 1), energy)).toEqual({
      supply: 10n * 80n - 100n * 300n,
      grid: -(100n * 70n + 50n * 30n),
      levies: -500n,
      taxes: -2000n,
    });
    expect(chargesOf(undefined, energy)).toEqual(NO_CHARGES);
  });

  test('of a sum are the sum of the charges', () => {
    const wh = fc.bigInt({ min: 0n, max: 1n << 40n });
    const part = fc.record({ residualImport: wh, residualExport: wh, communityImport: wh });
    fc.assert(
      fc.property(part, part, (a, b) => {
        const names = ['supply', 'grid', 'levies', 'taxes'] as const;
        const both = {
          residualImport: a.residualImport + b.residualImport,
          residualExport: a.residualExport + b.residualExport,
          communityImport: a.communityImport + b.communityImport,
        };
        const [x, y, sum] = [a, b, both].map((one) => chargesOf(tariff(0, 1), one));
        for (const name of names) expect(sum?.[name]).toBe((x?.[name] ?? 0n) + (y?.[name] ?? 0n));
      }),
    );
  });
});
