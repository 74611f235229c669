import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ask, bid, lotsLikeIds as lots } from '../testing/book.ts';
import { callsOf } from '../testing/calls.ts';
import { kelly } from './kelly.ts';

const clear = (...orders: ReturnType<typeof bid>[]) => kelly.clear({ orders, lots, settings: {} });
const of = (map: ReadonlyMap<string, bigint>) => Object.fromEntries(map);

test('what is sold is shared in proportion to the money bid, and all of it is paid', () => {
  const cleared = clear(bid('b', 60n, 1000n), bid('c', 30n, 1000n), ask('s', 10n, 900n));
  expect(of(cleared.fills)).toEqual({ b: 600n, c: 300n, s: 900n });
  expect(of(cleared.payments)).toEqual({ b: 60_000n, c: 30_000n, s: -90_000n });
  expect(cleared).toMatchObject({ price: null, priceInterval: null, surplus: 0n });
});

test('no bid gets more than it asked for; the rest is shared by the others', () => {
  const cleared = clear(bid('b', 60n, 100n), bid('c', 30n, 1000n), ask('s', 10n, 900n));
  // 36,000 over 900 Wh is 40; the first is full at that, 800 Wh are left for 30,000: 37.5.
  expect(of(cleared.fills)).toEqual({ b: 100n, c: 800n, s: 900n });
  expect(of(cleared.payments)).toEqual({ b: 3750n, c: 30_000n, s: -33_750n });
});

test('sellers join from the lowest ask while the money covers it', () => {
  const orders = [bid('b', 60n, 100n), ask('s', 10n, 50n), ask('t', 70n, 50n)];
  // 6,000 over 50 Wh is 120: the second seller joins, and at 70 they call for 85.7 Wh.
  const cleared = clear(...orders);
  expect(of(cleared.fills)).toEqual({ b: 85n, s: 50n, t: 35n });
  expect(of(cleared.payments)).toEqual({ b: 6000n, s: -3529n, t: -2471n });
  const dearer = clear(...orders.slice(0, 2), ask('t', 121n, 50n));
  expect(of(dearer.fills)).toEqual({ b: 50n, s: 50n });
});

test('whoever would pay for less than one watt-hour stands aside', () => {
  const cleared = clear(bid('b', 1000n, 100n), bid('c', 1n, 1n), ask('s', 1n, 10n));
  expect(of(cleared.fills)).toEqual({ b: 10n, s: 10n });
  expect(cleared.payments.has('c')).toBe(false);
});

test('energy offered for nothing is given where there is enough of it', () => {
  const cleared = clear(bid('b', 5n, 100n), ask('s', -3n, 200n));
  expect(of(cleared.fills)).toEqual({ b: 100n, s: 100n });
  expect(of(cleared.payments)).toEqual({ b: 0n, s: 0n });
});

test('no bid pays more than its sum, no seller gets less than its ask', () => {
  fc.assert(
    fc.property(callsOf(kelly), (call) => {
      const { fills, payments } = kelly.clear(call);
      const bound = new Map<string, bigint>();
      for (const { id, member, side, limit, energy } of call.orders) {
        const got = fills.get(id) ?? 0n;
        const most = side === 'buy' ? limit * energy : -limit * got;
        if (got > 0n) bound.set(member, (bound.get(member) ?? 0n) + most);
      }
      for (const [member, paid] of payments) expect(paid <= (bound.get(member) ?? 0n)).toBe(true);
    }),
    { numRuns: 500 },
  );
});
