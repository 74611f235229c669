import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reconciled } from './operator-allocated.ts';
import { totalOf } from './sharing.ts';
import { interval, intervals } from './testing.test-support.ts';

const values = (received: readonly [number, bigint][], given: readonly [number, bigint][]) => ({
  received: new Map(received),
  given: new Map(given),
});

describe("the operator's values", () => {
  const one = interval([50], [30, 40]);

  test('stand where they fit the meters and each other', () => {
    const given = values(
      [
        [1, 20n],
        [2, 10n],
      ],
      [[101, 30n]],
    );
    expect(reconciled(one, given)).toEqual({
      part: { price: undefined, received: [20n, 10n], given: [30n] },
      differences: [],
    });
  });

  test('are cut at the meter, lowered where the sums differ, and every difference is named', () => {
    const given = values(
      [
        [1, 90n],
        [2, 10n],
        [7, 5n],
      ],
      [[101, 20n]],
    );
    const { part, differences } = reconciled(one, given);
    expect(part).toEqual({ price: undefined, received: [15n, 5n], given: [20n] });
    expect(differences).toEqual([
      { member: 1, side: 'received', allocated: 90n, accepted: 15n, because: 'above the meter' },
      { member: 2, side: 'received', allocated: 10n, accepted: 5n, because: 'the sums differ' },
      { member: 7, side: 'received', allocated: 5n, accepted: 0n, because: 'not a party' },
    ]);
  });

  test('are refused below zero', () => {
    expect(() => reconciled(one, values([[1, -1n]], []))).toThrow(
      'allocated to 1: expected Wh >= 0',
    );
  });
});

test('whatever the operator says, both sides sum alike within the meters', () => {
  const told = fc.array(fc.bigInt({ min: 0n, max: 6_000n }), { minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(intervals, told, (one, wh) => {
      const received = new Map(one.consumers.map(({ member }, at) => [member, wh[at] as bigint]));
      const given = new Map(one.producers.map(({ member }, at) => [member, wh[6 + at] as bigint]));
      const { part } = reconciled(one, { received, given });
      expect(totalOf(part.received)).toBe(totalOf(part.given));
      part.received.forEach((got, at) => {
        expect(got).toBeLessThanOrEqual(one.consumers[at]?.energy as bigint);
      });
    }),
  );
});
