/** Random books for oracles: small ones in which everything can be tried, and larger ones for a solver. */

import fc from 'fast-check';
import type { Order, Side } from '../order.ts';
import { order } from './book.ts';

type Shape = {
  readonly count: number;
  readonly limitMost: bigint;
  readonly energyMost: bigint;
  /** Undefined: every order has a member of its own. */
  readonly members?: readonly string[];
};

const bookOf = ({ count, limitMost, energyMost, members }: Shape): fc.Arbitrary<Order[]> =>
  fc
    .array(
      fc.record({
        side: fc.constantFrom<Side>('buy', 'sell'),
        limit: fc.bigInt({ min: -limitMost / 4n, max: limitMost }),
        energy: fc.bigInt({ min: 1n, max: energyMost }),
        member: fc.nat(),
      }),
      { minLength: count > 20 ? count : 0, maxLength: count },
    )
    .map((rows) =>
      rows.map(({ side, limit, energy, member }, at) =>
        order(`o${at}`, side, limit, energy, members?.[member % members.length]),
      ),
    );

/** Up to seven orders of few limits and few Wh; some members have several orders. */
export const smallBooks = bookOf({
  count: 7,
  limitMost: 8n,
  energyMost: 3n,
  members: ['ana', 'bo', 'cleo', 'dan', 'eve', 'fay'],
});

/** The same, every order its own member's. */
export const smallBooksOfStrangers = bookOf({ count: 7, limitMost: 8n, energyMost: 4n });

/** Sixty orders of households and their prices. */
export const largeBooks = bookOf({
  count: 60,
  limitMost: 300_000n,
  energyMost: 5000n,
  members: Array.from({ length: 25 }, (_, at) => `m${at}`),
});
