import { toHex } from '@commonwatt/ledger';
import { money, power } from '@commonwatt/units';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import { action } from '../execution/testing-ledger.test-support.ts';
import { amendMemberCodec, ROLE } from '../identity/messages.ts';
import { paymentOf } from '../market/payment.ts';
import { account, balanceOf } from '../wallet/accounts.ts';
import { accounts } from '../wallet/state.ts';
import type { TradeEntry } from './delivery.ts';
import type { Ground } from './ground.ts';
import { heldBackOf } from './held-amounts.ts';
import type { Posting } from './messages.ts';
import { type DisputedLine, decideDisputeCodec, type Run } from './messages.ts';
import { settlementModule } from './module.ts';
import { boundsOf } from './open-trades.ts';
import { DEFAULT_POLICY, type SettlementPolicy } from './policy.ts';
import { helds, openRuns, settledPeriods } from './state.ts';
import {
  ANA,
  BEN,
  CLEO,
  type SettlingLedger,
  SMALL_TRADES,
  smallStreet,
} from './testing/settling-ledger.ts';
import { hashOf, sha256, tradeEntry } from './testing/street.ts';
import { disputedLineOf } from './verify-dispute.ts';

const REVIEW_MS = 60_000;
const DISPUTE_MS = 600_000;
const settlementPolicy: SettlementPolicy = {
  ...DEFAULT_POLICY,
  reviewMs: REVIEW_MS,
  disputeMs: DISPUTE_MS,
};

/** A run that stands open to disputes; ben pays ana 16,000 for a, cleo pays ana 8,000 for b. */
async function underReview(checkers = 1) {
  const ledger = await smallStreet({ checkers, genesis: { settlementPolicy } });
  const { run, members } = ledger.compute();
  expect(await ledger.propose('checker one', run)).toBe('done');
  const lineOf = (member: number, name: string): DisputedLine => {
    const lines = members.find((one) => one.member === member)?.lines ?? [];
    const line = lines.find(({ trade }) => toHex(trade) === toHex(hashOf(name)));
    if (line === undefined) throw new Error(`member ${member} has no line of ${name}`);
    return disputedLineOf(sha256, line);
  };
  return { ledger, run, lineOf };
}

const free = (ledger: SettlingLedger) => [ANA, BEN, CLEO].map((one) => ledger.free(one));
const escrow = (ledger: SettlingLedger, member: number) =>
  balanceOf(ledger.state, account(member, 'escrow'));
const decide = (run: Run, name: string, paid: bigint) =>
  action(ACTION.decideDispute, decideDisputeCodec, {
    periodFromMs: run.periodFromMs,
    trade: hashOf(name),
    paid: money(paid),
  });
const endReview = (ledger: SettlingLedger) =>
  ledger.testing.block(ledger.testing.timeMs + REVIEW_MS);

describe('a review', () => {
  test('lets a run stand open, and by time alone it takes effect', async () => {
    const { ledger, run } = await underReview();
    expect(ledger.state.size(openRuns)).toBe(1);
    expect(await ledger.sign('checker one', run)).toBe('run_signed_already');
    expect(free(ledger)).toEqual([0n, -35_000n, -20_000n]);
    const [open] = ledger.state.entries(openRuns).map(([, one]) => one);
    const readyMs = (open?.proposedMs ?? 0) + REVIEW_MS;
    await ledger.testing.block(readyMs - 1);
    expect(ledger.state.size(settledPeriods)).toBe(0);
    await ledger.testing.block(readyMs);
    expect(ledger.state.size(openRuns)).toBe(0);
    expect(free(ledger)).toEqual([24_000n, -16_000n, -8_000n]);
    expect(await ledger.testing.replayed()).toEqual(ledger.testing.ledger.headHash);
  });

  test('that ends without enough signatures waits for them', async () => {
    const { ledger, run } = await underReview(2);
    await endReview(ledger);
    expect(ledger.state.size(openRuns)).toBe(1);
    expect(await ledger.sign('checker two', run)).toBe('done');
    expect(free(ledger)).toEqual([24_000n, -16_000n, -8_000n]);
  });

  test('counts only who is a checker when it ends, and then waits for another', async () => {
    const { ledger, run } = await underReview(2);
    expect(await ledger.sign('checker two', run)).toBe('done');
    const amended = {
      member: 6,
      roles: ROLE.consumer,
      importLimitW: power(0n),
      exportLimitW: power(0n),
    };
    await ledger.done('officer', action(ACTION.amendMember, amendMemberCodec, amended));
    expect(settlementModule.nextDueMs?.(ledger.state, 0)).toBeGreaterThan(ledger.testing.timeMs);
    await endReview(ledger);
    expect(ledger.state.entries(openRuns).map(([, { signedBy }]) => signedBy)).toEqual([[7]]);
    expect(settlementModule.nextDueMs?.(ledger.state, 0)).toBeUndefined();
    expect(await ledger.sign('checker three', run)).toBe('done');
    expect(free(ledger)).toEqual([24_000n, -16_000n, -8_000n]);
  });

  test('drops a run that can take effect no more', async () => {
    const { ledger } = await underReview();
    ledger.readings.set(1, (ledger.readings.get(1) ?? []).slice(1));
    await ledger.commit();
    await endReview(ledger);
    expect([ledger.state.size(openRuns), ledger.state.size(settledPeriods)]).toEqual([0, 0]);
  });
});

describe('a disputed line', () => {
  test('is held back alone: the rest is paid, and S-1 counts what is held', async () => {
    const { ledger, run, lineOf } = await underReview();
    expect(await ledger.dispute('ben', run, 'I used less', [lineOf(BEN, 'a')])).toBe('done');
    await endReview(ledger);
    expect(free(ledger)).toEqual([8_000n, -16_000n, -8_000n]);
    expect([escrow(ledger, BEN), escrow(ledger, CLEO)]).toEqual([16_000n, 0n]);
    expect(
      ledger.state.entries(helds).map(([, { payer, payee, amount }]) => [payer, payee, amount]),
    ).toEqual([[BEN, ANA, 16_000n]]);
  });

  test('may be disputed by its receiver', async () => {
    const { ledger, run, lineOf } = await underReview();
    expect(await ledger.dispute('ana', run, 'I gave more', [lineOf(ANA, 'b')])).toBe('done');
    await endReview(ledger);
    expect(free(ledger)).toEqual([16_000n, -16_000n, -8_000n]);
    expect(escrow(ledger, CLEO)).toBe(8_000n);
  });

  test.each<[string, string, (line: DisputedLine) => readonly DisputedLine[]]>([
    ['of others', 'cleo', (line) => [line]],
    ['above what the trade can come to', 'ben', (line) => [{ ...line, amount: money(30_001n) }]],
    ['of nothing', 'ben', (line) => [{ ...line, amount: money(0n) }]],
    ['that is none', 'ben', (line) => [{ ...line, trade: hashOf('none') }]],
    ['twice', 'ben', (line) => [line, line]],
  ])('%s is refused', async (_what, name, lines) => {
    const { ledger, run, lineOf } = await underReview();
    const given = lines(lineOf(BEN, 'a'));
    expect(await ledger.dispute(name, run, 'no', given)).toBe('trade_not_disputable');
  });

  test('of a run that took effect is refused: it is paid', async () => {
    const { ledger, run, lineOf } = await underReview();
    await endReview(ledger);
    const lines = [lineOf(BEN, 'a')];
    expect(await ledger.dispute('ben', run, 'late', lines)).toBe('trade_not_disputable');
    expect(await ledger.dispute('ben', run, 'late')).toBe('done');
  });
});

describe('what is held', () => {
  async function held() {
    const { ledger, run, lineOf } = await underReview();
    expect(await ledger.dispute('ben', run, 'I used less', [lineOf(BEN, 'a')])).toBe('done');
    await endReview(ledger);
    return { ledger, run };
  }

  test('is paid as the run said when its time is over', async () => {
    const { ledger, run } = await held();
    const untilMs = ledger.testing.timeMs + DISPUTE_MS;
    await ledger.testing.block(untilMs - 1);
    expect(ledger.state.size(helds)).toBe(1);
    await ledger.testing.block(untilMs);
    expect(ledger.state.size(helds)).toBe(0);
    expect(free(ledger)).toEqual([24_000n, -16_000n, -8_000n]);
    expect(await ledger.one('officer', decide(run, 'a', 1n))).toBe('dispute_unknown');
  });

  test('is paid in part as checkers decide, and a later run counts that as posted', async () => {
    const { ledger, run } = await held();
    expect(await ledger.one('ana', decide(run, 'a', 1n))).toBe('role_missing');
    expect(await ledger.one('officer', decide(run, 'a', -1n))).toBe('amount_not_positive');
    expect(await ledger.one('officer', decide(run, 'a', 16_001n))).toBe('amount_too_large');
    expect(await ledger.one('officer', decide(run, 'a', 10_000n))).toBe('done');
    expect(free(ledger)).toEqual([18_000n, -10_000n, -8_000n]);
    expect(escrow(ledger, BEN)).toBe(0n);
    // The readings stand, so the run by the meters asks for the whole again.
    const again = ledger.compute(ledger.after(run, 'adjusting', SMALL_TRADES)).run;
    expect(await ledger.propose('officer', again)).toBe('done');
    await endReview(ledger);
    expect(free(ledger)).toEqual([24_000n, -16_000n, -8_000n]);
    const sum = ledger.state.entries(accounts).reduce((all, [, one]) => all + one.balance, 0n);
    expect(sum).toBe(0n);
  });

  test('needs as many checkers as a run', async () => {
    const { ledger, run } = await underReview(2);
    expect(await ledger.one('checker one', decide(run, 'a', 1n))).toBe('needs_decision');
  });
});

function termsOf(trades: readonly TradeEntry[], id: Uint8Array): TradeEntry[1] {
  const entry = trades.find(([one]) => toHex(one) === toHex(id));
  if (entry === undefined) throw new Error(`trade ${toHex(id)}: expected one`);
  return entry[1];
}

test('whatever is disputed, everyone can pay what is left to pay', () => {
  const member = fc.integer({ min: 1, max: 4 });
  const line = fc
    .record({
      seller: member,
      buyer: member,
      energy: fc.integer({ min: 1, max: 50 }),
      price: fc.integer({ min: -20, max: 20 }),
      margin: fc.constantFrom(0, 0, 1, 25),
      delivered: fc.nat({ max: 50 }),
      asked: fc.option(fc.nat({ max: 1000 }), { nil: undefined }),
    })
    .filter(({ seller, buyer }) => seller !== buyer);
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
      const trades = lines.map((one, at) => tradeEntry({ ...one, name: `${at}`, slot: 0 }));
      const bounds = boundsOf(trades, DEFAULT_POLICY);
      const amounts = new Map<number, bigint>();
      const add = (to: number, amount: bigint) => amounts.set(to, (amounts.get(to) ?? 0n) + amount);
      let spread = 0n;
      for (const { seller, buyer, energy, price, margin, delivered } of lines) {
        const confirmed = BigInt(Math.min(energy, delivered));
        add(seller, confirmed * BigInt(price - margin));
        add(buyer, -confirmed * BigInt(price));
        spread += confirmed * BigInt(margin);
      }
      const runHash = hashOf('run');
      const told = lines.flatMap(({ asked, energy, price }, at) =>
        asked === undefined
          ? []
          : [
              {
                trade: hashOf(`${at}`),
                amount: money(BigInt(Math.min(asked, Math.abs(energy * price)))),
                lineLeaf: runHash,
              },
            ],
      );
      const dispute = { runHash, reason: '', openedMs: 0, lines: told };
      const state = { group: () => [[{}, dispute]] } as never;
      const postings = [...amounts].map(([one, amount]) => ({ member: one, amount }) as Posting);
      const ground = { trades, bounds } as unknown as Ground;
      const held = heldBackOf(state, { periodFromMs: 0, runHash }, ground, postings);
      const heldOf = new Map<number, bigint>();
      for (const { trade, payer, payee, amount } of held) {
        expect(amount).toBeLessThanOrEqual(paymentOf(termsOf(trades, trade)).amount);
        add(payer, amount);
        add(payee, -amount);
        heldOf.set(payer, (heldOf.get(payer) ?? 0n) + amount);
      }
      for (const [one, { escrow: most }] of bounds) {
        const pays = -(amounts.get(one) ?? 0n);
        expect((pays > 0n ? pays : 0n) + (heldOf.get(one) ?? 0n)).toBeLessThanOrEqual(most);
      }
      expect([...amounts.values()].reduce((sum, amount) => sum + amount, 0n)).toBe(-spread);
    }),
  );
});
