/** How much of a statement rests on measured readings, and how much on what stood in for them. */

import type { Source } from '../metering/messages.ts';
import { QUALITIES, type Quality } from '../metering/ruling.ts';
import type { MeteredReading, MeterSpan } from './statement-input.ts';

/** Slots of meters by the quality of their ruling reading; `total` is what was to be read. */
export interface QualityShare {
  readonly measured: number;
  readonly substituted: number;
  readonly estimated: number;
  readonly missing: number;
  readonly total: number;
  /** The same, but for the missing ones, by who signed: the device, its gateway, or a data provider. */
  readonly signedBy: Readonly<Record<Source, number>>;
}

interface Expected {
  readonly slotLengthMs: number;
  readonly meters: readonly MeterSpan[];
  readonly readings: readonly MeteredReading[];
}

/** A reading that is expected and not there counts as missing, as one that says so does. */
export function qualityShare({ slotLengthMs, meters, readings }: Expected): QualityShare {
  const counts: Record<Quality, number> = {
    measured: 0,
    substituted: 0,
    estimated: 0,
    missing: 0,
  };
  const signedBy: Record<Source, number> = { device: 0, gateway: 0, provider: 0 };
  for (const { quality, source } of readings) {
    counts[quality]++;
    if (quality !== 'missing') signedBy[source]++;
  }
  const found = new Set(readings.map(({ meter, slotMs }) => `${meter}/${slotMs}`));
  for (const { meter, fromMs, untilMs } of meters) {
    for (let slotMs = fromMs; slotMs < untilMs; slotMs += slotLengthMs) {
      if (!found.has(`${meter}/${slotMs}`)) counts.missing++;
    }
  }
  const { measured, substituted, estimated, missing } = counts;
  return { ...counts, total: measured + substituted + estimated + missing, signedBy };
}

/** The least quality of every slot, as `QUALITIES` orders them, over the meters that were to be read in it. */
export function leastQuality({ meters, readings }: Expected): (slotMs: number) => Quality {
  const found = new Map<number, { count: number; least: number }>();
  for (const { slotMs, quality } of readings) {
    const known = found.get(slotMs) ?? { count: 0, least: 0 };
    known.count++;
    known.least = Math.max(known.least, QUALITIES.indexOf(quality));
    found.set(slotMs, known);
  }
  return (slotMs) => {
    const known = found.get(slotMs);
    const expected = meters.filter(({ fromMs, untilMs }) => fromMs <= slotMs && slotMs < untilMs);
    if (known === undefined || known.count < expected.length) return 'missing';
    return QUALITIES[known.least] as Quality;
  };
}
