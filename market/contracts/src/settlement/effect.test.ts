import type { BlockContext } from '@commonwatt/ledger';
import { money } from '@commonwatt/units';
import { expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import { action } from '../execution/testing-ledger.test-support.ts';
import { trades } from '../market/state.ts';
import { closedPeriods } from '../metering/state.ts';
import { account, balanceOf } from '../wallet/accounts.ts';
import { openRunsTouching, takeEffect } from './effect.ts';
import { type Posting, proposeRunCodec, type Run } from './messages.ts';
import { runHash } from './run.ts';
import { openRuns } from './state.ts';
import { ANA, BEN, CLEO, DORA, SettlingLedger, smallStreet } from './testing/settling-ledger.ts';
import { sha256 } from './testing/street.ts';

test('a run tells everyone the totals, and each member its own posting alone', async () => {
  const ledger = await smallStreet();
  const { run } = ledger.compute();
  ledger.testing.submit('officer', action(ACTION.proposeRun, proposeRunCodec, { run }));
  const { happened } = await ledger.testing.block();
  const hash = runHash(sha256, run);
  const { periodFromMs, periodUntilMs, slotTotals } = run;
  const settled = ({ member, ...of }: Posting) => ({
    name: 'member settled',
    value: {
      member,
      periodFromMs,
      periodUntilMs,
      runHash: hash,
      sequence: 0,
      ...of,
    },
  });
  const paid = ({ member, amount }: Posting) => ({
    name: 'posted',
    value: { member, reason: 'settlement', amount },
  });
  expect(happened.map(({ name, value }) => ({ name, value }))).toEqual([
    {
      name: 'run settled',
      value: {
        periodFromMs,
        periodUntilMs,
        runHash: hash,
        stage: 'final',
        sequence: 0,
        adjusts: undefined,
        signedBy: [1],
        slotTotals,
        community: [],
      },
    },
    ...run.postings.flatMap((one) =>
      one.amount === 0n ? [settled(one)] : [paid(one), settled(one)],
    ),
  ]);
  expect(ledger.state.entries(closedPeriods)).toEqual([
    [periodFromMs, { periodUntilMs, readingsUntilMs: ledger.testing.timeMs + 60 * 86_400_000 }],
  ]);
});

test('S-3: who pays less than its escrow gets the rest back, a receiver all of it', async () => {
  const ledger = await SettlingLedger.create();
  await ledger.plant(
    { name: 'a', slot: 0, seller: ANA, buyer: BEN, energy: 100, price: 10 },
    { name: 'b', slot: 1, seller: BEN, buyer: ANA, energy: 100, price: 3 },
  );
  await ledger.meter(
    {
      member: ANA,
      counted: [
        [0, 100],
        [50, 0],
      ],
    },
    {
      member: BEN,
      counted: [
        [60, 0],
        [0, 80],
      ],
    },
  );
  await ledger.commit();
  const { run } = ledger.compute();
  expect(run.postings.map((one) => one.amount)).toEqual([450n, -450n]);
  expect(await ledger.propose('officer', run)).toBe('done');
  for (const [member, amount] of [
    [ANA, 450n],
    [BEN, -450n],
  ] as const) {
    expect(balanceOf(ledger.state, account(member, 'available'))).toBe(amount);
    expect(balanceOf(ledger.state, account(member, 'escrow'))).toBe(0n);
  }
});

test('trades of other periods stay open with their escrow', async () => {
  const ledger = await smallStreet();
  await ledger.plant({ name: 'later', slot: 9, seller: ANA, buyer: BEN, energy: 10, price: 7 });
  const { run } = ledger.compute();
  expect(await ledger.propose('officer', run)).toBe('done');
  expect(ledger.state.size(trades)).toBe(1);
  expect(balanceOf(ledger.state, account(BEN, 'escrow'))).toBe(70n);
});

test('open runs of every period that shares an instant are found', async () => {
  const ledger = await smallStreet({ checkers: 2 });
  const { run } = ledger.compute();
  expect(await ledger.propose('officer', run)).toBe('done');
  const found = (fromMs: number, untilMs: number) =>
    openRunsTouching(ledger.state, { periodFromMs: fromMs, periodUntilMs: untilMs }).length;
  const { periodFromMs, periodUntilMs } = run;
  expect(found(periodFromMs, periodUntilMs)).toBe(1);
  expect(found(periodUntilMs - 1, periodUntilMs + 1)).toBe(1);
  expect(found(periodFromMs - 1, periodFromMs + 1)).toBe(1);
  expect(found(periodUntilMs, periodUntilMs + 1)).toBe(0);
  expect(found(periodFromMs - 1, periodFromMs)).toBe(0);
  expect(ledger.state.size(openRuns)).toBe(1);
});

test.each([
  [1n, 'entry: expected a sum of 0, got 1'],
  [-1n, 'entry: expected a sum of 0, got -1'],
])('money that does not add up by %s stops the node', async (more, message) => {
  const ledger = await smallStreet();
  const { run } = ledger.compute();
  const postings = run.postings.map((one) =>
    one.member === ANA ? { ...one, amount: money(one.amount + more) } : one,
  );
  const wrong: Run = { ...run, postings };
  const context: BlockContext = {
    state: ledger.state,
    crypto: { sha256, verify: () => false },
    chain: ledger.testing.chain,
    height: 99,
    timeMs: ledger.testing.timeMs,
    parent: ledger.testing.chain,
    version: () => 1,
    emit: () => undefined,
  };
  const mark = ledger.state.mark();
  expect(() =>
    takeEffect(context, wrong, { runHash: runHash(sha256, wrong), signedBy: [1] }),
  ).toThrow(message);
  ledger.state.rollback(mark);
  expect(
    [CLEO, DORA].map((member) => balanceOf(ledger.state, account(member, 'available'))),
  ).toEqual([-20_000n, 0n]);
});
