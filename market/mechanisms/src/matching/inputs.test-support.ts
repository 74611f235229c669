import fc from 'fast-check';
import type { Call } from '../mechanism.ts';
import type { Inputs } from '../testing/inputs.ts';

/** Preferences that name orders of the call. */
function preferring(call: Call): fc.Arbitrary<Call> {
  const ids = call.orders.map(({ id }) => id).filter((id) => id !== '');
  const lists = call.orders.map(() =>
    ids.length === 0
      ? fc.constant(undefined)
      : fc.option(fc.shuffledSubarray(ids, { minLength: 1 }), { nil: undefined }),
  );
  return fc.tuple(...lists).map((preferences) => ({
    ...call,
    orders: call.orders.map(({ extra: _, ...order }, at) => {
      const listed = preferences[at];
      return listed === undefined ? order : { ...order, extra: { preferences: listed } };
    }),
  }));
}

/** Inputs of mechanisms whose columns or tables must hang together, for random calls. */
export const MATCHING_INPUTS: Inputs = { 'stable-matching': preferring };
