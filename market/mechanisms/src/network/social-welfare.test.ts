import { describe, expect, test } from 'vitest';
import type { Values } from '../field.ts';
import type { Call } from '../mechanism.ts';
import type { Order } from '../order.ts';
import { ask, bid, lotsLikeIds } from '../testing/book.ts';
import { solveWithHighs } from '../testing/highs.ts';
import { socialWelfare } from './social-welfare.ts';

const at = (time: number, order: Order): Order => ({ ...order, time });
const battery = (name: string, capacity: bigint, power: bigint): Values => ({
  battery: name,
  capacity_wh: capacity,
  power_wh: power,
});
const call = (orders: readonly Order[], ...batteries: readonly Values[]): Call => ({
  orders,
  lots: lotsLikeIds,
  settings: {},
  tables: { batteries },
});
function solved(given: Call): Call {
  const problem = socialWelfare.problem?.(given);
  return { ...given, candidate: problem && solveWithHighs(problem) };
}

/** Much sun at noon, little demand; the other way round in the evening. */
const DAY = [
  at(12, ask('sun', 10_000n, 100n)),
  at(12, bid('noon', 20_000n, 30n)),
  at(19, bid('tea', 40_000n, 50n)),
  at(19, ask('gas', 35_000n, 50n)),
];

describe('social-welfare', () => {
  test('without a battery every interval is a uniform call', () => {
    const { trades, details } = socialWelfare.clear(solved(call(DAY)));
    expect(trades.map((one) => [one.bid, one.ask, one.energy, one.buyerPrice])).toEqual([
      ['noon', 'sun', 30n, 10_000n],
      ['tea', 'gas', 50n, 37_500n],
    ]);
    expect(details).toMatchObject({
      cleared_by: 'intervals',
      candidate: 30n * 10_000n + 50n * 5000n,
    });
  });

  test('a battery carries the sun into the evening as far as it can hold it, and earns the difference', () => {
    const { trades, welfare, surplus, details } = socialWelfare.clear(
      solved(call(DAY, battery('shed', 40n, 25n), battery('car', 8n, 100n))),
    );
    // 25 and 8 Wh through the batteries: sun is left over, gas is still at work.
    expect(trades.map((one) => [one.bid, one.ask, one.energy])).toEqual([
      ['noon', 'sun', 30n],
      ['tea', 'sun', 33n],
      ['tea', 'gas', 17n],
    ]);
    expect(details).toEqual({
      cleared_by: 'candidate',
      candidate: welfare,
      interval_prices: { 12: '10', 19: '35' },
      batteries: [
        { battery: 'shed', time: 12, charged_wh: 25n, stored_wh: 25n },
        { battery: 'shed', time: 19, charged_wh: -25n, stored_wh: 0n },
        { battery: 'car', time: 12, charged_wh: 8n, stored_wh: 8n },
        { battery: 'car', time: 19, charged_wh: -8n, stored_wh: 0n },
      ],
    });
    expect(surplus).toBe(33n * 25_000n);
    expect(welfare).toBe(30n * 10_000n + 33n * 30_000n + 17n * 5000n);
  });

  test('a household that sells at noon and buys in the evening trades with others', () => {
    const orders = [
      at(12, ask('own sun', 10n, 10n, 'home')),
      at(12, ask('roof', 10n, 10n)),
      at(19, bid('own tea', 40n, 10n, 'home')),
      at(19, bid('tea', 40n, 10n)),
    ];
    const { trades } = socialWelfare.clear(solved(call(orders, battery('shed', 20n, 20n))));
    expect(trades.map((one) => [one.bid, one.ask, one.energy]).sort()).toEqual([
      ['own tea', 'roof', 10n],
      ['tea', 'own sun', 10n],
    ]);
    const alone = orders.filter(({ member }) => member === 'home');
    expect(socialWelfare.clear(solved(call(alone, battery('shed', 20n, 20n))))).toMatchObject({
      volume: 0n,
      details: { candidate: 'candidate_trades_with_itself' },
    });
  });
});

describe('a candidate that', () => {
  const given = solved(call(DAY, battery('shed', 40n, 25n)));
  const values = given.candidate?.values ?? [];
  const duals = given.candidate?.duals ?? [];
  const million = 1_000_000n;

  test.each<[string, Call['candidate'], string]>([
    ['is missing', undefined, 'candidate_missing'],
    ['is short', { values: values.slice(1), duals }, 'values_miscounted'],
    ['takes too much', { values: values.map((one) => 9n * one), duals }, 'variable_out_of_bounds'],
    [
      'takes what nobody gives',
      { values: values.map((one, place) => (place === 0 ? one - million : one)), duals },
      'constraint_broken',
    ],
    [
      'buys dear and sells cheap',
      { values, duals: [20_000n * million, 10_000n * million] },
      'interval prices of the limits',
    ],
  ])('%s is worth nothing', (_name, candidate, code) => {
    const { welfare, details, surplus } = socialWelfare.clear({ ...given, candidate });
    if (code.startsWith('interval')) {
      // Prices are kept within the limits that trade, so the battery still earns: 35 - 20.
      expect(details).toMatchObject({ interval_prices: { 12: '20', 19: '35' } });
      expect(surplus).toBe(25n * 15_000n);
      return;
    }
    expect(details).toMatchObject({ cleared_by: 'intervals', candidate: code });
    expect([welfare, surplus]).toEqual([30n * 10_000n + 50n * 5000n, 0n]);
  });
});

test('a battery that is listed twice is refused', () => {
  const twice = call(DAY, battery('shed', 1n, 1n), battery('shed', 2n, 1n));
  expect(socialWelfare.refuse(twice)?.code).toBe('battery_twice');
});
