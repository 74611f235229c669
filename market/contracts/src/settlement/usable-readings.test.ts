import { energy } from '@commonwatt/units';
import { expect, test } from 'vitest';
import type { Meter } from '../metering/state.ts';
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

/** The input with another meter 1. */
function changed(changes: Partial<Meter>): RunInput {
  const meter = input.meters.get(1) as Meter;
  return { ...input, meters: new Map([...input.meters, [1, { ...meter, ...changes }]]) };
}

test.each<[string, Partial<Meter>, string]>([
  ['a feeder', { measures: 'feeder' }, 'the meter counts a feeder'],
  [
    'a meter that was replaced before',
    { retiredMs: FROM_MS + QUARTER_MS },
    `the meter does not count slot ${FROM_MS + QUARTER_MS}`,
  ],
  [
    'a meter that took another’s place later',
    { fromMs: FROM_MS + QUARTER_MS },
    `the meter does not count slot ${FROM_MS}`,
  ],
])('readings of %s are left aside', (_what, changes, reason) => {
  expect(reasonOf(changed(changes))).toEqual([[1, reason]]);
});

test('what trades needed and did not find is named', () => {
  const { usable } = usableReadings(sha256, input, input.commitments);
  const withoutFirst = usable.filter((one) => one !== first);
  const at = (member: number, meter: number | undefined) => ({ member, meter, slotMs: FROM_MS });
  expect(missingReadings(input, usable)).toEqual([]);
  expect(missingReadings(input, withoutFirst)).toEqual([at(1, 1)]);
  expect(missingReadings(input, [])).toEqual([at(1, 1), at(2, 2)]);
  // A meter that does not count the slot is not asked, nor is one that counts a feeder.
  for (const changes of [{ retiredMs: FROM_MS }, { measures: 'feeder' }] as const) {
    expect(missingReadings(changed(changes), [])).toEqual([at(1, undefined), at(2, 2)]);
  }
  const later = { retiredMs: FROM_MS + QUARTER_MS };
  expect(missingReadings(changed(later), [])).toEqual([at(1, 1), at(2, 2)]);
});

test('R-4: a reading that says it is missing is not found', () => {
  const { usable } = usableReadings(sha256, input, input.commitments);
  const said = usable.map((one) => (one === first ? { ...one, quality: 'missing' as const } : one));
  expect(missingReadings(input, said)).toEqual([{ member: 1, meter: 1, slotMs: FROM_MS }]);
});
