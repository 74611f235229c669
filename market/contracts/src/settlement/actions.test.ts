import { energy, money } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import { action } from '../execution/testing-ledger.test-support.ts';
import {
  amendMemberCodec,
  giveMandateCodec,
  ROLE,
  revokeMemberCodec,
} from '../identity/messages.ts';
import { trades } from '../market/state.ts';
import { account, balanceOf } from '../wallet/accounts.ts';
import { OPEN_RUNS_MAX } from './actions.ts';
import type { Run } from './messages.ts';
import { runHash } from './run.ts';
import { disputes, openRuns, settledPeriods } from './state.ts';
import {
  ANA,
  BEN,
  CLEO,
  DORA,
  type SettlingLedger,
  SMALL_TRADES,
  smallStreet,
} from './testing/settling-ledger.ts';
import { hashOf, sha256 } from './testing/street.ts';

/** The same run with one Wh less delivered in total: judged well, but another root. */
function variant(run: Run, less = 1n): Run {
  const [first, ...rest] = run.slotTotals;
  if (first === undefined) throw new Error('a run without slots has no variant');
  const more = {
    imported: energy(first.imported + less),
    residualImport: energy(first.residualImport + less),
  };
  return { ...run, slotTotals: [{ ...first, ...more }, ...rest] };
}

const free = (ledger: SettlingLedger, member: number) =>
  balanceOf(ledger.state, account(member, 'available'));

describe('one checker of one', () => {
  test('proposing is signing: the run takes effect at once', async () => {
    const ledger = await smallStreet();
    expect([...ledger.escrowDue()].sort()).toEqual([
      [BEN, 35_000n],
      [CLEO, 20_000n],
    ]);
    const { run } = ledger.compute();
    expect(await ledger.propose('officer', run)).toBe('done');
    expect([ANA, BEN, CLEO, DORA].map((member) => free(ledger, member))).toEqual([
      24_000n,
      -16_000n,
      -8_000n,
      0n,
    ]);
    expect(ledger.state.size(trades)).toBe(0);
    expect(ledger.state.size(openRuns)).toBe(0);
    expect(ledger.state.get(settledPeriods, run.periodFromMs)).toMatchObject({
      periodUntilMs: run.periodUntilMs,
      signedBy: [1],
      height: ledger.testing.height,
    });
  });

  test('S-5: settling twice changes nothing', async () => {
    const ledger = await smallStreet();
    const { run } = ledger.compute();
    expect(await ledger.propose('officer', run)).toBe('done');
    const before = [ANA, BEN, CLEO, DORA].map((member) => free(ledger, member));
    expect(await ledger.propose('officer', run)).toBe('period_settled');
    expect(await ledger.propose('checker one', variant(run))).toBe('period_settled');
    expect(await ledger.sign('officer', run)).toBe('period_settled');
    expect(await ledger.propose('officer', ledger.compute({ trades: [] }).run)).toBe(
      'period_settled',
    );
    expect([ANA, BEN, CLEO, DORA].map((member) => free(ledger, member))).toEqual(before);
    // Readings may still be corrected; the same ones are no new version.
    expect(await ledger.one('officer', ledger.commitment())).toBe('done');
    expect(
      await ledger.propose(
        'officer',
        ledger.compute(ledger.after(run, 'adjusting', SMALL_TRADES)).run,
      ),
    ).toBe('nothing_to_adjust');
    expect([ANA, BEN, CLEO, DORA].map((member) => free(ledger, member))).toEqual(before);
  });

  test('neither an overlapping nor a longer period is settled again', async () => {
    const ledger = await smallStreet();
    const { run } = ledger.compute();
    expect(await ledger.propose('officer', run)).toBe('done');
    const longer = { ...run, periodFromMs: run.periodFromMs - 900_000, postings: [] };
    const later = { ...run, periodFromMs: run.periodFromMs + 900_000 };
    expect(await ledger.propose('officer', longer)).toBe('period_settled');
    expect(await ledger.propose('officer', later)).toBe('period_settled');
  });

  test('neither member nor auditor may propose or sign', async () => {
    const ledger = await smallStreet();
    const { run } = ledger.compute();
    expect(await ledger.propose('ana', run)).toBe('role_missing');
    expect(await ledger.sign('ana', run)).toBe('role_missing');
  });
});

describe('two checkers of three', () => {
  const checkers = { checkers: 2 };

  test('the second signature under the same root pays', async () => {
    const ledger = await smallStreet(checkers);
    const { run } = ledger.compute();
    expect(await ledger.sign('checker one', run)).toBe('run_unknown');
    expect(await ledger.propose('officer', run)).toBe('done');
    expect(await ledger.propose('officer', run)).toBe('run_known');
    expect(ledger.state.entries(openRuns).map(([, one]) => one.signedBy)).toEqual([[]]);
    expect(await ledger.sign('checker one', run)).toBe('done');
    expect(free(ledger, ANA)).toBe(0n);
    expect(await ledger.sign('checker two', run)).toBe('done');
    expect(free(ledger, ANA)).toBe(24_000n);
    expect(await ledger.sign('checker three', run)).toBe('period_settled');
    expect(ledger.state.get(settledPeriods, run.periodFromMs)?.signedBy).toEqual([6, 7]);
  });

  test('S-4: one checker does not count twice', async () => {
    const ledger = await smallStreet(checkers);
    const { run } = ledger.compute();
    expect(await ledger.propose('checker one', run)).toBe('done');
    expect(await ledger.sign('checker one', run)).toBe('run_signed_already');
    expect(free(ledger, ANA)).toBe(0n);
    expect(await ledger.sign('checker three', run)).toBe('done');
    expect(free(ledger, ANA)).toBe(24_000n);
  });

  test('S-4: signatures under different roots do not add up', async () => {
    const ledger = await smallStreet(checkers);
    const { run } = ledger.compute();
    const other = variant(run);
    expect(await ledger.propose('checker one', run)).toBe('done');
    expect(await ledger.propose('checker two', other)).toBe('done');
    expect(ledger.state.size(openRuns)).toBe(2);
    expect(free(ledger, ANA)).toBe(0n);
    expect(await ledger.sign('checker three', other)).toBe('done');
    expect(ledger.state.size(openRuns)).toBe(0);
    const settled = ledger.state.get(settledPeriods, run.periodFromMs);
    expect(settled?.runHash).toEqual(runHash(sha256, other));
    expect(await ledger.sign('checker two', run)).toBe('period_settled');
  });

  test('S-4: a signature counts only while its member is a checker', async () => {
    const ledger = await smallStreet(checkers);
    const { run } = ledger.compute();
    const amend = (roles: number) =>
      action(ACTION.amendMember, amendMemberCodec, {
        member: 6,
        roles,
        importLimitW: 0n as never,
        exportLimitW: 0n as never,
      });
    expect(await ledger.propose('checker one', run)).toBe('done');
    expect(await ledger.one('officer', amend(ROLE.consumer))).toBe('done');
    expect(await ledger.sign('checker two', run)).toBe('done');
    expect(free(ledger, ANA)).toBe(0n);
    expect(await ledger.sign('checker one', run)).toBe('role_missing');
    expect(await ledger.sign('checker three', run)).toBe('done');
    expect(free(ledger, ANA)).toBe(24_000n);
    expect(ledger.state.get(settledPeriods, run.periodFromMs)?.signedBy).toEqual([7, 8]);
  });

  test('S-4: a revoked checker does not count', async () => {
    const ledger = await smallStreet(checkers);
    const { run } = ledger.compute();
    expect(await ledger.propose('checker one', run)).toBe('done');
    const fromHeight = ledger.testing.height + 1;
    const revoke = action(ACTION.revokeMember, revokeMemberCodec, { member: 6, fromHeight });
    expect(await ledger.one('officer', revoke)).toBe('done');
    expect(await ledger.sign('checker two', run)).toBe('done');
    expect(free(ledger, ANA)).toBe(0n);
  });

  test.each(['proposeRun', 'signRun'] as const)(
    'no checker hands its voice to another: %s cannot be delegated',
    async (name) => {
      const ledger = await smallStreet(checkers);
      const { key } = ledger.testing.member('checker two');
      const untilMs = ledger.testing.timeMs + 3_600_000;
      const mandate = { delegateKey: key.publicKey, actionTypes: [ACTION[name]], untilMs };
      const given = action(ACTION.giveMandate, giveMandateCodec, mandate);
      expect(await ledger.one('checker one', given)).toBe('action_not_delegable');
    },
  );

  test('a commitment that changed in between stops the last signature, and nothing else', async () => {
    const ledger = await smallStreet(checkers);
    const { run } = ledger.compute();
    expect(await ledger.propose('checker one', run)).toBe('done');
    const [meter, list] = [...ledger.readings][0] as [number, readonly never[]];
    ledger.readings.set(meter, list.slice(1));
    await ledger.commit();
    expect(await ledger.sign('checker two', run)).toBe('readings_root_wrong');
    const again = ledger.compute().run;
    expect(await ledger.propose('checker one', again)).toBe('done');
    expect(ledger.state.size(openRuns)).toBe(1);
    expect(await ledger.sign('checker two', again)).toBe('done');
    expect(free(ledger, BEN)).toBe(0n);
  });

  test('a proposer has one open run of a period, and only so many of all', async () => {
    const ledger = await smallStreet(checkers);
    const { run } = ledger.compute();
    for (const less of [1n, 2n, 3n]) {
      expect(await ledger.propose('checker one', variant(run, less))).toBe('done');
    }
    expect(ledger.state.size(openRuns)).toBe(1);
    const empty = { ...run, slotTotals: [], postings: [] };
    const fillers = Array.from({ length: OPEN_RUNS_MAX }, (_, at): Run => {
      const periodFromMs = run.periodFromMs - (at + 1) * 900_000;
      const readingsRoot = sha256(new Uint8Array());
      return { ...empty, periodFromMs, periodUntilMs: periodFromMs + 900_000, readingsRoot };
    });
    const codes: string[] = [];
    for (const one of fillers) codes.push(await ledger.propose('checker one', one));
    expect(codes.filter((code) => code === 'done')).toHaveLength(OPEN_RUNS_MAX - 1);
    expect(codes.at(-1)).toBe('runs_too_many');
    expect(await ledger.propose('checker two', fillers.at(-1) as Run)).toBe('done');
  });
});

describe('a dispute', () => {
  test('is taken once per run from those it concerns, and moves no money', async () => {
    const ledger = await smallStreet({ checkers: 2 });
    const { run } = ledger.compute();
    expect(await ledger.dispute('ben', run)).toBe('run_unknown');
    expect(await ledger.propose('officer', run)).toBe('done');
    expect(await ledger.dispute('officer', run)).toBe('role_missing');
    expect(await ledger.dispute('ben', run)).toBe('done');
    expect(await ledger.dispute('ben', run)).toBe('dispute_known');
    expect(await ledger.dispute('checker three', run)).toBe('done');
    expect(await ledger.sign('checker one', run)).toBe('done');
    expect(await ledger.sign('checker two', run)).toBe('done');
    expect(free(ledger, ANA)).toBe(24_000n);
    expect(await ledger.dispute('ben', run)).toBe('dispute_known');
    expect(await ledger.dispute('cleo', run)).toBe('done');
    expect(await ledger.dispute('cleo', variant(run))).toBe('run_unknown');
    expect(ledger.state.size(disputes)).toBe(3);
  });

  test('against a later run replaces the one against an earlier', async () => {
    const ledger = await smallStreet({ checkers: 2 });
    const { run } = ledger.compute();
    expect(await ledger.propose('checker one', run)).toBe('done');
    expect(await ledger.dispute('ben', run, 'first')).toBe('done');
    expect(await ledger.propose('checker one', variant(run))).toBe('done');
    expect(await ledger.dispute('ben', variant(run), 'second')).toBe('done');
    expect(ledger.state.entries(disputes).map(([, one]) => one.reason)).toEqual(['second']);
  });
});

test('a run whose postings break a bound is refused at the proposal, and pays nothing', async () => {
  const ledger = await smallStreet();
  const { run } = ledger.compute();
  const greedy = {
    ...run,
    postings: run.postings.map((one) => ({ ...one, amount: money(one.member === ANA ? 1n : 0n) })),
  };
  expect(await ledger.propose('officer', greedy)).toBe('not_conserved');
  const wrong = { ...run, readingsRoot: hashOf('other') };
  expect(await ledger.propose('officer', wrong)).toBe('readings_root_wrong');
  expect(free(ledger, ANA)).toBe(0n);
  expect(ledger.state.size(openRuns)).toBe(0);
});
