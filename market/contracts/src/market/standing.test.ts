import { createHash } from 'node:crypto';
import { power } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { ROLE } from '../identity/messages.ts';
import { account, balanceOf, spendable } from '../wallet/accounts.ts';
import { BEGIN_MS } from '../wallet/testing/bare-ledger.ts';
import { MEMBER_STANDING_ORDERS_MAX, STANDING_SPAN_MS_MAX } from './limits.ts';
import type { StandingOrder } from './messages.ts';
import { isRevoked, planDerivation, standingOrder, withdrawStanding } from './standing.ts';
import { orders, standingOrders, trades } from './state.ts';
import {
  at,
  BareMarket,
  CALL,
  GATE_MS,
  NEGOTIATED,
  QUARTER_MS,
  SLOT_MS,
  wh,
} from './testing/bare-market.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const DAY_MS = 86_400_000;

describe('standing order', () => {
  test('refuses in this order', () => {
    const ledger = new BareMarket(sha256);
    const ana = ledger.trader();
    ledger.amend(ana, { roles: ROLE.consumer });
    const tooLong = BEGIN_MS + STANDING_SPAN_MS_MAX + 4 * QUARTER_MS;
    const worst: StandingOrder = {
      market: 9,
      side: 'sell',
      limit: at(1001n),
      energies: [wh(0n), wh(10_001n)],
      fromMs: tooLong,
      untilMs: BEGIN_MS + 1,
    };
    const steps: [Partial<StandingOrder>, string][] = [
      [{}, 'market_unknown'],
      [{ market: NEGOTIATED }, 'role_missing'],
      [{ side: 'buy' }, 'wrong_market_kind'],
      [{ market: CALL }, 'slot_invalid'],
      [{ untilMs: BEGIN_MS }, 'slot_invalid'],
      [{ fromMs: BEGIN_MS }, 'slot_invalid'],
      [{ fromMs: BEGIN_MS - QUARTER_MS }, 'gate_closed'],
      [{ untilMs: SLOT_MS }, 'gate_closed'],
      [{ untilMs: tooLong }, 'slot_too_far'],
      [{ untilMs: SLOT_MS + QUARTER_MS }, 'profile_invalid'],
      [{ energies: [wh(0n)] }, 'profile_invalid'],
      [{ energies: [wh(10_001n)] }, 'price_outside_collar'],
      [{ limit: at(1000n) }, 'connection_exceeded'],
      [{ energies: [wh(10_000n)] }, 'done'],
    ];
    let message = worst;
    for (const [change, code] of steps) {
      message = { ...message, ...change };
      expect(ledger.code(ana, standingOrder, message)).toBe(code);
    }
    for (let count = 1; count < MEMBER_STANDING_ORDERS_MAX; count++) {
      expect(ledger.code(ana, standingOrder, message)).toBe('done');
    }
    expect(ledger.code(ana, standingOrder, message)).toBe('orders_too_many');
  });

  test('a profile has one energy for each slot of the day', () => {
    const ledger = new BareMarket(sha256);
    const ana = ledger.trader();
    const noon = 48;
    const day = Array.from({ length: 96 }, (_, slot) => (slot === noon ? 7n : 0n));
    const id = ledger.standing(ana, 'sell', day, 10n, { untilMs: BEGIN_MS + 3 * DAY_MS });
    const planned = (slotMs: number) =>
      planDerivation(ledger.state, { market: CALL, slotMs }, ledger.context());
    expect(planned(BEGIN_MS + (noon - 1) * QUARTER_MS)).toEqual([]);
    const slotMs = BEGIN_MS + noon * QUARTER_MS + DAY_MS;
    expect(planned(slotMs)).toMatchObject([
      { id: { ...id, derivedForMs: slotMs }, order: { energy: 7n, member: ana, slotMs } },
    ]);
  });
});

describe('withdraw standing order', () => {
  test('refuses in this order', () => {
    const ledger = new BareMarket(sha256);
    const ana = ledger.trader();
    const ben = ledger.trader();
    const { transaction, index } = ledger.standing(ana, 'buy', [5n], 10n);
    const standing = { transaction, index };
    expect(ledger.code(ben, withdrawStanding, { standing: { transaction, index: 1 } })).toBe(
      'standing_unknown',
    );
    expect(ledger.code(ben, withdrawStanding, { standing })).toBe('order_not_yours');
    expect(ledger.code(ana, withdrawStanding, { standing })).toBe('done');
    expect(ledger.code(ana, withdrawStanding, { standing })).toBe('standing_unknown');
  });

  test('takes effect at the next open gate: what was derived stands', () => {
    const ledger = new BareMarket(sha256);
    const ana = ledger.trader();
    const ben = ledger.trader();
    const { transaction, index } = ledger.standing(ana, 'buy', [5n], 100n);
    ledger.standing(ben, 'sell', [5n], 50n);
    ledger.block(GATE_MS);
    expect(ledger.code(ana, withdrawStanding, { standing: { transaction, index } })).toBe('done');
    ledger.block();
    expect(ledger.named('traded')).toMatchObject([{ terms: { slotMs: SLOT_MS, buyer: ana } }]);
    ledger.block(GATE_MS + QUARTER_MS);
    ledger.block();
    expect(ledger.named('traded')).toEqual([]);
    expect(ledger.named('order ended')).toMatchObject([{ member: ben, reason: 'unmatched' }]);
  });
});

describe('derivation', () => {
  test('holds back the money and takes what is covered, whole or not at all', () => {
    const ledger = new BareMarket(sha256);
    const ana = ledger.trader(1000n);
    for (const energies of [[6n], [6n], [4n]]) ledger.standing(ana, 'buy', energies, 100n);
    const happened = ledger.block(GATE_MS);
    const derived = ledger.state.entries(orders).map(([, one]) => one.energy);
    const refused = happened.map(({ value }) => [value.reason, value.energy]);
    expect([...derived].sort()).toEqual([4n, 6n]);
    expect(refused).toEqual([['not covered', 6n]]);
    expect(balanceOf(ledger.state, account(ana, 'reserved'))).toBe(1000n);
    expect(spendable(ledger.state, ana)).toBe(0n);
    ledger.endBlock();
  });

  test('M-3: respects the connection together with orders that were sent', () => {
    const ledger = new BareMarket(sha256);
    const ana = ledger.trader(0n, 4000n);
    ledger.standing(ana, 'sell', [600n], 10n);
    ledger.order(ana, 'sell', 500n, 10n);
    const happened = ledger.block(GATE_MS);
    expect(happened).toMatchObject([{ value: { reason: 'not covered', energy: 600n } }]);
    ledger.endBlock();
  });

  test('a role that was taken away ends it for the slot', () => {
    const ledger = new BareMarket(sha256);
    const ana = ledger.trader();
    ledger.standing(ana, 'sell', [6n], 10n);
    ledger.amend(ana, { roles: ROLE.consumer });
    expect(ledger.block(GATE_MS)).toMatchObject([{ value: { reason: 'not covered' } }]);
    ledger.amend(ana, { roles: ROLE.producer });
    expect(ledger.block(GATE_MS + QUARTER_MS)).toEqual([]);
    expect(ledger.state.size(orders)).toBe(1);
  });

  test('a revoked member’s standing order is over', () => {
    const ledger = new BareMarket(sha256);
    const ana = ledger.trader();
    ledger.standing(ana, 'sell', [6n], 10n);
    ledger.amend(ana, { revokedFromHeight: 1 });
    expect(isRevoked(ledger.state, ana, 0)).toBe(false);
    expect(ledger.block(GATE_MS)).toMatchObject([{ value: { reason: 'member revoked' } }]);
    expect(ledger.state.size(standingOrders)).toBe(0);
  });
});

test('a day of standing orders: 96 slots trade, the phones off, and the orders end', () => {
  const ledger = new BareMarket(sha256);
  const ana = ledger.trader(96_000n);
  const ben = ledger.trader(0n);
  ledger.amend(ben, { exportLimitW: power(20n) });
  const span = { fromMs: SLOT_MS, untilMs: SLOT_MS + DAY_MS };
  ledger.standing(ana, 'buy', [10n], 120n, span);
  ledger.standing(ben, 'sell', [5n], 80n, span);
  let blocks = 0;
  for (let due = dueMs(ledger); due !== undefined; due = dueMs(ledger)) {
    ledger.block(due);
    blocks += 1;
  }
  ledger.endBlock();
  expect(blocks).toBe(2 * 96);
  expect(ledger.state.size(trades)).toBe(96);
  expect(ledger.state.size(standingOrders)).toBe(0);
  expect(ledger.state.size(orders)).toBe(0);
  expect(balanceOf(ledger.state, account(ana, 'escrow'))).toBe(96n * 5n * 120n);
  expect(balanceOf(ledger.state, account(ana, 'available'))).toBe(96_000n - 96n * 600n);
});

function dueMs(ledger: BareMarket): number | undefined {
  for (const module of ledger.modules) {
    const due = module.nextDueMs?.(ledger.state, ledger.timeMs);
    if (due !== undefined) return due;
  }
  return undefined;
}
