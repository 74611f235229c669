/**
 * Plain decimal text and whole numbers of the smallest unit, both ways without loss. The one
 * grammar behind every quantity's text: `-?(0|[1-9][0-9]*)(\.[0-9]+)?`, and no minus before zero.
 */

/** The longest text that is looked at; the longest that any quantity needs has 47 characters. */
export const DECIMAL_TEXT_LENGTH_MAX = 64;

/**
 * Text that does not hold what its field expects. Says the field, the expectation and the value.
 */
export class QuantityTextError extends RangeError {
  readonly field: string;
  readonly expected: string;
  /** The refused text as the message shows it: quoted, escaped, and cut when it is long. */
  readonly shown: string;

  constructor(facts: {
    readonly field: string;
    readonly expected: string;
    readonly value: unknown;
  }) {
    const shown = show(facts.value);
    super(`${facts.field}: expected ${facts.expected}, got ${shown}`);
    this.name = 'QuantityTextError';
    this.field = facts.field;
    this.expected = facts.expected;
    this.shown = shown;
  }
}

/** Which field a text came from, for the error that may have to name it. */
export interface TextField {
  readonly field: string;
}

export interface DecimalRule extends TextField {
  readonly unit: string;
  /** Decimals that one whole `unit` holds: 3 for kWh kept in Wh. */
  readonly decimals: number;
  /** Bounds in the smallest unit, both included. */
  readonly least: bigint;
  readonly most: bigint;
}

/**
 * The number in the smallest unit, `10^-decimals` of the rule's unit. Decimals count as written:
 * `1.0` has one, even though it is a zero. @throws QuantityTextError
 */
export function parseDecimal(text: string, rule: DecimalRule): bigint {
  const { field, unit, decimals, least, most } = rule;
  const refusal = (expected: string) => new QuantityTextError({ field, expected, value: text });
  if (typeof text !== 'string') throw refusal('text');
  if (text.length > DECIMAL_TEXT_LENGTH_MAX) {
    throw refusal(`at most ${DECIMAL_TEXT_LENGTH_MAX} characters`);
  }
  const match = /^(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?$/.exec(text);
  if (match === null) throw refusal(`a plain decimal number of ${unit} such as 12 or -0.5`);
  const [, sign = '', whole = '', fraction = ''] = match;
  if (fraction.length > decimals) throw refusal(`at most ${decimals} decimals of ${unit}`);
  const magnitude = BigInt(whole + fraction.padEnd(decimals, '0'));
  if (sign === '-' && magnitude === 0n) throw refusal('zero without a sign');
  const value = sign === '-' ? -magnitude : magnitude;
  if (value < least || value > most) {
    throw refusal(`${formatDecimal(least, decimals)} to ${formatDecimal(most, decimals)} ${unit}`);
  }
  return value;
}

/** The shortest text of `value * 10^-decimals`: no trailing zero, no bare point, no `-0`. */
export function formatDecimal(value: bigint, decimals: number): string {
  const text = formatFixed(value, decimals);
  return decimals === 0 ? text : text.replace(/\.?0+$/, '');
}

/** The text of `value * 10^-decimals` with exactly that many decimals. */
export function formatFixed(value: bigint, decimals: number): string {
  const sign = value < 0n ? '-' : '';
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  return decimals === 0 ? sign + digits : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

function show(value: unknown): string {
  if (value === null || value === undefined) return `${value}`;
  if (typeof value === 'object') return 'an object';
  if (typeof value !== 'string') return `a ${typeof value}`;
  if (value.length <= DECIMAL_TEXT_LENGTH_MAX) return JSON.stringify(value);
  const start = JSON.stringify(value.slice(0, DECIMAL_TEXT_LENGTH_MAX));
  return `${start}... (${value.length} characters)`;
}
