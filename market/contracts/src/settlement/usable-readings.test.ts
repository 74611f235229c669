import { energy } from '@commonwatt/units';
import { expect, test } from 'vitest';
import type { Reading } from './readings.ts';
import { readingsRootOf } from './readings.ts';
import type { RunInput } from './run.ts';
import { FROM_MS, QUARTER_MS, runInput, sha256 } from './testing/street.ts';
import { missingReadings, usableReadings } from './usable-readings.ts';

const input = runInput({
  slots: 2,
  trades: [{ name: 'a', slot: 0, seller: 1, buyer: 2, energy: 10 }],
  meters: {
    1: {
      member: 1,
      counted: [
        [0, 10],
        [0, 20],
      ],
    },
    2: {
      member: 2,
      counted: [
        [10, 0],
        [20, 0],
      ],
    },
  },
});
const [first, second] = input.readings.get(1) as [Reading, Reading];

/** Meter 1 with other readings, committed to where they can be. */
function given(readings: readonly Reading[], options: { committed: boolean }): RunInput {
  const commitments = options.committed
    ? input.commitments.map(([key, one]) =>
        key.meter === 1
          ? ([key, { ...one, root: readingsRootOf(sha256, readings) }] as const)
          : ([key, one] as const),
      )
    : input.commitments;
  return { ...input, commitments, readings: new Map([...input.readings, [1, readings]]) };
}

const reasonOf = (one: RunInput) =>
  usableReadings(sha256, one, one.commitments).unusable.map((each) => [each.meter, each.reason]);

test('committed readings are used, by rising meter and slot', () => {
  const mixed = given([second, first], { committed: true });
  const { usable, unusable } = usableReadings(sha256, mixed, mixed.commitments);
  expect(unusable).toEqual([]);
  expect(usable.map((one) => [one.meter, one.slotMs - FROM_MS])).toEqual([
    [1, 0],
    [1, QUARTER_MS],
    [2, 0],
    [2, QUARTER_MS],
  ]);
});

test.each<[string, RunInput, string]>([
  [
    'of an unknown meter',
    { ...input, meters: new Map([...input.meters].slice(1)) },
    'the meter is unknown',
  ],
  [
    'without a commitment',
    { ...input, commitments: input.commitments.slice(1) },
    'the ledger holds no commitment to them',
  ],
  [
    'of a slot twice',
    given([first, { ...second, slotMs: first.slotMs }], { committed: false }),
    `expected one of slot ${FROM_MS}, got two`,
  ],
  [
    'under another meter’s name',
    given([{ ...first, meter: 2 }], { committed: true }),
    'expected meter 1, got 2',
  ],
  [
    'beyond what any connection carries',
    given([{ ...first, exported: energy(1n << 41n) }], { committed: true }),
    'expected at most 1099511627776 Wh in a slot, got more',
  ],
  [
    'before the period',
    given([{ ...first, slotMs: FROM_MS - QUARTER_MS }], { committed: true }),
    `slot ${FROM_MS - QUARTER_MS} is not one of the period`,
  ],
  [
    'after the period',
    given([{ ...first, slotMs: FROM_MS + 2 * QUARTER_MS }], { committed: true }),
    `slot ${FROM_MS + 2 * QUARTER_MS} is not one of the period`,
  ],
  [
    'off the grid',
    given([{ ...first, slotMs: FROM_MS + 1 }], { committed: true }),
    `slot ${FROM_MS + 1} is not one of the period`,
  ],
  [
    'other than those committed to',
    given([first, { ...second, exported: energy(21n) }], { committed: false }),
    'the ledger holds a commitment to others',
  ],
])('readings %s are left aside', (_what, one, reason) => {
  expect(reasonOf(one)).toEqual([[1, reason]]);
});

test('what trades needed and did not find is named, retired meters apart', () => {
  const { usable } = usableReadings(sha256, input, input.commitments);
  const withoutFirst = usable.filter((one) => one !== first);
  const at = (member: number, meter: number | undefined) => ({ member, meter, slotMs: FROM_MS });
  expect(missingReadings(input, usable)).toEqual([]);
  expect(missingReadings(input, withoutFirst)).toEqual([at(1, 1)]);
  expect(missingReadings(input, [])).toEqual([at(1, 1), at(2, 2)]);
  const meters = new Map(input.meters);
  const [, meter] = [...meters][0] as [
    number,
    typeof meters extends Map<number, infer M> ? M : never,
  ];
  meters.set(1, { ...meter, retiredMs: FROM_MS });
  expect(missingReadings({ ...input, meters }, [])).toEqual([at(1, undefined), at(2, 2)]);
});
