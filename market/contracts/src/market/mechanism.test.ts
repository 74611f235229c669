import { findMechanism, MECHANISMS } from '@commonwatt/mechanisms';
import { energy, price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { CALL_ORDERS_MAX } from './limits.ts';
import {
  bookOrdersMax,
  callMechanism,
  isByTime,
  isMarketRule,
  kindOfMechanism,
  MECHANISM_VERSIONS,
  readSettings,
  settingsOf,
} from './mechanism.ts';
import type { RuleSetting } from './messages.ts';

const ORDERS = [
  { id: 'bid', member: '1', side: 'buy', limit: price(20n), energy: energy(5n) },
  { id: 'ask', member: '2', side: 'sell', limit: price(10n), energy: energy(5n) },
] as const;
const lots = (id: string) => (id === 'bid' ? 'aa' : 'bb');

describe('rule sets of the markets', () => {
  test('are the auctions whose declarations let them be the rule of a market', () => {
    expect([...MECHANISM_VERSIONS]).toEqual(
      [
        'uniform',
        'pay-as-bid',
        'average',
        'mcafee',
        'sbba',
        'muda',
        'proportional-two-sided',
        'ascending-increment',
        'iterative-double-auction',
        'willingness',
        'continuous',
        'two-stage',
        'stable-matching',
        'naive-auction',
        'equal-increment-pool',
        'zonal',
        'microgrid-exchange',
        'negotiation',
      ].map((name) => [name, [1]]),
    );
    const others = MECHANISMS.filter((one) => !isMarketRule(one)).map(({ name }) => name);
    for (const name of [
      'vcg',
      'kelly',
      'locational-marginal-price',
      'preference-matching',
      'shapley',
    ]) {
      expect(others).toContain(name);
      expect(kindOfMechanism(name)).toBeUndefined();
    }
  });

  test('every version of a call is registered among the mechanisms', () => {
    for (const [name, versions] of MECHANISM_VERSIONS) {
      if (name === 'negotiation') continue;
      for (const version of versions) {
        expect(callMechanism(name, version)).toMatchObject({ name, version, kind: 'auction' });
        expect(findMechanism(name, version)?.kind).toBe('auction');
      }
    }
  });

  test('serve one kind of market each', () => {
    expect(kindOfMechanism('uniform')).toBe('call auction');
    expect(kindOfMechanism('continuous')).toBe('call auction');
    expect(kindOfMechanism('negotiation')).toBe('negotiated');
    expect(kindOfMechanism('vickrey')).toBeUndefined();
  });

  test('those by time are told apart', () => {
    const timed = [...MECHANISM_VERSIONS.keys()].filter(
      (name) => name !== 'negotiation' && isByTime(callMechanism(name, 1)),
    );
    expect(timed).toEqual(['continuous', 'two-stage']);
  });

  test.each([
    ['uniform', 2],
    ['negotiation', 1],
    ['vickrey', 1],
  ])('%s version %i is no call', (name, version) => {
    expect(() => callMechanism(name, version)).toThrow(
      `mechanism '${name}' version ${version} is not a call`,
    );
  });

  test('a book of any rule but uniform is bounded', () => {
    expect(bookOrdersMax('sbba')).toBe(CALL_ORDERS_MAX);
    expect(bookOrdersMax('uniform')).toBe(100_000);
    expect(bookOrdersMax('negotiation')).toBe(100_000);
    const orders = Array.from({ length: CALL_ORDERS_MAX + 1 }, (_, at) => ({
      ...ORDERS[0],
      id: `${at}`,
    }));
    const call = { orders, lots: (id: string) => Number(id).toString(16), settings: {} };
    expect(callMechanism('sbba', 1).refuse(call)).toEqual({
      code: 'orders_too_many',
      orders: CALL_ORDERS_MAX + 1,
      ordersMax: CALL_ORDERS_MAX,
    });
    expect(callMechanism('sbba', 1).refuse({ ...call, orders: orders.slice(1) })).toBeUndefined();
  });
});

test.each([
  [0, 10n],
  [500, 15n],
  [1000, 20n],
])('k of %i thousandths puts the price at %s', (kThousandths, expected) => {
  for (const name of ['uniform', 'proportional-two-sided']) {
    const mechanism = callMechanism(name, 1);
    const settings = settingsOf(mechanism, { kThousandths });
    expect(mechanism.clear({ orders: ORDERS, lots, settings }).price).toBe(expected);
  }
});

describe('settings of a market', () => {
  const read = (name: string, ...settings: RuleSetting[]) =>
    readSettings(callMechanism(name, 1), { kThousandths: 500, settings });

  test('are read by the fields of the mechanism, as the command reads its params', () => {
    expect(read('ascending-increment', { name: 'increment', value: '0.005' })).toEqual({
      values: { increment: 5n },
    });
    expect(read('average')).toEqual({ values: {} });
    expect(read('uniform', { name: 'floor', value: '-1' })).toMatchObject({
      values: { floor: -1000n, k: { numerator: 500n, denominator: 1000n } },
    });
  });

  test.each<[string, RuleSetting[], string, RegExp]>([
    ['sbba', [{ name: 'k', value: '1' }], 'settings.k', /^none of sbba$/],
    ['uniform', [{ name: 'k', value: '1' }], 'settings.k', /floor, ceiling, and k in kThousandths/],
    [
      'ascending-increment',
      [{ name: 'increment', value: '0' }],
      'settings.increment',
      /at least 0\.001$/,
    ],
    ['ascending-increment', [{ name: 'increment', value: 'x' }], 'settings.increment', /EUR\/MWh/],
    [
      'two-stage',
      [{ name: 'second', value: 'none' }],
      'settings.second',
      /^continuous or uniform$/,
    ],
    [
      'average',
      [
        { name: 'reserve', value: '1' },
        { name: 'reserve', value: '1' },
      ],
      'settings.reserve',
      /^each setting once$/,
    ],
    [
      'uniform',
      [
        { name: 'floor', value: '2' },
        { name: 'ceiling', value: '1' },
      ],
      'settings',
      /got collar_inverted$/,
    ],
  ])('%s refuses %j as %s', (name, settings, field, expected) => {
    expect(read(name, ...settings)).toEqual({ field, expected: expect.stringMatching(expected) });
    expect(() => settingsOf(callMechanism(name, 1), { kThousandths: 500, settings })).toThrow(
      field,
    );
  });
});
