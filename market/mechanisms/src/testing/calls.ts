/**
 * Random calls for any mechanism, made from what its line declares. A mechanism whose columns or
 * tables must hang together names an arbitrary of its own in its family's inputs.
 */

import { energy, price } from '@commonwatt/units';
import fc from 'fast-check';
import { AUCTION_INPUTS } from '../auctions/inputs.test-support.ts';
import { CONTINUOUS_INPUTS } from '../continuous/inputs.test-support.ts';
import type { Field, Value, Values } from '../field.ts';
import { MATCHING_INPUTS } from '../matching/inputs.test-support.ts';
import type { AuctionMechanism, Call, SharingMechanism } from '../mechanism.ts';
import { NETWORK_INPUTS } from '../network/inputs.test-support.ts';
import type { Order, Side } from '../order.ts';
import { SHARING_INPUTS } from '../sharing/inputs.test-support.ts';
import type { Inputs } from './inputs.ts';

const INPUTS: Inputs = {
  ...AUCTION_INPUTS,
  ...CONTINUOUS_INPUTS,
  ...MATCHING_INPUTS,
  ...SHARING_INPUTS,
  ...NETWORK_INPUTS,
};

type Subject = AuctionMechanism | SharingMechanism;

/** Calls that the mechanism does not refuse. */
export function callsOf(mechanism: Subject): fc.Arbitrary<Call> {
  const calls = ordersOf(mechanism).chain((orders) =>
    fc.record({
      orders: fc.constant(orders),
      lots: fc.integer({ min: 1, max: 1000 }).map(lotsOfSeed),
      settings: valuesOf(mechanism.settings),
    }),
  );
  const own = INPUTS[mechanism.name] ?? ((call: Call) => fc.constant(call));
  return calls.chain(own).filter((call) => mechanism.refuse(call) === undefined);
}

/** Books that tie often, and books with quantities as large as a country's. */
function ordersOf({ columns = [] }: Subject): fc.Arbitrary<Order[]> {
  const extra = columns.filter(({ name }) => name !== 'time' && name !== 'zone');
  return fc.constantFrom(6n, 10n ** 12n).chain((most) =>
    fc.uniqueArray(
      fc.record({
        id: fc.string({ maxLength: 3 }),
        member: fc.constantFrom('ana', 'bo', 'cleo', 'dan', 'eve', 'fay', 'gus', 'hal'),
        side: fc.constantFrom<Side>('buy', 'sell'),
        limit: fc.bigInt({ min: -most, max: most }).map(price),
        energy: fc.bigInt({ min: 1n, max: 2n * most }).map(energy),
        time: fc.integer({ min: 0, max: 9 }),
        zone: fc.constantFrom('north', 'south'),
        extra: valuesOf(extra),
      }),
      { selector: (order) => order.id, maxLength: 16 },
    ),
  );
}

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

export function valuesOf(fields: readonly Field[]): fc.Arbitrary<Values> {
  const pairs = fields.map((field) => {
    const value = valuesOfForm(field).map((one): [string, Value] => [field.name, one]);
    return field.required === true ? value : fc.option(value, { nil: undefined });
  });
  return fc
    .tuple(...pairs)
    .map((given) => Object.fromEntries(given.filter((pair) => pair !== undefined)));
}

/** Small values, within the bounds. */
function valuesOfForm({ form, least = -8n, most = 8n, choices = [] }: Field): fc.Arbitrary<Value> {
  const low = least > -8n ? least : -8n;
  const near = fc.bigInt({ min: low, max: most < low + 16n ? most : low + 16n });
  switch (form) {
    case 'decimal':
      return fc
        .tuple(near, fc.bigInt({ min: 0n, max: 3n }))
        .map(([whole, part]) =>
          4n * whole + part <= 4n * most
            ? { numerator: 4n * whole + part, denominator: 4n }
            : { numerator: whole, denominator: 1n },
        );
    case 'energy':
      return near.map((amount) => (amount < 0n ? -amount : amount));
    case 'name':
      return fc.constantFrom('one', 'two', 'three');
    case 'names':
      return fc.subarray(['one', 'two', 'three'], { minLength: 1 });
    case 'choice':
      return fc.constantFrom(...choices);
    default:
      return near;
  }
}
