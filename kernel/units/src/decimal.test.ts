import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DECIMAL_TEXT_LENGTH_MAX,
  formatDecimal,
  formatFixed,
  parseDecimal,
  QuantityTextError,
} from './decimal.ts';

const bound = 10n ** 30n;
const rule = { field: 'amount', unit: 'kWh', decimals: 3, least: -bound, most: bound };

function refusalOf(text: unknown, overrides: Partial<typeof rule> = {}): QuantityTextError {
  try {
    parseDecimal(text as string, { ...rule, ...overrides });
  } catch (error) {
    if (error instanceof QuantityTextError) return error;
    throw error;
  }
  throw new Error(`expected a refusal of ${String(text)}`);
}

test.each<[string, bigint]>([
  ['0', 0n],
  ['0.000', 0n],
  ['7', 7000n],
  ['-7', -7000n],
  ['0.001', 1n],
  ['-0.001', -1n],
  ['12.5', 12_500n],
  ['12.50', 12_500n],
  ['100', 100_000n],
])('reads %s', (text, value) => {
  expect(parseDecimal(text, rule)).toBe(value);
});

describe('refuses', () => {
  test.each([
    ...['', ' ', ' 1', '1 ', '1\n', '\t1', '1 000', '\u00a01', '\ufeff1'],
    ...['+1', '--1', '- 1', '-', '.', '1.', '.5', '-.5', '1.2.3', '1-'],
    ...['1e3', '1E3', '1e-3', '0x10', '0b1', '1n', '1_000', 'NaN', 'Infinity', '-Infinity'],
    ...['1,5', '1.000,5', '1,000', "1'000", '1kWh', '1 kWh', '€1', '1%'],
    ...['01', '00', '00.5', '-01', '-00.1'],
    ...['\u0661', '\uff11', '\u00bd', '\u22121', '1\u0000', '1\n2'],
  ])('%j: not the plain form', (text) => {
    const refusal = refusalOf(text);
    expect(refusal.expected).toBe('a plain decimal number of kWh such as 12 or -0.5');
    expect(refusal.message).toBe(
      `amount: expected a plain decimal number of kWh such as 12 or -0.5, got ${JSON.stringify(text)}`,
    );
  });

  test.each(['-0', '-0.0', '-0.000'])('%s: a zero with a sign', (text) => {
    expect(refusalOf(text).expected).toBe('zero without a sign');
  });

  test.each(['0.0001', '1.0000', '-1.2345', '0.0000'])('%s: decimals the unit lacks', (text) => {
    expect(refusalOf(text).expected).toBe('at most 3 decimals of kWh');
  });

  test('values beside the range, named in the unit of the text', () => {
    const bounds = { least: 0n, most: 1500n };
    expect(parseDecimal('1.5', { ...rule, ...bounds })).toBe(1500n);
    expect(refusalOf('1.501', bounds).expected).toBe('0 to 1.5 kWh');
    expect(refusalOf('-0.001', bounds).expected).toBe('0 to 1.5 kWh');
  });

  test('text that is too long, showing only its start', () => {
    const text = '9'.repeat(DECIMAL_TEXT_LENGTH_MAX + 1);
    expect(refusalOf(text).message).toBe(
      `amount: expected at most 64 characters, got "${'9'.repeat(64)}"... (65 characters)`,
    );
  });

  test.each([
    ['a number', 1],
    ['a bigint', 1n],
    ['null', null],
    ['an object', ['1']],
  ])('what is no text: %s', (shown, value) => {
    expect(refusalOf(value).message).toBe(`amount: expected text, got ${shown}`);
  });

  test('with an error that says field, expectation and value apart', () => {
    const refusal = refusalOf('1"\n', { field: 'offer.energy_kwh' });
    expect(refusal).toBeInstanceOf(RangeError);
    expect(refusal.name).toBe('QuantityTextError');
    expect(refusal.field).toBe('offer.energy_kwh');
    expect(refusal.shown).toBe('"1\\"\\n"');
  });
});

describe('laws', () => {
  const values = fc.bigInt({ min: -bound, max: bound });
  const decimals = fc.integer({ min: 0, max: 27 });

  test('reading undoes writing, in the shortest and in the full form', () => {
    fc.assert(
      fc.property(values, decimals, (value, places) => {
        const wide = { ...rule, decimals: places };
        expect(parseDecimal(formatDecimal(value, places), wide)).toBe(value);
        expect(parseDecimal(formatFixed(value, places), wide)).toBe(value);
      }),
    );
  });

  test('the shortest form is shorter than every other text of the same value', () => {
    fc.assert(
      fc.property(values, decimals, (value, places) => {
        const shortest = formatDecimal(value, places);
        const full = formatFixed(value, places);
        expect(full.startsWith(shortest)).toBe(true);
        expect(shortest).not.toMatch(/\.$|\.[0-9]*0$/);
        expect(full.slice(shortest.length)).toMatch(/^\.?0*$/);
      }),
    );
  });

  test('arbitrary text is read only if a second, independent grammar agrees', () => {
    const characters = fc.constantFrom(...'0123456789.-+eE, _');
    fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 9 }), (text) => {
        expect(isRead(text)).toBe(isPlain(text, rule.decimals));
      }),
      { numRuns: 2000 },
    );
  });
});

function isRead(text: string): boolean {
  try {
    parseDecimal(text, rule);
    return true;
  } catch (error) {
    if (error instanceof QuantityTextError) return false;
    throw error;
  }
}

/** The grammar once more, by hand and without the expression under test. */
function isPlain(text: string, decimals: number): boolean {
  const unsigned = text.startsWith('-') ? text.slice(1) : text;
  const parts = unsigned.split('.');
  if (parts.length > 2 || parts.some((part) => part === '')) return false;
  if (parts.some((part) => [...part].some((digit) => !'0123456789'.includes(digit)))) return false;
  const [whole = '', fraction = ''] = parts;
  if (whole.length > 1 && whole.startsWith('0')) return false;
  if (fraction.length > decimals) return false;
  const zero = [...whole, ...fraction].every((digit) => digit === '0');
  return !(text.startsWith('-') && zero);
}
