/** Why a reading is not taken: the first check that fails is the answer. */

import type { Meter, Source } from '@commonwatt/contracts';
import type { ReadingRefusal } from '../reading-refusal.ts';
import type { SignedReading } from '../readings-desk.ts';
import type { KeptReading } from './kept-reading.ts';
import type { PendingReadings } from './kept-readings.ts';
import { isFresh } from './replay-window.ts';

/** More than any connection carries in a slot: 2^40 Wh. Sums over all meters then fit an Energy. */
export const READING_WH_MAX = 1n << 40n;
/** Words that one source may have on one slot. */
export const WORDS_MAX = 100;

export interface JudgedReading {
  readonly reading: SignedReading;
  readonly meter: Meter;
  /** As what its key speaks. */
  readonly source: Source;
  readonly isAuthentic: boolean;
}

export interface Windows {
  readonly nowMs: number;
  readonly slotLengthMs: number;
  /** For devices and gateways, after the slot's end. */
  readonly acceptanceMs: number;
  /** For providers, and for corrections. */
  readonly correctionMs: number;
  readonly clockToleranceMs: number;
  readonly isClosed: boolean;
  /** Until when the ledger takes corrections of the slot's period, once it settled it. */
  readonly correctableUntilMs: number | undefined;
  /** Whether somebody whom the period was settled for was erased since. */
  readonly isFrozen: boolean;
}

/** Nothing when the reading can be kept. What is stored is told to its signer alone. */
export function refuseReading(
  judged: JudgedReading,
  windows: Windows,
  pending: PendingReadings,
): ReadingRefusal | undefined {
  const { reading, meter, source, isAuthentic } = judged;
  if (!isAuthentic) return { code: 'signature_wrong', meter: reading.meter };
  if (meter.revokedMs !== undefined && source === meter.source && isOwn(judged)) {
    return { code: 'meter_revoked', meter: reading.meter, revokedMs: meter.revokedMs };
  }
  return (
    refuseSlot(judged, windows) ??
    refuseContent(reading) ??
    refuseWord(judged, pending) ??
    refuseCounter(judged, pending)
  );
}

function isOwn({ reading, meter }: JudgedReading): boolean {
  return reading.key.every((byte, at) => byte === meter.key[at]);
}

function refuseSlot(judged: JudgedReading, windows: Windows): ReadingRefusal | undefined {
  const { reading, meter, source } = judged;
  const { slotMs } = reading;
  const { nowMs, slotLengthMs } = windows;
  if (slotMs % slotLengthMs !== 0) return { code: 'slot_invalid', slotMs, slotLengthMs };
  if (slotMs < meter.fromMs) {
    return { code: 'meter_not_begun', meter: reading.meter, fromMs: meter.fromMs };
  }
  if (meter.retiredMs !== undefined && slotMs >= meter.retiredMs) {
    return { code: 'meter_retired', meter: reading.meter, retiredMs: meter.retiredMs };
  }
  const endMs = slotMs + slotLengthMs;
  if (endMs > nowMs + windows.clockToleranceMs) return { code: 'slot_not_over', slotMs, nowMs };
  const acceptanceMs = source === 'provider' ? windows.correctionMs : windows.acceptanceMs;
  if (endMs + acceptanceMs < nowMs) return { code: 'too_late', slotMs, acceptanceMs, nowMs };
  if (!windows.isClosed) return undefined;
  const untilMs = windows.correctableUntilMs ?? endMs + windows.correctionMs;
  if (nowMs >= untilMs) return { code: 'period_closed', slotMs, correctableUntilMs: untilMs };
  // Nobody can open what the erased member's meters counted, so no run could be executed again.
  return windows.isFrozen ? { code: 'period_frozen', slotMs } : undefined;
}

function refuseContent(reading: SignedReading): ReadingRefusal | undefined {
  const { meter, slotMs, imported, exported, quality, version } = reading;
  if (imported > READING_WH_MAX || exported > READING_WH_MAX) {
    return { code: 'energy_too_large', meter, slotMs, most: `${READING_WH_MAX}` };
  }
  if (quality === 'missing' && (imported > 0n || exported > 0n)) {
    return { code: 'quality_invalid', meter, slotMs, quality };
  }
  return version >= 1 ? undefined : { code: 'version_invalid', meter, slotMs, version };
}

/** A source has one word on a slot in each version; what is said again changes nothing. */
function refuseWord(
  { reading, meter: of, source }: JudgedReading,
  pending: PendingReadings,
): ReadingRefusal | undefined {
  const { meter, slotMs, version } = reading;
  const words = pending.wordsOf(of.member, reading, source);
  const last = words.at(-1);
  if (last === undefined) return undefined;
  const said = words.find((one) => one.version === version) ?? last;
  if (isSame(said, reading)) return { code: 'duplicate', meter, slotMs };
  if (version < last.version) return { code: 'superseded', meter, slotMs, last: last.version };
  if (version === last.version) return { code: 'reading_known', meter, slotMs, last: last.version };
  return words.length < WORDS_MAX
    ? undefined
    : { code: 'versions_exhausted', meter, slotMs, most: WORDS_MAX };
}

function isSame(word: KeptReading, reading: SignedReading): boolean {
  return (
    word.imported === reading.imported &&
    word.exported === reading.exported &&
    word.quality === reading.quality
  );
}

function refuseCounter(
  { reading, meter: of }: JudgedReading,
  pending: PendingReadings,
): ReadingRefusal | undefined {
  const { meter, counter, key } = reading;
  const window = pending.windowOf(of.member, meter, key);
  return isFresh(window, counter)
    ? undefined
    : { code: 'counter_used', meter, counter, last: window?.last };
}
