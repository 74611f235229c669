/**
 * Exact text of energy, money and price, in and out. Reading refuses what the unit cannot hold and
 * never rounds; writing is its inverse: `parse(format(x)) = x`, and the shortest form is the only
 * one without trailing zeros. The unit stands beside the text (a column, a field name), not in it.
 */

import type { TextField } from './decimal.ts';
import { formatDecimal, formatFixed, parseDecimal } from './decimal.ts';
import type { Energy, Money, Price } from './quantity.ts';
import { ENERGY_WH_MAX, energy, MONEY_MAX, money, PRICE_MAX, price } from './quantity.ts';
import { divideHalfEven } from './rounding.ts';

/** Which quantity each unit of text measures. */
export interface QuantityOfUnit {
  Wh: Energy;
  kWh: Energy;
  MWh: Energy;
  currency: Money;
  'nano/Wh': Price;
  'EUR/MWh': Price;
  'ct/kWh': Price;
  'EUR/kWh': Price;
}

export type TextUnit = keyof QuantityOfUnit;
export type EnergyUnit = 'Wh' | 'kWh' | 'MWh';
/** EUR and ct stand for the community's currency and its hundredth. */
export type PriceUnit = 'nano/Wh' | 'EUR/MWh' | 'ct/kWh' | 'EUR/kWh';

/**
 * Decimals that one of the unit holds, so that one of it is `10^decimals` of the base unit:
 * 1 MWh = 10^6 Wh; 1 EUR = 10^9 nano; 1 EUR/MWh = 10^9 nano / 10^6 Wh = 10^3 nano/Wh;
 * 1 ct/kWh = 10^7 nano / 10^3 Wh = 10^4 nano/Wh; 1 EUR/kWh = 10^6 nano/Wh.
 */
const DECIMALS: Readonly<Record<TextUnit, number>> = {
  Wh: 0,
  kWh: 3,
  MWh: 6,
  currency: 9,
  'nano/Wh': 0,
  'EUR/MWh': 3,
  'ct/kWh': 4,
  'EUR/kWh': 6,
};

/** Without `decimals` the shortest text; with it, exactly so many, or an error where they lose. */
export interface FormatOptions {
  readonly decimals?: number;
}

/**
 * @throws QuantityTextError for anything but plain decimals of `unit` within the range of energy.
 */
export function parseEnergy(
  text: string,
  unit: EnergyUnit,
  { field }: TextField = { field: 'energy' },
): Energy {
  const decimals = decimalsOf(unit);
  return energy(parseDecimal(text, { field, unit, decimals, least: 0n, most: ENERGY_WH_MAX }));
}

/** @throws RangeError when `options.decimals` would lose a part of the value. */
export function formatEnergy(value: Energy, unit: EnergyUnit, options?: FormatOptions): string {
  return format('formatEnergy', value, unit, options);
}

/** Reads an amount of currency with up to nine decimals. @throws QuantityTextError */
export function parseMoney(text: string, { field }: TextField = { field: 'money' }): Money {
  const unit = 'currency';
  const decimals = decimalsOf(unit);
  const least = -MONEY_MAX - 1n;
  return money(parseDecimal(text, { field, unit, decimals, least, most: MONEY_MAX }));
}

/** @throws RangeError when `options.decimals` would lose a part of the value. */
export function formatMoney(value: Money, options?: FormatOptions): string {
  return format('formatMoney', value, 'currency', options);
}

/**
 * @throws QuantityTextError for anything but plain decimals of `unit` within the range of prices.
 */
export function parsePrice(
  text: string,
  unit: PriceUnit,
  { field }: TextField = { field: 'price' },
): Price {
  const decimals = decimalsOf(unit);
  const least = -PRICE_MAX - 1n;
  return price(parseDecimal(text, { field, unit, decimals, least, most: PRICE_MAX }));
}

/** @throws RangeError when `options.decimals` would lose a part of the value. */
export function formatPrice(value: Price, unit: PriceUnit, options?: FormatOptions): string {
  return format('formatPrice', value, unit, options);
}

/**
 * DISPLAY ONLY: rounds half to even for a screen. Its text must never be stored, signed, hashed,
 * summed or parsed back; whatever leaves the screen is written by the exact functions above.
 * @throws RangeError when the unit does not hold so many decimals.
 */
export function formatRounded<Unit extends TextUnit>(
  value: QuantityOfUnit[Unit],
  unit: Unit,
  decimals: number,
): string {
  const dropped = droppedDecimals('formatRounded', unit, decimals);
  return formatFixed(divideHalfEven(value, 10n ** dropped), decimals);
}

function format(
  place: string,
  value: bigint,
  unit: TextUnit,
  { decimals }: FormatOptions = {},
): string {
  if (decimals === undefined) return formatDecimal(value, decimalsOf(unit));
  const divisor = 10n ** droppedDecimals(place, unit, decimals);
  if (value % divisor !== 0n) {
    const exact = formatDecimal(value, decimalsOf(unit));
    throw new RangeError(`${place}: expected at most ${decimals} decimals, got ${exact} ${unit}`);
  }
  return formatFixed(value / divisor, decimals);
}

function droppedDecimals(place: string, unit: TextUnit, decimals: number): bigint {
  const held = decimalsOf(unit);
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > held) {
    throw new RangeError(`${place}: expected 0 to ${held} decimals of ${unit}, got ${decimals}`);
  }
  return BigInt(held - decimals);
}

function decimalsOf(unit: TextUnit): number {
  if (!Object.hasOwn(DECIMALS, unit)) {
    const known = Object.keys(DECIMALS).join(', ');
    throw new RangeError(`unit: expected one of ${known}, got ${unit}`);
  }
  return DECIMALS[unit];
}
