import { expect, test } from 'vitest';
import { member, metric, run, slot } from './run.test-support.ts';

test('orders and energy that found nobody', () => {
  const slots = [
    slot({ bidOrders: 3, askOrders: 1, unmatchedOrders: 2, bidWh: 30, askWh: 10, tradedWh: 10 }),
    slot({ bidOrders: 2, askOrders: 2, unmatchedOrders: 4, bidWh: 20, askWh: 30 }),
    slot({ bidOrders: 2, unmatchedOrders: 2, bidWh: 20 }),
  ];
  expect(metric('unmatched_orders', run({ slots }))).toBe(8);
  expect(metric('unmatched_order_share', run({ slots }))).toBe(0.8);
  // 10 of 10 and 20; the third slot has one side only.
  expect(metric('matched_share', run({ slots }))).toBe(0.333333333);
  expect(metric('trading_slots', run({ slots }))).toBe(0.5);
  expect(metric('trading_slots', run())).toBeNull();
});

test('access is of slots, not of members', () => {
  const members = [
    member({ slotsWanted: 90, slotsTraded: 90 }),
    member({ slotsWanted: 10, slotsTraded: 5 }),
    member(),
  ];
  expect(metric('market_access', run({ members }))).toBe(0.95);
  expect(metric('least_market_access', run({ members }))).toBe(0.5);
  expect(metric('least_market_access', run({ members: [member()] }))).toBeNull();
});

test('affordability looks at those without a plant', () => {
  const members = [
    member({ bill: 80, supplierOnlyBill: 100 }),
    member({ bill: -500, supplierOnlyBill: 0, generationWh: 9 }),
  ];
  expect(metric('energy_affordability', run({ members }))).toBe(0.2);
  expect(metric('energy_affordability', run({ members: members.slice(1) }))).toBeNull();
});

test('unmet demand, and what is too much for a feeder', () => {
  const slots = [slot({ feederExcessWh: 200 }), slot(), slot({ feederExcessWh: 700 })];
  const members = [member({ unmetWh: 1_500 }), member({ unmetWh: 250 })];
  expect(metric('unmet_demand', run({ members }))).toBe(1.75);
  expect(metric('feeder_excess_slots', run({ slots }))).toBe(2);
  expect(metric('largest_feeder_excess', run({ slots }))).toBe(0.7);
});

test('the burden of energy is the bill by the income of the same time', () => {
  // 365 days of one slot each are twelve months.
  const slots = Array.from({ length: 365 }, () => slot());
  const owing = (eurosPerYear: number, incomeEurPerMonth?: number) =>
    member({
      bill: eurosPerYear * 1e9,
      ...(incomeEurPerMonth === undefined ? {} : { incomeEurPerMonth }),
    });
  const of = (members: readonly ReturnType<typeof member>[]) => {
    const one = run({ members, slots, slotMs: 86_400_000 });
    return [metric('energy_burden_median', one), metric('energy_burden_high', one)];
  };
  // 5, 10 and 12 per cent, one that earns, and one whose income nobody knows.
  const members = [owing(1_200, 2_000), owing(1_200, 1_000), owing(1_440, 1_000), owing(9_999)];
  expect(of(members)).toEqual([0.1, 0.333333333]);
  expect(of([...members, owing(-240, 1_000)])).toEqual([0.05, 0.25]);
  expect(of([owing(1_200)])).toEqual([null, null]);
});
