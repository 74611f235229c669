import { toHex } from '@commonwatt/ledger';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { activateRulesOf } from '../identity/actions.test-support.ts';
import { deliver, MeteredEnergy } from './delivery.ts';
import { SETTLEMENT } from './judge.ts';
import { DELIVERY_RULES, deliverMost, deliveryRule } from './most-delivery.ts';
import { computeRun } from './run.ts';
import { ANA, BEN, CLEO, DORA, smallStreet } from './testing/settling-ledger.ts';
import {
  FROM_MS,
  hashOf,
  QUARTER_MS,
  runInput,
  sha256,
  type TerseTrade,
  tradeEntry,
} from './testing/street.ts';

const SLOTS = 4;
const period = { periodFromMs: FROM_MS, periodUntilMs: FROM_MS + SLOTS * QUARTER_MS };

/** [member, side, slot, Wh] */
type Counted = readonly [number, 'buy' | 'sell', number, number];

function metered(counted: readonly Counted[]): MeteredEnergy {
  const all = new MeteredEnergy(QUARTER_MS);
  for (const [member, side, slot, wh] of counted) {
    all.add(member, side, FROM_MS + slot * QUARTER_MS, BigInt(wh));
  }
  return all;
}

function delivered(
  rule: typeof deliverMost,
  trades: readonly TerseTrade[],
  counted: readonly Counted[],
): Readonly<Record<string, number>> {
  const names = new Map(trades.map((one) => [toHex(hashOf(one.name)), one.name]));
  const all = rule(sha256, period, trades.map(tradeEntry), metered(counted));
  return Object.fromEntries(
    all.map((one) => [names.get(toHex(one.trade[0])), Number(one.delivered)]),
  );
}

describe('the rule, version 2', () => {
  test('a share that one side cannot take is given to another trade', () => {
    const trades = [
      { name: 'a', slot: 0, seller: 1, buyer: 2, energy: 300 },
      { name: 'b', slot: 0, seller: 1, buyer: 3, energy: 100 },
    ];
    const counted: Counted[] = [
      [1, 'sell', 0, 200],
      [2, 'buy', 0, 400],
      [3, 'buy', 0, 40],
    ];
    expect(delivered(deliver, trades, counted)).toEqual({ a: 150, b: 40 });
    expect(delivered(deliverMost, trades, counted)).toEqual({ a: 160, b: 40 });
  });

  test('a longer slot is served from what shorter ones left, so no Wh twice', () => {
    const trades = [
      { name: 'hour', slot: 0, seller: 1, buyer: 2, energy: 100, quarters: 4 },
      { name: 'quarter', slot: 0, seller: 1, buyer: 2, energy: 30 },
    ];
    const counted: Counted[] = [
      [1, 'sell', 0, 50],
      [1, 'sell', 1, 20],
      [2, 'buy', 0, 500],
    ];
    expect(delivered(deliverMost, trades, counted)).toEqual({ quarter: 30, hour: 40 });
  });

  test('a member may sell and buy in one slot', () => {
    const trades = [
      { name: 'a', slot: 0, seller: 1, buyer: 2, energy: 10 },
      { name: 'b', slot: 0, seller: 2, buyer: 3, energy: 10 },
    ];
    const counted: Counted[] = [
      [1, 'sell', 0, 10],
      [2, 'buy', 0, 4],
      [2, 'sell', 0, 7],
      [3, 'buy', 0, 9],
    ];
    expect(delivered(deliverMost, trades, counted)).toEqual({ a: 4, b: 7 });
  });

  test('versions that are not there are refused', () => {
    expect([...DELIVERY_RULES.keys()]).toEqual([1, 2, 3]);
    expect(() => deliveryRule(0)).toThrow('expected version 1 or 2 or 3, got 0');
  });
});

const member = fc.integer({ min: 1, max: 4 });
const trades = fc.array(
  fc
    .record({
      slot: fc.integer({ min: 0, max: SLOTS - 1 }),
      seller: member,
      buyer: member,
      energy: fc.integer({ min: 1, max: 60 }),
      quarters: fc.constantFrom(1, 1, 1, 2, 4),
    })
    .filter(({ seller, buyer }) => seller !== buyer),
  { minLength: 1, maxLength: 12 },
);
const meters = fc.array(
  fc.array(fc.tuple(fc.nat({ max: 80 }), fc.nat({ max: 80 })), {
    minLength: SLOTS,
    maxLength: SLOTS,
  }),
  { minLength: 4, maxLength: 4 },
);
const streets = fc.tuple(trades, meters).map(([list, counted]) => ({
  slots: SLOTS,
  trades: list.map((one, index) => ({
    ...one,
    name: `${index}`,
    slot: one.slot - (one.slot % one.quarters),
  })),
  meters: Object.fromEntries(
    counted.map((each, index) => [index + 1, { member: index + 1, counted: each }]),
  ),
}));

test('S-2: a run of version 2 makes and loses no money, and delivers no less in quarter hours', () => {
  fc.assert(
    fc.property(streets, (street) => {
      const quarters = { ...street, trades: street.trades.map((one) => ({ ...one, quarters: 1 })) };
      const totals = [1, 2].map((version) => {
        const { run } = computeRun(sha256, { ...runInput(quarters), version });
        expect(run.rulesVersion).toBe(version);
        expect(run.postings.reduce((sum, { amount }) => sum + amount, 0n)).toBe(0n);
        for (const total of run.slotTotals) {
          for (const most of [total.traded, total.imported, total.exported]) {
            expect(total.delivered).toBeLessThanOrEqual(most);
          }
        }
        return run.slotTotals.reduce((sum, one) => sum + one.delivered, 0n);
      });
      expect(totals[1]).toBeGreaterThanOrEqual(totals[0] as bigint);
    }),
  );
});

test('S-7: a run of version 2 does not depend on the order of its input', () => {
  fc.assert(
    fc.property(streets, (street) => {
      const input = { ...runInput(street), version: 2 };
      const mixed = {
        ...input,
        trades: [...input.trades].reverse(),
        readings: new Map([...input.readings].reverse()),
        meters: new Map([...input.meters].reverse()),
        commitments: [...input.commitments].reverse(),
      };
      expect(computeRun(sha256, mixed)).toEqual(computeRun(sha256, input));
    }),
  );
});

test('from the height of its activation on, runs are of version 2', async () => {
  const ledger = await smallStreet({ genesis: { settlementVersion: 1 } });
  const before = ledger.compute().run;
  expect(before.rulesVersion).toBe(1);
  const height = ledger.testing.ledger.head?.height ?? 0;
  const activation = { ruleSet: SETTLEMENT, version: 2, fromHeight: height + 2 };
  await ledger.done('officer', activateRulesOf(activation));
  expect(await ledger.propose('officer', before)).toBe('rules_version_invalid');
  const after = ledger.compute();
  expect(after.run.rulesVersion).toBe(2);
  // Cleo takes 40 of ana's 200 Wh, so ben gets 160: version 1 would leave 10 of them undelivered.
  expect(await ledger.propose('officer', after.run)).toBe('done');
  const free = [ANA, BEN, CLEO, DORA].map((one) => ledger.free(one));
  expect(free).toEqual([24_000n, -16_000n, -8_000n, 0n]);
});
