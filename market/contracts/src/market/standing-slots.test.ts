import { createHash } from 'node:crypto';
import { energy, price } from '@commonwatt/units';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BEGIN_MS } from '../wallet/testing/bare-ledger.ts';
import type { StandingOrder } from './messages.ts';
import { dropOver, energyOfSlot, nextSlotOf, nextStandingSlotMs } from './standing-slots.ts';
import { standingOrders } from './state.ts';
import { BareMarket, CALL, QUARTER_MS } from './testing/bare-market.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const HOUR_MS = 3_600_000;

function standing(energies: readonly bigint[], fromMs: number, untilMs: number): StandingOrder {
  return {
    market: CALL,
    side: 'buy',
    limit: price(1n),
    energies: energies.map(energy),
    fromMs,
    untilMs,
  };
}

test('one energy serves every slot of its time, the last one excluded', () => {
  const order = standing([5n], BEGIN_MS, BEGIN_MS + 2 * QUARTER_MS);
  const energies = [-1, 0, 1, 2].map((slot) =>
    energyOfSlot(order, BEGIN_MS + slot * QUARTER_MS, QUARTER_MS),
  );
  expect(energies).toEqual([0n, 5n, 5n, 0n]);
});

test('the next slot is the first with energy that a search through all slots finds', () => {
  const profile = fc.array(fc.bigInt(0n, 1n), { minLength: 24, maxLength: 24 });
  const hours = fc.integer({ min: 0, max: 60 });
  fc.assert(
    fc.property(profile, hours, hours, hours, (energies, from, length, now) => {
      const fromMs = BEGIN_MS + from * HOUR_MS;
      const order = standing(energies, fromMs, fromMs + length * HOUR_MS);
      const nowMs = BEGIN_MS + now * HOUR_MS - 1;
      let found: number | undefined;
      for (let hour = 0; hour <= 140 && found === undefined; hour++) {
        const slotMs = BEGIN_MS + hour * HOUR_MS;
        if (slotMs >= nowMs && energyOfSlot(order, slotMs, HOUR_MS) > 0n) found = slotMs;
      }
      expect(nextSlotOf(order, nowMs, HOUR_MS)).toBe(found);
    }),
  );
});

test('a market’s next slot is the earliest of its standing orders; what is over goes', () => {
  const ledger = new BareMarket(sha256);
  const ana = ledger.trader();
  const later = BEGIN_MS + 8 * QUARTER_MS;
  const latest = BEGIN_MS + 20 * QUARTER_MS;
  ledger.standing(ana, 'buy', [5n], 10n, { fromMs: latest });
  ledger.standing(ana, 'buy', [5n], 10n, { fromMs: later, untilMs: later + QUARTER_MS });
  expect(nextStandingSlotMs(ledger.state, CALL, BEGIN_MS)).toBe(later);
  expect(nextStandingSlotMs(ledger.state, CALL, later + 1)).toBe(latest);
  expect(nextStandingSlotMs(ledger.state, 9, BEGIN_MS)).toBeUndefined();
  dropOver(ledger.state, CALL, later + QUARTER_MS - 1);
  expect(ledger.state.size(standingOrders)).toBe(2);
  dropOver(ledger.state, CALL, later + QUARTER_MS);
  expect(ledger.state.size(standingOrders)).toBe(1);
});
