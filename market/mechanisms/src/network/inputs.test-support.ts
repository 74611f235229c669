import fc from 'fast-check';
import type { Call } from '../mechanism.ts';
import type { Inputs } from '../testing/inputs.ts';

const ZONES = ['north', 'middle', 'south'];

/** Members at home in one of three zones, and lines between them. */
function zoned(call: Call): fc.Arbitrary<Call> {
  const most = call.orders.reduce((sum, { energy }) => sum + energy, 1n);
  const line = fc
    .record({
      ends: fc.shuffledSubarray(ZONES, { minLength: 2, maxLength: 2 }),
      part: fc.bigInt(0n, 8n),
    })
    .map(({ ends, part }) => ({
      from: ends[0] as string,
      to: ends[1] as string,
      limit_wh: (most * part) / 16n,
    }));
  return fc.array(line, { maxLength: 4 }).map((network) => ({
    ...call,
    orders: call.orders.map((order) => ({
      ...order,
      zone: ZONES[order.member.length % ZONES.length] as string,
    })),
    tables: { network },
  }));
}

/** Inputs of mechanisms whose columns or tables must hang together, for random calls. */
export const NETWORK_INPUTS: Inputs = { zonal: zoned };
