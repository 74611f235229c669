import { energy } from '@commonwatt/units';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AUCTION_DUTIES, type Call } from './mechanism.ts';
import { LAWS } from './properties.ts';
import { findMechanism, MECHANISMS } from './registry.ts';
import { ask, bid, lotsLikeIds as lots } from './testing/book.ts';
import { callsOf } from './testing/calls.ts';

const uniform = findMechanism('uniform');
const of = (fills: ReadonlyMap<string, bigint>) => Object.fromEntries(fills);

test('an order that cannot get its minimum gets nothing, and the others are cleared without it', () => {
  if (uniform?.kind !== 'auction') throw new Error('uniform is an auction');
  const orders = [
    { ...bid('b', 60n, 10n), least: energy(10n) },
    { ...bid('c', 50n, 10n), least: energy(6n) },
    bid('d', 45n, 3n),
    ask('s', 40n, 15n),
  ];
  const cleared = uniform.clear({ orders, lots, settings: {} });
  expect(of(cleared.fills)).toEqual({ b: 10n, d: 3n, s: 13n });
  expect(cleared.unmatched).toEqual([
    { id: 's', energy: 2n },
    { id: 'c', energy: 10n },
  ]);
});

test('of several the shortest stands aside, which may serve the others', () => {
  if (uniform?.kind !== 'auction') throw new Error('uniform is an auction');
  const orders = [
    { ...bid('b', 50n, 10n), least: energy(6n) },
    { ...bid('c', 50n, 10n), least: energy(8n) },
    ask('s', 40n, 9n),
  ];
  expect(of(uniform.clear({ orders, lots, settings: {} }).fills)).toEqual({ b: 9n, s: 9n });
  const wrong = { orders: [{ ...bid('b', 50n, 1n), least: energy(2n) }], lots, settings: {} };
  expect(uniform.refuse(wrong)).toMatchObject({ code: 'minimum_above_energy', id: 'b' });
  const many = Array.from({ length: 1001 }, (_, at) => ({
    ...bid(`${at}`, 1n, 1n),
    least: energy(1n),
  }));
  expect(uniform.refuse({ orders: many, lots, settings: {} })).toMatchObject({
    code: 'too_many_minimums',
  });
});

const AUCTIONS = MECHANISMS.filter((one) => one.kind === 'auction' && one.problem === undefined);

describe.each(AUCTIONS)('$name with minimum quantities', (mechanism) => {
  test('serves no order below its minimum, and keeps its duties', () => {
    if (mechanism.kind !== 'auction') throw new Error('an auction');
    const calls: fc.Arbitrary<Call> = callsOf(mechanism).chain((call) =>
      fc
        .tuple(...call.orders.map(({ energy: most }) => fc.bigInt({ min: 0n, max: most })))
        .map((least) => ({
          ...call,
          orders: call.orders.map((order, at) => {
            const most = least[at] ?? 0n;
            return most > 0n && at % 2 === 0 ? { ...order, least: energy(most) } : order;
          }),
        })),
    );
    fc.assert(
      fc.property(calls, (call) => {
        const { fills } = mechanism.clear(call);
        for (const { id, least = 0n } of call.orders) {
          const got = fills.get(id) ?? 0n;
          expect(got === 0n || got >= least).toBe(true);
        }
        for (const duty of AUCTION_DUTIES) expect(LAWS[duty](mechanism, call)).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });
});
