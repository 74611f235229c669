import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addFractions,
  compareFractions,
  fraction,
  isMoreThanTrace,
  subtractFractions,
} from './fraction.ts';
import { matchExactly } from './match.ts';
import { directTerms, matchTotals, pricedPairs } from './priced-pairs.ts';
import { matchAsPrinted } from './printed.ts';
import { buyer, certificates, round, rounds, seller } from './rounds.test-support.ts';

test('law: what buyers pay is what sellers get, transmission and fees', () => {
  fc.assert(
    fc.property(rounds(), (one) => {
      const totals = matchTotals(pricedPairs(one, matchExactly(one), 'stated'));
      const parts = addFractions(totals.sellersGet, addFractions(totals.transmission, totals.fees));
      const differ = [
        subtractFractions(totals.buyersPay, parts),
        subtractFractions(parts, totals.buyersPay),
      ];
      expect(differ.some(isMoreThanTrace)).toBe(false);
    }),
    { numRuns: 200 },
  );
});

const ONE = round({
  buyers: [buyer('b', 'A', 5, 10, 2)],
  sellers: [seller('w', 'A', 'wind', 4, 6), seller('t', 'A', 'thermal', 3, 4, [0.1, 0.1])],
  certificatePrice: certificates(100),
});

test('certificates: none in the green phase, an income for other wind, a cost for thermal', () => {
  const priced = pricedPairs(ONE, matchExactly(ONE), 'stated');
  const cost = priced.map((pair) => {
    const { numerator, denominator } = pair.certificateCost ?? fraction(1n);
    return [pair.seller, pair.green, Number(numerator) / Number(denominator)];
  });
  expect(cost).toEqual([
    ['w', true, 0],
    ['t', false, 20_000],
    ['w', false, -100_000],
  ]);
  const { certificates: sum, fees } = matchTotals(priced);
  const megawattHour = 1_000_000n;
  expect(compareFractions(sum, fraction((4n * 20_000n - 4n * 100_000n) * megawattHour))).toBe(0);
  expect(compareFractions(fees, fraction(4n * 200_000n * megawattHour))).toBe(0);
});

test('as printed there is neither converted value nor certificate cost', () => {
  const priced = pricedPairs(ONE, matchAsPrinted(ONE), 'printed');
  expect(priced.map((pair) => [pair.convertedValue, pair.certificateCost])).toEqual([
    [null, null],
    [null, null],
    [null, null],
  ]);
  expect(matchTotals(priced).certificates.numerator).toBe(0n);
});

test('terms are of parties and corridors of the round alone', () => {
  const termsOf = directTerms(ONE);
  expect(() => termsOf({ buyer: 'b', seller: 'x', green: false })).toThrow('a pair of the round');
  const apart = directTerms({ ...ONE, corridors: [] });
  expect(() => apart({ buyer: 'b', seller: 'w', green: false })).toThrow('a corridor A to A');
});
