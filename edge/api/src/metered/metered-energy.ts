/**
 * Energy as meters and files write it, exactly: a decimal of some unit becomes whole
 * yoctowatt-seconds (10^-24 Ws, the unit of the kernel's `EnergyCarry`), so that nothing is rounded
 * before the one rule that makes whole Wh of a running sum.
 */

/** Energy in whole yoctowatt-seconds. */
export type FineEnergy = bigint;

export const FINE_PER_WH: FineEnergy = 3600n * 10n ** 24n;

/** A decimal number as it was written: `digits` times 10 to the power of minus `places`. */
export interface ExactDecimal {
  readonly digits: bigint;
  readonly places: number;
}

/** How the numbers of a source are written. */
export interface DecimalStyle {
  readonly decimalSign: '.' | ',';
  /** Stands between groups of three digits, where the source uses one. */
  readonly thousandsSign?: '.' | ',' | "'" | ' ';
}

const POINT: DecimalStyle = { decimalSign: '.' };
const DIGITS_MAX = 15;
/** With those of a factor the places stay within the 24 of the unit. */
const PLACES_MAX = 18;
const EXPONENT_MAX = 18;

/** The number that a text holds, or nothing when it holds none of at most 15 digits and 18 places. */
export function readDecimal(text: string, style: DecimalStyle = POINT): ExactDecimal | undefined {
  const { decimalSign, thousandsSign } = style;
  let plain = text;
  if (thousandsSign !== undefined && text.includes(thousandsSign)) {
    const [whole = '', ...rest] = text.split(decimalSign);
    const [first = '', ...groups] = whole.replace('-', '').split(thousandsSign);
    const isGrouped = first.length <= 3 && groups.every((group) => /^[0-9]{3}$/.test(group));
    if (!isGrouped) return undefined;
    plain = [whole.replaceAll(thousandsSign, ''), ...rest].join(decimalSign);
  }
  if (decimalSign === ',') {
    if (plain.includes('.')) return undefined;
    plain = plain.replace(',', '.');
  }
  const match = /^(-?)([0-9]+)(?:\.([0-9]*))?$/.exec(plain);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = ''] = match;
  const significant = fraction.replace(/0+$/, '');
  if (whole.replace(/^0+/, '').length > DIGITS_MAX || significant.length > PLACES_MAX) {
    return undefined;
  }
  const magnitude = BigInt(whole + significant);
  return { digits: sign === '-' ? -magnitude : magnitude, places: significant.length };
}

/**
 * The decimal that a number of JSON was written as: a double gives back every decimal of up to 15
 * significant digits, and no counter has more.
 */
export function decimalOfNumber(value: number): ExactDecimal | undefined {
  const [mantissa = '', exponentText = '0'] = `${value}`.split('e');
  const exponent = Number(exponentText);
  const decimal = readDecimal(mantissa);
  if (decimal === undefined || !(Math.abs(exponent) <= EXPONENT_MAX)) return undefined;
  const places = decimal.places - exponent;
  if (places > PLACES_MAX) return undefined;
  if (places >= 0) return { digits: decimal.digits, places };
  return { digits: decimal.digits * 10n ** BigInt(-places), places: 0 };
}

/** Units of energy, and of mean power over an interval. */
export const METERED_UNITS = ['Wh', 'kWh', 'MWh', 'W', 'kW'] as const;
export type MeteredUnit = (typeof METERED_UNITS)[number];
export const ENERGY_UNITS = ['Wh', 'kWh', 'MWh'] as const;
export type EnergyUnit = (typeof ENERGY_UNITS)[number];

const FINE_PLACES = 24;
const PER_UNIT: Readonly<Record<MeteredUnit, bigint>> = {
  Wh: 3600n,
  kWh: 3_600_000n,
  MWh: 3_600_000_000n,
  W: 1n,
  kW: 1000n,
};

/**
 * The energy of a value: of mean power over `durationSeconds`, which energies ignore. @throws
 * RangeError for more places than the unit holds, which `readDecimal` never gives
 */
export function fineEnergy(
  { digits, places }: ExactDecimal,
  unit: MeteredUnit,
  durationSeconds: number,
): FineEnergy {
  if (places > FINE_PLACES) {
    throw new RangeError(`energy: expected at most ${FINE_PLACES} places, got ${places}`);
  }
  const seconds = unit === 'W' || unit === 'kW' ? BigInt(durationSeconds) : 1n;
  return digits * PER_UNIT[unit] * seconds * 10n ** BigInt(FINE_PLACES - places);
}

/** The whole Wh of a running sum or a register: what is below one is handed on. */
export function wholeWh(sum: FineEnergy): bigint {
  return sum / FINE_PER_WH;
}
