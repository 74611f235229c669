/**
 * What a mechanism may be told besides its orders: settings, extra columns of an order, rows of an
 * extra table. Each is declared as a field, and one grammar reads the text of all of them, so that
 * the command, the lab and a market understand a value alike.
 */

import {
  formatMoney,
  formatPrice,
  money,
  parseEnergy,
  parseMoney,
  parsePrice,
  price,
  QuantityTextError,
} from '@commonwatt/units';
import type { Fraction } from './price-rule.ts';

/**
 * How a value is written and kept: `integer` a whole number; `decimal` an exact fraction, written
 * 0.25 or 1/3; `energy` in Wh, `price` in EUR/MWh kept as nano/Wh, `money` in EUR kept as nano;
 * `name` a text that is not empty; `names` several joined by `|`; `choice` one of `choices`.
 */
export type Form =
  | 'integer'
  | 'decimal'
  | 'energy'
  | 'price'
  | 'money'
  | 'name'
  | 'names'
  | 'choice';

/** `bigint` for integer, energy, price and money. */
export type Value = bigint | Fraction | string | readonly string[];

/** By field name. */
export type Values = Readonly<Record<string, Value>>;

export type Field = {
  readonly name: string;
  readonly meaning: string;
  readonly form: Form;
  /** Bounds in the units in which the value is kept; of `names`, how many there may be. */
  readonly least?: bigint;
  readonly most?: bigint;
  readonly choices?: readonly string[];
  /** The value when none is given; without it there may be none. */
  readonly fallback?: Value;
  /** Whether a value must be given. */
  readonly required?: boolean;
  /** Whether a price is a step or a premium, which stays when all prices are shifted. */
  readonly isDifference?: boolean;
};

export type ValuesRefusal =
  | { readonly code: 'setting_unknown'; readonly name: string }
  | { readonly code: 'setting_missing'; readonly name: string }
  | { readonly code: 'setting_out_of_range'; readonly name: string; readonly expected: string };

/** Digits after the point of a decimal. */
const DECIMALS_MAX = 18;
const TEXT_MAX = 4096;
const NAMES_MAX = 1000;

/** The value of a text, or what was expected instead. */
export function parseField(
  field: Field,
  text: string,
): { readonly value: Value } | { readonly expected: string } {
  const value = text.length > TEXT_MAX ? undefined : readForm(field, text);
  if (value === undefined || !isWithin(field, value)) return { expected: expectedOf(field) };
  return { value };
}

/** What a field takes, in words, its bounds as they are written. */
export function expectedOf({ form, least, most, choices = [] }: Field): string {
  if (form === 'choice') return choices.join(' or ');
  const words = {
    integer: 'a whole number',
    decimal: `a decimal number of up to ${DECIMALS_MAX} decimals or a fraction such as 1/3`,
    energy: 'whole watt-hours',
    price: 'EUR/MWh with up to 3 decimals',
    money: 'EUR with up to 9 decimals',
    name: 'a name',
    names: 'names joined by |',
  }[form];
  const suffix = form === 'names' ? ' of them' : '';
  const from = least === undefined ? '' : wholeText(form, least);
  const until = most === undefined ? '' : wholeText(form, most);
  if (least !== undefined && most !== undefined)
    return `${words} from ${from} to ${until}${suffix}`;
  if (least !== undefined) return `${words}, at least ${from}${suffix}`;
  return most === undefined ? words : `${words}, at most ${until}${suffix}`;
}

/** A value as text that `parseField` reads back. */
export function formatValue({ form }: Pick<Field, 'form'>, value: Value): string {
  return typeof value === 'bigint' ? wholeText(form, value) : keptText(value);
}

/** A whole number in the unit in which its form is written, as kept it may be in a smaller one. */
function wholeText(form: Form, value: bigint): string {
  if (form === 'price') return formatPrice(price(value), 'EUR/MWh');
  return form === 'money' ? formatMoney(money(value)) : `${value}`;
}

function keptText(value: Value): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint') return `${value}`;
  if ('numerator' in value) return `${value.numerator}/${value.denominator}`;
  return value.join('|');
}

function readForm({ form, choices = [] }: Field, text: string): Value | undefined {
  switch (form) {
    case 'integer':
      return /^(?:0|-?[1-9][0-9]{0,37})$/.test(text) ? BigInt(text) : undefined;
    case 'decimal':
      return fractionOf(text);
    case 'energy':
      return quantity(() => parseEnergy(text, 'Wh'));
    case 'price':
      return quantity(() => parsePrice(text, 'EUR/MWh'));
    case 'money':
      return quantity(() => parseMoney(text));
    case 'name':
      return text === '' ? undefined : text;
    case 'names': {
      const names = text.split('|').map((name) => name.trim());
      return names.includes('') || names.length > NAMES_MAX ? undefined : names;
    }
    case 'choice':
      return choices.includes(text) ? text : undefined;
  }
}

function fractionOf(text: string): Fraction | undefined {
  const ratio = /^(-?[0-9]{1,18})\/([1-9][0-9]{0,17})$/.exec(text);
  if (ratio !== null)
    return { numerator: BigInt(ratio[1] ?? ''), denominator: BigInt(ratio[2] ?? '') };
  const match = /^(-?(?:0|[1-9][0-9]{0,17}))(?:\.([0-9]+))?$/.exec(text);
  if (match === null) return undefined;
  const [, whole = '', decimals = ''] = match;
  if (decimals.length > DECIMALS_MAX) return undefined;
  return { numerator: BigInt(whole + decimals), denominator: 10n ** BigInt(decimals.length) };
}

function quantity(parse: () => bigint): bigint | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof QuantityTextError) return undefined;
    throw error;
  }
}

function isWithin({ form, least, most, choices = [] }: Field, value: Value): boolean {
  if (form === 'choice') return typeof value === 'string' && choices.includes(value);
  if (form === 'name') return typeof value === 'string';
  if (typeof value === 'string') return false;
  const [size, unit] = sizeOf(form, value);
  if (size === undefined) return false;
  return (
    (least === undefined || size >= least * unit) && (most === undefined || size <= most * unit)
  );
}

/** What the bounds bound, and how much of it makes one. Nothing for a value of another form. */
function sizeOf(form: Form, value: Exclude<Value, string>): [bigint | undefined, bigint] {
  if (typeof value === 'bigint')
    return [form === 'decimal' || form === 'names' ? undefined : value, 1n];
  if ('numerator' in value) {
    const { numerator, denominator } = value;
    return [form === 'decimal' && denominator > 0n ? numerator : undefined, denominator];
  }
  return [form === 'names' ? BigInt(value.length) : undefined, 1n];
}

/** Checks values against their declarations. */
export function refuseValues(fields: readonly Field[], values: Values): ValuesRefusal | undefined {
  for (const [name, value] of Object.entries(values)) {
    const field = fields.find((one) => one.name === name);
    if (field === undefined) return { code: 'setting_unknown', name };
    if (!isWithin(field, value)) {
      return { code: 'setting_out_of_range', name, expected: expectedOf(field) };
    }
  }
  const missing = fields.find((one) => one.required === true && !Object.hasOwn(values, one.name));
  return missing && { code: 'setting_missing', name: missing.name };
}

/** The values with the declared ones where none was given. */
export function withFallbacks(fields: readonly Field[], values: Values): Values {
  const whole: Record<string, Value> = {};
  for (const { name, fallback } of fields) {
    const value = Object.hasOwn(values, name) ? values[name] : fallback;
    if (value !== undefined) whole[name] = value;
  }
  return whole;
}

/** An integer, energy, price or money. @throws TypeError where the field has another form. */
export function wholeAt(values: Values | undefined, name: string): bigint {
  const value = values?.[name];
  if (typeof value !== 'bigint') throw unexpected(name, 'a whole number', value);
  return value;
}

export function fractionAt(values: Values | undefined, name: string): Fraction {
  const value = values?.[name];
  if (typeof value !== 'object' || !('numerator' in value)) {
    throw unexpected(name, 'a fraction', value);
  }
  return value;
}

export function textAt(values: Values | undefined, name: string): string {
  const value = values?.[name];
  if (typeof value !== 'string') throw unexpected(name, 'a text', value);
  return value;
}

export function namesAt(values: Values | undefined, name: string): readonly string[] {
  const value = values?.[name];
  if (typeof value !== 'object' || 'numerator' in value) throw unexpected(name, 'names', value);
  return value;
}

function unexpected(name: string, expected: string, value: Value | undefined): TypeError {
  return new TypeError(`${name}: expected ${expected}, got ${value && keptText(value)}`);
}
