import fc from 'fast-check';
import { ask, bid } from '../testing/book.ts';
import type { Inputs } from '../testing/inputs.ts';

/** Inputs of mechanisms whose columns or tables must hang together, for random calls. */
export const AUCTION_INPUTS: Inputs = {
  /** Some who cross in either half: without them most small books do not trade. */
  muda: (call) =>
    fc.array(fc.bigInt({ min: 1n, max: 6n }), { minLength: 6, maxLength: 6 }).map((limits) => ({
      ...call,
      orders: [
        ...call.orders,
        ...limits.map((limit, at) =>
          at % 2 === 0 ? bid(`more${at}`, limit, limit) : ask(`more${at + 4}`, -limit, limit),
        ),
        ...limits.map((limit, at) =>
          at % 2 === 0 ? ask(`less${at}`, -limit, limit) : bid(`less${at}`, limit, limit),
        ),
      ],
    })),
  /** Names of members who are there, or none. */
  willingness: (call) => {
    const members = [...new Set(call.orders.map(({ member }) => member))];
    const names = fc.subarray(members, { maxLength: Math.min(3, members.length) });
    return fc.tuple(...call.orders.map(() => names)).map((lists) => ({
      ...call,
      orders: call.orders.map((order, at) => {
        const willing = lists[at] ?? [];
        return { ...order, extra: willing.length === 0 ? {} : { willing } };
      }),
    }));
  },
};
