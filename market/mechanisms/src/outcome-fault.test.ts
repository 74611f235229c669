import { energy, money } from '@commonwatt/units';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defineAuction, defineSharing } from './define.ts';
import type { AuctionMechanism, Call, Clearing, SharingMechanism } from './mechanism.ts';
import { outcomeFault } from './outcome-fault.ts';
import { findMechanism, MECHANISMS } from './registry.ts';
import { ask, bid, lotsLikeIds as lots } from './testing/book.ts';
import { callsOf } from './testing/calls.ts';

const CLEARING = MECHANISMS.filter((line) => line.kind !== 'negotiation');

test.each(CLEARING)('$name version $version makes no outcome with a fault', (mechanism) => {
  fc.assert(
    fc.property(callsOf(mechanism), (call) => {
      const outcome = mechanism.kind === 'auction' ? mechanism.clear(call) : mechanism.share(call);
      expect(outcomeFault(mechanism, call, outcome)).toBeUndefined();
    }),
    { numRuns: 25 },
  );
});

const call: Call = {
  orders: [bid('b', 60n, 5n, 'ana'), ask('s', 40n, 5n, 'ben')],
  lots,
  settings: {},
};
const uniform = findMechanism('uniform') as AuctionMechanism;
const sound = uniform.clear(call);
const [trade] = sound.trades;
if (trade === undefined) throw new Error('expected a trade');

test.each<[string, Partial<Record<keyof Clearing, unknown>>, string]>([
  ['price', { price: 1.5 }, 'a bigint of thousandths of EUR/MWh, got number 1.5'],
  ['priceInterval.low', { priceInterval: { low: 1 } }, 'got number 1'],
  ['priceInterval', { priceInterval: undefined }, 'an object, got nothing'],
  ['volume', { volume: -1n }, 'at least 0, got -1n'],
  ['trades', { trades: {} }, 'a list, got an object'],
  ['trades[0].bid', { trades: [{ ...trade, bid: bid('b', 1n, 1n) }] }, 'an order to buy, got an'],
  ['trades[0].ask', { trades: [{ ...trade, ask: 'b' }] }, 'the id of an order to sell, got "b"'],
  ['trades[0].buyer', { trades: [{ ...trade, buyer: 'eve' }] }, 'ana, whose order it is'],
  ['trades[0].energy', { trades: [{ ...trade, energy: 5 }] }, 'at least 1, got number 5'],
  ['trades[0].sellerPrice', { trades: [{ ...trade, sellerPrice: '5' }] }, 'got "5"'],
  ['fills', { fills: { b: 5n, s: 5n } }, 'a Map, got an object'],
  ['fills', { fills: new Map([['x', 5n]]) }, 'the id of an order, got "x"'],
  ['unmatched[0].id', { unmatched: [{ id: 'x', energy: 1n }] }, 'the id of an order'],
  [
    'unmatched[1].id',
    {
      unmatched: [
        { id: 'b', energy: 1n },
        { id: 'b', energy: 1n },
      ],
    },
    'every order once',
  ],
  ['payments', { payments: new Map([['eve', 1n]]) }, 'a member, got "eve"'],
  ['payments of ana', { payments: new Map([['ana', 1]]) }, 'a bigint of nano-EUR, got number 1'],
  ['welfare', { welfare: undefined }, 'got nothing'],
  ['surplus', { surplus: null }, 'got null'],
  ['details.x.0', { details: { x: [() => 1] } }, 'got a function'],
  ['details', { details: new Map() }, 'plain objects'],
  [
    'no_overfill',
    { trades: [{ ...trade, energy: 15n }], fills: new Map([['b', 15n]]) },
    'no order to get more than it asked for, got b asked for 5 Wh and got 15 Wh',
  ],
  ['conservation', { unmatched: [{ id: 'b', energy: 1n }] }, 'b lost energy'],
  ['accounts', { payments: new Map([['ana', 1n]]) }, 'ana pays 1, its trades 250'],
  ['accounts', { surplus: 1n }, 'is not the payments'],
])('%s of an auction: %o is told', (place, spoil, told) => {
  const fault = outcomeFault(uniform, call, { ...sound, ...spoil });
  expect(fault?.place).toBe(place);
  expect(`${fault?.expected}, got ${fault?.got}`).toContain(told);
});

test('a trade of a member with itself is told', () => {
  const own: Call = {
    ...call,
    orders: [bid('b', 60n, 5n, 'ana'), ask('s', 40n, 5n, 'ana')],
  };
  const self = defineAuction({
    ...uniform,
    clear: () => ({ ...sound, trades: [{ ...trade, seller: 'ana' }], payments: new Map() }),
  });
  expect(outcomeFault(self, own, self.clear(own))?.place).toBe('no_self_trade');
});

const shared = {
  shares: [
    { member: 'ana', energy: 5n, money: money(1n) },
    { member: 'ben', energy: -5n, money: money(-1n) },
  ],
  residual: 0n,
  surplus: money(0n),
  volume: energy(5n),
};
const [ana, ben] = shared.shares;

test.each<[string, object, string]>([
  ['shares', { shares: 1 }, 'a list, got number 1'],
  ['shares[0].money', { shares: [{ ...ana, money: 1 }, ben] }, 'a bigint of nano-EUR'],
  ['shares[0].energy', { shares: [{ ...ana, energy: 0.5 }, ben] }, 'a bigint of Wh'],
  ['shares[0].member', { shares: [{ ...ana, member: 7 }, ben] }, 'a member, got number 7'],
  ['members_once', { shares: [ana] }, 'one share of every member'],
  ['energy of ana', { shares: [{ ...ana, energy: 6n }, ben] }, '5 Wh got and 0 Wh given, got 6 Wh'],
  ['shares', { shares: [{ ...ana, energy: 4n }, ben] }, 'sum to 0 Wh, got -1 Wh'],
  ['residual', { residual: 1n }, '0 Wh, got 1 Wh'],
  ['volume', { volume: 6n }, 'at most 5 Wh, got 6 Wh'],
])('%s of a sharing: %o is told', (place, spoil, told) => {
  const gift: SharingMechanism = defineSharing({
    ...uniform,
    name: 'gift',
    properties: [],
    share: () => shared,
  });
  expect(outcomeFault(gift, call, shared)).toBeUndefined();
  const fault = outcomeFault(gift, call, { ...shared, ...spoil });
  expect(fault?.place).toBe(place);
  expect(`${fault?.expected}, got ${fault?.got}`).toContain(told);
});

test('what is no outcome at all is told', () => {
  expect(outcomeFault(uniform, call, undefined)).toEqual({
    place: 'outcome',
    expected: 'an object',
    got: 'nothing',
  });
});
