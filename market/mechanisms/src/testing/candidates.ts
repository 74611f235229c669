import fc from 'fast-check';
import type { AuctionMechanism, Call } from '../mechanism.ts';

/** A call with any candidate for its problem, or with none: a wrong one must break no law. */
export function proposing({ problem, refuse }: AuctionMechanism) {
  return (call: Call): fc.Arbitrary<Call> => {
    if (problem === undefined || refuse(call) !== undefined) return fc.constant(call);
    const { variables } = problem(call);
    const most = 1n + call.orders.reduce((sum, { energy }) => sum + energy, 0n);
    const values = fc.array(fc.bigInt(-most, 1_500_000n * most), {
      minLength: variables.length,
      maxLength: variables.length,
    });
    return fc
      .option(values, { nil: undefined })
      .map((proposed) => ({ ...call, candidate: proposed && { values: proposed } }));
  };
}
