/** A series of values becomes energies of slots: by the running sum, or as a counter's. */

import { RegisterSlots, wholeWh } from '@commonwatt/api';
import type { Series } from './observations.ts';
import type { TimedValue } from './resolved-times.ts';

export interface SeriesSlot {
  readonly slotMs: number;
  readonly energyWh: bigint;
  readonly quality: 'measured' | 'substituted' | 'estimated';
  /** Where it comes from: the line that ends it. */
  readonly line: number;
}

/** Why slots between the first and the last are not there. */
export interface SeriesGap {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly reason: 'no_rows' | 'reset' | 'swap' | 'long_gap';
}

export interface SeriesSlots {
  readonly slots: readonly SeriesSlot[];
  readonly gaps: readonly SeriesGap[];
  readonly wraps: number;
}

const DAY_MS = 86_400_000;
const WORST = ['measured', 'substituted', 'estimated'] as const;

export function worse<Q extends SeriesSlot['quality']>(a: Q, b: Q): Q {
  return WORST.indexOf(a) >= WORST.indexOf(b) ? a : b;
}

/**
 * Interval energies: the slot's whole Wh of a running sum over all rows, so that the fraction of a
 * Wh that one slot leaves is in a later one. A slot of which an interval is missing is missing.
 */
export function slotsOfIntervals(
  values: readonly TimedValue[],
  { intervalMs, slotLengthMs }: { readonly intervalMs: number; readonly slotLengthMs: number },
): SeriesSlots {
  const perSlot = slotLengthMs / intervalMs;
  const slots: SeriesSlot[] = [];
  let sum = 0n;
  let handedOut = 0n;
  for (let at = 0; at < values.length; ) {
    const slotMs = startOf(values[at]?.atMs ?? 0, slotLengthMs);
    let quality: SeriesSlot['quality'] = 'measured';
    let count = 0;
    let line = 0;
    let amount = 0n;
    for (; at < values.length; at += 1) {
      const value = values[at];
      if (value === undefined || startOf(value.atMs, slotLengthMs) !== slotMs) break;
      amount += value.value;
      quality = worse(quality, value.quality);
      line = value.line;
      count += 1;
    }
    // What is known of a slot that cannot be delivered is not pushed into the next one.
    if (count < perSlot) continue;
    sum += amount;
    const whole = wholeWh(sum);
    slots.push({ slotMs, energyWh: whole - handedOut, quality, line });
    handedOut = whole;
  }
  return { slots, gaps: gapsBetween(slots, slotLengthMs, []), wraps: 0 };
}

/** Counters by the rule of `RegisterSlots`, with gaps of up to a day spread evenly. */
export function slotsOfCounter(
  values: readonly TimedValue[],
  { wrapAt }: Pick<Series, 'wrapAt'>,
  slotLengthMs: number,
): SeriesSlots {
  const rules = { slotLengthMs, sampleGapMs: slotLengthMs, gapMs: DAY_MS };
  const register = new RegisterSlots(wrapAt === undefined ? rules : { ...rules, wrapAt });
  const slots: SeriesSlot[] = [];
  const broken: SeriesGap[] = [];
  let before: TimedValue | undefined;
  let wraps = 0;
  for (const value of values) {
    const { slots: ended, finding } = register.take({ atMs: value.atMs, values: [value.value] });
    const quality = worse(value.quality, before?.quality ?? 'measured');
    for (const slot of ended) {
      const energyWh = slot.energies[0] ?? 0n;
      const { slotMs } = slot;
      slots.push({ slotMs, energyWh, quality: worse(slot.quality, quality), line: value.line });
    }
    if (finding?.kind === 'wrap') wraps += 1;
    else if (finding !== undefined && finding.kind !== 'late') {
      const reason = finding.kind === 'gap' ? 'long_gap' : finding.kind;
      broken.push({ fromMs: finding.missingFromMs, untilMs: finding.missingUntilMs, reason });
    }
    before = value;
  }
  return { slots, gaps: gapsBetween(slots, slotLengthMs, broken), wraps };
}

function gapsBetween(
  slots: readonly SeriesSlot[],
  slotLengthMs: number,
  broken: readonly SeriesGap[],
): readonly SeriesGap[] {
  const gaps: SeriesGap[] = [];
  for (const [at, { slotMs }] of slots.entries()) {
    const before = slots[at - 1];
    if (before === undefined || before.slotMs + slotLengthMs === slotMs) continue;
    const fromMs = before.slotMs + slotLengthMs;
    const cause = broken.find((one) => one.fromMs < slotMs && one.untilMs > fromMs);
    gaps.push({ fromMs, untilMs: slotMs, reason: cause?.reason ?? 'no_rows' });
  }
  return gaps;
}

function startOf(atMs: number, lengthMs: number): number {
  return atMs - (atMs % lengthMs);
}
