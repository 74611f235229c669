import { describe, expect, test } from 'vitest';
import type { Order } from '../order.ts';
import { ask, bid, lotsLikeIds } from '../testing/book.ts';
import { type ZonalDetails, zonal } from './zonal.ts';

const inZone = (zone: string, order: Order): Order => ({ ...order, zone });
const line = (from: string, to: string, limit: bigint) => ({ from, to, limit_wh: limit });
const call = (orders: readonly Order[], ...network: ReturnType<typeof line>[]) => ({
  orders,
  lots: lotsLikeIds,
  settings: {},
  tables: { network },
});
const STREET = [
  inZone('north', ask('x', 10_000n, 10n)),
  inZone('north', bid('b', 14_000n, 2n)),
  inZone('south', bid('c', 30_000n, 8n)),
  inZone('south', ask('y', 26_000n, 8n)),
];

describe('zonal', () => {
  test('where the lines carry the uniform call, it is the uniform call', () => {
    const { price, surplus, details } = zonal.clear(call(STREET, line('north', 'south', 8n)));
    // 8 Wh of c's and 2 of b's from x: low = 10, high = b's 14 and y's 26.
    expect([price, surplus]).toEqual([12_000n, 0n]);
    expect(details).toEqual({
      zone_prices: { north: '12', south: '12' },
      lines: [{ from: 'north', to: 'south', flow_wh: 8n, limit_wh: 8n, binding: false }],
    });
  });

  test('a full line parts the prices, is named, and its rent stays with the market maker', () => {
    const { price, trades, surplus, details } = zonal.clear(
      call(STREET, line('south', 'north', 3n)),
    );
    expect(price).toBeNull();
    // North: x sells 5 of 10 and is left over: 10. South: y sells 5 of 8: 26.
    expect(details).toEqual({
      zone_prices: { north: '10', south: '26' },
      lines: [{ from: 'south', to: 'north', flow_wh: -3n, limit_wh: 3n, binding: true }],
    });
    expect(
      trades.map((one) => [one.bid, one.ask, one.energy, one.buyerPrice, one.sellerPrice]),
    ).toEqual([
      ['b', 'x', 2n, 10_000n, 10_000n],
      ['c', 'x', 3n, 26_000n, 10_000n],
      ['c', 'y', 5n, 26_000n, 26_000n],
    ]);
    expect(surplus).toBe(3n * 16_000n);
  });

  test('without a line zones trade by themselves', () => {
    const { trades, details } = zonal.clear(call(STREET));
    expect(trades.map((one) => `${one.bid}${one.ask}`)).toEqual(['bx', 'cy']);
    expect(details?.zone_prices).toEqual({ north: '10', south: '28' });
  });

  test('a line binds where it is full and has two prices', () => {
    const book = [
      inZone('north', ask('x', 10n, 5n)),
      inZone('south', bid('b', 30n, 5n)),
      inZone('south', bid('c', 30n, 1n)),
    ];
    const binding = (...lines: Parameters<typeof call>[1][]) =>
      (zonal.clear(call(book, ...lines)).details as ZonalDetails).lines.map((one) => one.binding);
    expect(binding(line('north', 'south', 6n))).toEqual([false]);
    expect(binding(line('north', 'south', 5n))).toEqual([false]);
    expect(binding(line('north', 'south', 4n))).toEqual([true]);
    expect(binding(line('north', 'south', 3n), line('north', 'south', 9n))).toEqual([false, false]);
  });

  test('a way round is found where the straight line is full', () => {
    const { trades } = zonal.clear(
      call(
        STREET,
        line('north', 'south', 3n),
        line('north', 'middle', 9n),
        line('middle', 'south', 5n),
      ),
    );
    const fromX = trades.filter((one) => one.ask === 'x' && one.bid === 'c');
    expect(fromX.reduce((sum, one) => sum + one.energy, 0n)).toBe(8n);
  });

  test('refuses a line to itself and a member with two homes', () => {
    expect(zonal.refuse(call(STREET, line('north', 'north', 1n)))).toEqual({
      code: 'line_to_itself',
      row: 0,
    });
    const two = [
      inZone('north', bid('b', 1n, 1n, 'eve')),
      inZone('south', bid('c', 1n, 1n, 'eve')),
    ];
    expect(zonal.refuse(call(two, line('north', 'south', 1n)))).toEqual({
      code: 'member_in_two_zones',
      member: 'eve',
    });
    expect(zonal.refuse(call([bid('b', 1n, 1n)], line('north', 'south', 1n)))).toEqual({
      code: 'column_missing',
      id: 'b',
      column: 'zone',
    });
  });
});
