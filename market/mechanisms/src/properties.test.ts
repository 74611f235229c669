import { energy, money, price } from '@commonwatt/units';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AuctionMechanism, Call, Clearing, Mechanism, Property } from './mechanism.ts';
import { AUCTION_DUTIES, SHARING_DUTIES } from './mechanism.ts';
import { LAWS, printClearing } from './properties.ts';
import { findMechanism, MECHANISMS } from './registry.ts';
import { SHARING_LAWS } from './sharing-properties.ts';
import { ask, bid, lotsLikeIds } from './testing/book.ts';
import { callsOf } from './testing/calls.ts';

const AUCTIONS = MECHANISMS.filter((line) => line.kind === 'auction');
/** A title without quotes: CONTRIBUTING runs one mechanism by it. */
function titled<One extends Mechanism>(mechanism: One): [string, One] {
  return [`${mechanism.name} version ${mechanism.version}`, mechanism];
}

const SHARINGS = MECHANISMS.filter((line) => line.kind === 'sharing');

describe.each(AUCTIONS.map(titled))('%s', (title, mechanism) => {
  test('has the title that CONTRIBUTING looks for', () => {
    expect(`${expect.getState().currentTestName} `).toContain(`${mechanism.name} version `);
    expect(title).toMatch(/^[a-z-]+ version \d+$/);
  });

  test.each([...new Set([...AUCTION_DUTIES, ...mechanism.properties])])('keeps %s', (property) => {
    let traded = 0;
    // Every lie is a clearing of its own.
    const runs = property === 'truthful' ? 60 : 300;
    fc.assert(
      fc.property(callsOf(mechanism), (call) => {
        expect(LAWS[property](mechanism, call)).toBeUndefined();
        if (mechanism.clear(call).volume > 0n) traded += 1;
      }),
      { numRuns: runs },
    );
    expect(traded).toBeGreaterThan(runs / 20);
  });

  test('gives one outcome for every permutation of arrival', () => {
    const permuted = callsOf(mechanism).chain((call) =>
      fc.record({
        call: fc.constant(call),
        arrival: fc.shuffledSubarray(call.orders.slice(), {
          minLength: call.orders.length,
          maxLength: call.orders.length,
        }),
      }),
    );
    fc.assert(
      fc.property(permuted, ({ call, arrival }) => {
        const expected = printClearing(mechanism.clear(call));
        expect(printClearing(mechanism.clear({ ...call, orders: arrival }))).toBe(expected);
      }),
      { numRuns: 300 },
    );
  });
});

describe.each(SHARINGS.map(titled))('%s', (_title, mechanism) => {
  test.each([...new Set([...SHARING_DUTIES, ...mechanism.properties])])('keeps %s', (property) => {
    fc.assert(
      fc.property(callsOf(mechanism), (call) => {
        expect(SHARING_LAWS[property](mechanism, call)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });
});

/** A law that lets a broken mechanism pass is no law. */
describe('every law catches', () => {
  const sound = findMechanism('uniform', 1) as AuctionMechanism;
  const call: Call = {
    orders: [
      bid('b', 30n, 5n, 'bo'),
      bid('c', 30n, 5n, 'cleo'),
      ask('d', 10n, 4n, 'dan'),
      ask('e', 12n, 3n, 'eve'),
    ],
    lots: lotsLikeIds,
    settings: {},
  };
  const broken = (
    spoil: (clearing: Clearing, call: Call) => Partial<Clearing>,
  ): AuctionMechanism => ({
    ...sound,
    clear(given) {
      const clearing = sound.clear(given);
      return { ...clearing, ...spoil(clearing, given) };
    },
  });
  const dearer = ({ trades }: Clearing, add: bigint) =>
    trades.map((trade) => ({ ...trade, buyerPrice: price((trade.buyerPrice ?? 0n) + add) }));

  const atBid: AuctionMechanism = {
    ...sound,
    clear: (given) =>
      sound.clear({ ...given, settings: { k: { numerator: 1n, denominator: 1n } } }),
  };

  test.each<[string, Property, AuctionMechanism]>([
    [
      'a buyer who pays more than the seller receives',
      'budget_balance',
      broken((clearing) => ({ trades: dearer(clearing, 1n) })),
    ],
    [
      'a payment without a trade',
      'budget_balance',
      broken(({ payments }) => ({ payments: new Map([...payments, ['zoe', money(1n)]]) })),
    ],
    [
      'a price above the limit',
      'individual_rationality',
      broken((clearing) => ({ trades: dearer(clearing, 1n) })),
    ],
    [
      'a price below the limit of the seller',
      'individual_rationality',
      broken(({ trades }) => ({
        trades: trades.map((one) => ({ ...one, sellerPrice: price(9n) })),
      })),
    ],
    [
      'a list in the order of arrival',
      'order_independence',
      broken((_clearing, given) => ({
        unmatched: given.orders.map(({ id, energy: asked }) => ({ id, energy: asked })),
      })),
    ],
    [
      'more energy than was asked for',
      'no_overfill',
      broken(() => ({ fills: new Map([['b', energy(6n)]]) })),
    ],
    ['an empty fill', 'no_overfill', broken(() => ({ fills: new Map([['b', energy(0n)]]) }))],
    [
      'energy that is neither filled nor unmatched',
      'conservation',
      broken(() => ({ unmatched: [] })),
    ],
    [
      'a fill without a trade',
      'conservation',
      broken(({ trades }) => ({ trades: trades.slice(1) })),
    ],
    ['a volume that nobody traded', 'conservation', broken(() => ({ volume: energy(99n) }))],
    [
      'a member on both sides',
      'no_self_trade',
      broken(({ trades }) => ({ trades: trades.map((one) => ({ ...one, seller: one.buyer })) })),
    ],
    [
      'a worse limit that is served first',
      'merit_order',
      broken(() => ({ fills: new Map([['e', energy(3n)]]) })),
    ],
    ['a pair at the price of the bid', 'gap_shared', atBid],
    ['a pair that nobody joins', 'gap_shared', broken(() => ({ trades: [] }))],
    ['a second price', 'one_price', broken((clearing) => ({ trades: dearer(clearing, 1n) }))],
    [
      'a price that hangs on the volume',
      'scale',
      broken(({ price: agreed, volume }) => ({ price: price((agreed ?? 0n) + volume) })),
    ],
    ['a volume that does not scale', 'scale', broken(() => ({ volume: energy(7n) }))],
    [
      'a fill that does not scale',
      'scale',
      broken(() => ({ fills: new Map([['b', energy(5n)]]) })),
    ],
    ['a price that does not shift', 'shift', broken(() => ({ price: price(30n) }))],
    [
      'fills that hang on the level of prices',
      'shift',
      broken(({ price: agreed, trades }) =>
        (agreed ?? 0n) < 0n ? { trades: trades.slice(1) } : {},
      ),
    ],
    [
      'payments that do not sum to zero',
      'strong_budget_balance',
      broken(({ payments }) => ({ payments: new Map([...payments, ['zoe', money(1n)]]) })),
    ],
    [
      'a market maker who pays in',
      'weak_budget_balance',
      broken(({ payments }) => ({ payments: new Map([...payments, ['zoe', money(-1n)]]) })),
    ],
    [
      'a member who pays more than it gains',
      'individual_rationality',
      broken(({ payments }) => ({ payments: new Map([...payments, ['bo', money(10_000n)]]) })),
    ],
    ['a trade less than pays', 'efficient', broken(() => ({ welfare: money(1n) }))],
    ['a surplus that nobody paid', 'accounts', broken(() => ({ surplus: money(1n) }))],
    ['a welfare that is not the trades', 'accounts', broken(() => ({ welfare: money(1n) }))],
    ['a payment unlike the trades', 'accounts', broken(() => ({ payments: new Map() }))],
    [
      'a price beyond its interval',
      'accounts',
      broken(({ priceInterval }) => ({ price: price((priceInterval?.high ?? 0n) + 1n) })),
    ],
  ])('%s: %s', (_fault, property, mechanism) => {
    expect(LAWS[property](sound, call)).toBeUndefined();
    expect(LAWS[property](mechanism, call)).toMatch(/./);
  });

  test('a lie that pays: the last seller of a uniform price asks for more', () => {
    const orders = [bid('b', 30n, 5n, 'bo'), ask('d', 10n, 4n, 'dan'), ask('e', 12n, 3n, 'eve')];
    const lied = LAWS.truthful(sound, { orders, lots: lotsLikeIds, settings: {} });
    expect(lied).toMatch(/gains/);
  });
});
