/** Measured profiles laid on one time axis and handed to the members of a street. */

import { type MeanPower, QUARTER_HOUR_MS } from '@commonwatt/units';
import { SLOTS_PER_DAY } from './day-sequence.ts';
import { type DayPower, eachQuarterHour } from './energy-series.ts';
import type { Profile, ProfileKind, ProfileSet } from './profile-files.ts';

export interface MeasuredSource {
  /** The file's name. */
  readonly source: string;
  /** The largest sample, rounded up to whole watts. */
  readonly peakW: number;
  readonly power: DayPower;
}

export interface MeasuredProfiles {
  /** Start of slot 0: the first quarter hour that all profiles hold unless a later one was asked for. */
  readonly startMs: number;
  /**
   * What the member with the given number among its kind takes; `factor` is the installed watts of
   * a solar plant and 1 otherwise. When there are more members than files, files are taken again:
   * plants as they are, for they share one sky; loads each time a week later, so that no two
   * members have the same week at once.
   */
  source(kind: ProfileKind, number: number, factor: number): MeasuredSource | undefined;
}

const SLOTS_PER_WEEK = 7 * SLOTS_PER_DAY;

/** @throws RangeError when the profiles have less than a day in common from `startMs` on. */
export function measuredProfiles(
  { profiles }: ProfileSet,
  startMs: number | undefined,
): MeasuredProfiles {
  const firstMs = Math.max(...profiles.map((profile) => profile.startMs));
  const endMs = Math.min(...profiles.map(endOf));
  const chosenMs = startMs ?? firstMs;
  const latestMs = endMs - SLOTS_PER_DAY * QUARTER_HOUR_MS;
  if (!(chosenMs >= firstMs && chosenMs <= latestMs)) {
    throw new RangeError(
      `startMs: expected ${firstMs} to ${latestMs}, where all profiles hold a day, got ${chosenMs}`,
    );
  }
  return {
    startMs: chosenMs,
    source(kind, number, factor) {
      const ofKind = profiles.filter((profile) => profile.kind === kind);
      const profile = ofKind[number % ofKind.length];
      if (profile === undefined) return undefined;
      const { file, samples } = profile;
      const weeks = kind === 'solar-plant' ? 0 : Math.floor(number / ofKind.length);
      const first = (chosenMs - profile.startMs) / QUARTER_HOUR_MS + weeks * SLOTS_PER_WEEK;
      const peakW = wattsRoundedUp(largest(samples)) * factor;
      return {
        source: file,
        peakW,
        power: measuredPower(samples, { first, factor: BigInt(factor) }),
      };
    },
  };
}

/**
 * The samples from number `first` on, each times `factor`. After the last sample the last whole
 * weeks are repeated, so that weekdays stay weekdays; of less than a week the last whole days, of
 * less than a day all of it.
 */
export function measuredPower(
  samples: readonly MeanPower[],
  { first, factor }: { first: number; factor: bigint },
): DayPower {
  return (firstSlotIndex) =>
    eachQuarterHour(firstSlotIndex, (slotIndex) => {
      const sample = samples[repeatedIndex(first + slotIndex, samples.length)];
      if (sample === undefined) throw new Error(`slot ${slotIndex}: expected a sample, got none`);
      return (sample * factor) as MeanPower; // a whole multiple of mean power is mean power
    });
}

function repeatedIndex(index: number, length: number): number {
  if (index < length) return index;
  const unit = length >= SLOTS_PER_WEEK ? SLOTS_PER_WEEK : Math.min(length, SLOTS_PER_DAY);
  const period = length - (length % unit);
  return length - period + ((index - length) % period);
}

function endOf({ startMs, samples }: Profile): number {
  return startMs + samples.length * QUARTER_HOUR_MS;
}

function largest(samples: readonly MeanPower[]): bigint {
  let most = 0n;
  for (const sample of samples) if (sample > most) most = sample;
  return most;
}

function wattsRoundedUp(mean: bigint): number {
  const yoctowattsPerWatt = 10n ** 24n;
  return Number((mean + yoctowattsPerWatt - 1n) / yoctowattsPerWatt);
}
