import fc from 'fast-check';
import type { Call } from '../mechanism.ts';
import { proposing } from '../testing/candidates.ts';
import type { Inputs } from '../testing/inputs.ts';
import { preferenceMatching } from './preference-matching.ts';

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

const MEMBERS = ['ana', 'bo', 'cleo', 'dan', 'eve', 'fay', 'gus', 'hal'];

/** Acceptance of members, intervals of a day of four, limits of feeders, and any candidate at all. */
function limited(call: Call): fc.Arbitrary<Call> {
  const most = 1n + call.orders.reduce((sum, { energy }) => sum + energy, 0n);
  const part = fc.bigInt(0n, 16n).map((sixteenths) => (most * sixteenths) / 16n);
  const extra = fc
    .record(
      {
        accepts: fc.subarray(MEMBERS, { minLength: 4 }),
        from: fc.bigInt(0n, 1n),
        length: fc.bigInt(0n, 2n),
        interval_wh: part,
      },
      { requiredKeys: [] },
    )
    .map(({ length, ...given }) =>
      length === undefined ? given : { ...given, until: (given.from ?? 0n) + length },
    );
  const limits = fc.tuple(
    ...['north', 'south'].map((zone) =>
      fc
        .record({ exchange_wh: part, total_wh: part }, { requiredKeys: ['exchange_wh'] })
        .map((row) => ({ zone, ...row })),
    ),
  );
  const own = fc.tuple(...call.orders.map(() => extra));
  return fc
    .tuple(own, fc.option(limits, { nil: [] }))
    .map(([columns, rows]) => ({
      ...call,
      orders: call.orders.map((order, at) => ({ ...order, extra: columns[at] ?? {} })),
      tables: { limits: rows },
    }))
    .chain(proposing(preferenceMatching));
}

/** Inputs of mechanisms whose columns or tables must hang together, for random calls. */
export const MATCHING_INPUTS: Inputs = {
  'preference-matching': limited,
  'stable-matching': preferring,
};
