/** What trading was worth by the true limits, to whom, and whether the mechanism kept its promises. */

import type { MemberResult, RunResult, SlotResult } from '../study/results.ts';
import { euros, NANO_PER_EURO, quotient, ratio, total } from './exact.ts';
import type { MetricRule } from './metric-rule.ts';

export const WELFARE_METRICS: readonly MetricRule[] = [
  {
    name: 'welfare',
    unit: 'EUR',
    meaning: 'Sum over trades of energy times the true limit of the buyer less that of the seller.',
    better: 'more',
    byDay: true,
    value: ({ slots }) => euros(welfareOf(slots)),
  },
  {
    name: 'optimum_welfare',
    unit: 'EUR',
    meaning: 'The most that trades could have been worth by the true limits, slot by slot.',
    better: null,
    byDay: true,
    value: ({ slots }) => euros(total(slots, ({ optimumWelfare }) => optimumWelfare)),
  },
  {
    name: 'efficiency',
    unit: 'share',
    meaning:
      'welfare by optimum_welfare (allocative efficiency: Smith 1962; Gode and Sunder 1993); below zero where trades destroy more than they make.',
    better: 'more',
    byDay: true,
    value: ({ slots }) =>
      ratio(
        welfareOf(slots),
        total(slots, ({ optimumWelfare }) => optimumWelfare),
      ),
  },
  {
    name: 'consumer_surplus',
    unit: 'EUR',
    meaning: 'What purchases were worth by the true limits less what buyers paid.',
    better: 'more',
    byDay: false,
    value: ({ members }) => sumOfGains(members, (_gain, buyerGain) => buyerGain),
  },
  {
    name: 'producer_surplus',
    unit: 'EUR',
    meaning: 'What sellers were paid less what sales were worth by the true limits.',
    better: 'more',
    byDay: false,
    value: ({ members }) => sumOfGains(members, (gain, buyerGain) => gain - buyerGain),
  },
  {
    name: 'deficit_slots',
    unit: 'count',
    meaning:
      'Slots in which the market maker adds money: 0 is budget balance in the weak sense (Myerson and Satterthwaite 1983).',
    better: 'less',
    byDay: true,
    value: ({ slots }) => slots.filter(({ surplus }) => surplus < 0).length,
  },
  {
    name: 'largest_deficit',
    unit: 'EUR',
    meaning: 'The most that the market maker adds in one slot.',
    better: 'less',
    byDay: true,
    value: ({ slots }) =>
      euros(BigInt(slots.reduce((most, { surplus }) => Math.max(most, -surplus), 0))),
  },
  {
    name: 'members_worse_off',
    unit: 'count',
    meaning:
      'Members whose bill is above that with the supplier alone: 0 is individual rationality over the run.',
    better: 'less',
    byDay: false,
    value: ({ members }) => countOf(members, (member) => savingOf(member) < 0),
  },
  {
    name: 'least_saving',
    unit: 'EUR',
    meaning: 'The saving against the supplier alone of the member who saves least.',
    better: 'more',
    byDay: false,
    value: ({ members }) => least(members, savingOf),
  },
  {
    name: 'members_losing',
    unit: 'count',
    meaning: 'Members whose trades cost them more than they were worth by their own true limits.',
    better: 'less',
    byDay: false,
    value: ({ members }) => countOf(members, ({ gain }) => gain < 0),
  },
  {
    name: 'least_gain',
    unit: 'EUR',
    meaning: 'The gain by true limits of the member who gains least.',
    better: 'more',
    byDay: false,
    value: ({ members }) => least(members, ({ gain }) => gain),
  },
  {
    name: 'largest_truthfulness_gap',
    unit: 'EUR',
    meaning:
      'The most that a sampled member could have gained in a slot by stating another limit than the true one; 0 where truth was best.',
    better: 'less',
    byDay: false,
    value: ({ misreports }) =>
      misreports.length === 0
        ? null
        : euros(BigInt(misreports.reduce((most, { gain }) => Math.max(most, gain), 0))),
  },
  {
    name: 'mean_truthfulness_gap',
    unit: 'EUR',
    meaning:
      'The mean over all samples of what another limit would have gained, at least 0 for each.',
    better: 'less',
    byDay: false,
    value: ({ misreports }) =>
      misreports.length === 0
        ? null
        : quotient(
            total(misreports, ({ gain }) => Math.max(0, gain)),
            BigInt(misreports.length) * NANO_PER_EURO,
          ),
  },
  {
    name: 'truthfulness_samples',
    unit: 'count',
    meaning:
      'How many misreports the two gaps rest on: few samples may have met no order that sets a price.',
    better: null,
    byDay: false,
    value: ({ misreports }) => misreports.length,
  },
];

/** Against the supplier alone, in nano-EUR. */
export const savingOf = ({ supplierOnlyBill, bill }: MemberResult): number =>
  supplierOnlyBill - bill;

const welfareOf = (slots: readonly SlotResult[]) => total(slots, ({ welfare }) => welfare);

/** Null without members. */
function sumOfGains(
  members: RunResult['members'],
  of: (gain: number, buyerGain: number) => number,
): number | null {
  if (members.length === 0) return null;
  let sum = 0n;
  for (const { gain, buyerGain } of members) {
    sum += BigInt(of(gain, buyerGain));
  }
  return euros(sum);
}

function countOf(
  members: RunResult['members'],
  holds: (member: MemberResult) => boolean,
): number | null {
  return members.length === 0 ? null : members.filter(holds).length;
}

function least(members: RunResult['members'], of: (member: MemberResult) => number): number | null {
  if (members.length === 0) return null;
  let lowest = Number.MAX_SAFE_INTEGER;
  for (const member of members) lowest = Math.min(lowest, of(member));
  return euros(BigInt(lowest));
}
