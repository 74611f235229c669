import { createHash } from 'node:crypto';
import { type Energy, type Price, power } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { ROLE } from '../identity/messages.ts';
import { account, balanceOf, spendable } from '../wallet/accounts.ts';
import { setCreditLimit } from '../wallet/actions.ts';
import { bookAmounts, exposureOf } from './book.ts';
import { MEMBER_ORDERS_MAX } from './limits.ts';
import { setMarketOpen } from './markets.ts';
import { request, share, withdraw } from './orders.ts';
import { orders } from './state.ts';
import {
  at,
  BareMarket,
  CALL,
  callAuction,
  GATE_MS,
  NEGOTIATED,
  negotiated,
  QUARTER_MS,
  SLOT_MS,
  wh,
} from './testing/bare-market.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const HALTED = 3;
const FAR_MS = SLOT_MS + 3 * 86_400_000;

function market() {
  const ledger = new BareMarket(sha256, [
    callAuction(),
    negotiated(),
    callAuction({ market: HALTED }),
  ]);
  const operator = ledger.operator();
  ledger.code(operator, setMarketOpen, { market: HALTED, open: 'halted', reason: '' });
  return { ledger, operator };
}

type Row = [
  market: number,
  slotMs: number,
  energy: bigint,
  limit: bigint | undefined,
  code: string,
];

function sent([market, slotMs, wattHours, limit]: Row) {
  return {
    market,
    slotMs,
    energy: wh(wattHours) as Energy,
    limit: limit === undefined ? undefined : (at(limit) as Price),
  };
}

describe('SHARE', () => {
  test('refuses in this order', () => {
    const { ledger } = market();
    const full = ledger.trader();
    ledger.amend(full, { roles: ROLE.consumer });
    const first: Row[] = [
      [9, SLOT_MS + 1, 0n, -501n, 'market_unknown'],
      [HALTED, SLOT_MS + 1, 0n, -501n, 'market_halted'],
      [CALL, SLOT_MS + 1, 0n, -501n, 'role_missing'],
    ];
    for (const row of first) expect(ledger.code(full, share, sent(row))).toBe(row[4]);
    ledger.amend(full, { roles: ROLE.producer });
    for (let count = 0; count < MEMBER_ORDERS_MAX; count++) ledger.order(full, 'sell', 1n, 0n);
    const second: Row[] = [
      [CALL, SLOT_MS + 1, 0n, -501n, 'slot_invalid'],
      [CALL, SLOT_MS - QUARTER_MS, 0n, -501n, 'gate_closed'],
      [CALL, FAR_MS, 0n, -501n, 'slot_too_far'],
      [CALL, SLOT_MS, 0n, -501n, 'energy_not_positive'],
      [CALL, SLOT_MS, 10_001n, -501n, 'price_outside_collar'],
      [CALL, SLOT_MS, 10_001n, 1001n, 'price_outside_collar'],
      [CALL, SLOT_MS, 10_001n, -500n, 'orders_too_many'],
    ];
    for (const row of second) expect(ledger.code(full, share, sent(row))).toBe(row[4]);
    const poor = ledger.trader(0n);
    const third: Row[] = [
      [CALL, SLOT_MS, 10_001n, -500n, 'connection_exceeded'],
      [CALL, SLOT_MS, 10_000n, -500n, 'balance_insufficient'],
      [CALL, SLOT_MS, 10_000n, 0n, 'done'],
    ];
    for (const row of third) expect(ledger.code(poor, share, sent(row))).toBe(row[4]);
  });

  test('at a negative limit holds back what it may come to pay', () => {
    const { ledger } = market();
    const ana = ledger.trader(1000n);
    const id = ledger.order(ana, 'sell', 3n, -300n);
    expect(ledger.state.get(orders, id)).toMatchObject({ side: 'sell', reserved: 900n });
    expect(spendable(ledger.state, ana)).toBe(100n);
    ledger.order(ana, 'sell', 50n, 10n);
    expect(spendable(ledger.state, ana)).toBe(100n);
    ledger.endBlock();
  });
});

describe('REQUEST', () => {
  test('refuses in this order', () => {
    const { ledger } = market();
    const ana = ledger.trader(0n);
    ledger.amend(ana, { roles: ROLE.producer });
    const first: Row[] = [
      [9, SLOT_MS + 1, 0n, undefined, 'market_unknown'],
      [HALTED, SLOT_MS + 1, 0n, undefined, 'market_halted'],
      [CALL, SLOT_MS + 1, 0n, undefined, 'role_missing'],
    ];
    for (const row of first) expect(ledger.code(ana, request, sent(row))).toBe(row[4]);
    ledger.amend(ana, { roles: ROLE.consumer });
    const second: Row[] = [
      [CALL, SLOT_MS + 1, 0n, undefined, 'slot_invalid'],
      [CALL, SLOT_MS - QUARTER_MS, 0n, undefined, 'gate_closed'],
      [CALL, FAR_MS, 0n, undefined, 'slot_too_far'],
      [CALL, SLOT_MS, 0n, undefined, 'energy_not_positive'],
      [CALL, SLOT_MS, 10_001n, undefined, 'limit_missing'],
      [CALL, SLOT_MS, 10_001n, 1001n, 'price_outside_collar'],
      [CALL, SLOT_MS, 10_001n, 1000n, 'connection_exceeded'],
      [CALL, SLOT_MS, 10_000n, 1000n, 'balance_insufficient'],
      [CALL, SLOT_MS, 10_000n, 0n, 'done'],
    ];
    for (const row of second) expect(ledger.code(ana, request, sent(row))).toBe(row[4]);
  });

  test('the energy beyond every connection never reaches the wallet', () => {
    const { ledger } = market();
    const ana = ledger.trader(0n);
    ledger.amend(ana, { importLimitW: power((1n << 63n) - 1n) });
    const row: Row = [CALL, SLOT_MS, (1n << 63n) - 1n, 1000n, 'connection_exceeded'];
    expect(ledger.code(ana, request, sent(row))).toBe('connection_exceeded');
  });

  test('orders against the balance and the credit limit', () => {
    const { ledger, operator } = market();
    const ana = ledger.trader(100n);
    const row: Row = [CALL, SLOT_MS, 3n, 50n, ''];
    expect(ledger.code(ana, request, sent(row))).toBe('balance_insufficient');
    ledger.code(operator, setCreditLimit, { member: ana, limit: 50n });
    expect(ledger.code(ana, request, sent(row))).toBe('done');
    expect(balanceOf(ledger.state, account(ana, 'available'))).toBe(-50n);
    expect(balanceOf(ledger.state, account(ana, 'reserved'))).toBe(150n);
    ledger.endBlock();
  });

  test('without a price asks in a negotiated market, and holds nothing back', () => {
    const { ledger } = market();
    const ana = ledger.trader(0n);
    const id = ledger.order(ana, 'buy', 500n, undefined, { market: NEGOTIATED });
    expect(ledger.state.get(orders, id)).toMatchObject({ limit: undefined, reserved: 0n });
    expect(bookAmounts(ledger.state, NEGOTIATED, SLOT_MS)).toEqual({
      orders: 1,
      offered: 0n,
      requested: 500n,
    });
  });
});

describe('the volume cap', () => {
  test('M-3: counts one slot and side over all markets', () => {
    const { ledger } = market();
    const ana = ledger.trader(1_000_000n, 4000n);
    ledger.order(ana, 'sell', 600n, 10n);
    ledger.order(ana, 'sell', 400n, 10n, { market: NEGOTIATED });
    const one = sent([CALL, SLOT_MS, 1n, 10n, '']);
    expect(ledger.run(ana, share, one)).toMatchObject({
      code: 'connection_exceeded',
      exposed: 1000n,
      carried: 1000n,
    });
    expect(ledger.code(ana, request, one)).toBe('done');
    expect(ledger.code(ana, share, { ...one, slotMs: SLOT_MS + QUARTER_MS })).toBe('done');
  });

  test('is freed by a withdrawal', () => {
    const { ledger } = market();
    const ana = ledger.trader(1_000_000n, 4000n);
    const id = ledger.order(ana, 'sell', 1000n, 10n);
    const again = sent([CALL, SLOT_MS, 1000n, 10n, '']);
    expect(ledger.code(ana, share, again)).toBe('connection_exceeded');
    expect(ledger.code(ana, withdraw, { order: id })).toBe('done');
    const key = { member: ana, slotMs: SLOT_MS, side: 'sell' as const };
    expect(exposureOf(ledger.state, key)).toEqual({ energy: 0n, orders: 0 });
    expect(ledger.code(ana, share, again)).toBe('done');
  });
});

describe('withdraw', () => {
  test('refuses in this order', () => {
    const { ledger } = market();
    const ana = ledger.trader();
    const ben = ledger.trader();
    const order = ledger.order(ana, 'buy', 5n, 10n);
    const unknown = { ...order, index: 1 };
    expect(ledger.code(ben, withdraw, { order: unknown })).toBe('order_unknown');
    expect(ledger.code(ben, withdraw, { order })).toBe('order_not_yours');
    ledger.timeMs = GATE_MS;
    expect(ledger.code(ana, withdraw, { order })).toBe('gate_closed');
    ledger.timeMs = GATE_MS - 1;
    expect(ledger.code(ana, withdraw, { order })).toBe('done');
    expect(ledger.code(ana, withdraw, { order })).toBe('order_unknown');
  });

  test('gives the money back and says so', () => {
    const { ledger } = market();
    const ana = ledger.trader(100n);
    const order = ledger.order(ana, 'buy', 5n, 10n);
    ledger.code(ana, withdraw, { order });
    expect(spendable(ledger.state, ana)).toBe(100n);
    expect(ledger.state.size(orders)).toBe(0);
    expect(ledger.named('order ended')).toEqual([
      {
        member: ana,
        market: CALL,
        slotMs: SLOT_MS,
        side: 'buy',
        energy: 5n,
        reason: 'withdrawn',
      },
    ]);
    ledger.endBlock();
  });
});
