import { describe, expect, test } from 'vitest';
import { ask, bid, lotsLikeIds } from '../testing/book.ts';
import { nucleolus } from './nucleolus.ts';

const PRICES = { supply_price: 300n, feed_in_price: 80n };
const street = (nets: readonly bigint[]) =>
  nets.map((net, at) => {
    const member = `m${String(at).padStart(2, '0')}`;
    return net < 0n ? ask(member, 0n, -net, member) : bid(member, 0n, net, member);
  });
const moneys = (nets: readonly bigint[]) =>
  nucleolus
    .share({ orders: street(nets), lots: lotsLikeIds, settings: PRICES })
    .shares.map(({ money }) => money);

describe('nucleolus', () => {
  test('two who match share the saving by half', () => {
    expect(moneys([10n, -10n])).toEqual([1900n, -1900n]);
  });

  test('where givers lack a taker, the taker has all of the saving', () => {
    // Two of 10 for a taker of 10: each giver can be done without.
    expect(moneys([10n, -10n, -10n])).toEqual([800n, -800n, -800n]);
  });

  test('no coalition would pay less on its own, and who is balanced pays nothing', () => {
    const nets = [10n, -4n, 7n, -9n, -5n, 3n];
    const orders = [...street(nets), bid('x', 0n, 5n, 'zoe'), ask('y', 0n, 5n, 'zoe')];
    const { shares, surplus } = nucleolus.share({ orders, lots: lotsLikeIds, settings: PRICES });
    const paid = shares.map(({ money }) => money);
    expect([paid.at(-1), surplus]).toEqual([0n, 0n]);
    for (let coalition = 1; coalition < 1 << nets.length; coalition++) {
      let together = 0n;
      let net = 0n;
      for (const [at, own] of nets.entries()) {
        if (((coalition >> at) & 1) === 0) continue;
        together += paid[at] ?? 0n;
        net += own;
      }
      // Rounding moves each of them by less than a nano.
      expect(together).toBeLessThanOrEqual(
        (net >= 0n ? net * 300n : net * 80n) + BigInt(nets.length),
      );
    }
  });

  test('refuses more members than it can hear', () => {
    const orders = street(Array.from({ length: 13 }, () => 1n));
    expect(nucleolus.refuse({ orders, lots: lotsLikeIds, settings: PRICES })).toEqual({
      code: 'too_many_members',
      members: 13,
      membersMax: 12,
    });
  });

  test('twelve members of either kind are split, to the last nano', () => {
    const nets = Array.from({ length: 12 }, (_, at) =>
      at % 2 === 0 ? BigInt(100 + at * 37) : -BigInt(90 + at * 53),
    );
    const sum = moneys(nets).reduce((total, one) => total + one, 0n);
    const net = nets.reduce((total, one) => total + one, 0n);
    expect(sum).toBe(net >= 0n ? net * 300n : net * 80n);
  });
});
