/**
 * Data quality: how much of a span was measured, and where to look. No energy leaves here. A span is
 * instants, so that a local day has 92, 96 or 100 quarter hours by itself.
 */

import { countsSlot, type Meter, type Quality, type Source } from '@commonwatt/contracts';
import type { ReadingVersion, StoredReading } from '../stored-reading.ts';
import type { ReadingFlag } from './plausibility.ts';

/** Stretches that are told of one meter. */
export const STRETCHES_MAX = 500;
/** Slots that are named of one feeder. */
export const UNBALANCED_MAX = 500;

export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly slotLengthMs: number;
}

/** Slots behind each other that are alike. */
export interface QualityStretch {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly quality: Quality;
  /** Nothing where no word was said at all. */
  readonly source: Source | undefined;
  readonly flags: readonly ReadingFlag[];
}

export interface MeterQuality {
  readonly meter: number;
  readonly member: number;
  /** Slots of the span that are over and that the meter counts. */
  readonly expected: number;
  readonly counts: Readonly<Record<Quality, number>>;
  /** Slots whose ruling reading carries a flag. */
  readonly flagged: number;
  /** Slots for which something came after their period was closed. */
  readonly corrected: number;
  /** All slots in order, alike ones together: gaps are the missing ones. */
  readonly stretches: readonly QualityStretch[];
  /** More stretches follow that are not told. */
  readonly isCut: boolean;
}

export function qualityOfMeter(given: {
  readonly number: number;
  readonly meter: Meter;
  readonly span: Span;
  readonly versionsAt: (slotMs: number) => readonly ReadingVersion[];
}): MeterQuality {
  const { number, meter, span, versionsAt } = given;
  const counts: Record<Quality, number> = { measured: 0, substituted: 0, estimated: 0, missing: 0 };
  const stretches: QualityStretch[] = [];
  const sums = { expected: 0, flagged: 0, corrected: 0 };
  let isCut = false;
  for (const slotMs of slotsOf(span)) {
    if (!countsSlot(meter, slotMs)) continue;
    const versions = versionsAt(slotMs);
    const ruling = versions.find((one) => one.rules);
    const { quality, source, flags } = ruling ?? NO_WORD;
    counts[quality]++;
    sums.expected++;
    if (flags.length > 0) sums.flagged++;
    if (versions.some((one) => one.isCorrection)) sums.corrected++;
    const untilMs = slotMs + span.slotLengthMs;
    const last = stretches.at(-1);
    const isAlike =
      last?.untilMs === slotMs &&
      last.quality === quality &&
      last.source === source &&
      last.flags.join() === flags.join();
    if (isAlike) stretches[stretches.length - 1] = { ...last, untilMs };
    else if (stretches.length < STRETCHES_MAX) {
      stretches.push({ fromMs: slotMs, untilMs, quality, source, flags });
    } else isCut = true;
  }
  return { meter: number, member: meter.member, counts, ...sums, stretches, isCut };
}

const NO_WORD = { quality: 'missing', source: undefined, flags: [] } as const;

/** The whole slots of a span. */
export function* slotsOf({ fromMs, untilMs, slotLengthMs }: Span): Iterable<number> {
  const first = Math.ceil(fromMs / slotLengthMs) * slotLengthMs;
  for (let slotMs = first; slotMs + slotLengthMs <= untilMs; slotMs += slotLengthMs) yield slotMs;
}

/** A feeder's own meter against the sum of the connections behind it. */
export interface FeederBalance {
  readonly feeder: string;
  readonly meter: number;
  /** Slots in which the feeder and every connection behind it were read. */
  readonly compared: number;
  /** How many of them do not balance. */
  readonly unbalanced: number;
  /** The first of those. */
  readonly slotsMs: readonly number[];
}

/** Lines lose some of what they carry, and meters err: 3 % of it, and 100 Wh in any case. */
const LOSS_PERCENT = 3n;
const LOSS_WH = 100n;

export function balanceOfFeeders(
  meters: readonly (readonly [number, Meter])[],
  span: Span,
  readingsOf: (member: number) => readonly StoredReading[],
): readonly FeederBalance[] {
  const feeders = meters.filter(([, { measures }]) => measures === 'feeder');
  const known = new Map<number, ReadonlyMap<string, StoredReading>>();
  const at = (number: number, member: number, slotMs: number): StoredReading | undefined => {
    const own =
      known.get(member) ??
      new Map(readingsOf(member).map((one) => [`${one.meter}/${one.slotMs}`, one]));
    known.set(member, own);
    const reading = own.get(`${number}/${slotMs}`);
    return reading?.quality === 'missing' ? undefined : reading;
  };
  return feeders.map(([number, feeder]) => {
    const behind = meters.filter(
      ([, { measures, position }]) =>
        measures === 'connection' && position.feeder === feeder.position.feeder,
    );
    let compared = 0;
    const slotsMs: number[] = [];
    for (const slotMs of slotsOf(span)) {
      if (!countsSlot(feeder, slotMs)) continue;
      const whole = at(number, feeder.member, slotMs);
      const asked = behind.filter(([, one]) => countsSlot(one, slotMs));
      const parts = asked.flatMap(([one, { member }]) => at(one, member, slotMs) ?? []);
      if (whole === undefined || asked.length === 0 || parts.length < asked.length) continue;
      compared++;
      if (!isBalanced(whole, parts)) slotsMs.push(slotMs);
    }
    return {
      feeder: feeder.position.feeder,
      meter: number,
      compared,
      unbalanced: slotsMs.length,
      slotsMs: slotsMs.slice(0, UNBALANCED_MAX),
    };
  });
}

function isBalanced(whole: StoredReading, parts: readonly StoredReading[]): boolean {
  const net = parts.reduce((sum, { imported, exported }) => sum + imported - exported, 0n);
  const carried = parts.reduce((sum, { imported, exported }) => sum + imported + exported, 0n);
  const difference = whole.imported - whole.exported - net;
  const byShare = (carried * LOSS_PERCENT) / 100n;
  const most = byShare > LOSS_WH ? byShare : LOSS_WH;
  return difference <= most && -difference <= most;
}
