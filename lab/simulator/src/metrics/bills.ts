/** What the community pays, and what it saves against the two bills that it would have had anyway. */

import type { RunResult } from '../study/results.ts';
import { euros, NANO_PER_EURO, quotient, ratio, total } from './exact.ts';
import type { MetricRule } from './metric-rule.ts';

export const BILL_METRICS: readonly MetricRule[] = [
  {
    name: 'community_bill',
    unit: 'EUR',
    meaning: 'What all members paid to market, supplier and grid, less what they were paid.',
    better: 'less',
    byDay: true,
    value: (run) => eurosOrNull(billOf(run, 'bill')),
  },
  {
    name: 'mean_member_bill',
    unit: 'EUR',
    meaning: 'community_bill by the number of members.',
    better: 'less',
    byDay: false,
    value: ({ members }) =>
      members.length === 0
        ? null
        : quotient(
            total(members, ({ bill }) => bill),
            BigInt(members.length) * NANO_PER_EURO,
          ),
  },
  {
    name: 'supplier_only_bill',
    unit: 'EUR',
    meaning: 'What the same energy would have cost with the supplier alone.',
    better: null,
    byDay: true,
    value: (run) => eurosOrNull(billOf(run, 'supplierOnlyBill')),
  },
  {
    name: 'saving',
    unit: 'EUR',
    meaning: 'supplier_only_bill less community_bill.',
    better: 'more',
    byDay: true,
    value: (run) => eurosOrNull(difference(run, 'supplierOnlyBill')),
  },
  {
    name: 'saving_share',
    unit: 'share',
    meaning: 'saving by supplier_only_bill; not defined where that is not above zero.',
    better: 'more',
    byDay: true,
    value: (run) => {
      const saved = difference(run, 'supplierOnlyBill');
      const alone = billOf(run, 'supplierOnlyBill');
      return saved === null || alone === null || alone <= 0n ? null : ratio(saved, alone);
    },
  },
  {
    name: 'saving_against_static_sharing',
    unit: 'EUR',
    meaning:
      'The bill under equal static sharing, the best simple rule to compare with, less community_bill.',
    better: 'more',
    byDay: true,
    value: (run) => eurosOrNull(difference(run, 'staticSharingBill')),
  },
  {
    name: 'grid_fees',
    unit: 'EUR',
    meaning: 'What members paid the grid for energy from the community.',
    better: null,
    byDay: false,
    value: ({ members }) =>
      members.length === 0 ? null : euros(total(members, ({ feeMoney }) => feeMoney)),
  },
  {
    name: 'operator_margin',
    unit: 'EUR',
    meaning:
      'What stays with the market maker: payments of all slots summed; below zero it adds money.',
    better: null,
    byDay: true,
    value: ({ slots }) => euros(total(slots, ({ surplus }) => surplus)),
  },
];

type Bill = 'bill' | 'supplierOnlyBill' | 'staticSharingBill';

/** From the slots where there are any, else from the members; null where neither is there. */
function billOf({ slots, members }: RunResult, bill: Bill): bigint | null {
  if (slots.length > 0) return total(slots, (slot) => slot[bill]);
  return members.length === 0 ? null : total(members, (member) => member[bill]);
}

function difference(run: RunResult, other: Bill): bigint | null {
  const compared = billOf(run, other);
  const bill = billOf(run, 'bill');
  return compared === null || bill === null ? null : compared - bill;
}

function eurosOrNull(money: bigint | null): number | null {
  return money === null ? null : euros(money);
}
