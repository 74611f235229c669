import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nucleolusOf } from './nucleolus-of-game.ts';

/** Worths by the bits of the players from a rule over lists of players. */
const game = (players: number, worth: (coalition: readonly number[]) => bigint) =>
  Array.from({ length: 1 << players }, (_, bits) =>
    worth(Array.from({ length: players }, (_p, at) => at).filter((at) => (bits >> at) & 1)),
  );
const payoffs = (players: number, worths: readonly bigint[]) => {
  const { gains, divisor } = nucleolusOf(players, worths);
  return gains.map((gain) => Number(gain) / Number(divisor));
};
/** Aumann and Maschler 1985: what claimants get of an estate, as a game of what the others leave. */
const bankruptcy = (estate: bigint, claims: readonly bigint[]) =>
  game(claims.length, (coalition) => {
    let others = 0n;
    for (const [at, claim] of claims.entries()) if (!coalition.includes(at)) others += claim;
    return estate > others ? estate - others : 0n;
  });

describe('the nucleolus of a game', () => {
  test.each([
    [100n, [100 / 3, 100 / 3, 100 / 3]],
    [200n, [50, 75, 75]],
    [300n, [50, 100, 150]],
  ])(
    'divides an estate of %d among claims of 100, 200 and 300 as the Talmud',
    (estate, expected) => {
      const got = payoffs(3, bankruptcy(estate, [100n, 200n, 300n]));
      for (const [at, one] of expected.entries()) expect(got[at]).toBeCloseTo(one, 9);
    },
  );

  test('a pair of gloves: all goes to who has the scarce one', () => {
    // Two left gloves, one right one.
    const worths = game(3, (coalition) =>
      coalition.includes(2) && (coalition.includes(0) || coalition.includes(1)) ? 6n : 0n,
    );
    expect(payoffs(3, worths)).toEqual([0, 0, 6]);
  });

  test('nobody, and one alone', () => {
    expect(nucleolusOf(0, [0n])).toEqual({ gains: [], divisor: 1n });
    expect(payoffs(1, [0n, 7n])).toEqual([7]);
    expect(() => nucleolusOf(2, [0n])).toThrow('expected 4 worths, got 1');
  });

  test('no payoffs at hand have greater excesses, sorted upwards', () => {
    const claims = fc.array(fc.bigInt({ min: 0n, max: 30n }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(
        claims,
        fc.bigInt({ min: 0n, max: 80n }),
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 1, max: 1000 }),
        (given, estate, from, to, share) => {
          const worths = bankruptcy(estate, given);
          const players = given.length;
          const { gains, divisor } = nucleolusOf(players, worths);
          expect(gains.reduce((sum, gain) => sum + gain, 0n)).toBe((worths.at(-1) ?? 0n) * divisor);
          const moved = gains.map((gain) => gain * 1000n);
          const part = BigInt(share) * divisor;
          moved[from % players] = (moved[from % players] ?? 0n) - part;
          moved[to % players] = (moved[to % players] ?? 0n) + part;
          const ours = excesses(
            gains.map((gain) => gain * 1000n),
            worths,
            divisor * 1000n,
          );
          const theirs = excesses(moved, worths, divisor * 1000n);
          const differs = ours.findIndex((one, at) => one !== theirs[at]);
          if (differs >= 0) expect(ours[differs]).toBeGreaterThan(theirs[differs] ?? 0n);
        },
      ),
      { numRuns: 300 },
    );
  });
});

function excesses(gains: readonly bigint[], worths: readonly bigint[], divisor: bigint): bigint[] {
  return worths
    .map((worth, bits) => {
      let sum = -worth * divisor;
      for (const [at, gain] of gains.entries()) if ((bits >> at) & 1) sum += gain;
      return sum;
    })
    .slice(1, -1)
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
