import { findMechanism } from '@commonwatt/mechanisms';
import { energy, price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { callMechanism, kindOfMechanism, MECHANISM_VERSIONS } from './mechanism.ts';

describe('rule sets of the markets', () => {
  test('have the versions that a node announces', () => {
    expect([...MECHANISM_VERSIONS]).toEqual([
      ['uniform', [1]],
      ['negotiation', [1]],
    ]);
  });

  test('every version of a call is callable and registered among the mechanisms', () => {
    for (const version of MECHANISM_VERSIONS.get('uniform') ?? []) {
      expect(callMechanism('uniform', version)).toBeTypeOf('function');
      expect(findMechanism('uniform', version)?.kind).toBe('auction');
    }
  });

  test('serve one kind of market each', () => {
    expect(kindOfMechanism('uniform')).toBe('call auction');
    expect(kindOfMechanism('negotiation')).toBe('negotiated');
    expect(kindOfMechanism('vickrey')).toBeUndefined();
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
});

test.each([
  [0, 10n],
  [500, 15n],
  [1000, 20n],
])('k of %i thousandths puts the price at %s', (kThousandths, expected) => {
  const outcome = callMechanism(
    'uniform',
    1,
  )({
    orders: [
      { id: 'bid', member: '1', side: 'buy', limit: price(20n), energy: energy(5n) },
      { id: 'ask', member: '2', side: 'sell', limit: price(10n), energy: energy(5n) },
    ],
    lots: (id) => (id === 'bid' ? 'aa' : 'bb'),
    kThousandths,
  });
  expect(outcome.price).toBe(expected);
});
