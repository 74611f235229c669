import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ask, bid, lotsLikeIds as lots } from '../testing/book.ts';
import { callsOf } from '../testing/calls.ts';
import { iterativeDoubleAuction } from './iterative-double-auction.ts';
import { uniform } from './uniform.ts';

test('the price walks until the amounts meet', () => {
  const orders = [
    bid('b', 100n, 10n),
    bid('c', 95n, 10n),
    ask('s', 20n, 10n),
    ask('t', 90n, 10n),
    ask('u', 99n, 10n),
  ];
  // 60: 20 asked for, 10 offered; 61, 63, 67, 75 too; at 91 both amounts are 20.
  const cleared = iterativeDoubleAuction.clear({ orders, lots, settings: { step: 1n } });
  expect(cleared).toMatchObject({ price: 91n, volume: 20n, details: { rounds: 6 } });
});

test('without a crossing there is no round', () => {
  const orders = [bid('b', 10n, 10n), ask('s', 20n, 10n)];
  const cleared = iterativeDoubleAuction.clear({ orders, lots, settings: {} });
  expect(cleared).toMatchObject({ price: null, volume: 0n, details: { rounds: 0 } });
});

test('it ends where the uniform price would: the same fills, a price of the same interval', () => {
  fc.assert(
    fc.property(callsOf(iterativeDoubleAuction), (call) => {
      const rounds = iterativeDoubleAuction.clear(call);
      const call1 = uniform.clear({ ...call, settings: {} });
      expect([...rounds.fills]).toEqual([...call1.fills]);
      expect(rounds.priceInterval).toEqual(call1.priceInterval);
    }),
    { numRuns: 300 },
  );
});
