import { energy, money } from '@commonwatt/units';
import { expect, test } from 'vitest';
import { defineSharing } from './define.ts';
import type { Shares, SharingMechanism, SharingProperty } from './mechanism.ts';
import { SHARING_LAWS } from './sharing-properties.ts';
import { ask, bid, lotsLikeIds as lots } from './testing/book.ts';

const call = { orders: [bid('b', 0n, 2n), ask('a', 0n, 2n)], lots, settings: {} };

function sharing(spoil: (members: readonly string[]) => Partial<Shares>): SharingMechanism {
  return defineSharing({
    name: 'gift',
    version: 1,
    source: 'None',
    rule: 'Energy is given',
    ties: 'None',
    settings: [],
    properties: [],
    share({ orders }) {
      const arrival = orders.map(({ member }) => member);
      const shares = [...arrival].sort().map((member) => ({
        member,
        energy: 0n,
        money: money(0n),
      }));
      const none = { shares, residual: 0n, surplus: money(0n), volume: energy(0n) };
      return { ...none, ...spoil(arrival) };
    },
  });
}

test.each<[SharingProperty, Partial<Shares> | ((arrival: readonly string[]) => Partial<Shares>)]>([
  ['budget_balance', { surplus: money(1n) }],
  ['members_once', { shares: [] }],
  [
    'order_independence',
    (arrival) => ({ shares: [{ member: arrival[0] ?? '', energy: 0n, money: money(0n) }] }),
  ],
])('%s catches a rule that breaks it, and lets a sound one pass', (property, spoiled) => {
  const law = SHARING_LAWS[property];
  expect(
    law(
      sharing(() => ({})),
      call,
    ),
  ).toBeUndefined();
  const spoil = typeof spoiled === 'function' ? spoiled : () => spoiled;
  expect(law(sharing(spoil), call)).toMatch(/./);
});
