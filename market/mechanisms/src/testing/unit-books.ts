/** Books of the theorems of trade reduction: one order each, the same energy, no two limits equal. */

import fc from 'fast-check';
import type { Order } from '../order.ts';
import { order } from './book.ts';

export const unitBooks: fc.Arbitrary<Order[]> = fc
  .uniqueArray(fc.bigInt({ min: -20n, max: 60n }), { maxLength: 10 })
  .chain((limits) =>
    fc
      .array(fc.constantFrom('buy' as const, 'sell' as const), {
        minLength: limits.length,
        maxLength: limits.length,
      })
      .map((sides) =>
        // Even limits alone, so that a lie one step away ties with nobody.
        limits.map((limit, at) => order(`o${at}`, sides[at] ?? 'buy', 4n * limit, 5n)),
      ),
  );
