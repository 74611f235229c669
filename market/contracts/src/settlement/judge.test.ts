import type { BlockContext } from '@commonwatt/ledger';
import { energy, money, price } from '@commonwatt/units';
import { beforeAll, describe, expect, test } from 'vitest';
import { closedSlots, markets } from '../market/state.ts';
import { refuseRun } from './judge.ts';
import type { Posting, Run } from './messages.ts';
import { DEFAULT_POLICY } from './policy.ts';
import { type SettlingLedger, smallStreet } from './testing/settling-ledger.ts';
import { hashOf, QUARTER_MS, sha256 } from './testing/street.ts';

let ledger: SettlingLedger;
let good: Run;

beforeAll(async () => {
  ledger = await smallStreet();
  good = ledger.compute().run;
});

function context(timeMs = ledger.testing.timeMs): BlockContext {
  return {
    state: ledger.state,
    crypto: { sha256, verify: () => false },
    chain: ledger.testing.chain,
    height: ledger.testing.height + 1,
    timeMs,
    parent: ledger.testing.chain,
    version: () => 3,
    emit: () => undefined,
  };
}

const judged = (run: Run, timeMs?: number) => refuseRun(context(timeMs), run)?.code ?? 'in order';

describe('each row mends one fault of the row above', () => {
  const other = hashOf('other');
  /** Faults in the order of the checks; a row has those from its own number on. */
  const faults: readonly [string, string, (run: Run) => Run][] = [
    ['period_invalid', 'an end before its beginning', (run) => ({ ...run, periodUntilMs: 0 })],
    [
      'period_not_over',
      'an end that has not come',
      (run) => ({ ...run, periodUntilMs: run.periodUntilMs + 100 * QUARTER_MS }),
    ],
    [
      'slot_totals_wrong',
      'another traded total',
      (run) => ({
        ...run,
        slotTotals: run.slotTotals.map((one) => ({ ...one, traded: energy(one.traded + 1n) })),
      }),
    ],
    ['readings_root_wrong', 'other readings', (run) => ({ ...run, readingsRoot: other })],
    [
      'postings_unordered',
      'postings out of order',
      (run) => ({ ...run, postings: [...run.postings].reverse() }),
    ],
    [
      'posting_without_trade',
      'a stranger paid',
      (run) => ({ ...run, postings: [...run.postings, stranger(run)] }),
    ],
    ['posting_missing', 'a party left out', (run) => ({ ...run, postings: run.postings.slice(1) })],
    ['not_conserved', 'money made', (run) => paying(run, 0, 1n)],
    [
      'escrow_exceeded',
      'more taken than escrow',
      (run) => paying(paying(run, 0, 99_999n), 1, -99_999n),
    ],
    ['claim_exceeded', 'more given than owed', (run) => paying(paying(run, 3, 6_000n), 1, -6_000n)],
    ['rules_version_invalid', 'rules of another version', (run) => ({ ...run, rulesVersion: 4 })],
  ];

  function stranger(run: Run): Posting {
    return { ...(run.postings[0] as Posting), member: 77, amount: money(0n) };
  }

  function paying(run: Run, at: number, more: bigint): Run {
    const postings = run.postings.map((one, index) =>
      index === at ? { ...one, amount: money(one.amount + more) } : one,
    );
    return { ...run, postings };
  }

  test.each(faults.slice(0, 5).map(([code, what], at) => [what, at, code] as const))(
    '%s',
    (_what, at, code) => {
      const run = faults.slice(at).reduce((made, [, , spoil]) => spoil(made), good);
      expect(judged(run)).toBe(code);
    },
  );

  test.each(faults.slice(5).map(([code, what, spoil]) => [what, code, spoil] as const))(
    '%s, and rules of another version',
    (_what, code, spoil) => {
      expect(judged({ ...spoil(good), rulesVersion: 4 })).toBe(code);
    },
  );

  test('in order', () => {
    expect(judged(good)).toBe('in order');
  });

  test('S-2: the last nano of escrow may be paid and of a claim received, and not one more', () => {
    const moved = (from: number, to: number, amount: bigint) =>
      judged(paying(paying(good, from, -amount), to, amount));
    // Ben has 35,000 in escrow and pays 16,000; dora may get 5,000 and gets nothing.
    expect(moved(1, 0, 19_000n)).toBe('in order');
    expect(moved(1, 0, 19_001n)).toBe('escrow_exceeded');
    expect(moved(1, 3, 5_000n)).toBe('in order');
    expect(moved(1, 3, 5_001n)).toBe('claim_exceeded');
  });

  test('S-2: the spread is conserved, and within what the trades’ two prices leave', () => {
    const kept = paying(good, 0, -5n);
    expect(judged(kept)).toBe('not_conserved');
    expect(judged({ ...kept, spread: money(5n) })).toBe('not_conserved');
    expect(judged({ ...paying(good, 0, 5n), spread: money(-5n) })).toBe('not_conserved');
  });

  test('amounts precede each other: sum, escrow, claims', () => {
    const overdrawn = paying(paying(good, 0, 99_999n), 1, -99_999n);
    expect(judged(paying(overdrawn, 0, 1n))).toBe('not_conserved');
    expect(judged(overdrawn)).toBe('escrow_exceeded');
  });
});

describe('slot totals', () => {
  const withTotals = (change: (totals: Run['slotTotals']) => Run['slotTotals']): Run => ({
    ...good,
    slotTotals: change(good.slotTotals),
  });
  test.each<[string, (totals: Run['slotTotals']) => Run['slotTotals']]>([
    ['a slot left out', (totals) => totals.slice(1)],
    ['a slot twice', (totals) => [...totals.slice(0, 1), ...totals]],
    ['slots out of order', (totals) => [...totals].reverse()],
    ['less traded', (totals) => totals.map((one) => ({ ...one, traded: energy(0n) }))],
    [
      'more delivered than traded',
      (totals) => totals.map((one) => ({ ...one, delivered: energy(one.traded + 1n) })),
    ],
    [
      'a slot beyond the period',
      (totals) => [
        ...totals,
        { ...(totals[0] as Run['slotTotals'][0]), slotMs: good.periodUntilMs, traded: energy(0n) },
      ],
    ],
    [
      'a slot before the period',
      (totals) => [
        {
          slotMs: good.periodFromMs - 1,
          traded: energy(0n),
          delivered: energy(0n),
          imported: energy(0n),
          exported: energy(0n),
          residualImport: energy(0n),
          residualExport: energy(0n),
          shared: energy(0n),
          sellersShort: energy(0n),
          buyersShort: energy(0n),
        },
        ...totals,
      ],
    ],
  ])('%s', (_what, change) => {
    expect(judged(withTotals(change))).toBe('slot_totals_wrong');
  });
});

test('slots that are still to be cleared, and trades that would be cut, hold a run back', () => {
  const { state } = ledger;
  const mark = state.mark();
  const rules = { slotLengthMs: QUARTER_MS } as never;
  const market = { rules, status: 'open', nextGateSlotMs: 0 } as const;
  state.set(markets, 9, { ...market, nextBusySlotMs: good.periodUntilMs });
  expect(judged(good)).toBe('in order');
  state.set(markets, 9, { ...market, nextBusySlotMs: good.periodUntilMs - QUARTER_MS });
  expect(judged(good)).toBe('period_not_over');
  state.delete(markets, 9);
  state.set(closedSlots, { market: 9, slotMs: good.periodUntilMs }, { closedHeight: 1 });
  expect(judged(good)).toBe('in order');
  state.set(closedSlots, { market: 9, slotMs: good.periodFromMs }, { closedHeight: 1 });
  expect(judged(good)).toBe('period_not_over');
  state.rollback(mark);
  const cutting = { ...good, periodUntilMs: good.periodFromMs + QUARTER_MS - 1000 };
  expect(judged(cutting)).toBe('period_invalid');
  expect(judged(good)).toBe('in order');
});

test('a run is judged by the version active now', () => {
  const { state } = ledger;
  const asked: string[] = [];
  const version = (ruleSet: string) => {
    asked.push(ruleSet);
    return 4;
  };
  expect(refuseRun({ ...context(), state, version }, good)).toEqual({
    code: 'rules_version_invalid',
    version: 3,
    active: 4,
  });
  expect(asked).toEqual(['settlement']);
});

describe('version 3', () => {
  const changed = (change: (one: Posting, at: number) => Partial<Posting>): Run => ({
    ...good,
    postings: good.postings.map((one, at) => ({ ...one, ...change(one, at) })),
  });
  const total = (change: Partial<Run['slotTotals'][number]>): Run => ({
    ...good,
    slotTotals: good.slotTotals.map((one, at) => (at === 0 ? { ...one, ...change } : one)),
  });

  test('charges are what the community’s accounts receive', () => {
    expect(judged(changed((_one, at) => (at === 0 ? { charge: money(-1n) } : {})))).toBe(
      'charges_wrong',
    );
    expect(judged(total({ sellersShort: energy(9n) }))).toBe('in order');
  });

  test('where only deviations are posted, nobody is charged more than for delivering nothing', async () => {
    const settlementPolicy = { ...DEFAULT_POLICY, sellerDeviationPrice: price(7n) };
    const other = await smallStreet({ genesis: { settlementPolicy } });
    const { run } = other.compute();
    const verdict = (one: Run) => refuseRun({ ...context(), state: other.state }, one)?.code;
    expect(verdict(run)).toBeUndefined();
    const shifted = (from: number, to: number, amount: bigint): Run => ({
      ...run,
      postings: run.postings.map((one, at) => {
        const more = (at === to ? amount : 0n) - (at === from ? amount : 0n);
        return { ...one, charge: money(one.charge + more) };
      }),
    });
    // Ana sold 400 Wh: at most 2,800 for her, of which 1,400 are charged. Dora sold 50, all short.
    expect(verdict(shifted(0, 3, 350n))).toBeUndefined();
    expect(verdict(shifted(0, 3, 351n))).toBe('charge_exceeded');
    expect(verdict(shifted(3, 0, 1n))).toBe('charge_exceeded');
    const cheap = {
      ...run,
      slotTotals: run.slotTotals.map((one) => ({ ...one, sellersShort: energy(0n) })),
    };
    expect(verdict(cheap)).toBe('charges_wrong');
  });

  test.each<[string, Partial<Run['slotTotals'][number]>]>([
    ['more residual import than import', { residualImport: energy(1000n) }],
    ['more residual export than export', { residualExport: energy(1000n) }],
    ['sellers short of more than was traded', { sellersShort: energy(401n) }],
    ['buyers short of more than was traded', { buyersShort: energy(401n) }],
    ['a Wh that is neither residual nor allocated', { residualImport: energy(244n) }],
    ['a Wh fed in that nobody used', { residualExport: energy(1n) }],
    ['a Wh delivered that nobody fed in', { delivered: energy(201n) }],
    ['a Wh shared where nothing is', { shared: energy(1n), delivered: energy(199n) }],
  ])('S-9: %s', (_what, change) => {
    expect(judged(total(change))).toBe('slot_totals_wrong');
  });

  test('nothing of it stands in a run of a version before', () => {
    const old = { ...good, rulesVersion: 2, slotTotals: good.slotTotals.map(bare) };
    const verdict = (one: Run) => refuseRun({ ...context(), version: () => 2 }, one)?.code;
    expect(verdict(old)).toBeUndefined();
    expect(verdict({ ...old, slotTotals: good.slotTotals })).toBe('slot_totals_wrong');
    const charged = old.postings.map((one, at) =>
      at === 0 ? { ...one, charge: money(-1n) } : one,
    );
    expect(verdict({ ...old, postings: charged })).toBe('charges_wrong');
  });

  function bare(one: Run['slotTotals'][number]): Run['slotTotals'][number] {
    const none = energy(0n);
    const parts = { residualImport: none, residualExport: none, shared: none };
    return { ...one, ...parts, sellersShort: none, buyersShort: none };
  }
});
