import { energy, money, price } from '@commonwatt/units';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Call, CallMechanism, Clearing, Property, SettingDeclaration } from './mechanism.ts';
import type { Order, Side } from './order.ts';
import { LAWS, printClearing } from './properties.ts';
import { findMechanism, MECHANISMS } from './registry.ts';
import { ask, bid, lotsLikeIds } from './testing/book.ts';

const CALLS = MECHANISMS.filter((line): line is CallMechanism => line.kind === 'call');

/** Books that tie often, and books with quantities as large as a country's. */
const orders: fc.Arbitrary<Order[]> = fc.constantFrom(6n, 10n ** 12n).chain((most) =>
  fc.uniqueArray(
    fc.record({
      id: fc.string({ maxLength: 3 }),
      member: fc.constantFrom('ana', 'bo', 'cleo', 'dan', 'eve'),
      side: fc.constantFrom<Side>('buy', 'sell'),
      limit: fc.bigInt({ min: -most, max: most }).map(price),
      energy: fc.bigInt({ min: 1n, max: 2n * most }).map(energy),
    }),
    { selector: (order) => order.id, maxLength: 16 },
  ),
);

/** Lots drawn anew for every seed, and one for every id. */
function lotsOfSeed(seed: number) {
  return (id: string) => {
    const text = [...id].map((character) =>
      character.codePointAt(0)?.toString(16).padStart(6, '0'),
    );
    const first =
      (seed * (id.length + 1) * 2_654_435_761 + (id.codePointAt(0) ?? 0) * seed) % 2 ** 32;
    return `${(first >>> 0).toString(16).padStart(8, '0')}${text.join('')}`;
  };
}

function settingOf({ least, most }: SettingDeclaration): fc.Arbitrary<bigint | undefined> {
  const near = { min: least > -8n ? least : -8n, max: most < 8n ? most : 8n };
  return fc.option(fc.bigInt(near), { nil: undefined });
}

function callsOf(mechanism: CallMechanism): fc.Arbitrary<Call> {
  const declared = mechanism.settings.map((one) =>
    settingOf(one).map((value) => [one.name, value]),
  );
  const settings = fc
    .tuple(...declared)
    .map((pairs) => Object.fromEntries(pairs.filter(([, value]) => value !== undefined)));
  return fc
    .record({ orders, lots: fc.integer({ min: 1, max: 1000 }).map(lotsOfSeed), settings })
    .filter((call) => mechanism.refuse(call) === undefined);
}

describe.each(CALLS)('$name version $version', (mechanism) => {
  test.each([...mechanism.properties])('keeps %s', (property) => {
    let traded = 0;
    fc.assert(
      fc.property(callsOf(mechanism), (call) => {
        expect(LAWS[property](mechanism, call)).toBeUndefined();
        if (mechanism.clear(call).volume > 0n) traded += 1;
      }),
      { numRuns: 300 },
    );
    expect(traded).toBeGreaterThan(60);
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
      { numRuns: 1000 },
    );
  });
});

/** A law that lets a broken mechanism pass is no law. */
describe('every law catches', () => {
  const sound = findMechanism('uniform', 1) as CallMechanism;
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
  const broken = (spoil: (clearing: Clearing, call: Call) => Partial<Clearing>): CallMechanism => ({
    ...sound,
    clear(given) {
      const clearing = sound.clear(given);
      return { ...clearing, ...spoil(clearing, given) };
    },
  });
  const dearer = ({ trades }: Clearing, add: bigint) =>
    trades.map((trade) => ({ ...trade, buyerPrice: price(trade.buyerPrice + add) }));

  test.each<[string, Property, CallMechanism]>([
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
  ])('%s: %s', (_fault, property, mechanism) => {
    expect(LAWS[property](sound, call)).toBeUndefined();
    expect(LAWS[property](mechanism, call)).toMatch(/./);
  });
});
