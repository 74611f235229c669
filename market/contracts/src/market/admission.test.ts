import { createHash } from 'node:crypto';
import { money } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { ROLE } from '../identity/messages.ts';
import { members } from '../identity/state.ts';
import {
  connectionOf,
  refuseClosed,
  refuseCount,
  refuseEnergy,
  refuseExposure,
  refuseLimit,
  refuseMarket,
  refusePrice,
  refuseRoleOf,
  refuseUncovered,
  requireMarket,
} from './admission.ts';
import { BOOK_ORDERS_MAX, MEMBER_ORDERS_MAX } from './limits.ts';
import { orders } from './state.ts';
import {
  at,
  BareMarket,
  CALL,
  callAuction,
  GATE_MS,
  negotiated,
  SLOT_MS,
  wh,
} from './testing/bare-market.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());

describe('why an order may not stand', () => {
  test('the market', () => {
    const { state } = new BareMarket(sha256);
    expect(refuseMarket(state, CALL)).toBeUndefined();
    expect(refuseMarket(state, 9)).toEqual({ code: 'market_unknown', market: 9 });
    expect(requireMarket(state, CALL).rules.name).toBe('Street');
    expect(() => requireMarket(state, 9)).toThrow('market 9: expected a market of the ledger');
  });

  test('the role: producers sell, consumers buy', () => {
    const ledger = new BareMarket(sha256);
    const sun = ledger.member({ roles: ROLE.producer });
    expect(refuseRoleOf(ledger.state, sun, 'sell')).toBeUndefined();
    expect(refuseRoleOf(ledger.state, sun, 'buy')).toMatchObject({
      code: 'role_missing',
      role: 'consumer',
    });
    expect(refuseRoleOf(ledger.state, 99, 'sell')?.code).toBe('role_missing');
  });

  test('the gate, the energy, the collar, the limit', () => {
    expect(refuseClosed(callAuction(), SLOT_MS, GATE_MS - 1)).toBeUndefined();
    expect(refuseClosed(callAuction(), SLOT_MS, GATE_MS)?.code).toBe('gate_closed');
    expect(refuseEnergy(wh(0n))?.code).toBe('energy_not_positive');
    expect(refuseEnergy(wh(1n))).toBeUndefined();
    for (const nano of [-501n, 1001n]) {
      expect(refusePrice(callAuction(), at(nano))?.code).toBe('price_outside_collar');
    }
    for (const nano of [-500n, 1000n]) {
      expect(refusePrice(callAuction(), at(nano))).toBeUndefined();
    }
    expect(refuseLimit(callAuction(), undefined)?.code).toBe('limit_missing');
    expect(refuseLimit(negotiated(), undefined)).toBeUndefined();
    expect(refuseLimit(negotiated(), at(1001n))?.code).toBe('price_outside_collar');
  });

  test('the number of orders, of a member and of a book', () => {
    const { state } = new BareMarket(sha256);
    const place = { market: CALL, slotMs: SLOT_MS, side: 'buy' as const };
    const transaction = new Uint8Array(32);
    let count = 0;
    const place1 = (member: number) => {
      const index = count++;
      state.set(
        orders,
        { transaction, index: index & 0xffff, derivedForMs: index >> 16 },
        {
          ...place,
          member,
          limit: at(0n),
          energy: wh(1n),
          reserved: money(0n),
          placedMs: 0,
        },
      );
    };
    for (let own = 1; own < MEMBER_ORDERS_MAX; own++) place1(1);
    while (count < BOOK_ORDERS_MAX - 1) place1(2 + Math.floor(count / MEMBER_ORDERS_MAX));
    expect(refuseCount(state, { ...place, member: 1 })).toBeUndefined();
    place1(9);
    expect(refuseCount(state, { ...place, member: 1 })).toMatchObject({
      ordersMax: BOOK_ORDERS_MAX,
    });
    place1(1);
    expect(refuseCount(state, { ...place, member: 1 })).toMatchObject({
      ordersMax: MEMBER_ORDERS_MAX,
    });
  });

  test('the connection and the money', () => {
    const ledger = new BareMarket(sha256);
    const ana = ledger.trader(10n, 4000n);
    const market = requireMarket(ledger.state, CALL);
    expect(connectionOf(ledger.state.get(members, ana), 'buy', market.rules)).toBe(1000n);
    expect(connectionOf(undefined, 'buy', market.rules)).toBe(0n);
    const exposing = { member: ana, slotMs: SLOT_MS, side: 'buy' as const };
    expect(refuseExposure(ledger.state, { ...exposing, energy: 1000n }, market)).toBeUndefined();
    expect(refuseExposure(ledger.state, { ...exposing, energy: 1001n }, market)?.code).toBe(
      'connection_exceeded',
    );
    expect(refuseUncovered(ledger.state, ana, money(10n))).toBeUndefined();
    expect(refuseUncovered(ledger.state, ana, money(11n))?.code).toBe('balance_insufficient');
  });
});
