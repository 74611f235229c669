/** Numbers of direct purchase as people read them: MWh, tokens, and tokens per kWh. */

import { energy, formatRounded, money, price } from '@commonwatt/units';

const GAP = '\u202f';
const THOUSANDS = /\B(?=(\d{3})+$)/g;

/** A minus as wide as a digit, and a narrow space between every three digits of the whole part. */
function readable(text: string): string {
  const [whole = '', decimals] = text.replace(/^-/, '').split('.', 2);
  const sign = text.startsWith('-') && /[1-9]/.test(text) ? '\u2212' : '';
  const grouped = whole.replace(THOUSANDS, GAP);
  return `${sign}${grouped}${decimals === undefined ? '' : `.${decimals}`}`;
}

/** Of Wh, the unit standing beside it once for many. */
export function megawattHours(wh: string | bigint, decimals = 1): string {
  return readable(formatRounded(energy(BigInt(wh)), 'MWh', decimals));
}

/** Of nano-token, the unit standing beside it once for many. */
export function tokens(nano: string | bigint, decimals = 0): string {
  return readable(formatRounded(money(BigInt(nano)), 'currency', decimals));
}

/** Token per kWh, of nano-token per Wh: a millionth of a token per kWh is one nano-token per Wh. */
export function tokensPerKilowattHour(nanoPerWh: string | bigint, decimals = 3): string {
  return readable(formatRounded(price(BigInt(nanoPerWh)), 'EUR/kWh', decimals));
}

/** Millionths as per cent: 65 000 is 6.5 %. */
export function percentOfMillionths(millionths: number): string {
  return `${millionths / 10_000}${GAP}%`;
}

const SECOND_MS = 1000;
const STEPS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', SECOND_MS],
] as const;

/** What is left until an instant, in its two largest units: `2 d 4 h`, `9 min 12 s`. */
export function timeLeft(ms: number): string {
  let rest = Math.max(0, Math.floor(ms / SECOND_MS) * SECOND_MS);
  const parts: string[] = [];
  for (const [unit, lengthMs] of STEPS) {
    const count = Math.floor(rest / lengthMs);
    rest -= count * lengthMs;
    if (count > 0 || parts.length > 0) parts.push(`${count}${GAP}${unit}`);
    if (parts.length === 2) break;
  }
  return parts.length === 0 ? `0${GAP}s` : parts.join(' ');
}
