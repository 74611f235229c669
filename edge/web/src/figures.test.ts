import { describe, expect, test } from 'vitest';
import {
  cents,
  centsPerKilowattHour,
  centsText,
  clockTime,
  countdown,
  daysText,
  exactMoney,
  fullTime,
  kilowattHours,
  moneyText,
  percent,
  slotText,
} from './figures.ts';

const GAP = '\u202f';

describe('figures', () => {
  test('hundredths become the currency, and what is no number stays as it is', () => {
    expect(centsText('-105', 'EUR')).toBe(`\u22121.05${GAP}EUR`);
    expect(centsText('7', 'EUR')).toBe(`0.07${GAP}EUR`);
    expect(centsText('much', 'EUR')).toBe('much');
  });

  test.each([-11, -5, 0, 2, 12])(
    'a day of a zone %i h from UTC is called by its own name',
    (hours) => {
      const midnightMs = Date.UTC(2025, 4, 5) - hours * 3_600_000;
      expect(daysText(midnightMs, midnightMs + 86_400_000)).toMatch(/5 May$/);
      expect(daysText(midnightMs, midnightMs + 2 * 86_400_000)).toMatch(/5 May – .*6 May$/);
    },
  );

  test('a number and its unit never part', () => {
    expect(kilowattHours('13621')).toBe(`13.62${GAP}kWh`);
    expect(centsPerKilowattHour('214000')).toBe(`21.4${GAP}ct/kWh`);
    expect(moneyText('12800000000', 'EUR')).toBe(`12.80${GAP}EUR`);
    expect(percent(434)).toBe(`43${GAP}%`);
  });

  test('amounts beyond a double keep every digit', () => {
    expect(exactMoney('9007199254740993000000001', 'EUR')).toBe(
      `9007199254740993.000000001${GAP}EUR`,
    );
    expect(moneyText('9007199254740993000000001', 'EUR')).toBe(`9007199254740993.00${GAP}EUR`);
  });

  test('a minus is a minus and not a hyphen', () => {
    expect(moneyText('-60000000', 'EUR')).toBe(`\u22120.06${GAP}EUR`);
    expect(cents('-25000', 1)).toBe('\u22122.5');
  });

  test('halves round to even, as the units do', () => {
    expect(kilowattHours('125')).toBe(`0.12${GAP}kWh`);
    expect(kilowattHours('135')).toBe(`0.14${GAP}kWh`);
  });

  test('energy is never negative', () => {
    expect(() => kilowattHours('-1')).toThrow(RangeError);
  });

  test('times are those of the ledger, wherever the reader is', () => {
    const atMs = Date.UTC(2026, 5, 18, 14, 15);
    expect(clockTime(atMs)).toBe('14:15');
    expect(slotText(atMs, 900_000)).toBe('14:15–14:30');
    expect(slotText(Date.UTC(2026, 5, 18, 23, 45), 900_000)).toBe('23:45–00:00');
    expect(fullTime(atMs)).toMatch(/18 June 2026.*14:15:00 UTC/);
  });

  test('a countdown ends at nought', () => {
    expect(countdown(552_000)).toBe('9:12');
    expect(countdown(59_600)).toBe('1:00');
    expect(countdown(-5000)).toBe('0:00');
  });
});
