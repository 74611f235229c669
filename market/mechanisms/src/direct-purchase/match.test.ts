import type { Energy } from '@commonwatt/units';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pairLots } from '../lot.ts';
import type { Fraction } from '../price-rule.ts';
import { addFractions, fraction, isMoreThanTrace, subtractFractions, ZERO } from './fraction.ts';
import { matchExactly, matchInWholeWattHours } from './match.ts';
import type { DirectMatching } from './matching.ts';
import type { DirectRound } from './round.ts';
import {
  buyer,
  certificates,
  corridor,
  plainMatching,
  round,
  rounds,
  seller,
  sha256,
  termsOf,
} from './rounds.test-support.ts';
import { convertedValue, MILLION, priceDifference } from './terms.ts';

const mwh = ({ numerator, denominator }: Fraction) =>
  Number((numerator * 10n ** 3n) / denominator) / 1e9;

/** `buyer seller MWh` in matching order, `*` for the green phase. */
function lines(one: DirectRound): string[] {
  return matchExactly(one).pairs.map(
    (pair) => `${pair.buyer} ${pair.seller} ${mwh(pair.energy)}${pair.green ? ' *' : ''}`,
  );
}

function reasons({ unmatched }: DirectMatching<unknown>): string[] {
  return unmatched.map(({ id, side, reason }) => `${id} ${side} ${reason}`);
}

describe('who trades', () => {
  test.each([
    ['df and q above zero', 4, 0, ['b s 10']],
    ['df of zero and q of zero', 3, 0, ['b s 10']],
    ['df below zero', 2.999999, 0, []],
    ['df above zero and the certificate dearer than it', 3.001, 19, []],
    ['q of zero: df of 0.0038 is the fifth of a certificate', 3.0038, 19, ['b s 10']],
  ])('thermal: %s', (_name, limit, certificate, expected) => {
    const one = round({
      buyers: [buyer('b', 'A', limit, 10)],
      sellers: [seller('s', 'A', 'thermal', 3, 10)],
      certificatePrice: certificates(certificate),
    });
    expect(lines(one)).toEqual(expected);
  });

  test('wind whose certificate income lifts q above zero trades only where df is not below', () => {
    const at = (limit: number) =>
      lines(
        round({
          buyers: [buyer('b', 'A', limit, 10)],
          sellers: [seller('s', 'A', 'wind', 3, 10)],
          certificatePrice: certificates(500),
        }),
      );
    expect(at(2.999)).toEqual([]);
    expect(at(3)).toEqual(['b s 10']);
  });

  test('W, S and the loss all count: F_S / (1 - e) + S + W', () => {
    const at = (limit: number) =>
      lines(
        round({
          buyers: [buyer('b', 'B', limit, 1)],
          sellers: [seller('s', 'A', 'other', 3, 10, [0.1, 0.2])],
          corridors: [corridor('B', 'A', 50, 0.4)],
        }),
      );
    expect(at(6.699999)).toEqual([]);
    expect(at(6.7)).toEqual(['b s 1']);
  });
});

describe('the order of matching', () => {
  test('highest converted value first, the filled row or column removed', () => {
    const one = round({
      buyers: [buyer('low', 'A', 5, 10), buyer('high', 'A', 6, 10)],
      sellers: [seller('dear', 'A', 'other', 4, 15), seller('cheap', 'A', 'other', 3, 5)],
    });
    expect(lines(one)).toEqual(['high cheap 5', 'high dear 5', 'low dear 10']);
  });

  test('the certificate decides the order: wind earns one, thermal owes a fifth', () => {
    const one = round({
      buyers: [buyer('b', 'A', 6, 10)],
      sellers: [
        seller('thermal', 'A', 'thermal', 3, 4),
        seller('other', 'A', 'other', 3, 4),
        seller('wind', 'A', 'wind', 3, 4),
      ],
      certificatePrice: certificates(100),
    });
    expect(lines(one)).toEqual(['b wind 4', 'b other 4', 'b thermal 2']);
  });

  test('the green phase comes first and asks wind alone, without its certificate income', () => {
    const one = round({
      buyers: [buyer('grey', 'A', 9, 10), buyer('green', 'A', 5, 10, 3)],
      sellers: [seller('w', 'A', 'wind', 4, 8), seller('o', 'A', 'other', 1, 4)],
      certificatePrice: certificates(500),
    });
    expect(lines(one)).toEqual(['green w 3 *', 'grey o 4', 'grey w 5']);
    const { pairs } = matchExactly(one);
    const values = pairs.map((pair) => {
      const aBuyer = one.buyers.find(({ id }) => id === pair.buyer) as DirectRound['buyers'][0];
      const aSeller = one.sellers.find(({ id }) => id === pair.seller) as DirectRound['sellers'][0];
      return Number(convertedValue(termsOf(one, aBuyer, aSeller, pair.green)!).numerator) > 0;
    });
    expect(values).toEqual([true, true, true]);
  });

  test('a pair matched in both phases gives two elements', () => {
    const one = round({
      buyers: [buyer('b', 'A', 5, 10, 3)],
      sellers: [seller('w', 'A', 'wind', 4, 8)],
    });
    expect(lines(one)).toEqual(['b w 3 *', 'b w 5']);
  });

  test('unmet green demand is met by whoever is left', () => {
    const one = round({
      buyers: [buyer('b', 'A', 5, 10, 9)],
      sellers: [seller('w', 'A', 'wind', 4, 2), seller('t', 'A', 'thermal', 3, 20)],
    });
    expect(lines(one)).toEqual(['b w 2 *', 'b t 8']);
  });
});

describe('pairs of equal converted value', () => {
  test('rise together in proportion to what each can still trade', () => {
    const one = round({
      buyers: [buyer('b', 'A', 5, 6)],
      sellers: [seller('s', 'A', 'other', 3, 2), seller('t', 'A', 'other', 3, 10)],
    });
    // Capacities 2 and 6: three quarters of each fill the buyer.
    expect(lines(one).sort()).toEqual(['b s 1.5', 'b t 4.5']);
  });

  test('and again with what is left once a row or a column is full', () => {
    const one = round({
      buyers: [buyer('b', 'A', 5, 10), buyer('c', 'A', 5, 2)],
      sellers: [seller('s', 'A', 'other', 3, 4), seller('t', 'A', 'other', 3, 20)],
    });
    // Capacities b-s 4, b-t 10, c-s 2, c-t 2; c is full at a half, s at 2/3, b at 5/7.
    // Then b has 10 - 7 = 3 left, s has 1, t has 14: capacities 1 and 3, three quarters.
    const found = new Map(lines(one).map((line) => line.split(/ (?=[^ ]+$)/) as [string, string]));
    expect(Object.fromEntries(found)).toEqual({
      'b s': '2.75',
      'b t': '7.25',
      'c s': '1',
      'c t': '1',
    });
  });

  test('over corridors of different loss with one value', () => {
    const one = round({
      buyers: [buyer('b', 'A', 5, 6), buyer('c', 'B', 8, 6)],
      sellers: [seller('s', 'A', 'other', 3, 6)],
      corridors: [corridor('A', 'A'), corridor('A', 'B', 50)],
    });
    // Capacities 6 and 3 take 6 and 6 of the seller: half of each.
    expect(lines(one).sort()).toEqual(['b s 3', 'c s 1.5']);
  });

  test('are listed by lot, whatever the order of the rows; another seed may list them otherwise', () => {
    const sellers = ['s', 't', 'u', 'v'].map((id) => seller(id, 'A', 'other', 3, 2));
    const orders = new Set(
      ['', 'a', 'b', 'c', 'd', 'e'].map((seed) => {
        const one = round({
          buyers: [buyer('b', 'A', 5, 4)],
          sellers,
          lots: pairLots(sha256, seed),
        });
        const names = matchExactly(one).pairs.map((pair) => pair.seller);
        expect(names).toEqual(
          [...names].sort((a, b) => (one.lots('b', a) < one.lots('b', b) ? -1 : 1)),
        );
        return names.join();
      }),
    );
    expect(orders.size).toBeGreaterThan(1);
  });

  test('in whole Wh by largest remainder, equal remainders by lowest lot', () => {
    const names = ['s', 't', 'u'];
    const one = round({
      buyers: [{ ...buyer('b', 'A', 5, 0), energy: 11n as Energy }],
      sellers: names.map((id) => ({ ...seller(id, 'A', 'other', 3, 0), energy: 30n as Energy })),
    });
    const byLot = [...names].sort((a, b) => (one.lots('b', a) < one.lots('b', b) ? -1 : 1));
    expect(matchInWholeWattHours(one).pairs.map((pair) => [pair.seller, pair.energy])).toEqual([
      [byLot[0], 4n],
      [byLot[1], 4n],
      [byLot[2], 3n],
    ]);
  });

  test('in whole Wh an energy is lowered until what it takes fits the seller', () => {
    const buyers = ['b', 'c', 'd'].map((id) => ({
      ...buyer(id, 'A', 5, 0),
      energy: 500n as Energy,
    }));
    const one = round({
      buyers,
      sellers: [{ ...seller('s', 'A', 'other', 3, 0), energy: 100n as Energy }],
      corridors: [corridor('A', 'A', 5)],
    });
    // Exactly 31.67 each; 32 take 34 and 31 take 33, of which only 34 + 33 + 33 fit 100.
    const { pairs } = matchInWholeWattHours(one);
    expect(pairs.map(({ energy }) => energy)).toEqual([32n, 31n, 31n]);
    expect(pairs.map(({ injected }) => injected)).toEqual([34n, 33n, 33n]);
  });
});

test('energy E at the meter takes E / (1 - e) at the busbar', () => {
  const one = round({
    buyers: [buyer('b', 'B', 5, 94)],
    sellers: [seller('s', 'A', 'other', 3, 300)],
    corridors: [corridor('A', 'B', 6)],
  });
  expect(matchExactly(one).pairs.map(({ injected }) => mwh(injected))).toEqual([100]);
  const { energy, injected } = matchInWholeWattHours({
    ...one,
    buyers: [{ ...buyer('b', 'B', 5, 0), energy: 95n as Energy }],
  }).pairs[0]!;
  expect([energy, injected]).toEqual([95n, 102n]);
});

describe('bundling', () => {
  const one = round({
    buyers: [buyer('b', 'A', 9, 50), buyer('c', 'A', 8, 50)],
    sellers: [
      seller('w', 'A', 'wind', 3, 10),
      seller('t', 'A', 'thermal', 4, 60),
      seller('o', 'A', 'other', 5, 100),
    ],
  });

  test('there is none by default', () => {
    expect(lines(one)).toEqual(['b w 10', 'b t 40', 'c t 20', 'c o 30']);
  });

  test('cuts the last thermal pairs in matching order; what is freed is not matched again', () => {
    const bundled = { ...one, bundling: fraction(45n, 10n) };
    expect(lines(bundled)).toEqual(['b w 10', 'b t 40', 'c t 5', 'c o 30']);
    expect(reasons(matchExactly(bundled))).toEqual([
      'c buyer bundling',
      't seller bundling',
      'o seller bundling',
    ]);
    expect(lines({ ...one, bundling: fraction(3n) })).toEqual(['b w 10', 'b t 30', 'c o 30']);
    expect(lines({ ...one, bundling: fraction(0n) })).toEqual(['b w 10', 'c o 30']);
  });

  test('counts energy at the busbar', () => {
    const lossy = { ...one, bundling: fraction(3n), corridors: [corridor('A', 'A', 50)] };
    const { pairs } = matchExactly(lossy);
    const of = (id: string) =>
      pairs
        .filter((pair) => pair.seller === id)
        .reduce((sum, { injected }) => sum + mwh(injected), 0);
    expect([of('w'), of('t')]).toEqual([10, 30]);
  });
});

describe('limits', () => {
  const one = round({
    buyers: [buyer('a', 'A', 9, 60), buyer('b', 'B', 8, 90)],
    sellers: [seller('s', 'A', 'other', 3, 100), seller('t', 'B', 'other', 4, 50)],
    corridors: [corridor('A', 'A'), corridor('B', 'B'), corridor('A', 'B')],
    limits: [
      { from: 'B', to: 'A', energy: (20n * MILLION) as Energy },
      { from: 'A', to: 'A', energy: (90n * MILLION) as Energy },
    ],
  });

  test('scale every pair of the corridor, in both directions, and keep the others', () => {
    const found = matchExactly(one);
    // First a-s 60, b-s 40, b-t 50: the corridor is asked for 40 and gets 20. Nobody else can take
    // what that frees: a is full, and s reaches b over the closed corridor alone.
    expect(found.pairs.map((pair) => [pair.buyer, pair.seller, mwh(pair.energy)])).toEqual([
      ['a', 's', 60],
      ['b', 's', 20],
      ['b', 't', 50],
    ]);
    expect(found.pairs.map(({ cut }) => mwh(cut))).toEqual([0, 20, 0]);
    expect(found.limits).toMatchObject([
      { from: 'B', to: 'A', binding: true },
      { from: 'A', to: 'A', binding: false },
    ]);
    expect(found.limits.map((row) => [row.limit, row.requested, row.granted].map(mwh))).toEqual([
      [20, 40, 20],
      [90, 60, 60],
    ]);
    expect(found.rounds).toBe(2);
    expect(reasons(found)).toEqual(['b buyer limit', 's seller limit']);
  });

  test('what a closed corridor frees is matched over open ones, which may close them in turn', () => {
    const more = {
      ...one,
      buyers: [...one.buyers, buyer('z', 'A', 3, 70)],
      limits: [one.limits[0]!, { from: 'A', to: 'A', energy: (72n * MILLION) as Energy }],
    };
    // z takes the freed 20 of s over A-A, which is then asked for 80 and scaled by 0.9.
    const found = matchExactly(more);
    expect(found.pairs.map((pair) => [pair.buyer, pair.seller, mwh(pair.energy)])).toEqual([
      ['a', 's', 54],
      ['b', 's', 20],
      ['b', 't', 50],
      ['z', 's', 18],
    ]);
    expect(found.limits.map(({ requested }) => mwh(requested))).toEqual([40, 80]);
    expect(found.rounds).toBe(3);
    expect(found.pairs.map(({ cut }) => mwh(cut))).toEqual([6, 20, 0, 2]);
  });

  test('are applied before the bundling', () => {
    const bundled = round({
      buyers: [buyer('a', 'A', 9, 40), buyer('b', 'B', 8, 40)],
      sellers: [seller('w', 'B', 'wind', 2, 40), seller('t', 'A', 'thermal', 3, 100)],
      corridors: [corridor('A', 'A'), corridor('B', 'B')],
      limits: [{ from: 'B', to: 'B', energy: (10n * MILLION) as Energy }],
      bundling: fraction(3n),
    });
    expect(lines(bundled)).toEqual(['a t 30', 'b w 10']);
  });

  test('of nothing take the pair away', () => {
    const closed = { ...one, limits: [{ from: 'A', to: 'B', energy: 0n as Energy }] };
    expect(lines(closed)).toEqual(['a s 60', 'b t 50']);
    expect(reasons(matchExactly(closed))).toEqual(['b buyer limit', 's seller limit']);
  });
});

test('a rematch fills green demand first, and never more than the buyer has left', () => {
  const one = round({
    buyers: [buyer('b', 'B', 9, 10, 10)],
    sellers: [seller('v', 'A', 'wind', 2, 10), seller('w', 'B', 'wind', 3, 10)],
    corridors: [corridor('A', 'B'), corridor('B', 'B')],
    limits: [{ from: 'A', to: 'B', energy: (4n * MILLION) as Energy }],
  });
  expect(lines(one)).toEqual(['b v 4 *', 'b w 6 *']);
});

describe('reasons', () => {
  test('no corridor, price, filled', () => {
    const one = round({
      buyers: [
        buyer('far', 'C', 9, 1),
        buyer('poor', 'A', 2, 1),
        buyer('late', 'A', 5, 5),
        buyer('first', 'A', 6, 9),
      ],
      sellers: [seller('s', 'A', 'other', 3, 10), seller('dear', 'B', 'other', 8, 5)],
      corridors: [corridor('A', 'A'), corridor('B', 'A'), corridor('C', 'C')],
    });
    expect(reasons(matchExactly(one))).toEqual([
      'far buyer no corridor',
      'poor buyer price',
      'late buyer price',
      'dear seller price',
    ]);
    const without = { ...one, sellers: one.sellers.slice(0, 1) };
    expect(reasons(matchExactly(without))).toContain('late buyer filled');
  });

  test('nobody on the other side at all', () => {
    expect(reasons(matchExactly(round({ buyers: [buyer('b', 'A', 1, 1)] })))).toEqual([
      'b buyer filled',
    ]);
  });
});

describe('laws over random rounds', () => {
  const runs = { numRuns: 300 };
  const plain = (one: DirectRound): DirectRound => ({ ...one, limits: [], bundling: undefined });

  test('exact: as the plain matching of the whole matrix', () => {
    fc.assert(
      fc.property(rounds(), (given) => {
        const one = plain(given);
        const expected = plainMatching(one);
        const found = new Map(
          matchExactly(one).pairs.map((pair) => [
            `${pair.buyer} ${pair.seller}${pair.green ? ' green' : ''}`,
            mwh(pair.energy) * 1e6,
          ]),
        );
        for (const name of new Set([...expected.keys(), ...found.keys()])) {
          const [ours, theirs] = [found.get(name) ?? 0, expected.get(name) ?? 0];
          expect(Math.abs(ours - theirs), name).toBeLessThan(0.01 + 1e-9 * theirs);
        }
      }),
      runs,
    );
  });

  test('whole: without equal values, within a few Wh of the exact matching', () => {
    fc.assert(
      fc.property(rounds({ distinct: true }), (given) => {
        const one = plain(given);
        const exact = matchExactly(one);
        for (const pair of matchInWholeWattHours(one).pairs) {
          const same = exact.pairs.find(
            (other) =>
              other.buyer === pair.buyer &&
              other.seller === pair.seller &&
              other.green === pair.green,
          );
          const wattHours = same === undefined ? 0 : mwh(same.energy) * 1e6;
          expect(Math.abs(Number(pair.energy) - wattHours)).toBeLessThan(60);
        }
      }),
      runs,
    );
  });

  test('row order never tells', () => {
    fc.assert(
      fc.property(rounds(), fc.infiniteStream(fc.nat()), (one, chance) => {
        const shuffled = <Row>(rows: readonly Row[]): Row[] =>
          rows
            .map((row) => ({ row, at: chance.next().value as number }))
            .sort((a, b) => a.at - b.at)
            .map(({ row }) => row);
        const other = {
          ...one,
          buyers: shuffled(one.buyers),
          sellers: shuffled(one.sellers),
          corridors: shuffled(one.corridors),
        };
        const told = <Quantity>(
          { pairs, unmatched, limits, rounds: turns }: DirectMatching<Quantity>,
          text: (of: Quantity) => unknown,
        ) => ({
          pairs: pairs.map((pair) => ({
            ...pair,
            energy: text(pair.energy),
            injected: text(pair.injected),
            cut: text(pair.cut),
          })),
          unmatched: unmatched
            .map((row) => `${row.side} ${row.id} ${text(row.energy)} ${row.reason}`)
            .sort(),
          limits: limits.map((row) => text(row.granted)),
          turns,
        });
        expect(told(matchInWholeWattHours(other), String)).toEqual(
          told(matchInWholeWattHours(one), String),
        );
        // Sums in another order may leave another form of one fraction.
        const value = ({ numerator, denominator }: Fraction) =>
          String((numerator * 10n ** 12n) / denominator);
        expect(told(matchExactly(other), value)).toEqual(told(matchExactly(one), value));
      }),
      runs,
    );
  });

  test('whole: energy is conserved, limits and bundling hold, and nobody is filled beyond its own', () => {
    fc.assert(
      fc.property(rounds(), (one) => {
        const found = matchInWholeWattHours(one);
        const left = new Map(found.unmatched.map((row) => [`${row.side} ${row.id}`, row.energy]));
        for (const { id, energy, greenEnergy } of one.buyers) {
          const own = found.pairs.filter((pair) => pair.buyer === id);
          const sum = own.reduce((all, pair) => all + pair.energy, 0n);
          expect(sum + (left.get(`buyer ${id}`) ?? 0n)).toBe(energy);
          const green = own
            .filter((pair) => pair.green)
            .reduce((all, pair) => all + pair.energy, 0n);
          expect(green).toBeLessThanOrEqual(greenEnergy);
        }
        for (const { id, energy } of one.sellers) {
          const own = found.pairs.filter((pair) => pair.seller === id);
          const sum = own.reduce((all, pair) => all + pair.injected, 0n);
          expect(sum + (left.get(`seller ${id}`) ?? 0n)).toBe(energy);
        }
        checkPairs(one, found);
        for (const row of found.limits) {
          expect(row.granted).toBeLessThanOrEqual(row.limit);
          expect(row.binding).toBe(row.requested > row.limit);
        }
        const binding = found.limits.filter((row) => row.binding).length;
        expect(found.rounds).toBeLessThanOrEqual(binding + 1);
        const typed = (type: string) =>
          found.pairs
            .filter((pair) => one.sellers.find(({ id }) => id === pair.seller)?.type === type)
            .reduce((all, pair) => all + pair.injected, 0n);
        const { numerator, denominator } = one.bundling ?? fraction(1n << 80n);
        expect(typed('thermal') * denominator).toBeLessThanOrEqual(
          typed('wind') * numerator + (one.bundling ? 0n : 1n << 80n),
        );
      }),
      { numRuns: 600 },
    );
  });

  test('exact: energy is conserved, but for the trace of fractions that were cut', () => {
    fc.assert(
      fc.property(rounds(), (one) => {
        const found = matchExactly(one);
        const left = new Map(found.unmatched.map((row) => [`${row.side} ${row.id}`, row.energy]));
        const sides = [
          ...one.buyers.map((row) => ({ row, side: 'buyer' as const })),
          ...one.sellers.map((row) => ({ row, side: 'seller' as const })),
        ];
        for (const { row, side } of sides) {
          const sum = found.pairs
            .filter((pair) => pair[side] === row.id)
            .reduce(
              (all, pair) => addFractions(all, side === 'buyer' ? pair.energy : pair.injected),
              left.get(`${side} ${row.id}`) ?? ZERO,
            );
          const lost = subtractFractions(fraction(row.energy), sum);
          expect(lost.numerator).toBeGreaterThanOrEqual(0n);
          expect(isMoreThanTrace(lost)).toBe(false);
        }
      }),
      runs,
    );
  });
});

/** Every pair has a corridor, a price that suits both, and as much injected as its energy takes. */
function checkPairs(one: DirectRound, { pairs }: DirectMatching<Energy>): void {
  for (const pair of pairs) {
    const aBuyer = one.buyers.find(({ id }) => id === pair.buyer)!;
    const aSeller = one.sellers.find(({ id }) => id === pair.seller)!;
    const terms = termsOf(one, aBuyer, aSeller, pair.green)!;
    expect(priceDifference(terms).numerator).toBeGreaterThanOrEqual(0n);
    expect(convertedValue(terms).numerator).toBeGreaterThanOrEqual(0n);
    expect(pair.energy).toBeGreaterThan(0n);
    const kept = MILLION - terms.loss;
    expect(pair.injected * kept).toBeGreaterThanOrEqual(pair.energy * MILLION);
    expect((pair.injected - 1n) * kept).toBeLessThan(pair.energy * MILLION);
  }
}
