import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { QuantityTextError } from './decimal.ts';
import { cost, ENERGY_WH_MAX, energy, MONEY_MAX, money, PRICE_MAX, price } from './quantity.ts';
import type { EnergyUnit, PriceUnit } from './text.ts';
import {
  formatEnergy,
  formatMoney,
  formatPrice,
  formatRounded,
  parseEnergy,
  parseMoney,
  parsePrice,
} from './text.ts';

const energies = fc.bigInt({ min: 0n, max: ENERGY_WH_MAX }).map(energy);
const prices = fc.bigInt({ min: -PRICE_MAX - 1n, max: PRICE_MAX }).map(price);
const monies = fc.bigInt({ min: -MONEY_MAX - 1n, max: MONEY_MAX }).map(money);
const ENERGY_UNITS: readonly (readonly [EnergyUnit, bigint, number])[] = [
  ['Wh', 1n, 0],
  ['kWh', 1000n, 3],
  ['MWh', 1_000_000n, 6],
];
const PRICE_UNITS: readonly (readonly [PriceUnit, bigint, number])[] = [
  ['nano/Wh', 1n, 0],
  ['EUR/MWh', 1000n, 3],
  ['ct/kWh', 10_000n, 4],
  ['EUR/kWh', 1_000_000n, 6],
];

describe('one of each unit', () => {
  test.each(ENERGY_UNITS)('1 %s is %d Wh', (unit, wattHours, decimals) => {
    expect(parseEnergy('1', unit)).toBe(wattHours);
    expect(formatEnergy(energy(wattHours), unit)).toBe('1');
    expect(10n ** BigInt(decimals)).toBe(wattHours);
  });

  test.each(PRICE_UNITS)('1 %s is %d nano/Wh', (unit, nanoPerWattHour, decimals) => {
    expect(parsePrice('1', unit)).toBe(nanoPerWattHour);
    expect(formatPrice(price(nanoPerWattHour), unit)).toBe('1');
    expect(10n ** BigInt(decimals)).toBe(nanoPerWattHour);
  });

  test('1 of currency is 10^9 nano', () => {
    expect(parseMoney('1')).toBe(1_000_000_000n);
    expect(formatMoney(money(1_000_000_000n))).toBe('1');
  });
});

test.each([
  [parseEnergy('0.25', 'kWh'), 250n],
  [parseEnergy('1.000001', 'MWh'), 1_000_001n],
  [parsePrice('30.5', 'ct/kWh'), 305_000n],
  [parsePrice('-5', 'EUR/MWh'), -5000n],
  [parsePrice('305', 'EUR/MWh'), 305_000n],
  [parsePrice('0.305', 'EUR/kWh'), 305_000n],
  [parseMoney('-0.000000001'), -1n],
  [parseMoney('0.10'), 100_000_000n],
])('examples: %d = %d', (value, expected) => {
  expect(value).toBe(expected);
});

describe('no unit is taken for another (T36)', () => {
  test('one kWh at a price in each unit costs the same, by way of text', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), (nano) => {
        const costs = PRICE_UNITS.map(([unit]) => {
          const unitPrice = parsePrice(formatPrice(price(nano), unit), unit);
          return cost(parseEnergy('1', 'kWh'), unitPrice);
        });
        expect(new Set(costs)).toEqual(new Set([nano * 1000n]));
      }),
    );
  });

  test('EUR/MWh times MWh, and ct/kWh times kWh, are the EUR and ct they name', () => {
    const whole = fc.bigInt({ min: 0n, max: 1_000_000n });
    fc.assert(
      fc.property(whole, whole, (amount, unitPrice) => {
        const euros = cost(parseEnergy(`${amount}`, 'MWh'), parsePrice(`${unitPrice}`, 'EUR/MWh'));
        expect(formatMoney(euros)).toBe(`${amount * unitPrice}`);
        const cents = cost(parseEnergy(`${amount}`, 'kWh'), parsePrice(`${unitPrice}`, 'ct/kWh'));
        expect(cents).toBe(amount * unitPrice * 10_000_000n);
      }),
    );
  });
});

describe('reading undoes writing, over the whole range', () => {
  test.each(ENERGY_UNITS)('energy in %s', (unit, _one, decimals) => {
    fc.assert(
      fc.property(energies, (value) => {
        expect(parseEnergy(formatEnergy(value, unit), unit)).toBe(value);
        expect(parseEnergy(formatEnergy(value, unit, { decimals }), unit)).toBe(value);
      }),
    );
    expect(parseEnergy(formatEnergy(energy(ENERGY_WH_MAX), unit), unit)).toBe(ENERGY_WH_MAX);
  });

  test.each(PRICE_UNITS)('price in %s', (unit, _one, decimals) => {
    fc.assert(
      fc.property(prices, (value) => {
        expect(parsePrice(formatPrice(value, unit), unit)).toBe(value);
        expect(parsePrice(formatPrice(value, unit, { decimals }), unit)).toBe(value);
      }),
    );
    for (const bound of [PRICE_MAX, -PRICE_MAX - 1n]) {
      expect(parsePrice(formatPrice(price(bound), unit), unit)).toBe(bound);
    }
  });

  test('money', () => {
    fc.assert(
      fc.property(monies, (value) => {
        expect(parseMoney(formatMoney(value))).toBe(value);
        expect(parseMoney(formatMoney(value, { decimals: 9 }))).toBe(value);
      }),
    );
    for (const bound of [MONEY_MAX, -MONEY_MAX - 1n]) {
      expect(parseMoney(formatMoney(money(bound)))).toBe(bound);
    }
  });
});

describe('loss is refused', () => {
  const held = [
    ...ENERGY_UNITS.map(
      ([unit, , decimals]) => [unit, decimals, (text: string) => parseEnergy(text, unit)] as const,
    ),
    ...PRICE_UNITS.map(
      ([unit, , decimals]) => [unit, decimals, (text: string) => parsePrice(text, unit)] as const,
    ),
    ['currency', 9, (text: string) => parseMoney(text)] as const,
  ];

  test.each(held)(
    '%s holds %d decimals, not one more, not even a zero',
    (unit, decimals, parse) => {
      const full = decimals === 0 ? '1' : `1.${'3'.repeat(decimals)}`;
      expect(parse(full)).toBe(BigInt(full.replace('.', '')));
      for (const digit of ['0', '1']) {
        const longer = decimals === 0 ? `1.${digit}` : full + digit;
        expect(() => parse(longer)).toThrow(`expected at most ${decimals} decimals of ${unit}`);
      }
    },
  );

  test('just beside the range, and the field the caller named', () => {
    expect(() => parseEnergy('9223372036854775.808', 'kWh', { field: 'energy_kwh' })).toThrow(
      'energy_kwh: expected 0 to 9223372036854775.807 kWh, got "9223372036854775.808"',
    );
    expect(() => parseEnergy('-1', 'Wh')).toThrow(QuantityTextError);
    expect(() => parsePrice('-922337203685477.5809', 'ct/kWh', { field: 'limit' })).toThrow(
      'limit: expected -922337203685477.5808 to 922337203685477.5807 ct/kWh',
    );
    const beyond = `${(MONEY_MAX + 1n) / 1_000_000_000n}.${(MONEY_MAX + 1n) % 1_000_000_000n}`;
    expect(() => parseMoney(beyond, { field: 'total' })).toThrow(/^total: expected -/);
  });

  test('an unknown unit from untyped code', () => {
    expect(() => parseEnergy('1', 'kwh' as EnergyUnit)).toThrow(/^unit: expected one of Wh, kWh/);
    expect(() => parsePrice('1', 'toString' as PriceUnit)).toThrow(/^unit: expected one of/);
  });
});

describe('a fixed number of decimals', () => {
  test('pads, and holds exactly or throws', () => {
    expect(formatMoney(money(1_500_000_000n), { decimals: 2 })).toBe('1.50');
    expect(formatMoney(money(-10_000_000n), { decimals: 2 })).toBe('-0.01');
    expect(formatEnergy(energy(2000n), 'kWh', { decimals: 0 })).toBe('2');
    expect(() => formatMoney(money(1_505_000_000n), { decimals: 2 })).toThrow(
      new RangeError('formatMoney: expected at most 2 decimals, got 1.505 currency'),
    );
    expect(() => formatPrice(price(-1n), 'ct/kWh', { decimals: 3 })).toThrow(
      new RangeError('formatPrice: expected at most 3 decimals, got -0.0001 ct/kWh'),
    );
  });

  test.each([-1, 4, 1.5, Number.NaN])('refuses %d decimals of kWh', (decimals) => {
    const message = `expected 0 to 3 decimals of kWh, got ${decimals}`;
    expect(() => formatEnergy(energy(0n), 'kWh', { decimals })).toThrow(message);
    expect(() => formatRounded(energy(0n), 'kWh', decimals)).toThrow(message);
  });
});

describe('formatRounded, for screens', () => {
  test.each([
    [1_005_000_000n, '1.00'],
    [1_015_000_000n, '1.02'],
    [1_005_000_001n, '1.01'],
    [-1_005_000_000n, '-1.00'],
    [-4_000_000n, '0.00'],
    [-6_000_000n, '-0.01'],
    [999_999_999n, '1.00'],
  ])('%d nano reads %s', (nano, text) => {
    expect(formatRounded(money(nano), 'currency', 2)).toBe(text);
  });

  test('is at most half of the last digit away, and exact where nothing is dropped', () => {
    fc.assert(
      fc.property(prices, fc.integer({ min: 0, max: 4 }), (value, decimals) => {
        const step = 10n ** BigInt(4 - decimals);
        const shown = BigInt(formatRounded(value, 'ct/kWh', decimals).replace('.', '')) * step;
        const distance = 2n * (shown - value);
        expect(-step <= distance && distance <= step).toBe(true);
        if (value % step === 0n) {
          expect(formatRounded(value, 'ct/kWh', decimals)).toBe(
            formatPrice(value, 'ct/kWh', { decimals }),
          );
        }
      }),
    );
  });
});
