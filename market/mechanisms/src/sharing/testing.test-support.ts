/** Terse parties for tests of sharing, and any interval there may be. */

import { energy, price } from '@commonwatt/units';
import fc from 'fast-check';
import type { SharingInterval, SharingParty } from './sharing.ts';

/** A party by its energy in Wh; members and lots are numbered in the order given. */
export type Terse =
  | number
  | {
      readonly energy: number;
      readonly share?: number;
      readonly tier?: number;
      readonly limit?: number;
    };

function party(terse: Terse, member: number): SharingParty {
  const {
    energy: wh,
    share,
    tier,
    limit,
  } = typeof terse === 'number' ? { energy: terse } : { ...terse };
  return {
    member,
    energy: energy(BigInt(wh)),
    lot: member.toString(16).padStart(2, '0'),
    shareMillionths: share,
    tier,
    limit: limit === undefined ? undefined : price(BigInt(limit)),
  };
}

/** Consumers are members from 1 on, producers from 101 on. */
export function interval(
  producers: readonly Terse[],
  consumers: readonly Terse[],
): SharingInterval {
  return {
    producers: producers.map((one, at) => party(one, 101 + at)),
    consumers: consumers.map((one, at) => party(one, 1 + at)),
  };
}

const wh = fc.oneof(fc.nat({ max: 12 }), fc.nat({ max: 5_000 }));
const limit = fc.option(fc.integer({ min: -20, max: 100 }), { nil: -99 });
const terse = fc.record({ energy: wh, tier: fc.nat({ max: 2 }), limit });

/** With shares that come to a million millionths at most. */
export const intervals = fc
  .tuple(
    fc.array(terse, { maxLength: 6 }),
    fc.array(fc.tuple(terse, fc.nat({ max: 160_000 })), { maxLength: 6 }),
  )
  .map(([producers, consumers]) =>
    interval(
      producers,
      consumers.map(([one, share]) => ({ ...one, share })),
    ),
  );
