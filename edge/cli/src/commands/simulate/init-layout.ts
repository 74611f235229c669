/** Readings of a meter in the layout of the lab: a row per quarter hour, mean watts or shares of a plant. */

import { QUARTER_HOUR_MS } from '@commonwatt/units';

/** Mean watts of one quarter hour. */
export interface QuarterHour {
  readonly startMs: number;
  readonly importW: bigint;
  readonly exportW: bigint;
}

export interface Stretch {
  /** Every quarter hour from the first to the last. */
  readonly quarters: readonly QuarterHour[];
  /** Quarter hours that were missing and got the values of the one before, and in how many gaps. */
  readonly filled: number;
  readonly filledGaps: number;
  readonly firstFilledMs: number | undefined;
  /** Quarter hours outside, before or after a gap that is too long to be filled. */
  readonly leftOut: number;
}

/** The longest gap that the value before may bridge: a day. */
const GAP_QUARTERS_MAX = 96;
const SHARE_DIGITS = 18;
const SHARE_ONE = 10n ** BigInt(SHARE_DIGITS);
const INSTALLED_STEP_W = 100n;

/** The longest part without a gap of more than a day, its gaps filled. `rising` holds one row or more. */
export function longestStretch(rising: readonly QuarterHour[]): Stretch {
  const parts: { from: number; until: number }[] = [];
  let from = 0;
  for (let at = 1; at <= rising.length; at += 1) {
    const now = rising[at];
    if (now !== undefined && missingBefore(rising, at) <= GAP_QUARTERS_MAX) continue;
    parts.push({ from, until: at });
    from = at;
  }
  const spanOf = (part: { from: number; until: number }): number =>
    rising[part.until - 1]!.startMs - rising[part.from]!.startMs;
  const best = parts.reduce((one, other) => (spanOf(other) > spanOf(one) ? other : one));
  return filledStretch(rising.slice(best.from, best.until), rising.length);
}

function filledStretch(rows: readonly QuarterHour[], all: number): Stretch {
  const quarters: QuarterHour[] = [];
  let filledGaps = 0;
  let firstFilledMs: number | undefined;
  for (const [at, row] of rows.entries()) {
    const missing = at === 0 ? 0 : missingBefore(rows, at);
    const before = rows[at - 1];
    if (missing > 0 && before !== undefined) {
      filledGaps += 1;
      firstFilledMs ??= before.startMs + QUARTER_HOUR_MS;
      for (let step = 1; step <= missing; step += 1) {
        quarters.push({ ...before, startMs: before.startMs + step * QUARTER_HOUR_MS });
      }
    }
    quarters.push(row);
  }
  const filled = quarters.length - rows.length;
  return { quarters, filled, filledGaps, firstFilledMs, leftOut: all - rows.length };
}

function missingBefore(rows: readonly QuarterHour[], at: number): number {
  return (rows[at]!.startMs - rows[at - 1]!.startMs) / QUARTER_HOUR_MS - 1;
}

export function loadText(quarters: readonly QuarterHour[]): string {
  return text(quarters, ({ importW }) => `${importW}`);
}

/** As much as the best quarter hour shows, in whole hundreds of watts. */
export function installedWatts(quarters: readonly QuarterHour[]): bigint {
  let peak = 0n;
  for (const { exportW } of quarters) if (exportW > peak) peak = exportW;
  return ((peak + INSTALLED_STEP_W - 1n) / INSTALLED_STEP_W) * INSTALLED_STEP_W;
}

/** Shares are rounded up at the 18th decimal, so that times the installed power no watt-hour is lost. */
export function plantText(quarters: readonly QuarterHour[], installedW: bigint): string {
  return text(quarters, ({ exportW }) => {
    const share = (exportW * SHARE_ONE + installedW - 1n) / installedW;
    const fraction = `${share % SHARE_ONE}`.padStart(SHARE_DIGITS, '0').replace(/0+$/, '');
    return fraction === '' ? `${share / SHARE_ONE}` : `${share / SHARE_ONE}.${fraction}`;
  });
}

function text(quarters: readonly QuarterHour[], value: (quarter: QuarterHour) => string): string {
  const rows = quarters.map((quarter) => `${quarter.startMs / 1000},${value(quarter)}\n`);
  return `timestamp,electricity\n${rows.join('')}`;
}
