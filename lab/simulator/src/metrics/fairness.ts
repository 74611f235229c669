/**
 * How evenly the saving is spread. What is compared is each member's saving against the supplier alone by the
 * energy that crosses its meter (bought, sold, import, export): own use is the same under every mechanism. Members
 * with no such energy are left out. It is taken in whole millionths of a nano-EUR per Wh.
 */

import { greater, lesser } from '@commonwatt/units';
import type { MemberResult } from '../study/results.ts';
import { eurosPerMegawattHour, magnitude, ratio, total } from './exact.ts';
import type { MetricRule } from './metric-rule.ts';
import { savingOf } from './welfare.ts';

const MILLIONTHS = 1_000_000n;
/** Below a tenth of the own saving nobody is said to envy. */
const ENVY_PARTS = 10n;

export const FAIRNESS_METRICS: readonly MetricRule[] = [
  {
    name: 'saving_per_energy',
    unit: 'EUR/MWh',
    meaning: 'Savings against the supplier alone by the energy that crossed the meters of members.',
    better: 'more',
    byDay: false,
    value: ({ members }) =>
      eurosPerMegawattHour(total(members, savingOf), total(members, meteredWh)),
  },
  {
    name: 'saving_gini',
    unit: 'share',
    meaning:
      'Gini index of the saving per kWh: the differences of all pairs summed, by twice the number of members times the sum of magnitudes (Gini 1912; magnitudes as in Raffinetti, Siletti and Vernizzi 2015, so that it stays within 0 and 1 where some lose).',
    better: 'less',
    byDay: false,
    value: ({ members }) => giniIndex(savingsPerEnergy(members)),
  },
  {
    name: 'saving_jain',
    unit: 'share',
    meaning:
      'Jain index of the saving per kWh: the square of the sum by the number of members times the sum of squares (Jain, Chiu and Hawe 1984); who loses counts as saving nothing.',
    better: 'more',
    byDay: false,
    value: ({ members }) => jainIndex(savingsPerEnergy(members)),
  },
  {
    name: 'saving_min_max_ratio',
    unit: 'share',
    meaning: 'Least saving per kWh by largest; 0 where somebody loses.',
    better: 'more',
    byDay: false,
    value: ({ members }) => leastByLargest(savingsPerEnergy(members)),
  },
  {
    name: 'envious_members',
    unit: 'count',
    meaning:
      'Members who would save over a tenth more with the saving per kWh of another of their kind, with a plant or without one. The definition is ours, after Foley 1967.',
    better: 'less',
    byDay: false,
    value: ({ members }) => (members.length === 0 ? null : enviousMembers(members)),
  },
  {
    name: 'shapley_distance',
    unit: 'share',
    meaning:
      "Half the sum of the differences between each member's saving and its Shapley value of the community's saving, by the sum of the values: the share that would have to change hands (Shapley 1953).",
    better: 'less',
    byDay: false,
    value: ({ members }) => shapleyDistance(members),
  },
];

/** Null where all values are zero. 0 is even, towards 1 one has all. */
export function giniIndex(values: readonly bigint[]): number | null {
  const ascending = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const count = BigInt(ascending.length);
  let differences = 0n;
  let magnitudes = 0n;
  for (const [at, value] of ascending.entries()) {
    // In ascending order a value is taken once for each below it, and taken away once for each above.
    differences += (2n * BigInt(at) + 1n - count) * value;
    magnitudes += magnitude(value);
  }
  return ratio(differences, count * magnitudes);
}

/** Null where no value is above zero. 1 is even; 1/n where one has all. */
export function jainIndex(values: readonly bigint[]): number | null {
  let sum = 0n;
  let squares = 0n;
  for (const value of values) {
    if (value <= 0n) continue;
    sum += value;
    squares += value * value;
  }
  return ratio(sum * sum, BigInt(values.length) * squares);
}

function leastByLargest(values: readonly bigint[]): number | null {
  const [first] = values;
  if (first === undefined) return null;
  const least = values.reduce(lesser, first);
  const largest = values.reduce(greater, first);
  return largest <= 0n ? null : ratio(greater(least, 0n), largest);
}

function enviousMembers(members: readonly MemberResult[]): number {
  let envious = 0;
  for (const hasPlant of [false, true]) {
    const kind = savingsPerEnergy(
      members.filter(({ generationWh }) => generationWh > 0 === hasPlant),
    );
    const best = kind.reduce(greater, kind[0] ?? 0n);
    envious += kind.filter((own) => ENVY_PARTS * (best - own) > magnitude(own)).length;
  }
  return envious;
}

function shapleyDistance(members: readonly MemberResult[]): number | null {
  let differences = 0n;
  let shared = 0n;
  for (const member of members) {
    differences += magnitude(BigInt(savingOf(member) - member.shapleySaving));
    shared += BigInt(member.shapleySaving);
  }
  return shared <= 0n ? null : ratio(differences, 2n * shared);
}

function savingsPerEnergy(members: readonly MemberResult[]): readonly bigint[] {
  return members
    .filter((member) => meteredWh(member) > 0)
    .map((member) => (BigInt(savingOf(member)) * MILLIONTHS) / BigInt(meteredWh(member)));
}

/** All that crosses a member's meter, either way. */
export const meteredWh = ({ boughtWh, soldWh, importWh, exportWh }: MemberResult): number =>
  boughtWh + soldWh + importWh + exportWh;
