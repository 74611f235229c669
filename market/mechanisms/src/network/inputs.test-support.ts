import fc from 'fast-check';
import type { Call } from '../mechanism.ts';
import { solveWithHighs } from '../testing/highs.ts';
import type { Inputs } from '../testing/inputs.ts';
import { locationalMarginalPrice } from './locational-marginal-price.ts';
import { socialWelfare } from './social-welfare.ts';

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

/** The same with susceptances, and a solver's candidate. */
function meshed(call: Call): fc.Arbitrary<Call> {
  const susceptances = fc.array(fc.bigInt(1n, 9n), { minLength: 4, maxLength: 4 });
  return fc.tuple(zoned(call), susceptances).map(([given, ratios]) => {
    const network = (given.tables?.network ?? []).map((row, at) => ({
      ...row,
      susceptance: ratios[at] ?? 1n,
    }));
    const whole = { ...given, tables: { network } };
    if (locationalMarginalPrice.refuse(whole)?.code !== 'candidate_missing') return whole;
    const problem = locationalMarginalPrice.problem?.(whole);
    return { ...whole, candidate: problem && solveWithHighs(problem) };
  });
}

/** Batteries of all sizes, and a solver's candidate or none. */
function stored(call: Call): fc.Arbitrary<Call> {
  const most = call.orders.reduce((sum, { energy }) => sum + energy, 1n);
  const part = fc.bigInt(0n, 8n).map((eighths) => (most * eighths) / 8n);
  const batteries = ['car', 'shed'].map((battery) =>
    fc.record({ capacity_wh: part, power_wh: part }).map((row) => ({ battery, ...row })),
  );
  return fc.tuple(fc.tuple(...batteries), fc.boolean()).map(([rows, isSolved]) => {
    const whole = { ...call, tables: { batteries: rows } };
    if (!isSolved || socialWelfare.refuse(whole) !== undefined) return whole;
    const problem = socialWelfare.problem?.(whole);
    return { ...whole, candidate: problem && solveWithHighs(problem) };
  });
}

/** Inputs of mechanisms whose columns or tables must hang together, for random calls. */
export const NETWORK_INPUTS: Inputs = {
  'locational-marginal-price': meshed,
  'social-welfare': stored,
  zonal: zoned,
};
