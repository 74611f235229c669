import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lotsBySeed } from '../lot.ts';
import { ask, bid, lotsLikeIds } from '../testing/book.ts';
import { EXACT_MEMBERS_MAX, shapley, wholeParts } from './shapley.ts';

const PRICES = { supply_price: 300n, feed_in_price: 80n };
const bySeed = (seed: string) =>
  lotsBySeed((bytes) => createHash('sha256').update(bytes).digest(), seed);
const street = (nets: readonly bigint[]) =>
  nets.map((net, at) => {
    const member = `m${String(at).padStart(2, '0')}`;
    return net < 0n ? ask(member, 0n, -net, member) : bid(member, 0n, net, member);
  });
const moneys = (nets: readonly bigint[], settings = {}, lots = lotsLikeIds) =>
  shapley
    .share({ orders: street(nets), lots, settings: { ...PRICES, ...settings } })
    .shares.map(({ money }) => money);
const costOf = (net: bigint) => (net >= 0n ? net * 300n : net * 80n);

/** The mean addition over every permutation, as the definition has it. */
function byPermutations(nets: readonly bigint[]): number[] {
  const sums = nets.map(() => 0);
  let permutations = 0;
  const join = (left: readonly number[], net: bigint) => {
    if (left.length === 0) permutations += 1;
    for (const at of left) {
      const rest = left.filter((one) => one !== at);
      const after = net + (nets[at] ?? 0n);
      const ways = factorial(rest.length);
      sums[at] = (sums[at] ?? 0) + ways * Number(costOf(after) - costOf(net));
      join(rest, after);
    }
  };
  join([...nets.keys()], 0n);
  return sums.map((sum) => sum / permutations);
}
const factorial = (count: number): number => (count < 2 ? 1 : count * factorial(count - 1));

describe('shapley', () => {
  test('two who match share the saving by half', () => {
    // Together no bill; alone 3000 and -800: each is better off by half of 2200.
    expect(moneys([10n, -10n])).toEqual([1900n, -1900n]);
  });

  test('is the mean over all permutations, to a nano', () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.bigInt(-50n, 50n), { minLength: 1, maxLength: 6 })
          .filter((nets) => !nets.includes(0n)),
        (nets) => {
          const expected = byPermutations(nets);
          for (const [at, money] of moneys(nets).entries()) {
            expect(Math.abs(Number(money) - (expected[at] ?? 0))).toBeLessThan(1);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('nobody pays more than alone', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt(1n, 50n), { minLength: 2, maxLength: 8 }), (sizes) => {
        const nets = sizes.map((size, at) => (at % 2 === 0 ? size : -size));
        for (const [at, money] of moneys(nets).entries()) {
          expect(money).toBeLessThanOrEqual(costOf(nets[at] ?? 0n) + 1n);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('drawn orders come near the exact values, and one seed draws one answer', () => {
    // Fourteen of two kinds: the exact value of each kind by symmetry is the same for all of it.
    const nets = Array.from({ length: 14 }, (_, at) => (at % 2 === 0 ? 20n : -10n));
    expect(nets.length).toBeGreaterThan(EXACT_MEMBERS_MAX);
    const drawn = moneys(nets, { samples: 4000n }, bySeed('one'));
    expect(moneys(nets, { samples: 4000n }, bySeed('one'))).toEqual(drawn);
    expect(moneys(nets, { samples: 4000n }, bySeed('two'))).not.toEqual(drawn);
    expect(drawn.reduce((sum, one) => sum + one, 0n)).toBe(70n * 300n);
    const takers = drawn.filter((_, at) => at % 2 === 0).map(Number);
    const mean = takers.reduce((sum, one) => sum + one, 0) / takers.length;
    for (const one of takers) expect(Math.abs(one - mean)).toBeLessThan(120);
  });

  test('refuses more contributions than it would ever add up', () => {
    const orders = street(Array.from({ length: 30 }, () => 1n));
    const call = { orders, lots: lotsLikeIds, settings: { ...PRICES, samples: 1_000_000n } };
    expect(shapley.refuse(call)).toMatchObject({
      code: 'too_many_contributions',
      contributionsMax: 20_000_000n,
    });
  });

  test('whole parts add up to the whole, below zero too', () => {
    const community = {
      members: ['a', 'b', 'c'].map((lot) => ({ member: lot, takenWh: 1n, givenWh: 0n, lot })),
      takenWh: 3n,
      givenWh: 0n,
      sharedWh: 0n,
    };
    expect(wholeParts(community, [-1n, -1n, -1n], 3n)).toEqual([0n, 0n, -1n]);
    expect(wholeParts(community, [5n, 2n, 2n], 3n)).toEqual([2n, 1n, 0n]);
  });
});
