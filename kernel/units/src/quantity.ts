/**
 * Quantities are whole numbers with a brand, so that a kilowatt-hour never compiles where a euro is
 * expected. Brands vanish on the wire, where the field name carries the unit.
 */

declare const unit: unique symbol;
export type Quantity<Unit extends string> = bigint & { readonly [unit]: Unit };

/** Energy in whole watt-hours, never negative. */
export type Energy = Quantity<'Wh'>;
/** Power in whole watts, never negative. */
export type Power = Quantity<'W'>;
/** Money in nano-currency (1 EUR = 1_000_000_000), a signed 128-bit integer. */
export type Money = Quantity<'nano'>;
/**
 * Price in nano-currency per watt-hour, that is 0.001 currency per MWh. Negative at times of
 * surplus.
 */
export type Price = Quantity<'nano/Wh'>;

/** The largest energy an entry may hold: 2^63 - 1 Wh. */
export const ENERGY_WH_MAX = (1n << 63n) - 1n;
/** The largest power an entry may hold: 2^63 - 1 W. */
export const POWER_W_MAX = (1n << 63n) - 1n;
/** The largest price: 2^63 - 1 nano per Wh. The least is -2^63. */
export const PRICE_MAX = (1n << 63n) - 1n;
/** The largest amount of money: 2^127 - 1 nano. The least is -2^127. */
export const MONEY_MAX = (1n << 127n) - 1n;

/**
 * Brands are gone at run time, and `1.5 < 2n` compares: a float from untyped code must stop here.
 */
function within(name: string, value: bigint, least: bigint, most: bigint): void {
  if (typeof value !== 'bigint') {
    throw new TypeError(`${name}: expected a bigint, got ${typeof value} ${String(value)}`);
  }
  if (value < least || value > most) {
    throw new RangeError(`${name}: expected ${least} to ${most}, got ${value}`);
  }
}

/** @throws RangeError when `wattHours` is negative or beyond 2^63 - 1. */
export function energy(wattHours: bigint): Energy {
  within('energy in Wh', wattHours, 0n, ENERGY_WH_MAX);
  return wattHours as Energy;
}

/** @throws RangeError when `watts` is negative or beyond 2^63 - 1. */
export function power(watts: bigint): Power {
  within('power in W', watts, 0n, POWER_W_MAX);
  return watts as Power;
}

/** @throws RangeError when `nano` does not fit a signed 128-bit integer. */
export function money(nano: bigint): Money {
  within('money in nano-currency', nano, -MONEY_MAX - 1n, MONEY_MAX);
  return nano as Money;
}

/** @throws RangeError when `nanoPerWattHour` does not fit a signed 64-bit integer. */
export function price(nanoPerWattHour: bigint): Price {
  within('price in nano-currency per Wh', nanoPerWattHour, -PRICE_MAX - 1n, PRICE_MAX);
  return nanoPerWattHour as Price;
}

/**
 * What `amount` costs at `unitPrice`. Exact: Wh times nano per Wh needs no rounding. It never
 * throws: a 63-bit energy times a 64-bit price always fits the 128 bits of money.
 */
export function cost(amount: Energy, unitPrice: Price): Money {
  return money(amount * unitPrice);
}

/** @throws RangeError when the sum is beyond 2^63 - 1 Wh. */
export function addEnergy(a: Energy, b: Energy): Energy {
  return energy(a + b);
}

/** @throws RangeError when more is taken than is there. */
export function subtractEnergy(a: Energy, b: Energy): Energy {
  return energy(a - b);
}

/** @throws RangeError when the sum does not fit a signed 128-bit integer. */
export function addMoney(a: Money, b: Money): Money {
  return money(a + b);
}

/** @throws RangeError when the difference does not fit a signed 128-bit integer. */
export function subtractMoney(a: Money, b: Money): Money {
  return money(a - b);
}

/** @throws RangeError for -2^127, whose opposite does not fit a signed 128-bit integer. */
export function negateMoney(a: Money): Money {
  return money(-a);
}
