import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decimalOfNumber,
  FINE_PER_WH,
  fineEnergy,
  readDecimal,
  wholeWh,
} from './metered-energy.ts';

test.each([
  ['150,00', { decimalSign: ',' }, 150n, 0],
  ['0,017', { decimalSign: ',' }, 17n, 3],
  ['1.234,5', { decimalSign: ',', thousandsSign: '.' }, 12345n, 1],
  ["-1'234.50", { decimalSign: '.', thousandsSign: "'" }, -12345n, 1],
  ['0.0124999999999999', { decimalSign: '.' }, 124999999999999n, 16],
  ['007', { decimalSign: '.' }, 7n, 0],
] as const)('%s is read to the last digit', (text, style, digits, places) => {
  expect(readDecimal(text, style)).toEqual({ digits, places });
});

test.each([
  ['', { decimalSign: '.' }],
  ['1,5', { decimalSign: '.' }],
  ['1.5', { decimalSign: ',' }],
  ['1e3', { decimalSign: '.' }],
  ['+1', { decimalSign: '.' }],
  [' 1', { decimalSign: '.' }],
  ['1.2.3', { decimalSign: '.' }],
  ['12.34,5', { decimalSign: ',', thousandsSign: '.' }],
  ['1'.repeat(16), { decimalSign: '.' }],
  [`0.${'1'.repeat(19)}`, { decimalSign: '.' }],
  ['NaN', { decimalSign: '.' }],
] as const)('%j is no number', (text, style) => {
  expect(readDecimal(text, style)).toBeUndefined();
});

test('a number of JSON gives back the decimal it was written as', () => {
  const written = fc.tuple(fc.bigInt(0n, 10n ** 15n - 1n), fc.nat(6));
  fc.assert(
    fc.property(written, ([digits, places]) => {
      const text = `${digits}`.padStart(places + 1, '0');
      const point = text.length - places;
      const json = places === 0 ? text : `${text.slice(0, point)}.${text.slice(point)}`;
      const read = decimalOfNumber(Number(json.replace(/^0+(?=[0-9])/, '')));
      const unit = 10n ** 6n;
      expect(read && (read.digits * unit) / 10n ** BigInt(read.places)).toBe(
        (digits * unit) / 10n ** BigInt(places),
      );
    }),
  );
  expect(decimalOfNumber(1e-7)).toEqual({ digits: 1n, places: 7 });
  expect(decimalOfNumber(1e21)).toBeUndefined();
  expect(decimalOfNumber(Number.NaN)).toBeUndefined();
  expect(decimalOfNumber(Number.POSITIVE_INFINITY)).toBeUndefined();
});

test('energies ignore the duration, mean powers do not', () => {
  const value = { digits: 15n, places: 1 };
  expect(fineEnergy(value, 'kWh', 900)).toBe(1500n * FINE_PER_WH);
  expect(fineEnergy(value, 'MWh', 60)).toBe(1_500_000n * FINE_PER_WH);
  expect(fineEnergy(value, 'kW', 900)).toBe(375n * FINE_PER_WH);
  expect(wholeWh(fineEnergy({ digits: 159n, places: 0 }, 'W', 900))).toBe(39n);
  expect(() => fineEnergy({ digits: 1n, places: 25 }, 'Wh', 1)).toThrow(RangeError);
});
