import { expect, test } from 'vitest';
import type { Field, Form, Value } from './field.ts';
import {
  expectedOf,
  formatValue,
  fractionAt,
  namesAt,
  parseField,
  refuseValues,
  textAt,
  wholeAt,
  withFallbacks,
} from './field.ts';

const field = (form: Form, more: Partial<Field> = {}): Field => ({
  name: 'q',
  meaning: 'A quantity.',
  form,
  ...more,
});

test.each<[Field, string, Value]>([
  [field('integer'), '-12', -12n],
  [field('decimal'), '0.25', { numerator: 25n, denominator: 100n }],
  [field('decimal'), '-1/3', { numerator: -1n, denominator: 3n }],
  [field('decimal', { least: 0n, most: 1n }), '1', { numerator: 1n, denominator: 1n }],
  [field('energy'), '1500', 1500n],
  [field('price'), '-80.125', -80_125n],
  [field('money'), '0.000000001', 1n],
  [field('name'), 'north', 'north'],
  [field('names', { most: 3n }), 'a|b| c', ['a', 'b', 'c']],
  [field('choice', { choices: ['first', 'last'] }), 'last', 'last'],
])('case %# is read', (declared, text, value) => {
  expect(parseField(declared, text)).toEqual({ value });
  expect(refuseValues([declared], { q: value })).toBeUndefined();
});

test.each<[Field, string, string]>([
  [field('integer', { least: 1n, most: 9n }), '10', 'a whole number from 1 to 9'],
  [field('integer'), '1.0', 'a whole number'],
  [field('decimal', { least: 0n, most: 1n }), '1.5', 'from 0 to 1'],
  [field('decimal'), '1/0', 'a decimal number'],
  [field('energy'), '-1', 'whole watt-hours'],
  [field('price'), '1e3', 'EUR/MWh with up to 3 decimals'],
  [field('decimal', { least: 0n, most: 1n }), '0.3333333333333333333', 'of up to 18 decimals'],
  [field('price', { least: 1n }), '0', 'EUR/MWh with up to 3 decimals, at least 0.001'],
  [field('price', { least: -1500n, most: 4_000_000n }), '-2', 'from -1.5 to 4000'],
  [field('money', { most: 5n }), '1', 'EUR with up to 9 decimals, at most 0.000000005'],
  [field('money'), '1.0000000001', 'EUR with up to 9 decimals'],
  [field('name'), '', 'a name'],
  [field('names', { most: 3n }), 'a|b|c|d', 'at most 3 of them'],
  [field('names'), 'a||b', 'names joined by |'],
  [field('choice', { choices: ['first', 'last'] }), 'middle', 'first or last'],
])('case %# is refused', (declared, text, expected) => {
  expect(parseField(declared, text)).toEqual({ expected: expectedOf(declared) });
  expect(expectedOf(declared)).toContain(expected);
});

test('values are held to their declarations', () => {
  const fields = [field('integer', { least: 0n, required: true })];
  expect(refuseValues(fields, {})).toEqual({ code: 'setting_missing', name: 'q' });
  expect(refuseValues(fields, { q: -1n })?.code).toBe('setting_out_of_range');
  expect(refuseValues(fields, { q: 'five' })?.code).toBe('setting_out_of_range');
  expect(refuseValues(fields, { q: { numerator: 1n, denominator: 1n } })?.code).toBe(
    'setting_out_of_range',
  );
  expect(refuseValues(fields, { q: 1n, constructor: 1n })).toEqual({
    code: 'setting_unknown',
    name: 'constructor',
  });
});

test('fallbacks fill what is absent, and readers say what they miss', () => {
  const whole = withFallbacks([field('integer', { fallback: 7n })], {});
  expect(wholeAt(whole, 'q')).toBe(7n);
  expect(withFallbacks([field('integer', { fallback: 7n })], { q: 8n })).toEqual({ q: 8n });
  expect(() => fractionAt(whole, 'q')).toThrow('q: expected a fraction, got 7');
  expect(() => textAt(whole, 'q')).toThrow('q: expected a text, got 7');
  expect(() => namesAt(whole, 'q')).toThrow('q: expected names, got 7');
  expect(() => wholeAt(undefined, 'q')).toThrow('q: expected a whole number, got undefined');
});

test.each<[Field, Value]>([
  [field('decimal'), { numerator: 1n, denominator: 3n }],
  [field('integer'), -5n],
  [field('energy'), 5n],
  [field('price'), 300_000n],
  [field('price'), -1n],
  [field('money'), 1_500_000_001n],
  [field('names'), ['a', 'b']],
  [field('name'), 'x'],
])('case %# is printed as it is read', (declared, value) => {
  expect(parseField(declared, formatValue(declared, value))).toEqual({ value });
});
