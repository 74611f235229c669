/**
 * A file may hold one typical day without a date: times of the clock alone. It stands for every day
 * of a span that the profile names, and every value of it is estimated. A local day has the
 * intervals that it has: where the clock changes an hour is left out or comes twice.
 */

import { ImportFault } from './import-fault.ts';
import type { DatedObservation, Observation } from './observations.ts';
import type { ImportProfile } from './profile.ts';
import { DAY_MS } from './time-text.ts';
import type { ZoneCalendar } from './zone-calendar.ts';

const MINUTE_MS = 60_000;

/** Observations with a place in time, those of a typical day once for each day. @throws ImportFault */
export function datedObservations(
  observations: readonly Observation[],
  {
    place,
    profile,
    calendar,
  }: {
    readonly place: string;
    readonly profile: ImportProfile;
    readonly calendar: ZoneCalendar;
  },
): readonly DatedObservation[] {
  const dated = observations.filter(isDated);
  if (dated.length === observations.length) return dated;
  const { days, intervalMinutes, label } = profile.time;
  if (days === undefined) {
    const expected = 'the first and the last day that the typical day stands for';
    throw new ImportFault(`profile ${profile.name}: time.firstDay`, expected, 'nothing');
  }
  const stepMs = intervalMinutes * MINUTE_MS;
  const shiftMs = label === 'end' ? stepMs : 0;
  const byClock = valuesByClock(observations, { place, stepMs, shiftMs });
  const found: DatedObservation[] = [];
  for (let wallMs = days.firstMs; wallMs <= days.lastMs; wallMs += DAY_MS) {
    const day = calendar.dayOfWall(wallMs);
    for (let atMs = day.fromMs; atMs < day.untilMs; atMs += stepMs) {
      const one = byClock.get(calendar.clockOf(atMs));
      if (one === undefined) throw new Error(`import: no value at ${atMs} of a whole day`);
      found.push({ ...one, time: { kind: 'instant', atMs: atMs + shiftMs }, quality: 'estimated' });
    }
  }
  return found;
}

function isDated(observation: Observation): observation is DatedObservation {
  return observation.time.kind !== 'clock';
}

/** By the time at which the interval begins. Each interval of the day must be there once. */
function valuesByClock(
  observations: readonly Observation[],
  {
    place,
    stepMs,
    shiftMs,
  }: {
    readonly place: string;
    readonly stepMs: number;
    readonly shiftMs: number;
  },
): ReadonlyMap<number, Observation> {
  const byClock = new Map<number, Observation>();
  for (const one of observations) {
    if (one.time.kind !== 'clock') continue;
    const clockMs = (one.time.clockMs - shiftMs + DAY_MS) % DAY_MS;
    const where = `${place} line ${one.line}`;
    if (clockMs % stepMs !== 0) {
      const expected = `the edge of an interval of ${stepMs / MINUTE_MS} minutes`;
      throw new ImportFault(where, expected, `minute ${clockMs / MINUTE_MS} of the day`);
    }
    const before = byClock.get(clockMs);
    if (before !== undefined) {
      throw new ImportFault(where, `another time than that of line ${before.line}`, 'the same');
    }
    byClock.set(clockMs, one);
  }
  if (byClock.size !== DAY_MS / stepMs) {
    throw new ImportFault(place, `${DAY_MS / stepMs} rows of a typical day`, `${byClock.size}`);
  }
  return byClock;
}
