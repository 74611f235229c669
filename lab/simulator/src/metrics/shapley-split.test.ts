import { findMechanism } from '@commonwatt/mechanisms';
import { energy, price } from '@commonwatt/units';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EXACT_MEMBERS_MAX, ShapleySplit } from './shapley-split.ts';

const SUPPLY = 300;
const FEED_IN = 80;

function split(slots: readonly (readonly number[])[], localFee = 0): readonly number[] {
  const members = slots[0]?.length ?? 0;
  const shapley = new ShapleySplit({
    members,
    supplyPrice: SUPPLY,
    feedInPrice: FEED_IN,
    localFee,
    seed: 5,
  });
  for (const nets of slots) shapley.add(nets);
  return shapley.savings();
}

/** What the mechanism of the market lets each save in one slot. */
function byMechanism(nets: readonly number[]): readonly number[] {
  const shapley = findMechanism('shapley');
  if (shapley?.kind !== 'sharing') throw new Error('shapley: expected a rule of sharing');
  const named = (at: number) => `m${String(at).padStart(2, '0')}`;
  const orders = nets.map((net, at) => ({
    id: named(at),
    member: named(at),
    side: net < 0 ? ('sell' as const) : ('buy' as const),
    limit: price(0n),
    energy: energy(BigInt(Math.abs(net))),
  }));
  const settings = { supply_price: BigInt(SUPPLY), feed_in_price: BigInt(FEED_IN) };
  const { shares } = shapley.share({ orders, lots: (id) => id.slice(1), settings });
  return shares.map(({ money }, at) => {
    const net = nets[at] ?? 0;
    return net * (net < 0 ? FEED_IN : SUPPLY) - Number(money);
  });
}

const nets = fc.integer({ min: -50, max: 50 }).filter((net) => net !== 0);

describe('the Shapley split of a run', () => {
  test('gives two who match half of the saving each', () => {
    expect(split([[10, -10]])).toEqual([1_100, 1_100]);
    expect(split([[10, -10]], 20)).toEqual([1_000, 1_000]);
    expect(split([[10, -10]], 221)).toEqual([0, 0]);
  });

  test('is in one slot what the mechanism of this name lets members save, to a nano', () => {
    fc.assert(
      fc.property(fc.array(nets, { minLength: 1, maxLength: 7 }), (slot) => {
        const expected = byMechanism(slot);
        for (const [at, saving] of split([slot]).entries()) {
          expect(Math.abs(saving - (expected[at] ?? 0))).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('of several slots is the sum of theirs: noon does not pay for the night', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(nets, nets, nets, nets), { minLength: 1, maxLength: 5 }),
        (slots) => {
          const apart = slots.map((slot) => split([slot]));
          for (const [at, saving] of split(slots).entries()) {
            const sum = apart.reduce((all, one) => all + (one[at] ?? 0), 0);
            expect(Math.abs(saving - sum)).toBeLessThanOrEqual(slots.length);
          }
        },
      ),
      { numRuns: 60 },
    );
    expect(
      split([
        [10, 0],
        [0, -10],
      ]),
    ).toEqual([0, 0]);
  });

  test('who never meets anybody gets nothing, and all is given away', () => {
    const savings = split([
      [10, -4, 0],
      [-3, 8, 0],
    ]);
    expect(savings[2]).toBe(0);
    expect(savings.reduce((all, one) => all + one, 0)).toBe((4 + 3) * (SUPPLY - FEED_IN));
  });

  test('above twelve draws orders: near the exact values, the same for a seed', () => {
    // Seven buy 20 and seven give 10, a hundred times: by symmetry all of a kind have one value.
    const slot = Array.from({ length: 14 }, (_, at) => (at % 2 === 0 ? 20 : -10));
    expect(slot.length).toBeGreaterThan(EXACT_MEMBERS_MAX);
    const slots = Array.from({ length: 100 }, () => slot);
    const savings = split(slots);
    expect(split(slots)).toEqual(savings);
    const sum = (all: readonly number[]) => all.reduce((total, one) => total + one, 0);
    expect(Math.abs(sum(savings) - 100 * 70 * (SUPPLY - FEED_IN))).toBeLessThanOrEqual(14);
    for (const side of [0, 1]) {
      const kind = savings.filter((_, at) => at % 2 === side);
      // Four standard errors of the side that seldom adds anything, in 7,100 orders.
      for (const one of kind) expect(Math.abs(one / (sum(kind) / 7) - 1)).toBeLessThan(0.1);
    }
    // The scarce side has the greater part.
    expect(savings[1]).toBeGreaterThan(savings[0] ?? 0);
  });

  test('above twelve comes near the exact split of twelve and idle ones', () => {
    const nets = [30, -20, 10, -5, 8, -40, 25, -1, 3, -9, 14, -2];
    const exact = split(Array.from({ length: 300 }, () => nets));
    const drawn = split(Array.from({ length: 300 }, () => [...nets, 0]));
    expect(drawn[12]).toBe(0);
    for (const [at, one] of exact.entries()) {
      expect(Math.abs((drawn[at] ?? 0) / one - 1)).toBeLessThan(0.05);
    }
  });

  test('says what it expects', () => {
    expect(() => split([[1, -1], [1]])).toThrow('netWh: expected 2 values, got 1');
    expect(() => split([])).toThrow('members: expected 1 to 10000, got 0');
  });
});
