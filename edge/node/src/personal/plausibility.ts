/**
 * What makes a reading suspicious. A suspicious reading is kept and counts like any other: a flag
 * says where to look, and moves no money. The rules are F-1 to F-6 in the room's README.
 */

import type { Kind, Meter, Standing } from '@commonwatt/contracts';
import type { Energy, Power } from '@commonwatt/units';
import { isNight, type Site } from './sun-elevation.ts';

const HOUR_MS = 3_600_000n;

export const READING_FLAGS = [
  'over_connection',
  'wrong_direction',
  'night_export',
  'clock_ahead',
  'key_revoked',
  'sources_disagree',
] as const;
export type ReadingFlag = (typeof READING_FLAGS)[number];

export interface Circumstances {
  readonly meter: Meter;
  /** What the meter's member is. */
  readonly kind: Kind | undefined;
  readonly slotMs: number;
  readonly slotLengthMs: number;
  /** Where the community is; nothing leaves the sun out of account. */
  readonly site: Site | undefined;
}

interface Flagged extends Standing {
  readonly imported: Energy;
  readonly exported: Energy;
  readonly receivedMs: number;
  readonly key: Uint8Array;
}

/** What speaks against a reading on its own. */
export function flagsOf(reading: Flagged, given: Circumstances): readonly ReadingFlag[] {
  const { meter, slotMs, slotLengthMs } = given;
  const { imported, exported } = reading;
  const flags: ReadingFlag[] = [];
  const isOver =
    isMore(imported, meter.importLimitW, slotLengthMs) ||
    isMore(exported, meter.exportLimitW, slotLengthMs);
  if (isOver) flags.push('over_connection');
  const isWrongWay =
    (meter.direction === 'export' && imported > 0n) ||
    (meter.direction === 'import' && exported > 0n);
  if (isWrongWay) flags.push('wrong_direction');
  if (exported > 0n && isNightOfSolar(given)) flags.push('night_export');
  const endMs = slotMs + slotLengthMs;
  if (reading.receivedMs < endMs) flags.push('clock_ahead');
  const isDistrusted = meter.revokedMs !== undefined && endMs > meter.revokedMs;
  if (isDistrusted && reading.source === meter.source) flags.push('key_revoked');
  return flags;
}

/** Whether a mean power over the slot is more than the connection carries. */
function isMore(counted: Energy, limitW: Power, slotLengthMs: number): boolean {
  return counted * HOUR_MS > limitW * BigInt(slotLengthMs);
}

/** A renewable meter of a solar home that counts export alone counts its cells and nothing else. */
function isNightOfSolar({ meter, kind, slotMs, slotLengthMs, site }: Circumstances): boolean {
  if (site === undefined || meter.direction !== 'export' || meter.renewable === 'no') return false;
  if (kind !== 'home solar system' && kind !== 'solar system') return false;
  return isNight(site, slotMs, slotMs + slotLengthMs);
}

/** Two sources may differ by the rounding of a register and a little more. */
const DISAGREEMENT_WH = 10n;
const DISAGREEMENT_PERCENT = 3n;

/** Whether two measured values of one slot are further apart than two meters of one flow can be. */
export function disagree(
  a: Pick<Flagged, 'imported' | 'exported'>,
  b: Pick<Flagged, 'imported' | 'exported'>,
): boolean {
  return isApart(a.imported, b.imported) || isApart(a.exported, b.exported);
}

function isApart(a: bigint, b: bigint): boolean {
  const [less, more] = a < b ? [a, b] : [b, a];
  const byShare = (more * DISAGREEMENT_PERCENT) / 100n;
  return more - less > (byShare > DISAGREEMENT_WH ? byShare : DISAGREEMENT_WH);
}
