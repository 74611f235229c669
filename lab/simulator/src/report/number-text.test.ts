import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ctPerKwh, energyUnit, eurOf, fixedText, shortText, shownMetric } from './number-text.ts';

test.each([
  [1234567.891, 2, '1,234,567.89'],
  [999, 0, '999'],
  [-1000, 0, '−1,000'],
  [-0.001, 2, '0.00'],
  [0.5, 1, '0.5'],
])('%d with %d decimals is %s', (value, decimals, text) => {
  expect(fixedText(value, decimals)).toBe(text);
});

test.each([
  [0, '0'],
  [12345.6, '12,346'],
  [123.456, '123.5'],
  [12.3, '12.3'],
  [12, '12'],
  [0.25, '0.25'],
  [-0.00012, '−0.0001'],
])('%d is shortly %s', (value, text) => {
  expect(shortText(value)).toBe(text);
});

test.each([
  ['self_sufficiency', 'share', 0.3336, '33.4 %'],
  ['price_mean', 'EUR/MWh', 214, '21.40 ct/kWh'],
  ['saving', 'EUR', -12.5, '−12.50 EUR'],
  ['saving_gini', 'share', 0.3031, '0.303'],
  ['deficit_slots', 'count', 3, '3'],
  ['traded_volume', 'kWh', 1234.5, '1,235 kWh'],
])('%s in %s is shown as it is read', (metric, unit, value, text) => {
  expect(shownMetric(metric, unit, value).text).toBe(text);
});

describe('units', () => {
  test('a nano-EUR per Wh is a ten-thousandth of a ct/kWh', () => {
    expect(ctPerKwh(214_000)).toBe(21.4);
    expect(eurOf(1_500_000_000)).toBe(1.5);
  });

  test('energy takes the unit that its size asks for', () => {
    const shown = [500, 12_500_000, 12_500_000_000].map((wattHours) => {
      const { unit, of } = energyUnit(wattHours);
      return `${of(wattHours)} ${unit}`;
    });
    expect(shown).toEqual(['0.5 kWh', '12.5 MWh', '12.5 GWh']);
  });
});

test('no grouping changes a digit', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 0, max: 6 }), (whole, decimals) => {
      const value = whole / 1000;
      const plain = fixedText(value, decimals).replaceAll(',', '').replace('−', '-');
      expect(Number(plain)).toBe(Number(value.toFixed(decimals)) + 0);
    }),
  );
});
