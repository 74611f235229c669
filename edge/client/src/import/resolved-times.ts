/**
 * Local times become instants. A time without an offset that the clock shows twice is told apart by
 * order of appearance: the one that follows the row before it, else the earliest that is not taken.
 * Where such a day has not exactly the rows that it must have (92, 96 or 100 quarter hours), nobody
 * knows which rows are which, and the file is refused.
 */

import { ImportFault } from './import-fault.ts';
import type { DatedObservation, Observation } from './observations.ts';
import type { ImportProfile } from './profile.ts';
import type { LocalDay, ZoneCalendar } from './zone-calendar.ts';

/** A value with its place in time: the interval's start, or when the counter was read. */
export interface TimedValue {
  readonly atMs: number;
  readonly value: bigint;
  readonly quality: Observation['quality'];
  readonly line: number;
}

export interface ResolvedSeries {
  /** Rising, each instant once. */
  readonly values: readonly TimedValue[];
  /** Rows that said again what a row before had said. */
  readonly duplicates: readonly Duplicate[];
}

export interface Duplicate {
  readonly line: number;
  readonly firstLine: number;
  readonly atMs: number;
}

export interface ResolveOptions {
  readonly place: string;
  readonly time: ImportProfile['time'];
  readonly calendar: ZoneCalendar;
  readonly isCumulative: boolean;
}

const MINUTE_MS = 60_000;

/** @throws ImportFault naming the line. */
export function resolveTimes(
  observations: readonly DatedObservation[],
  options: ResolveOptions,
): ResolvedSeries {
  const resolver = new Resolver(options);
  for (const one of isFalling(observations) ? observations.toReversed() : observations) {
    resolver.take(one);
  }
  return resolver.end();
}

/** Some sources write the newest row first. */
function isFalling(observations: readonly DatedObservation[]): boolean {
  const at = ({ time }: DatedObservation) => (time.kind === 'wall' ? time.wallMs : time.atMs);
  const [first] = observations;
  const last = observations.at(-1);
  return first !== undefined && last !== undefined && at(first) > at(last);
}

class Resolver {
  readonly #options: ResolveOptions;
  readonly #stepMs: number;
  readonly #taken = new Map<number, TimedValue>();
  readonly #duplicates: Duplicate[] = [];
  readonly #localDays = new Map<LocalDay, { rows: number; line: number }>();
  #beforeMs: number | undefined;

  constructor(options: ResolveOptions) {
    this.#options = options;
    this.#stepMs = options.time.intervalMinutes * MINUTE_MS;
  }

  take(observation: DatedObservation): void {
    const { place, isCumulative, time } = this.#options;
    const { line, quality, value } = observation;
    const candidates = this.#candidates(observation);
    const free = candidates.filter((one) => !this.#taken.has(one));
    const [earliest] = candidates;
    if (earliest === undefined) {
      throw new ImportFault(`${place} line ${line}`, `a time that exists in ${time.zone}`, 'none');
    }
    const atMs = this.#follows(free) ?? free[0];
    if (atMs === undefined) {
      this.#repeated(observation, candidates);
      return;
    }
    if (!isCumulative && atMs % this.#stepMs !== 0) {
      const expected = `the start of an interval of ${time.intervalMinutes} minutes`;
      throw new ImportFault(`${place} line ${line}`, expected, new Date(atMs).toISOString());
    }
    this.#beforeMs = atMs;
    this.#taken.set(atMs, { atMs, value, quality, line });
    if (observation.time.kind === 'wall') this.#count(atMs, line);
  }

  /** Of several instants the one that comes next; of one, that one. */
  #follows(free: readonly number[]): number | undefined {
    if (free.length < 2) return free[0];
    const beforeMs = this.#beforeMs;
    if (beforeMs === undefined) return free[0];
    return (
      free.find((one) => one === beforeMs + this.#stepMs) ?? free.find((one) => one > beforeMs)
    );
  }

  /**
   * Starts of the interval, or instants of the counter, that a time may mean. Where ends are
   * written, some files subtract on the wall's clock and others in time: near a change of the clock
   * both are looked at.
   */
  #candidates({ time }: DatedObservation): readonly number[] {
    const { calendar, isCumulative, time: rule } = this.#options;
    const shiftMs = rule.label === 'end' && !isCumulative ? this.#stepMs : 0;
    if (time.kind === 'instant') return [time.atMs - shiftMs];
    const ends = calendar.instantsOf(time.wallMs).map((one) => one - shiftMs);
    if (shiftMs === 0) return ends;
    const starts = calendar.instantsOf(time.wallMs - shiftMs);
    if (ends.length === 1 && starts.length === 1 && ends[0] === starts[0]) return ends;
    return [...new Set([...ends, ...starts])].sort((a, b) => a - b);
  }

  #repeated({ line, value, time }: DatedObservation, candidates: readonly number[]): void {
    const { place } = this.#options;
    const same = candidates.map((one) => this.#taken.get(one)).find((one) => one?.value === value);
    const first = same ?? this.#taken.get(candidates[0] ?? Number.NaN);
    if (first === undefined) throw new Error(`import: no row was taken for line ${line}`);
    if (same === undefined) {
      const expected = `the value of line ${first.line}, which has the same time`;
      throw new ImportFault(`${place} line ${line}`, expected, 'another value');
    }
    this.#duplicates.push({ line, firstLine: first.line, atMs: first.atMs });
    if (time.kind === 'wall') this.#count(first.atMs, line);
  }

  #count(atMs: number, line: number): void {
    const day = this.#options.calendar.dayOf(atMs);
    const count = this.#localDays.get(day);
    if (count === undefined) this.#localDays.set(day, { rows: 1, line });
    else count.rows += 1;
  }

  end(): ResolvedSeries {
    const values = [...this.#taken.values()].sort((a, b) => a.atMs - b.atMs);
    if (!this.#options.isCumulative && this.#options.time.zone !== 'UTC') this.#checkDays(values);
    return { values, duplicates: this.#duplicates };
  }

  /** The first and the last day may be cut; every other has all its intervals, and none twice. */
  #checkDays(values: readonly TimedValue[]): void {
    const { calendar, place, time } = this.#options;
    const first = values[0] && calendar.dayOf(values[0].atMs);
    const last = values.at(-1) && calendar.dayOf(values.at(-1)?.atMs ?? 0);
    for (const [day, { rows, line }] of this.#localDays) {
      const intervals = (day.untilMs - day.fromMs) / this.#stepMs;
      if (rows === intervals) continue;
      const isCut = (day === first || day === last) && rows < intervals;
      const isShifted = day.offsetsMs[0] !== day.offsetsMs[1];
      const isSafe = !isShifted || this.#repeatedHourIsWhole(day);
      if ((isCut || time.incompleteDays === 'accept') && rows < intervals && isSafe) continue;
      const what = `${intervals} rows on ${day.date} in ${time.zone}`;
      const hint = rows < intervals && isSafe ? ' (or incompleteDays: accept)' : '';
      throw new ImportFault(`${place} from line ${line}`, `${what}${hint}`, `${rows}`);
    }
  }

  /** Whether both appearances of every repeated time are there, or the day repeats none. */
  #repeatedHourIsWhole(day: LocalDay): boolean {
    const [before, after] = day.offsetsMs;
    const repeatedMs = before - after;
    if (repeatedMs <= 0) return true;
    for (let atMs = day.fromMs; atMs + repeatedMs < day.untilMs; atMs += this.#stepMs) {
      const [first, second] = this.#options.calendar.instantsOf(atMs + before);
      if (first === undefined || second === undefined || first !== atMs) continue;
      if (this.#taken.has(first) !== this.#taken.has(second)) return false;
    }
    return true;
  }
}
