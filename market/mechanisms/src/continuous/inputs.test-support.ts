import fc from 'fast-check';
import type { Call } from '../mechanism.ts';
import type { Inputs } from '../testing/inputs.ts';

/** Orders that mostly stand for a while before they leave. */
function staying(call: Call): fc.Arbitrary<Call> {
  const stays = call.orders.map(() =>
    fc.option(
      fc.record({
        leaves: fc.constantFrom('expires', 'withdrawn'),
        after: fc.integer({ min: 0, max: 9 }),
      }),
      {
        nil: undefined,
      },
    ),
  );
  return fc.tuple(...stays).map((given) => ({
    ...call,
    orders: call.orders.map((order, at) => {
      const { expires: _, withdrawn: __, ...extra } = order.extra ?? {};
      const stay = given[at];
      if (stay === undefined) return { ...order, extra };
      return {
        ...order,
        extra: { ...extra, [stay.leaves]: BigInt((order.time ?? 0) + stay.after) },
      };
    }),
  }));
}

/** Inputs of mechanisms whose columns or tables must hang together, for random calls. */
export const CONTINUOUS_INPUTS: Inputs = { continuous: staying, 'two-stage': staying };
