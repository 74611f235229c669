import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Cleared, Traded } from '../events.ts';
import { defineMarket } from './markets.ts';
import type { NetworkLine } from './messages.ts';
import { priceOf } from './payment.ts';
import { BareMarket, callAuction, GATE_MS, negotiated, wh } from './testing/bare-market.ts';
import { COMMUNITY_ZONE, zoneOf } from './zones.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const line = (from: string, to: string, limit: bigint): NetworkLine => ({
  from,
  to,
  limit: wh(limit),
});
const BRANCH = [line('north', COMMUNITY_ZONE, 5n)];

test('a zone is the feeder of a member, where the network knows it', () => {
  expect(zoneOf(undefined, { network: BRANCH })).toBe(COMMUNITY_ZONE);
  expect(zoneOf('north', { network: BRANCH })).toBe('north');
  expect(zoneOf('west', { network: BRANCH })).toBe(COMMUNITY_ZONE);
  expect(zoneOf('west', {})).toBe('west');
});

test("a feeder carries what it can: dearer behind it, and the difference is nobody's yet", () => {
  const ledger = new BareMarket(sha256, [callAuction({ mechanism: 'zonal', network: BRANCH })]);
  const [sun, ana, ben] = [ledger.trader(), ledger.trader(), ledger.trader()];
  ledger.meter(ana, 'north');
  ledger.order(sun, 'sell', 20n, 100n);
  ledger.order(ana, 'buy', 9n, 300n);
  ledger.order(ben, 'buy', 9n, 200n);
  ledger.block(GATE_MS);
  ledger.block();
  ledger.endBlock();
  const event = ledger.named('cleared')[0] as Cleared;
  expect(event).toMatchObject({ price: undefined, volume: 14n, network: BRANCH });
  expect(event.lines.map(({ limit, filled, zone }) => [limit, filled, zone]).sort()).toEqual([
    [100n, 14n, COMMUNITY_ZONE],
    [200n, 9n, COMMUNITY_ZONE],
    [300n, 5n, 'north'],
  ]);
  const trades = ledger.named('traded').map((value) => (value as Traded).terms);
  expect(
    trades.map((one) => [one.buyer, one.energy, one.price, priceOf(one, 'sell')]).sort(),
  ).toEqual([
    [ana, 5n, 300n, 100n],
    [ben, 9n, 100n, 100n],
  ]);
});

test('a network is told where the mechanism knows one, and hangs together', () => {
  const ledger = new BareMarket(sha256);
  const operator = ledger.operator();
  const field = (changes: Parameters<typeof callAuction>[0]) => {
    const refusal = ledger.run(operator, defineMarket, callAuction({ market: 7, ...changes }));
    return [refusal?.field, refusal?.expected];
  };
  const mechanism = 'zonal';
  expect(field({ mechanism })).toEqual(['network', 'its lines']);
  expect(field({ network: BRANCH })).toEqual(['network', 'none of uniform']);
  const talks = ledger.run(operator, defineMarket, negotiated({ market: 7, network: BRANCH }));
  expect(talks).toMatchObject({ field: 'network', expected: 'none of negotiation' });
  expect(field({ mechanism, network: [line('a', 'a', 1n)] })).toEqual([
    'network',
    'lines that hang together, got line_to_itself',
  ]);
  const many = Array.from({ length: 64 }, (_, at) => line(`f${at}`, `f${at + 1}`, 1n));
  expect(field({ mechanism, network: many })).toEqual([
    'network',
    'lines that hang together, got too_many_zones',
  ]);
  expect(field({ mechanism, network: many.slice(0, 62) })).toEqual([undefined, undefined]);
});
