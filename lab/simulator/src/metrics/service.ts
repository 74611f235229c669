/** How well members were served: what they wanted and did not get, and who came to trade at all. */

import type { RunResult, SlotResult } from '../study/results.ts';
import { kilowattHours, NANO_PER_EURO, percentile, ratio, total } from './exact.ts';
import type { MetricRule } from './metric-rule.ts';
import { savingOf } from './welfare.ts';

const YEAR_MS = 365n * 86_400_000n;
const HIGH_BURDEN = 0.1;

export const SERVICE_METRICS: readonly MetricRule[] = [
  {
    name: 'unmet_demand',
    unit: 'kWh',
    meaning: 'What electric vehicles and heat pumps should have had and did not get.',
    better: 'less',
    byDay: false,
    value: ({ members }) =>
      members.length === 0 ? null : kilowattHours(total(members, ({ unmetWh }) => unmetWh)),
  },
  {
    name: 'unmatched_orders',
    unit: 'count',
    meaning: 'Orders with energy left when their slot was cleared.',
    better: 'less',
    byDay: true,
    value: ({ slots }) => Number(total(slots, ({ unmatchedOrders }) => unmatchedOrders)),
  },
  {
    name: 'unmatched_order_share',
    unit: 'share',
    meaning: 'unmatched_orders by all orders.',
    better: 'less',
    byDay: true,
    value: ({ slots }) =>
      ratio(
        total(slots, ({ unmatchedOrders }) => unmatchedOrders),
        total(slots, ({ bidOrders, askOrders }) => bidOrders + askOrders),
      ),
  },
  {
    name: 'matched_share',
    unit: 'share',
    meaning:
      'Traded energy by that of the shorter side of each slot: the most that could be traded.',
    better: 'more',
    byDay: true,
    value: ({ slots }) =>
      ratio(
        total(slots, ({ tradedWh }) => tradedWh),
        total(slots, shorterWh),
      ),
  },
  {
    name: 'trading_slots',
    unit: 'share',
    meaning: 'Slots with trade by slots with energy on both sides.',
    better: 'more',
    byDay: true,
    value: ({ slots }) => {
      const twoSided = slots.filter((slot) => shorterWh(slot) > 0);
      const traded = twoSided.filter(({ tradedWh }) => tradedWh > 0);
      return ratio(BigInt(traded.length), BigInt(twoSided.length));
    },
  },
  {
    name: 'market_access',
    unit: 'share',
    meaning:
      'Slots in which members traded by slots in which they wanted to, all members summed. Ours; that access be judged at all is from a study of a double auction in socio-economic context (Sustainability 2022, 14(13), 7642).',
    better: 'more',
    byDay: false,
    value: ({ members }) =>
      ratio(
        total(members, ({ slotsTraded }) => slotsTraded),
        total(members, ({ slotsWanted }) => slotsWanted),
      ),
  },
  {
    name: 'least_market_access',
    unit: 'share',
    meaning: 'The same for the member that has least of it.',
    better: 'more',
    byDay: false,
    value: ({ members }) => {
      let least: number | null = null;
      for (const { slotsTraded, slotsWanted } of members) {
        const access = ratio(BigInt(slotsTraded), BigInt(slotsWanted));
        if (access !== null && (least === null || access < least)) least = access;
      }
      return least;
    },
  },
  {
    name: 'energy_affordability',
    unit: 'share',
    meaning:
      'What members without a plant save of what the supplier alone would have cost them. Ours: the study cited at market_access sets cost against income, which few scenarios know.',
    better: 'more',
    byDay: false,
    value: ({ members }) => {
      const plantless = members.filter(({ generationWh }) => generationWh === 0);
      const alone = total(plantless, ({ supplierOnlyBill }) => supplierOnlyBill);
      return alone <= 0n ? null : ratio(total(plantless, savingOf), alone);
    },
  },
  {
    name: 'energy_burden_median',
    unit: 'share',
    meaning:
      'What the members whose income the scenario says pay for energy by that income, a month being a twelfth of 365 days: the median of them, by nearest rank.',
    better: 'less',
    byDay: false,
    value: (run) => percentile(burdensOf(run), 50),
  },
  {
    name: 'energy_burden_high',
    unit: 'share',
    meaning:
      'Members with an income who pay more than 10 per cent of it for energy, by all members with an income. The threshold is that of fuel poverty in Boardman 1991.',
    better: 'less',
    byDay: false,
    value: (run) => {
      const burdens = burdensOf(run);
      const high = burdens.filter((burden) => burden > HIGH_BURDEN);
      return ratio(BigInt(high.length), BigInt(burdens.length));
    },
  },
  {
    name: 'feeder_excess_slots',
    unit: 'count',
    meaning: 'Slots in which more crosses a feeder than its limit.',
    better: 'less',
    byDay: true,
    value: ({ slots }) => slots.filter(({ feederExcessWh }) => feederExcessWh > 0).length,
  },
  {
    name: 'largest_feeder_excess',
    unit: 'kWh',
    meaning: 'The most that crosses a feeder beyond its limit in one slot.',
    better: 'less',
    byDay: true,
    value: ({ slots }) =>
      kilowattHours(
        BigInt(slots.reduce((most, { feederExcessWh }) => Math.max(most, feederExcessWh), 0)),
      ),
  },
];

/** Bill by income over the time of the run, of each member with an income. */
function burdensOf({ members, slots, slotMs }: RunResult): readonly number[] {
  return members.flatMap(({ bill, incomeEurPerMonth: income }) => {
    if (income === undefined) return [];
    const earned = BigInt(income) * NANO_PER_EURO * 12n * BigInt(slots.length) * BigInt(slotMs);
    return ratio(BigInt(bill) * YEAR_MS, earned) ?? [];
  });
}

const shorterWh = ({ bidWh, askWh }: SlotResult) => Math.min(bidWh, askWh);
