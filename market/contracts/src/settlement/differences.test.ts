import { energy, money } from '@commonwatt/units';
import { expect, test } from 'vitest';
import { differencesOfRuns } from './differences.ts';
import type { Posting, Run, SlotTotal } from './messages.ts';
import { computeRun } from './run.ts';
import { FROM_MS, hashOf, runInput, sha256 } from './testing/street.ts';

const { run } = computeRun(
  sha256,
  runInput({
    slots: 1,
    trades: [{ name: 'a', slot: 0, seller: 1, buyer: 2, energy: 10 }],
    meters: { 1: { member: 1, counted: [[0, 10]] }, 2: { member: 2, counted: [[10, 0]] } },
  }),
);
const [total] = run.slotTotals as [SlotTotal];
const [seller, buyer] = run.postings as [Posting, Posting];
const other = hashOf('other');

test.each<[string, Run, readonly string[]]>([
  ['nothing', run, []],
  ['the period', { ...run, periodUntilMs: run.periodUntilMs + 1 }, ['period']],
  ['the version', { ...run, rulesVersion: 2 }, ['rulesVersion']],
  ['the readings', { ...run, readingsRoot: other }, ['readingsRoot']],
  [
    'a total',
    { ...run, slotTotals: [{ ...total, delivered: energy(9n) }] },
    [`slotTotals of ${FROM_MS}`],
  ],
  ['a missing total', { ...run, slotTotals: [] }, [`slotTotals of ${FROM_MS}`]],
  [
    'an amount',
    { ...run, postings: [{ ...seller, amount: money(1n) }, buyer] },
    ['posting of member 1'],
  ],
  [
    'lines and energy',
    {
      ...run,
      postings: [
        { ...seller, linesRoot: other },
        { ...buyer, energyCommitment: other },
      ],
    },
    ['posting of member 1', 'posting of member 2'],
  ],
  [
    'a further posting',
    { ...run, postings: [...run.postings, { ...buyer, member: 3 }] },
    ['posting of member 3'],
  ],
])('runs that differ in %s', (_what, changed, expected) => {
  expect(differencesOfRuns(run, changed)).toEqual(expected);
  expect(differencesOfRuns(changed, run)).toEqual(expected);
});
