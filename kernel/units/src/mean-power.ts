/**
 * Mean power over a slot becomes energy in whole Wh by a running sum: the fraction of a Wh that one
 * slot leaves is carried into the next, so that over any number of slots none is lost.
 *
 * Mean power is kept in yoctowatts (10^-24 W), because profiles are printed from doubles: one at or
 * above 10^-6 prints with at most 22 decimals, and a per-unit value times a plant's whole watts
 * keeps them all. The carry is therefore exact, a whole number of yoctowatt-seconds.
 */

import type { TextField } from './decimal.ts';
import { parseDecimal } from './decimal.ts';
import type { Energy, Power, Quantity } from './quantity.ts';
import { energy, POWER_W_MAX } from './quantity.ts';

/** Mean power in whole yoctowatts (10^-24 W), never negative. */
export type MeanPower = Quantity<'yW'>;
/** The part of a watt-hour not yet handed out, in yoctowatt-seconds: 0 to below 3600 * 10^24. */
export type EnergyCarry = Quantity<'yWs'>;

export type PowerUnit = 'mW' | 'W' | 'kW';

/** What a running sum starts from. */
export const NO_CARRY = 0n as EnergyCarry;
/** The longest duration that one mean power may cover: a leap year. */
export const DURATION_SECONDS_MAX = 366 * 86_400;
/** The largest per-unit value: beyond ten times its rating, a column of watts was misread. */
export const PER_UNIT_MAX = 10n;

const SECONDS_PER_HOUR = 3600n;
const YOCTO_DECIMALS = 24;
const YOCTO_PER_ONE = 10n ** 24n;
const CARRY_PER_WATT_HOUR = SECONDS_PER_HOUR * YOCTO_PER_ONE;
const MEAN_POWER_MAX = POWER_W_MAX * YOCTO_PER_ONE;
const DECIMALS: Readonly<Record<PowerUnit, number>> = {
  mW: YOCTO_DECIMALS - 3,
  W: YOCTO_DECIMALS,
  kW: YOCTO_DECIMALS + 3,
};

/**
 * One step of the running sum: the whole Wh of this duration together with what was carried, and
 * what is carried on. @throws RangeError when the duration, the carry or the energy is out of range.
 */
export function meanPowerToEnergy(
  mean: MeanPower,
  durationSeconds: number,
  carry: EnergyCarry,
): { readonly energy: Energy; readonly carry: EnergyCarry } {
  checkDuration('meanPowerToEnergy', durationSeconds);
  const sum = mean * BigInt(durationSeconds) + energyCarry(carry);
  const wattHours = sum / CARRY_PER_WATT_HOUR; // both are >= 0: nothing to round but downwards
  const rest = sum - wattHours * CARRY_PER_WATT_HOUR;
  return { energy: energy(wattHours), carry: energyCarry(rest) };
}

/**
 * Energy of constant power where it comes out whole: 1000 W over 900 s is 250 Wh.
 * @throws RangeError when a fraction of a Wh would be lost; meanPowerToEnergy carries it.
 */
export function energyOver(power: Power, durationSeconds: number): Energy {
  checkDuration('energyOver', durationSeconds);
  const wattSeconds = power * BigInt(durationSeconds);
  if (wattSeconds % SECONDS_PER_HOUR !== 0n) {
    throw new RangeError(
      `energyOver: expected whole Wh (a multiple of 3600 Ws), got ${wattSeconds} Ws`,
    );
  }
  return energy(wattSeconds / SECONDS_PER_HOUR);
}

/** Whole watts as mean power. */
export function meanPower(watts: Power): MeanPower {
  return (watts * YOCTO_PER_ONE) as MeanPower;
}

/**
 * Reads mean power from plain decimals: 21 of them for mW, 24 for W, 27 for kW. @throws
 * QuantityTextError
 */
export function parseMeanPower(
  text: string,
  unit: PowerUnit,
  { field }: TextField = { field: 'mean power' },
): MeanPower {
  if (!Object.hasOwn(DECIMALS, unit)) {
    const known = Object.keys(DECIMALS).join(', ');
    throw new RangeError(`unit: expected one of ${known}, got ${unit}`);
  }
  const decimals = DECIMALS[unit];
  return parseDecimal(text, {
    field,
    unit,
    decimals,
    least: 0n,
    most: MEAN_POWER_MAX,
  }) as MeanPower;
}

/**
 * Reads a per-unit value (a share of rated power, up to 24 decimals) and multiplies it by the
 * installed power. @throws QuantityTextError, or RangeError when the product is beyond all power.
 */
export function parsePerUnitPower(
  text: string,
  installed: Power,
  { field }: TextField = { field: 'per-unit power' },
): MeanPower {
  const most = PER_UNIT_MAX * YOCTO_PER_ONE;
  const share = parseDecimal(text, {
    field,
    unit: 'installed power',
    decimals: YOCTO_DECIMALS,
    least: 0n,
    most,
  });
  const product = share * installed;
  if (product > MEAN_POWER_MAX) {
    throw new RangeError(
      `${field}: expected at most ${POWER_W_MAX} W, got ${text} x ${installed} W`,
    );
  }
  return product as MeanPower;
}

/**
 * A carry that was kept elsewhere. @throws RangeError unless it is less than one Wh and not
 * negative.
 */
export function energyCarry(yoctowattSeconds: bigint): EnergyCarry {
  if (yoctowattSeconds < 0n || yoctowattSeconds >= CARRY_PER_WATT_HOUR) {
    const most = CARRY_PER_WATT_HOUR - 1n;
    throw new RangeError(`energy carry in yWs: expected 0 to ${most}, got ${yoctowattSeconds}`);
  }
  return yoctowattSeconds as EnergyCarry;
}

function checkDuration(place: string, durationSeconds: number): void {
  if (
    !Number.isSafeInteger(durationSeconds) ||
    durationSeconds < 1 ||
    durationSeconds > DURATION_SECONDS_MAX
  ) {
    throw new RangeError(
      `${place}: expected durationSeconds whole, 1 to ${DURATION_SECONDS_MAX}, got ${durationSeconds}`,
    );
  }
}
