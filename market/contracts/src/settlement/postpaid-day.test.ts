/**
 * Whole days under every rule there is for members who paid nothing in: credit carries the orders,
 * settlement leaves the debt. Below zero the seller pays, and one member stands on both sides.
 */

import { type Action, readTransaction } from '@commonwatt/ledger';
import { type Money, money, power } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import { type Posted, posted } from '../events.ts';
import { action, TestingLedger, testingCrypto } from '../execution/testing-ledger.test-support.ts';
import {
  type ActionId,
  acceptCodec,
  replyCodec,
  requestCodec,
  type Side,
  shareCodec,
} from '../market/messages.ts';
import { type Trade, trades } from '../market/state.ts';
import {
  at,
  CALL,
  callAuction,
  NEGOTIATED,
  negotiated,
  SLOT_MS,
  wh,
} from '../market/testing/bare-market.ts';
import { commitReadingsCodec, PLAIN_CONNECTION, registerMeterCodec } from '../metering/messages.ts';
import type { Period } from '../metering/period.ts';
import { PROVIDER_MEASURED } from '../metering/ruling.ts';
import { commitmentsOfPeriod, meters } from '../metering/state.ts';
import { account, balanceOf } from '../wallet/accounts.ts';
import { proposeRunCodec } from './messages.ts';
import { openTradesOf } from './open-trades.ts';
import { type Reading, readingSalt, readingsRootOf } from './readings.ts';
import { computeRun } from './run.ts';
import { QUARTER_MS, secretOf, sha256 } from './testing/street.ts';

const period: Period = { periodFromMs: SLOT_MS, periodUntilMs: SLOT_MS + QUARTER_MS };
const NAMES = ['ana', 'ben', 'sun'] as const;
type Name = (typeof NAMES)[number];
const CREDIT = money(100_000n);
const creditLimit: Money = CREDIT;

/** Everyone has credit and no money, and a meter whose number is one below the member's. */
async function street(): Promise<TestingLedger> {
  const ledger = await TestingLedger.create({
    founders: { ana: { creditLimit }, ben: { creditLimit }, sun: { creditLimit } },
    genesis: { markets: [callAuction(), negotiated()] },
  });
  const registering = NAMES.map((name) =>
    action(ACTION.registerMeter, registerMeterCodec, {
      ...PLAIN_CONNECTION,
      member: ledger.member(name).number,
      source: 'provider',
      key: ledger.member('officer').key.publicKey,
      importLimitW: power(30_000n),
      exportLimitW: power(30_000n),
      renewable: 'no',
    }),
  );
  expect(await ledger.run('officer', ...registering)).toEqual(['done', 'done', 'done']);
  return ledger;
}

type Order = readonly [name: Name, side: Side, wattHours: bigint, limit: bigint];

/** Sends the orders, lets the gate close and the slot pass; answers the trades. */
async function traded(
  ledger: TestingLedger,
  orders: readonly Order[],
): Promise<readonly Pick<Trade, 'seller' | 'buyer' | 'energy' | 'price'>[]> {
  for (const [name, side, wattHours, limit] of orders) {
    const order = { market: CALL, slotMs: SLOT_MS, energy: wh(wattHours), limit: at(limit) };
    const sent =
      side === 'sell'
        ? action(ACTION.share, shareCodec, order)
        : action(ACTION.request, requestCodec, order);
    expect(await ledger.run(name, sent)).toEqual(['done']);
  }
  await ledger.block(SLOT_MS);
  await ledger.block(period.periodUntilMs);
  return ledger.state
    .entries(trades)
    .map(([, { seller, buyer, energy, price }]) => ({ seller, buyer, energy, price }));
}

type Counted = Readonly<Record<Name, readonly [imported: bigint, exported: bigint]>>;

/** Settles the period; answers the members whose account the run moved, once for each posting. */
async function settle(ledger: TestingLedger, counted: Counted): Promise<readonly number[]> {
  const { state } = ledger;
  const readings = new Map(
    NAMES.map((name) => {
      const member = ledger.member(name).number;
      const meter = member - 1;
      const [imported, exported] = counted[name];
      const salt = readingSalt(sha256, secretOf(member), { meter, slotMs: SLOT_MS });
      const reading: Reading = {
        meter,
        slotMs: SLOT_MS,
        imported: wh(imported),
        exported: wh(exported),
        ...PROVIDER_MEASURED,
        salt,
      };
      return [meter, [reading]];
    }),
  );
  const roots = [...readings].map(([meter, list]) => ({
    meter,
    root: readingsRootOf(sha256, list),
  }));
  const committing = action(ACTION.commitReadings, commitReadingsCodec, { ...period, roots });
  expect(await ledger.run('officer', committing)).toEqual(['done']);
  const { run } = computeRun(sha256, {
    version: 3,
    ...period,
    slotLengthMs: QUARTER_MS,
    trades: openTradesOf(state, period),
    readings,
    meters: new Map(state.entries(meters)),
    secrets: new Map([2, 3, 4].map((member) => [member, secretOf(member)])),
    commitments: state.group(commitmentsOfPeriod, `${SLOT_MS}`),
  });
  ledger.submit('officer', action(ACTION.proposeRun, proposeRunCodec, { run }));
  const { results, happened } = await ledger.block();
  expect(results).toEqual([{ code: 'done', actions: ['done'] }]);
  expect(state.size(trades)).toBe(0);
  expect(await ledger.replayed()).toEqual(ledger.ledger.headHash);
  return happened
    .filter(({ name }) => name === posted.name)
    .map(({ value }) => (value as Posted).member);
}

/** The name of what an action began, in a block of its own. */
async function sent(ledger: TestingLedger, name: Name, one: Action): Promise<ActionId> {
  const bytes = ledger.submit(name, one);
  const { results } = await ledger.block();
  expect(results).toEqual([{ code: 'done', actions: ['done'] }]);
  return { transaction: readTransaction(testingCrypto, bytes).id, index: 0 };
}

function balances(ledger: TestingLedger, kind: 'available' | 'escrow'): Record<Name, bigint> {
  const of = (name: Name) => balanceOf(ledger.state, account(ledger.member(name).number, kind));
  return { ana: of('ana'), ben: of('ben'), sun: of('sun') };
}

const NOTHING = { ana: 0n, ben: 0n, sun: 0n };

describe('a community that pays afterwards', () => {
  test('orders on credit, and owes what was delivered once it is settled', async () => {
    const ledger = await street();
    const [trade] = await traded(ledger, [
      ['sun', 'sell', 60n, 80n],
      ['ana', 'buy', 60n, 120n],
    ]);
    expect(trade).toMatchObject({ energy: 60n, price: 100n });
    expect(balances(ledger, 'available').ana).toBe(-6_000n);
    await settle(ledger, { ana: [70n, 0n], ben: [0n, 0n], sun: [0n, 45n] });
    expect(balances(ledger, 'available')).toEqual({ ana: -4_500n, ben: 0n, sun: 4_500n });
    expect(balances(ledger, 'escrow')).toEqual(NOTHING);
  });

  test('takes no order beyond the limit', async () => {
    const ledger = await street();
    const order = { market: CALL, slotMs: SLOT_MS, energy: wh(1001n), limit: at(100n) };
    const sent = action(ACTION.request, requestCodec, order);
    expect(await ledger.run('ana', sent)).toEqual(['balance_insufficient']);
    const within = action(ACTION.request, requestCodec, { ...order, energy: wh(1000n) });
    expect(await ledger.run('ana', within)).toEqual(['done']);
  });
});

test('below zero the seller pays for what was taken, and the rest of its escrow returns', async () => {
  const ledger = await street();
  const [trade] = await traded(ledger, [
    ['sun', 'sell', 60n, -300n],
    ['ana', 'buy', 60n, -100n],
  ]);
  expect(trade).toMatchObject({ energy: 60n, price: -200n });
  expect(balances(ledger, 'escrow')).toEqual({ ana: 0n, ben: 0n, sun: 12_000n });
  await settle(ledger, { ana: [40n, 0n], ben: [0n, 0n], sun: [0n, 60n] });
  expect(balances(ledger, 'available')).toEqual({ ana: 8_000n, ben: 0n, sun: -8_000n });
  expect(balances(ledger, 'escrow')).toEqual(NOTHING);
});

test('one member sells and buys in one slot, and has one net posting', async () => {
  const ledger = await street();
  const [ana, ben, sun] = NAMES.map((name) => ledger.member(name).number) as [
    number,
    number,
    number,
  ];
  const offered = { market: NEGOTIATED, slotMs: SLOT_MS, energy: wh(20n), limit: at(50n) };
  const share = await sent(ledger, 'sun', action(ACTION.share, shareCodec, offered));
  const order = { ...share, derivedForMs: 0 };
  const terms = { energy: wh(20n), price: at(50n) };
  const negotiation = await sent(
    ledger,
    'ana',
    action(ACTION.reply, replyCodec, { order, ...terms }),
  );
  await sent(ledger, 'sun', action(ACTION.accept, acceptCodec, { negotiation, ...terms }));
  const found = await traded(ledger, [
    ['ana', 'sell', 30n, 90n],
    ['ben', 'buy', 30n, 110n],
  ]);
  expect(found).toHaveLength(2);
  expect(found).toEqual(
    expect.arrayContaining([
      { seller: sun, buyer: ana, energy: 20n, price: 50n },
      { seller: ana, buyer: ben, energy: 30n, price: 100n },
    ]),
  );
  const moved = await settle(ledger, { ana: [20n, 30n], ben: [30n, 0n], sun: [0n, 20n] });
  expect(moved).toEqual([ana, ben, sun]);
  expect(balances(ledger, 'available')).toEqual({ ana: 2_000n, ben: -3_000n, sun: 1_000n });
});

test('with crossing orders on both sides a member never trades with itself', async () => {
  const ledger = await street();
  const ana = ledger.member('ana').number;
  const found = await traded(ledger, [
    ['ana', 'sell', 30n, 50n],
    ['ana', 'buy', 20n, 120n],
    ['ben', 'buy', 50n, 110n],
  ]);
  expect(found).toMatchObject([{ seller: ana, buyer: ledger.member('ben').number, energy: 10n }]);
});
