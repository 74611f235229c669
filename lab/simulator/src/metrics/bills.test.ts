import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { member, metric, run, slot } from './run.test-support.ts';

const EUR = 1_000_000_000;

describe('bills', () => {
  const members = [
    member({
      bill: 8 * EUR,
      supplierOnlyBill: 10 * EUR,
      staticSharingBill: 9 * EUR,
      feeMoney: EUR,
    }),
    member({ bill: -3 * EUR, supplierOnlyBill: -2 * EUR, staticSharingBill: -2 * EUR }),
  ];

  test('are those of the members summed', () => {
    const both = run({ members });
    expect(metric('community_bill', both)).toBe(5);
    expect(metric('mean_member_bill', both)).toBe(2.5);
    expect(metric('supplier_only_bill', both)).toBe(8);
    expect(metric('saving', both)).toBe(3);
    expect(metric('saving_share', both)).toBe(0.375);
    expect(metric('saving_against_static_sharing', both)).toBe(2);
    expect(metric('grid_fees', both)).toBe(1);
  });

  test('are known by slots where every slot states them, without the members', () => {
    const slots = [
      slot({ bill: 2 * EUR, supplierOnlyBill: 4 * EUR, staticSharingBill: 3 * EUR }),
      slot({ bill: 3 * EUR, supplierOnlyBill: 4 * EUR, staticSharingBill: 4 * EUR }),
    ];
    for (const name of [
      'community_bill',
      'saving',
      'saving_share',
      'saving_against_static_sharing',
    ]) {
      expect(metric(name, run({ slots }))).toBe(metric(name, run({ members })));
    }
  });

  test('a share of nothing, or of an income, is not defined', () => {
    expect(metric('saving_share', run({ members: [member({ bill: -EUR })] }))).toBeNull();
    const income = member({ bill: -2 * EUR, supplierOnlyBill: -EUR });
    expect(metric('saving_share', run({ members: [income] }))).toBeNull();
    expect(metric('saving', run({ members: [income] }))).toBe(1);
    expect(metric('community_bill', run())).toBeNull();
  });

  test('no order of members changes a nano, however large', () => {
    const money = fc.integer({ min: -(2 ** 50), max: 2 ** 50 });
    fc.assert(
      fc.property(fc.array(fc.tuple(money, money), { minLength: 1, maxLength: 20 }), (all) => {
        const some = all.map(([bill, supplierOnlyBill]) => member({ bill, supplierOnlyBill }));
        const back = some.toReversed();
        for (const name of ['community_bill', 'saving', 'mean_member_bill']) {
          expect(metric(name, run({ members: back }))).toBe(metric(name, run({ members: some })));
        }
      }),
      { numRuns: 50 },
    );
  });
});

test('the operator keeps what the slots leave, and adds what they lack', () => {
  const slots = [slot({ surplus: 3 }), slot({ surplus: -5 })];
  expect(metric('operator_margin', run({ slots }))).toBe(-0.000000002);
});
