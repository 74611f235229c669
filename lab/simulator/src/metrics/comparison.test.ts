import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../households/seeded-random.ts';
import type { RunResult } from '../study/results.ts';
import { pairedDifferences } from './comparison.ts';
import { member, run, slot } from './run.test-support.ts';

const EUR = 1_000_000_000;
const SLOTS_PER_DAY = 96;

const found = (first: readonly RunResult[], second: readonly RunResult[], name: string) =>
  pairedDifferences(first, second).find(({ metric }) => metric === name);

describe('pairs of seeds', () => {
  const billed = (mechanism: string, bills: readonly number[]) =>
    bills.map((bill, seed) => run({ mechanism, seed, members: [member({ bill: bill * EUR })] }));

  test('the second less the first, each against its own seed', () => {
    const first = billed('uniform', [10, 20, 60]);
    const second = billed('mcafee', [11, 22, 63]);
    expect(found(first, second.toReversed(), 'community_bill')).toEqual({
      metric: 'community_bill',
      unit: 'EUR',
      first: 'uniform',
      second: 'mcafee',
      firstMean: 30,
      secondMean: 32,
      difference: 2,
      // 2 -+ 4.303 / root of 3.
      low: expect.closeTo(2 - 4.303 / Math.sqrt(3), 8),
      high: expect.closeTo(2 + 4.303 / Math.sqrt(3), 8),
      pairedBy: 'seed',
      pairs: 3,
    });
  });

  test('swapping the sides turns the sign', () => {
    const first = billed('uniform', [10, 20, 60]);
    const second = billed('mcafee', [11, 22, 63]);
    const back = found(second, first, 'community_bill');
    const forth = found(first, second, 'community_bill');
    expect([back?.difference, back?.low, back?.high]).toEqual([
      -(forth?.difference ?? 0),
      -(forth?.high ?? 0),
      -(forth?.low ?? 0),
    ]);
  });

  test('points pair with their like, and who has none is left out', () => {
    const at = (fee: number, bill: number) =>
      run({ point: { a: 1, fee }, members: [member({ bill: bill * EUR })] });
    const other = (fee: number, bill: number) => ({ ...at(fee, bill), point: { fee, a: 1 } });
    const result = found(
      [at(1, 5), at(2, 7), at(9, 0)],
      [other(2, 8), other(1, 6)],
      'community_bill',
    );
    expect([result?.pairs, result?.difference, result?.low]).toEqual([2, 1, 1]);
  });

  test('a pair without a value on one side does not count', () => {
    const prices = (mechanism: string, all: readonly (number | null)[]) =>
      all.map((price, seed) =>
        run({ mechanism, seed, slots: [slot({ price: price && price * 1_000, tradedWh: 1 })] }),
      );
    const result = found(prices('a', [1, 2, null, 4]), prices('b', [2, null, 3, 7]), 'price_mean');
    expect([result?.pairs, result?.difference]).toEqual([2, 2]);
    expect(found(prices('a', [null]), prices('b', [1]), 'price_mean')).toBeUndefined();
  });

  test('two runs of one seed, or other slots, are refused', () => {
    expect(() => pairedDifferences([run(), run()], [run()])).toThrow(
      'expected one of [1], got two',
    );
    const [shorter, longer] = [run({ slots: [slot()] }), run({ slots: [slot(), slot()] })];
    expect(() => pairedDifferences([shorter], [longer])).toThrow(
      'expected the same slots in both runs',
    );
    expect(pairedDifferences([run()], [run({ seed: 2 })])).toEqual([]);
  });

  test('need no slots where somebody else knows what whole runs come to', () => {
    const told = [run(), run({ seed: 2 })].map((one) => ({ ...one, mechanism: 'told' }));
    const known: Parameters<typeof pairedDifferences>[2] = ({ name }, { mechanism, seed }) =>
      name === 'demand' ? (mechanism === 'told' ? 10 * seed : 1) : null;
    const found = pairedDifferences([run(), run({ seed: 2 })], told, known);
    expect(found.map(({ metric, difference, pairs }) => [metric, difference, pairs])).toEqual([
      ['demand', 14, 2],
    ]);
  });
});

describe('one pair', () => {
  /** So many slots from midnight in Berlin, with what a quarter hour of each day trades. */
  const traded = (mechanism: string, slots: number, energyWh: (day: number) => number) =>
    run({
      mechanism,
      slots: Array.from({ length: slots }, (_, at) =>
        slot({ tradedWh: energyWh(Math.floor(at / SLOTS_PER_DAY)) }),
      ),
      members: [member({ bill: EUR })],
    });

  test('is cut into whole local days where slots alone say it', () => {
    // Four hours of a fourth day are left over.
    const slots = 3 * SLOTS_PER_DAY + 16;
    const first = traded('uniform', slots, () => 100);
    const second = traded('mcafee', slots, (day) => [110, 120, 130, 9_999][day] ?? 0);
    const result = found([first], [second], 'traded_volume');
    expect(result).toMatchObject({ pairedBy: 'day', pairs: 3, firstMean: 9.6, secondMean: 11.52 });
    expect(result?.difference).toBe(1.92);
    expect(result?.low).toBeCloseTo(1.92 - (4.303 * 0.96) / Math.sqrt(3), 8);
  });

  test('has no interval where members say it, or where there is but a day', () => {
    const one = traded('uniform', 2 * SLOTS_PER_DAY, () => 100);
    expect(found([one], [one], 'grid_fees')).toMatchObject({
      pairedBy: 'seed',
      pairs: 1,
      low: null,
    });
    const day = traded('uniform', SLOTS_PER_DAY, () => 100);
    expect(found([day], [day], 'traded_volume')).toMatchObject({ pairedBy: 'seed', low: null });
  });

  test('has no day for what only a whole run says', () => {
    const priced = run({
      slots: Array.from({ length: 2 * SLOTS_PER_DAY }, () =>
        slot({ price: 9, equilibriumPrice: 9 }),
      ),
    });
    expect(found([priced], [priced], 'convergence_slots')).toMatchObject({
      pairedBy: 'seed',
      low: null,
    });
    expect(found([priced], [priced], 'smith_alpha')).toMatchObject({ pairedBy: 'day', low: 0 });
  });

  test('bills are told by day where slots state them', () => {
    const bills = (mechanism: string, bill: number) =>
      run({
        mechanism,
        slots: Array.from({ length: 2 * SLOTS_PER_DAY }, () => slot({ bill })),
      });
    const result = found([bills('a', 1_000_000)], [bills('b', 2_000_000)], 'community_bill');
    expect(result).toMatchObject({ pairedBy: 'day', pairs: 2, difference: 0.096, low: 0.096 });
  });
});

test('what both sides have from chance falls out of the difference', () => {
  const random = new SeededRandom(11);
  const worlds = Array.from({ length: 8 }, () => random.below(60_000));
  const runs = (mechanism: string, effect: number) =>
    worlds.map((weather, seed) => {
      const bill = (weather + effect) * EUR;
      return run({ mechanism, seed, members: [member({ bill })] });
    });
  const result = found(runs('a', 0), runs('b', -5), 'community_bill');
  expect([result?.low, result?.high]).toEqual([-5, -5]);
});
