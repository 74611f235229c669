import type { Price } from '@commonwatt/units';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { directAmounts } from './amounts.ts';
import {
  addFractions,
  compareFractions,
  divideFractions,
  fraction,
  multiplyFractions,
  subtractFractions,
} from './fraction.ts';
import type { GenerationType } from './round.ts';
import {
  buyerPrice,
  certificateCost,
  certificateFifths,
  convertedValue,
  type DirectTerms,
  MILLION,
  priceDifference,
  sellerPrice,
} from './terms.ts';

const prices = fc.bigInt(0n, 10n ** 8n).map((one) => one as Price);

const terms: fc.Arbitrary<DirectTerms> = fc.record({
  buyerLimit: prices,
  sellerLimit: prices,
  type: fc.constantFrom<GenerationType[]>('wind', 'thermal', 'other'),
  green: fc.boolean(),
  environmentalPrice: prices,
  crossSubsidy: prices,
  loss: fc.bigInt(0n, MILLION - 1n),
  transmissionPrice: prices,
  certificatePrice: fc
    .tuple(fc.bigInt(0n, 10n ** 6n), fc.bigInt(1n, 1000n))
    .map(([above, below]) => fraction(above, below)),
});

/** D with H2 of the paper: 5.643 and 3.123 token/kWh over A-D, P of 19 token. */
const PAPER: DirectTerms = {
  buyerLimit: 5_643_000n as Price,
  sellerLimit: 3_123_000n as Price,
  type: 'thermal',
  green: false,
  environmentalPrice: 150_000n as Price,
  crossSubsidy: 100_000n as Price,
  loss: 65_000n,
  transmissionPrice: 900_000n as Price,
  certificatePrice: fraction(19_000n),
};
const token = ({ numerator, denominator }: { numerator: bigint; denominator: bigint }) =>
  Number(numerator) / Number(denominator) / 1e6;

test('T: thermal owes 0.2, wind earns 1 but not in the green phase, others nothing', () => {
  expect(
    (['thermal', 'wind', 'other'] as const).flatMap((type) => [
      certificateFifths(type, false),
      certificateFifths(type, true),
    ]),
  ).toEqual([1n, 1n, -5n, 0n, 0n, 0n]);
  expect(token(certificateCost(PAPER))).toBe(0.0038);
  expect(token(certificateCost({ ...PAPER, type: 'wind' }))).toBe(-0.019);
});

test('a pair of the paper by hand', () => {
  const difference = 5.643 - (3.123 / 0.935 + 0.9 + 0.25);
  expect(token(priceDifference(PAPER))).toBeCloseTo(difference, 12);
  expect(token(convertedValue(PAPER))).toBeCloseTo(difference - 0.0038 / 0.935, 12);
  expect(token(buyerPrice(PAPER))).toBeCloseTo(5.643 - difference / 2, 12);
  expect(token(sellerPrice(PAPER))).toBeCloseTo(3.123 + (difference / 2) * 0.935, 12);
});

test('equation 2: q = F_B - F_S - X - Z with Z = S + W + (F_S + X) e / (1 - e)', () => {
  fc.assert(
    fc.property(terms, (one) => {
      const cost = certificateCost(one);
      const lost = fraction(one.loss, MILLION - one.loss);
      const fee = one.transmissionPrice + one.environmentalPrice + one.crossSubsidy;
      const atBusbar = addFractions(fraction(one.sellerLimit), cost);
      const z = addFractions(fraction(fee), multiplyFractions(atBusbar, lost));
      const bare = subtractFractions(fraction(one.buyerLimit - one.sellerLimit), cost);
      expect(compareFractions(convertedValue(one), subtractFractions(bare, z))).toBe(0);
    }),
  );
});

test('law: E L_i = E / (1 - e) x the seller price + E (S + W), exactly', () => {
  fc.assert(
    fc.property(terms, (one) => {
      const fee = one.transmissionPrice + one.environmentalPrice + one.crossSubsidy;
      const kept = fraction(MILLION - one.loss, MILLION);
      const perMeter = addFractions(divideFractions(sellerPrice(one), kept), fraction(fee));
      expect(compareFractions(buyerPrice(one), perMeter)).toBe(0);
    }),
  );
});

test('on the ledger the law holds to the unit, and each amount is within half a unit of exact', () => {
  fc.assert(
    fc.property(terms, fc.bigInt(0n, 10n ** 12n), (one, wattHours) => {
      const amounts = directAmounts(one, wattHours as Parameters<typeof directAmounts>[1]);
      const { energy, injected, buyerPays, sellerGets, transmission, fees, certificate } = amounts;
      expect(sellerGets + transmission + fees).toBe(buyerPays);
      expect(injected * (MILLION - one.loss)).toBeGreaterThanOrEqual(energy * MILLION);
      expect((injected - 1n) * (MILLION - one.loss)).toBeLessThan(energy * MILLION);
      const half = fraction(1n, 2n);
      const off = (rounded: bigint, exact: ReturnType<typeof fraction>) => {
        const by = subtractFractions(fraction(rounded), exact);
        const size = by.numerator < 0n ? fraction(-by.numerator, by.denominator) : by;
        expect(compareFractions(size, half)).toBeLessThanOrEqual(0);
      };
      off(buyerPays, multiplyFractions(buyerPrice(one), fraction(energy)));
      off(certificate, multiplyFractions(certificateCost(one), fraction(injected)));
      expect(transmission).toBe(energy * one.transmissionPrice);
      expect(fees).toBe(energy * (one.environmentalPrice + one.crossSubsidy));
    }),
  );
});

test('halves go to the even neighbour; a price that a market has set stands', () => {
  const one = { ...PAPER, buyerLimit: 3n as Price, sellerLimit: 0n as Price, loss: 0n };
  const free = {
    ...one,
    transmissionPrice: 0n as Price,
    environmentalPrice: 0n as Price,
    crossSubsidy: 0n as Price,
  };
  const paid = (wattHours: bigint, agreed?: bigint) =>
    directAmounts(
      free,
      wattHours as Parameters<typeof directAmounts>[1],
      agreed as Price | undefined,
    ).buyerPays;
  expect([paid(1n), paid(3n), paid(5n)]).toEqual([2n, 4n, 8n]);
  expect(paid(5n, 7n)).toBe(35n);
});
