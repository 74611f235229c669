import { money, power } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import { action, hashOf, TestingLedger } from '../execution/testing-ledger.test-support.ts';
import { requestCodec, shareCodec } from '../market/messages.ts';
import { trades } from '../market/state.ts';
import { at, CALL, callAuction, SLOT_MS, wh } from '../market/testing/bare-market.ts';
import { commitReadingsCodec, PLAIN_CONNECTION, registerMeterCodec } from '../metering/messages.ts';
import type { Period } from '../metering/period.ts';
import { PROVIDER_MEASURED } from '../metering/ruling.ts';
import { commitmentsOfPeriod, meters } from '../metering/state.ts';
import { account, balanceOf } from '../wallet/accounts.ts';
import { depositCodec } from '../wallet/messages.ts';
import { proposeRunCodec, type Run } from './messages.ts';
import { openTradesOf } from './open-trades.ts';
import { type Reading, readingSalt, readingsRootOf } from './readings.ts';
import { computeRun } from './run.ts';
import { QUARTER_MS, secretOf, sha256 } from './testing/street.ts';

const period: Period = { periodFromMs: SLOT_MS, periodUntilMs: SLOT_MS + QUARTER_MS };

/** A seller and a buyer with meters, and their orders for one slot, under every rule there is. */
async function ordered(): Promise<TestingLedger> {
  const ledger = await TestingLedger.create({
    founders: { ana: {}, sun: { kind: 'solar system' } },
    genesis: { markets: [callAuction()] },
  });
  const member = ledger.member('ana').number;
  const message = { member, amount: money(100_000n), reference: hashOf('bank') };
  const meterOf = (name: string) =>
    action(ACTION.registerMeter, registerMeterCodec, {
      ...PLAIN_CONNECTION,
      member: ledger.member(name).number,
      source: 'provider',
      key: ledger.member('officer').key.publicKey,
      importLimitW: power(30_000n),
      exportLimitW: power(30_000n),
      renewable: 'yes',
    });
  await ledger.run(
    'officer',
    action(ACTION.deposit, depositCodec, message),
    meterOf('sun'),
    meterOf('ana'),
  );
  const order = { market: CALL, slotMs: SLOT_MS, energy: wh(60n) };
  ledger.submit('sun', action(ACTION.share, shareCodec, { ...order, limit: at(80n) }));
  ledger.submit('ana', action(ACTION.request, requestCodec, { ...order, limit: at(120n) }));
  const { results } = await ledger.block();
  expect(results.map((one) => one.actions)).toEqual([['done'], ['done']]);
  return ledger;
}

/** Meter 1 exported what the sun gave, meter 2 imported what ana took. */
function counted(): ReadonlyMap<number, readonly Reading[]> {
  const reading = (meter: number, member: number, imported: bigint, exported: bigint): Reading => ({
    meter,
    slotMs: SLOT_MS,
    imported: wh(imported),
    exported: wh(exported),
    ...PROVIDER_MEASURED,
    salt: readingSalt(sha256, secretOf(member), { meter, slotMs: SLOT_MS }),
  });
  return new Map([
    [1, [reading(1, 3, 0n, 45n)]],
    [2, [reading(2, 2, 70n, 0n)]],
  ]);
}

function compute({ state }: TestingLedger): Run {
  return computeRun(sha256, {
    version: 3,
    ...period,
    slotLengthMs: QUARTER_MS,
    trades: openTradesOf(state, period),
    readings: counted(),
    meters: new Map(state.entries(meters)),
    secrets: new Map([2, 3].map((member) => [member, secretOf(member)])),
    commitments: state.group(commitmentsOfPeriod, `${SLOT_MS}`),
  }).run;
}

const committing = action(ACTION.commitReadings, commitReadingsCodec, {
  ...period,
  roots: [...counted()].map(([meter, list]) => ({ meter, root: readingsRootOf(sha256, list) })),
});
const proposing = (run: Run) => action(ACTION.proposeRun, proposeRunCodec, { run });

describe('from an order to the money, under every rule there is', () => {
  test('what was delivered is paid, and the rest of the escrow returns', async () => {
    const ledger = await ordered();
    await ledger.block(SLOT_MS);
    await ledger.block(period.periodUntilMs);
    expect(ledger.state.size(trades)).toBe(1);
    const price = ledger.state.entries(trades)[0]?.[1].price ?? 0n;
    const [ana, sun] = ['ana', 'sun'].map((name) => ledger.member(name).number) as [number, number];
    expect(balanceOf(ledger.state, account(ana, 'escrow'))).toBe(60n * price);
    expect(await ledger.run('officer', committing)).toEqual(['done']);
    expect(await ledger.run('officer', proposing(compute(ledger)))).toEqual(['done']);
    expect(balanceOf(ledger.state, account(sun, 'available'))).toBe(45n * price);
    expect(balanceOf(ledger.state, account(ana, 'available'))).toBe(100_000n - 45n * price);
    expect(balanceOf(ledger.state, account(ana, 'escrow'))).toBe(0n);
    expect(ledger.state.size(trades)).toBe(0);
    expect(await ledger.replayed()).toEqual(ledger.ledger.headHash);
  });

  test('after a standstill no run comes before the clearing, so that no trade is left behind', async () => {
    const ledger = await ordered();
    const early = compute(ledger);
    expect(early.postings).toEqual([]);
    // Nothing ran while the slot went by: the first block closes its gate, the next one clears it.
    ledger.submit('officer', proposing(early));
    const { results } = await ledger.block(period.periodUntilMs + 60_000);
    expect(results.map((one) => one.actions)).toEqual([['period_not_over']]);
    expect(await ledger.run('officer', proposing(early))).toEqual(['slot_totals_wrong']);
    expect(await ledger.run('officer', committing)).toEqual(['done']);
    expect(await ledger.run('officer', proposing(compute(ledger)))).toEqual(['done']);
    expect(ledger.state.size(trades)).toBe(0);
  });
});
