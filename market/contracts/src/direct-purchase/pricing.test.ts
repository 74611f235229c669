import { energy, price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { amountsOf, obligationEnergy } from './pricing.ts';
import type { ContractTerms } from './state.ts';
import { mwh, perKwh } from './testing/direct-ledger.ts';

/** B1 with H4 of Tian et al., table 4: over A-B, 6 per cent lost. */
const terms: ContractTerms = {
  buyer: 1,
  seller: 2,
  green: false,
  type: 'thermal',
  buyerRegion: 'B',
  sellerRegion: 'A',
  lossMillionths: 60_000,
  transmissionPrice: perKwh(800n),
  buyerLimit: perKwh(5_123n),
  sellerLimit: perKwh(3_144n),
  environmentalPrice: perKwh(100n),
  crossSubsidy: perKwh(100n),
  certificatePrice: price(19_000n),
  agreedPrice: undefined,
};

describe('pricing', () => {
  test('the parts of a price, by hand', () => {
    const amounts = amountsOf(terms, mwh(94n));
    expect(amounts.injected).toBe(mwh(100n));
    expect(amounts.transmission).toBe(94_000_000n * 800_000n);
    expect(amounts.fees).toBe(94_000_000n * 200_000n);
    expect(amounts.certificate).toBe(20n * 19_000_000_000n);
    // df = 5.123 - (3.144 / 0.94 + 0.8 + 0.2); over 94 MWh: 94 x 4.123 - 100 x 3.144 = 73.162 thousand
    const difference = 73_162_000_000_000n;
    expect(amounts.buyerPays).toBe(94_000_000n * 5_123_000n - difference / 2n);
    expect(amounts.sellerGets).toBe(100_000_000n * 3_144_000n + difference / 2n);
  });

  test('where a market has set the price, the seller gets what transmission and fees leave', () => {
    const agreed = amountsOf({ ...terms, agreedPrice: perKwh(5_000n) }, energy(7n));
    expect(agreed).toMatchObject({
      buyerPays: 7n * 5_000_000n,
      sellerGets: 7n * 4_000_000n,
      injected: 8n,
    });
  });

  test('a contract without generation is a mistake, and a fifth is rounded half-even', () => {
    expect(() => amountsOf({ ...terms, type: 'none' }, energy(1n))).toThrow('generates');
    expect([1n, 2n, 3n, 12n, 13n].map(obligationEnergy)).toEqual([0n, 0n, 1n, 2n, 3n]);
  });
});
