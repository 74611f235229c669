/** What the trades of a book could be worth at most, found without the book that the mechanisms share. */

import { lesser } from '@commonwatt/units';
import type { Line } from '../order.ts';
import type { OwnedLine } from '../self-trade.ts';
import { CANDIDATE_MILLIONTHS, type LinearProblem, objectiveOf } from '../solver.ts';
import { solveWithHighs } from './highs.ts';

/** One limit per Wh, the best first: small enough to try everything. */
export function wattHours(lines: readonly Line[], side: Line['side']): bigint[] {
  return lines
    .filter((line) => line.side === side)
    .flatMap((line) => Array.from<bigint>({ length: Number(line.energy) }).fill(line.limit))
    .sort((a, b) => (side === 'buy' ? Number(b - a) : Number(a - b)));
}

/**
 * By trying every way in which bids can take energy from asks of other members, Wh by Wh: each bid takes so much from
 * the first ask, so much from the second, and so on, and what is left is left to the bids after it.
 */
export function mostWorthByTrying(bids: readonly OwnedLine[], asks: readonly OwnedLine[]): bigint {
  const known = new Map<string, bigint>();
  const most = (at: number, left: readonly bigint[], wanted: bigint, ask: number): bigint => {
    const bid = bids[at];
    if (bid === undefined) return 0n;
    const from = asks[ask];
    if (from === undefined) return most(at + 1, left, bids[at + 1]?.energy ?? 0n, 0);
    const key = `${at} ${ask} ${wanted} ${left.join()}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const isOwn = from.order.member === bid.order.member;
    const takes = isOwn ? 0n : lesser(wanted, left[ask] ?? 0n);
    let best: bigint | undefined;
    for (let take = 0n; take <= takes; take++) {
      const rest = left.map((one, index) => (index === ask ? one - take : one));
      const worth = take * (bid.limit - from.limit) + most(at, rest, wanted - take, ask + 1);
      if (best === undefined || worth > best) best = worth;
    }
    known.set(key, best ?? 0n);
    return best ?? 0n;
  };
  return most(
    0,
    asks.map(({ energy }) => energy),
    bids[0]?.energy ?? 0n,
    0,
  );
}

/** By a linear programme with one variable for every bid and ask of different members. */
export function mostWorthByProgramme(
  bids: readonly OwnedLine[],
  asks: readonly OwnedLine[],
): bigint {
  const pairs = bids.flatMap((bid, from) =>
    asks.flatMap((ask, to) =>
      bid.order.member === ask.order.member ? [] : [{ bid, ask, from, to }],
    ),
  );
  const row = (name: string, most: bigint, isIn: (pair: (typeof pairs)[number]) => boolean) => ({
    name,
    terms: pairs.flatMap((pair, variable) => (isIn(pair) ? [{ variable, coefficient: 1n }] : [])),
    least: undefined,
    most,
  });
  return optimumOf({
    variables: pairs.map(({ bid, ask }, at) => ({
      name: `${at}`,
      gain: bid.limit - ask.limit,
      least: 0n,
      most: undefined,
    })),
    constraints: [
      ...bids.map(({ energy }, at) => row(`bid ${at}`, energy, ({ from }) => from === at)),
      ...asks.map(({ energy }, at) => row(`ask ${at}`, energy, ({ to }) => to === at)),
    ],
  });
}

/** The objective of HiGHS, to the nearest whole number. @throws Error where it finds none */
export function optimumOf(problem: LinearProblem): bigint {
  const candidate = solveWithHighs(problem);
  if (candidate === undefined) throw new Error('expected a problem that HiGHS can solve');
  const millionths = objectiveOf(problem, candidate.values);
  const half = CANDIDATE_MILLIONTHS / 2n;
  return (millionths + (millionths < 0n ? -half : half)) / CANDIDATE_MILLIONTHS;
}
