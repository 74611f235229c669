import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { giniIndex, jainIndex } from './fairness.ts';
import { member, metric, run } from './run.test-support.ts';

/** A member that saves so many nano-EUR on so many Wh from the supplier. */
const saver = (saving: number, importWh = 1, generationWh = 0) =>
  member({ bill: -saving, importWh, generationWh });

describe('the Gini index', () => {
  test('of 1, 2, 3, 4 is a quarter', () => {
    // Pairs differ by 1 three times, 2 twice, 3 once: 10, twice each 20, by 2 x 4 x 10.
    expect(giniIndex([3n, 1n, 4n, 2n])).toBe(0.25);
  });

  test('is 0 of equals, 1 - 1/n where one has all, null of nothing', () => {
    expect(giniIndex([5n, 5n, 5n])).toBe(0);
    expect(giniIndex([0n, 0n, 0n, 8n])).toBe(0.75);
    expect(giniIndex([0n, 0n])).toBeNull();
    expect(giniIndex([])).toBeNull();
  });

  test('is the definition by pairs, within 0 and 1, the same in any order and at any scale', () => {
    const values = fc.array(fc.bigInt(-1_000n, 1_000n), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(values, fc.bigInt(1n, 50n), (all, by) => {
        const index = giniIndex(all);
        expect(giniIndex(all.toReversed())).toBe(index);
        expect(giniIndex(all.map((one) => one * by))).toBe(index);
        if (index === null) return;
        expect(index).toBeGreaterThanOrEqual(0);
        expect(index).toBeLessThanOrEqual(1);
        let pairs = 0;
        for (const one of all) for (const two of all) pairs += Math.abs(Number(one - two));
        const sum = all.reduce((most, one) => most + Math.abs(Number(one)), 0);
        expect(index).toBeCloseTo(pairs / (2 * all.length * sum), 8);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the Jain index', () => {
  test('of 1, 2, 3 is 36 by 42', () => expect(jainIndex([1n, 2n, 3n])).toBe(0.857142857));

  test('is 1 of equals, 1/n where one has all, null where nobody gains', () => {
    expect(jainIndex([5n, 5n])).toBe(1);
    expect(jainIndex([0n, 8n, 0n, 0n])).toBe(0.25);
    expect(jainIndex([-3n, 8n])).toBe(0.5);
    expect(jainIndex([-3n, 0n])).toBeNull();
  });

  test('lies within 1/n and 1, the same in any order and at any scale', () => {
    const values = fc.array(fc.bigInt(0n, 1_000n), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(values, fc.bigInt(1n, 50n), (all, by) => {
        const index = jainIndex(all);
        expect(jainIndex(all.toReversed())).toBe(index);
        expect(jainIndex(all.map((one) => one * by))).toBe(index);
        if (index === null) return;
        expect(index).toBeGreaterThanOrEqual(1 / all.length - 1e-9);
        expect(index).toBeLessThanOrEqual(1);
      }),
      { numRuns: 100 },
    );
  });
});

describe('savings per kWh', () => {
  test('are by metered energy: who saves as much on half as much does better', () => {
    const members = [saver(100, 1_000), saver(100, 500), saver(0, 0)];
    // 0.1 and 0.2 nano-EUR/Wh; who has no energy is left out.
    expect(metric('saving_min_max_ratio', run({ members }))).toBe(0.5);
    expect(metric('saving_gini', run({ members }))).toBe(0.166666667);
    expect(metric('saving_jain', run({ members }))).toBe(0.9);
    expect(metric('saving_per_energy', run({ members }))).toBe(0.000133333);
    expect(metric('saving_min_max_ratio', run({ members: [...members, saver(-1)] }))).toBe(0);
  });

  test('are envied within a kind, and beyond a tenth', () => {
    const members = [saver(100), saver(91), saver(90), saver(1_000, 1, 5)];
    expect(metric('envious_members', run({ members }))).toBe(1);
    expect(metric('envious_members', run({ members: [saver(0), saver(1), saver(-5)] }))).toBe(2);
    // A tenth more is not over a tenth more.
    expect(metric('envious_members', run({ members: [saver(110), saver(100)] }))).toBe(0);
    expect(metric('envious_members', run())).toBeNull();
  });
});

test('the distance to the Shapley value is what would have to change hands', () => {
  const members = [
    { ...saver(30), shapleySaving: 50 },
    { ...saver(70), shapleySaving: 50 },
  ];
  expect(metric('shapley_distance', run({ members }))).toBe(0.2);
  expect(metric('shapley_distance', run({ members: [saver(30)] }))).toBeNull();
});
