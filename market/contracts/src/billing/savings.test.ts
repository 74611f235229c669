import { expect, test } from 'vitest';
import { chargesOf } from './charges.ts';
import { savingsOf } from './savings.ts';
import { servedSlots } from './served-slots.ts';
import { TariffBook } from './tariff.ts';
import { FROM_MS, given, line, reading, tariff } from './testing/street-month.ts';

const savingsWith = (tariffs = [tariff]) => {
  const input = given({
    readings: [reading(0, 1000n), reading(1, 0n, 2000n)],
    lines: [line(0, 'buy', 600n), line(1, 'sell', 500n)],
  });
  const book = new TariffBook(tariffs);
  const { slots } = servedSlots({ ...input, qualityOf: () => 'measured' });
  return savingsOf(chargesOf(input, slots, book), slots, book);
};

test('computed by hand', () => {
  expect(savingsWith()).toEqual({
    // 1 kWh at 25.1 ct, 2 kWh at 6.7 ct, 1 kWh at 6.91 + 0.62 + 0.1 ct, 2.505 of base fee
    supply: 251_000_000n,
    feedIn: 134_000_000n,
    gridAndTaxes: 76_300_000n,
    baseFees: 2_505_000_000n,
    supplierOnly: 2_698_300_000n,
    // 600 Wh at 16 ct, 500 Wh sold at 16 ct, 400 Wh at 25.1 + 7.63 ct, 1500 Wh at 6.7 ct, 600 Wh at
    // 2.97 + 0.5003 ct, a membership of 1 and the base fee
    withCommunity:
      96_000_000n -
      80_000_000n +
      130_920_000n -
      100_500_000n +
      20_821_800n +
      1_000_000_000n +
      2_505_000_000n,
    saved: 2_698_300_000n - 3_572_241_800n,
  });
});

test('without a tariff in every slot nothing is claimed', () => {
  expect(savingsWith([{ ...tariff, validUntilMs: FROM_MS + 1 }])).toBeUndefined();
});
