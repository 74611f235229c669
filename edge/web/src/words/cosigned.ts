/** How long ago independent witnesses cosigned the ledger's head, in words. */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Older than this, somebody should ask why. */
export const COSIGNED_LATE_MS = HOUR_MS;

export function ageText(ageMs: number): string {
  if (ageMs < MINUTE_MS) return `${Math.floor(ageMs / SECOND_MS)} s`;
  if (ageMs < HOUR_MS) return `${Math.floor(ageMs / MINUTE_MS)} min`;
  if (ageMs < 2 * DAY_MS) return `${Math.floor(ageMs / HOUR_MS)} h`;
  return `${Math.floor(ageMs / DAY_MS)} days`;
}

export function cosignedText(ageMs: number): string {
  return `cosigned ${ageText(ageMs)} ago`;
}

export function cosignedTitle(size: number, witnesses: readonly string[]): string {
  return `The first ${size} blocks were seen and cosigned by ${witnesses.join(', ')}`;
}
