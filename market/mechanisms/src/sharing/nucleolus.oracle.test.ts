/** The nucleolus by its definition: one linear programme after another, each over the coalitions still open. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Constraint, Variable } from '../solver.ts';
import { solveWithHighs } from '../testing/highs.ts';
import { nucleolusOf } from './nucleolus-of-game.ts';

/** Worths are made so much larger that HiGHS, as scaled in tests, is right to a thousandth of one. */
const LARGER = 1n << 20n;
const FREE = 10n ** 15n;

type Fixed = { readonly coalition: number; readonly excess: number };

/** The largest value of the last variable, or of a coalition's excess, in worths. */
function most(
  players: number,
  worths: readonly bigint[],
  fixed: readonly Fixed[],
  { excessOf, least }: { readonly excessOf?: number; readonly least?: number },
): number {
  const all = worths.length - 1;
  const members = (coalition: number) =>
    [...Array(players).keys()].filter((at) => (coalition >> at) & 1);
  const variables: Variable[] = [...Array(players).keys()].map((at) => ({
    name: `of ${at}`,
    gain: excessOf !== undefined && (excessOf >> at) & 1 ? 1n : 0n,
    least: -FREE,
    most: FREE,
  }));
  const gain = excessOf === undefined ? 1n : 0n;
  variables.push({ name: 'least excess', gain, least: -FREE, most: FREE });
  const scaled = (value: number) => BigInt(Math.round(value * Number(LARGER)));
  const constraints: Constraint[] = [];
  for (let coalition = 1; coalition <= all; coalition++) {
    const terms = members(coalition).map((variable) => ({ variable, coefficient: 1n }));
    const worth = (worths[coalition] ?? 0n) * LARGER;
    const known = fixed.find((one) => one.coalition === coalition);
    const name = `${coalition}`;
    if (coalition === all) constraints.push({ name, terms, least: worth, most: worth });
    else if (known !== undefined) {
      const exactly = worth + scaled(known.excess);
      constraints.push({ name, terms, least: exactly, most: exactly });
    } else if (least !== undefined) {
      constraints.push({ name, terms, least: worth + scaled(least), most: undefined });
    } else {
      const open = [...terms, { variable: players, coefficient: -1n }];
      constraints.push({ name, terms: open, least: worth, most: undefined });
    }
  }
  const values = solveWithHighs({ variables, constraints })?.values;
  if (values === undefined) throw new Error('expected a programme with an optimum');
  const inWorths = (value: bigint | undefined) => Number(value ?? 0n) / 1e6 / Number(LARGER);
  if (excessOf === undefined) return inWorths(values[players]);
  const sum = members(excessOf).reduce((total, at) => total + inWorths(values[at]), 0);
  return sum - Number(worths[excessOf] ?? 0n);
}

const NEAR = 0.01;

/** The excesses of all coalitions, by fixing those that cannot be greater than the least, round by round. */
function excessesByProgrammes(players: number, worths: readonly bigint[]): Map<number, number> {
  const fixed: Fixed[] = [];
  const open = new Set([...worths.keys()].slice(1, -1));
  while (open.size > 0) {
    const least = most(players, worths, fixed, {});
    const bound = [...open].filter(
      // A hair less than the least: what was fixed is rounded.
      (coalition) =>
        most(players, worths, fixed, { excessOf: coalition, least: least - NEAR / 20 }) <
        least + NEAR,
    );
    if (bound.length === 0) throw new Error('expected a coalition that is bound');
    for (const coalition of bound) {
      fixed.push({ coalition, excess: least });
      open.delete(coalition);
      // Who is left of the whole has the rest, whatever the split.
      const others = worths.length - 1 - coalition;
      if (!open.delete(others)) continue;
      const excess = Number((worths.at(-1) ?? 0n) - (worths[coalition] ?? 0n)) - least;
      fixed.push({ coalition: others, excess: excess - Number(worths[others] ?? 0n) });
    }
  }
  return new Map(fixed.map(({ coalition, excess }) => [coalition, excess]));
}

const bits = (coalition: number, players: number) =>
  [...Array(players).keys()].filter((at) => (coalition >> at) & 1);

/** What coalitions of a community save together: what one gives and another takes is paid to nobody outside. */
const savings = fc
  .array(fc.integer({ min: -20, max: 20 }), { minLength: 2, maxLength: 4 })
  .map((nets) =>
    Array.from({ length: 1 << nets.length }, (_, coalition) => {
      const own = bits(coalition, nets.length).map((at) => nets[at] ?? 0);
      const taken = own.reduce((sum, net) => sum + Math.max(net, 0), 0);
      const given = own.reduce((sum, net) => sum + Math.max(-net, 0), 0);
      return 3n * BigInt(Math.min(taken, given));
    }),
  );

/** Superadditive games of any form: a coalition is worth what its best split is, and something more. */
const anyGame = fc
  .array(fc.integer({ min: 0, max: 9 }), { minLength: 8, maxLength: 8 })
  .map((more) => {
    const worths: bigint[] = [0n];
    for (let coalition = 1; coalition < 8; coalition++) {
      let best = 0n;
      for (let part = (coalition - 1) & coalition; part > 0; part = (part - 1) & coalition) {
        const split = (worths[part] ?? 0n) + (worths[coalition - part] ?? 0n);
        if (split > best) best = split;
      }
      const isOne = (coalition & (coalition - 1)) === 0;
      worths.push(best + (isOne ? 0n : BigInt(more[coalition] ?? 0)));
    }
    return worths;
  });

test.each([
  ['communities', savings, 25],
  ['any three', anyGame, 25],
] as const)('%s: every coalition has the excess of the programmes', (_name, games, numRuns) => {
  fc.assert(
    fc.property(games, (worths) => {
      const players = Math.log2(worths.length);
      const { gains, divisor } = nucleolusOf(players, worths);
      for (const [coalition, excess] of excessesByProgrammes(players, worths)) {
        const got = bits(coalition, players).reduce((sum, at) => sum + (gains[at] ?? 0n), 0n);
        const ours = Number(got) / Number(divisor) - Number(worths[coalition] ?? 0n);
        expect(Math.abs(ours - excess)).toBeLessThan(0.1);
      }
    }),
    { numRuns },
  );
});
