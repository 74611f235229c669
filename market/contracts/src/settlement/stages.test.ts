import { energy, price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { closedPeriods } from '../metering/state.ts';
import { account, balanceOf } from '../wallet/accounts.ts';
import { dueOf } from '../wallet/dues.ts';
import { accounts } from '../wallet/state.ts';
import type { Run } from './messages.ts';
import { DEFAULT_POLICY, type SettlementPolicy } from './policy.ts';
import { stagesAfter, versionFor } from './stages.ts';
import { correctables, type SettledPeriod, settledPeriods } from './state.ts';
import {
  ANA,
  BEN,
  CLEO,
  DORA,
  type SettlingLedger,
  SMALL_TRADES,
  smallStreet,
} from './testing/settling-ledger.ts';
import { hashOf } from './testing/street.ts';

const CORRECTION_MS = 10_000_000;
const settlementPolicy: SettlementPolicy = {
  ...DEFAULT_POLICY,
  sellerDeviationPrice: price(7n),
  buyerDeviationPrice: price(3n),
  correctionMs: CORRECTION_MS,
};
const begun = () => smallStreet({ genesis: { settlementPolicy } });

const free = (ledger: SettlingLedger) => [ANA, BEN, CLEO, DORA].map((one) => ledger.free(one));
const deviations = (ledger: SettlingLedger) => balanceOf(ledger.state, account(0, 'deviations'));

/** The next run of the period, from the readings as they are known now. */
const next = (ledger: SettlingLedger, before: Run, stage: Run['stage']): Run =>
  ledger.compute(ledger.after(before, stage, SMALL_TRADES)).run;

/** A meter counted something else in its first slot, as is known only now. */
async function correct(ledger: SettlingLedger, meter: number, imported: bigint, exported: bigint) {
  const [first, ...rest] = ledger.readings.get(meter) ?? [];
  if (first === undefined) throw new Error(`meter ${meter} has no readings`);
  const corrected = { imported: energy(imported), exported: energy(exported), version: 2 };
  ledger.readings.set(meter, [{ ...first, ...corrected }, ...rest]);
  await ledger.done('officer', ledger.commitment());
}

test('a later run posts the difference at the price of its own slot, and deviations go back', async () => {
  const ledger = await begun();
  const { run } = ledger.compute({ stage: 'provisional' });
  expect(await ledger.propose('officer', run)).toBe('done');
  // Ana sold 400 and exported 200, dora sold 50 and nothing; cleo bought 100 and used 40.
  expect(free(ledger)).toEqual([24_000n - 1_400n, -16_000n, -8_000n - 180n, -350n]);
  expect(deviations(ledger)).toBe(1_400n + 180n + 350n);
  await correct(ledger, 1, 5n, 260n);
  const second = next(ledger, run, 'provisional');
  expect(await ledger.propose('officer', second)).toBe('done');
  // 60 Wh more for ben at 100 nano, and 60 Wh less short.
  expect(free(ledger)).toEqual([30_000n - 980n, -22_000n, -8_180n, -350n]);
  expect(deviations(ledger)).toBe(980n + 180n + 350n);
  expect(ledger.state.get(settledPeriods, run.periodFromMs)).toMatchObject({
    stage: 'provisional',
    sequence: 1,
  });
});

test('S-10: what ends up posted is what the last run says, however it came there', async () => {
  const [slow, straight] = [await begun(), await begun()];
  let run = slow.compute({ stage: 'provisional' }).run;
  expect(await slow.propose('officer', run)).toBe('done');
  for (const exported of [0n, 400n, 130n]) {
    await correct(slow, 1, 5n, exported);
    run = next(slow, run, 'provisional');
    expect(await slow.propose('officer', run)).toBe('done');
  }
  const final = next(slow, run, 'final');
  expect(await slow.propose('officer', final)).toBe('done');
  await correct(slow, 3, 90n, 0n);
  const adjusting = next(slow, final, 'adjusting');
  expect(await slow.propose('officer', adjusting)).toBe('done');
  await correct(straight, 1, 5n, 130n);
  await correct(straight, 3, 90n, 0n);
  expect(await straight.propose('officer', straight.compute().run)).toBe('done');
  expect(slow.state.entries(accounts)).toEqual(straight.state.entries(accounts));
  expect(await slow.testing.replayed()).toEqual(slow.testing.ledger.headHash);
});

test('a payer that cannot pay the difference is due to pay it, and the receiver has it all the same', async () => {
  const ledger = await begun();
  const { run } = ledger.compute();
  expect(await ledger.propose('officer', run)).toBe('done');
  // Ben has used up its credit elsewhere.
  const { state } = ledger;
  const spent = ledger.free(BEN) + 1_000_000_000n;
  await ledger.plant({
    name: 'z',
    slot: 9,
    seller: CLEO,
    buyer: BEN,
    energy: Number(spent),
    price: 1,
  });
  await correct(ledger, 1, 5n, 260n);
  expect(await ledger.propose('officer', next(ledger, run, 'adjusting'))).toBe('done');
  expect([dueOf(state, BEN), ledger.free(BEN)]).toEqual([6_000n, -1_000_000_000n]);
  expect(ledger.free(ANA)).toBe(30_000n - 980n);
});

describe('what cannot follow', () => {
  test('each row mends one fault of the row above', async () => {
    const ledger = await begun();
    const { run } = ledger.compute();
    const propose = (one: Run) => ledger.propose('officer', one);
    expect(await propose({ ...run, sequence: 1 })).toBe('stage_wrong');
    expect(await propose({ ...run, stage: 'adjusting' })).toBe('stage_wrong');
    expect(await propose({ ...run, adjusts: hashOf('one') })).toBe('stage_wrong');
    expect(await propose(run)).toBe('done');
    await correct(ledger, 1, 5n, 260n);
    const good = next(ledger, run, 'adjusting');
    const { periodUntilMs } = good;
    expect(await propose({ ...good, periodUntilMs: periodUntilMs + 900_000 })).toBe('stage_wrong');
    expect(await propose({ ...good, sequence: 2 })).toBe('stage_wrong');
    expect(await propose({ ...good, adjusts: undefined })).toBe('stage_wrong');
    expect(await propose({ ...good, adjusts: hashOf('another') })).toBe('stage_wrong');
    expect(await propose({ ...good, stage: 'provisional' })).toBe('stage_wrong');
    expect(await propose({ ...good, stage: 'final' })).toBe('stage_wrong');
    expect(await propose({ ...good, slotTotals: good.slotTotals.slice(1) })).toBe(
      'slot_totals_wrong',
    );
    expect(await propose({ ...good, postings: good.postings.slice(1) })).toBe('posting_missing');
    expect(await propose(good)).toBe('done');
    expect(await propose(good)).toBe('stage_wrong');
    expect(await propose(next(ledger, good, 'adjusting'))).toBe('nothing_to_adjust');
  });

  test('S-2: a later run keeps within the bounds of trades that are long gone', async () => {
    const ledger = await begun();
    const { run } = ledger.compute();
    expect(await ledger.propose('officer', run)).toBe('done');
    const good = next(ledger, run, 'adjusting');
    const moved = (from: number, to: number, amount: bigint): Run => ({
      ...good,
      postings: good.postings.map((one, at) => {
        const more = (at === to ? amount : 0n) - (at === from ? amount : 0n);
        return { ...one, amount: (one.amount + more) as typeof one.amount };
      }),
    });
    expect(await ledger.propose('officer', moved(1, 0, 19_001n))).toBe('escrow_exceeded');
    expect(await ledger.propose('officer', moved(1, 3, 5_001n))).toBe('claim_exceeded');
    expect(await ledger.propose('officer', moved(1, 0, 19_000n))).toBe('done');
  });

  test('S-5: nothing changes once the correction window is over, and what it needed is dropped', async () => {
    const ledger = await begun();
    const { run } = ledger.compute();
    expect(await ledger.propose('officer', run)).toBe('done');
    const untilMs = ledger.testing.timeMs + CORRECTION_MS;
    await correct(ledger, 1, 5n, 260n);
    const late = next(ledger, run, 'adjusting');
    expect(ledger.state.get(closedPeriods, run.periodFromMs)?.readingsUntilMs).toBe(untilMs);
    await ledger.testing.block(untilMs - 1);
    expect(ledger.state.size(correctables)).toBe(1);
    await ledger.testing.block(untilMs);
    expect(ledger.state.size(correctables)).toBe(0);
    expect(await ledger.propose('officer', late)).toBe('period_settled');
    expect(await ledger.one('officer', ledger.commitment())).toBe('period_settled');
  });

  test('a community without corrections keeps nothing', async () => {
    const policy = { ...DEFAULT_POLICY, correctionMs: 0 };
    const ledger = await smallStreet({ genesis: { settlementPolicy: policy } });
    const { run } = ledger.compute();
    expect(await ledger.propose('officer', run)).toBe('done');
    expect(ledger.state.size(correctables)).toBe(0);
    expect(await ledger.propose('officer', next(ledger, run, 'adjusting'))).toBe('period_settled');
  });
});

test('a version of before has no stages: its runs are final and alone', async () => {
  const ledger = await smallStreet({ genesis: { settlementVersion: 2 } });
  const { run } = ledger.compute();
  expect(run.rulesVersion).toBe(2);
  expect(await ledger.propose('officer', { ...run, stage: 'provisional' })).toBe('stage_wrong');
  expect(await ledger.propose('officer', run)).toBe('done');
  expect(await ledger.propose('officer', next(ledger, run, 'adjusting'))).toBe('period_settled');
});

test('stages follow each other, and a period keeps its version', () => {
  expect(stagesAfter(undefined)).toEqual(['provisional', 'final']);
  expect(stagesAfter('provisional')).toEqual(['provisional', 'final']);
  expect(stagesAfter('final')).toEqual(['adjusting']);
  expect(stagesAfter('adjusting')).toEqual(['adjusting']);
  expect(versionFor(undefined, 4)).toBe(4);
  expect(versionFor({ rulesVersion: 3 } as SettledPeriod, 4)).toBe(3);
});
