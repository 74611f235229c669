import { describe, expect, test } from 'vitest';
import { member, metric, run, slot } from './run.test-support.ts';

const EUR = 1_000_000_000;

describe('welfare', () => {
  test('and what of the possible it is', () => {
    const slots = [
      slot({ welfare: 3 * EUR, optimumWelfare: 4 * EUR }),
      slot({ welfare: 0, optimumWelfare: 2 * EUR }),
    ];
    expect(metric('welfare', run({ slots }))).toBe(3);
    expect(metric('optimum_welfare', run({ slots }))).toBe(6);
    expect(metric('efficiency', run({ slots }))).toBe(0.5);
    expect(metric('efficiency', run({ slots: [slot()] }))).toBeNull();
  });

  test('is split in what buyers, sellers and the market maker have of it', () => {
    // 10 Wh worth 30 to the buyer and 10 to the seller; the buyer pays 25, the seller gets 20.
    const split = run({
      slots: [slot({ welfare: 200, surplus: 50 })],
      members: [member({ gain: 50, buyerGain: 50 }), member({ gain: 100, buyerGain: 0 })],
    });
    const consumer = metric('consumer_surplus', split) ?? 0;
    const producer = metric('producer_surplus', split) ?? 0;
    expect([consumer, producer]).toEqual([50 / EUR, 100 / EUR]);
    expect(Math.round((consumer + producer) * EUR) + 50).toBe(200);
    expect(metric('consumer_surplus', run())).toBeNull();
  });
});

test('a deficit of one slot is not made good by the surplus of another', () => {
  const slots = [slot({ surplus: 9 }), slot({ surplus: -4 }), slot(), slot({ surplus: -1 })];
  expect(metric('deficit_slots', run({ slots }))).toBe(2);
  expect(metric('largest_deficit', run({ slots }))).toBe(0.000000004);
  expect(metric('largest_deficit', run({ slots: [slot({ surplus: 9 })] }))).toBe(0);
});

test('who is worse off counts, whatever the others win', () => {
  const members = [
    member({ bill: 5, supplierOnlyBill: 100, gain: 7 }),
    member({ bill: 12, supplierOnlyBill: 10, gain: -3 }),
    member({ bill: 10, supplierOnlyBill: 10, gain: 0 }),
  ];
  expect(metric('members_worse_off', run({ members }))).toBe(1);
  expect(metric('least_saving', run({ members }))).toBe(-0.000000002);
  expect(metric('members_losing', run({ members }))).toBe(1);
  expect(metric('least_gain', run({ members }))).toBe(-0.000000003);
  expect(metric('members_worse_off', run())).toBeNull();
});

test('a misreport that costs is no gap', () => {
  const sample = (gain: number) => ({ startMs: 0, member: 'm', gain });
  const misreports = [sample(-8), sample(2), sample(4)];
  expect(metric('largest_truthfulness_gap', run({ misreports }))).toBe(0.000000004);
  expect(metric('mean_truthfulness_gap', run({ misreports }))).toBe(0.000000002);
  expect(metric('largest_truthfulness_gap', run({ misreports: [sample(-8)] }))).toBe(0);
  expect(metric('mean_truthfulness_gap', run())).toBeNull();
  expect(metric('truthfulness_samples', run({ misreports }))).toBe(3);
});
