/** One CSV file of readings for a first scenario: its profile given or detected, every guess a sentence. */

import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import {
  detectProfile,
  type ImportedFile,
  ImportFault,
  type ImportProfile,
  type Proposal,
  readReadings,
} from '@commonwatt/client/import';
import { formatInstant } from '@commonwatt/units';
import { Progress } from '../../terminal/progress.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { UsageError } from '../../terminal/usage-error.ts';
import { beginningOf } from '../readings-files.ts';
import { metersByColumn } from './init-columns.ts';

export interface ReadProfileFile {
  readonly imported: ImportedFile;
  readonly isDetected: boolean;
  /** What was taken for granted, each to be said after the file's name. */
  readonly sentences: readonly string[];
}

export interface ReadOptions {
  /** Where the file is. */
  readonly path: string;
  /** How its rows are written, where a person says so. */
  readonly given: ImportProfile | undefined;
  /** Of times without an offset, where the profile is detected. */
  readonly zone: string;
}

const MINUTE_MS = 60_000;
/** A heading of some lines, and some rows. */
const FIRST_LINES = 12;
const LINE_FEED = 10;
const NOT_NEGATIVE = 'a value not below zero';

/** @throws UsageError naming file, line and column, what was expected and what stands there */
export async function readProfileFile(
  terminal: Terminal,
  options: ReadOptions,
): Promise<ReadProfileFile> {
  const { path, given } = options;
  try {
    if (given !== undefined) {
      const imported = await read(terminal, path, given);
      const sentences = [`read by the profile ${given.name}${told(given)}`, ...oddities(imported)];
      return { imported, isDetected: false, sentences };
    }
    return await readDetected(terminal, options);
  } catch (error) {
    if (!(error instanceof ImportFault)) throw error;
    const place = error.place.includes(path) ? error.place : `${path}: ${error.place}`;
    throw new UsageError(place, `${error.expected}${hint(error, options)}`, error.got);
  }
}

async function readDetected(
  terminal: Terminal,
  { path, zone }: ReadOptions,
): Promise<ReadProfileFile> {
  const proposal = await detected(path, zone);
  const { profile, doubts } = metersByColumn(proposal, stemOf(path)) ?? proposal;
  const isOwn = profile.name === 'detected';
  // A day with rows missing is no reason to stop: what is missing is filled, and that is said.
  const lenient: ImportProfile = {
    ...profile,
    time: { ...profile.time, incompleteDays: 'accept' },
  };
  const what = isOwn ? 'its columns were recognised' : `the built-in profile ${profile.name} fits`;
  const guesses = `${doubts.length} ${doubts.length === 1 ? 'guess' : 'guesses'}`;
  const sure = doubts.length === 0 ? 'nothing guessed' : `${guesses} to be checked`;
  const sentences = [
    `${what} (${sure})${told(lenient)}`,
    ...doubts.map((doubt) => `guessed: ${doubt}`),
  ];
  try {
    const imported = await read(terminal, path, lenient);
    return { imported, isDetected: true, sentences: [...sentences, ...oddities(imported)] };
  } catch (error) {
    const net = netOf(lenient);
    if (net === undefined || !(error instanceof ImportFault)) throw error;
    if (error.expected !== NOT_NEGATIVE) throw error;
    const imported = await read(terminal, path, net);
    const named = net.columns[0]?.column.join(' or ');
    const signs = `values of ${named} below zero (the first at ${lineOf(error)}) are taken for energy that was fed in`;
    return { imported, isDetected: true, sentences: [...sentences, signs, ...oddities(imported)] };
  }
}

/**
 * One odd cell hides a column from whoever looks at two hundred lines: what the first lines alone show is
 * then believed, so that reading stops at that cell and names it.
 */
async function detected(path: string, zone: string): Promise<Proposal> {
  const beginning = beginningOf(path);
  const whole = await proposalOf(beginning, path, zone);
  const first = await proposalOf(firstLines(beginning, FIRST_LINES), path, zone);
  if (whole instanceof ImportFault) {
    if (first instanceof ImportFault) throw whole;
    return first;
  }
  const seen = whole.profile.columns.map(({ column }) => column.join('\n'));
  const hidesOne =
    !(first instanceof ImportFault) &&
    first.profile.columns.some(({ column }) => !seen.includes(column.join('\n')));
  return hidesOne ? first : whole;
}

async function proposalOf(
  beginning: Uint8Array,
  place: string,
  zone: string,
): Promise<Proposal | ImportFault> {
  try {
    return await detectProfile(beginning, { place, zone });
  } catch (error) {
    if (error instanceof ImportFault) return error;
    throw error;
  }
}

function firstLines(bytes: Uint8Array, count: number): Uint8Array {
  let end = -1;
  for (let line = 0; line < count; line += 1) {
    end = bytes.indexOf(LINE_FEED, end + 1);
    if (end < 0) return bytes;
  }
  return bytes.subarray(0, end);
}

function stemOf(path: string): string {
  return basename(path).replace(/\.csv$/i, '');
}

/** One column of use whose sign says which way energy went; undefined where that cannot be meant. */
function netOf(profile: ImportProfile): ImportProfile | undefined {
  const [column, second] = profile.columns;
  if (column === undefined || second !== undefined || column.isCumulative) return undefined;
  if (column.direction !== 'import') return undefined;
  return { ...profile, columns: [{ ...column, direction: 'net' }] };
}

function lineOf({ place }: ImportFault): string {
  return /line [0-9]+, column [0-9]+$/.exec(place)?.[0] ?? place;
}

async function read(
  terminal: Terminal,
  path: string,
  profile: ImportProfile,
): Promise<ImportedFile> {
  const { size } = statSync(path);
  const progress = new Progress(terminal, `reading ${path}, bytes`);
  const onProgress = (bytes: number) => progress.at(bytes, size);
  const slotLengthMs = slotMinutes(profile) * MINUTE_MS;
  try {
    const source = createReadStream(path);
    return await readReadings(source, { place: path, profile, slotLengthMs, onProgress });
  } finally {
    progress.end();
  }
}

/** The least of 15, 30 and 60 minutes that whole intervals fill; a counter's rise is laid on quarter hours. */
function slotMinutes({ columns, time }: ImportProfile): number {
  if (columns.some(({ isCumulative }) => isCumulative)) return 15;
  return [15, 30, 60].find((minutes) => minutes % time.intervalMinutes === 0) ?? 60;
}

/** What a profile says of a file's values and times. */
function told({ columns, time }: ImportProfile): string {
  const values = columns.map(
    ({ column, direction, unit, isCumulative }) =>
      `${column.join(' or ')} as ${direction} in ${isCumulative ? 'cumulative ' : ''}${unit}`,
  );
  const { columns: places, format, intervalMinutes, label, zone } = time;
  const when = `${places.join(' and ')} as ${format.pattern}, the ${label} of ${intervalMinutes} minutes`;
  return `: ${values.join('; ')}; times in ${when}; zone ${zone}`;
}

/** What is odd about a file that was read all the same. */
function oddities({ profile, ...file }: ImportedFile): readonly string[] {
  const isCounter = profile.columns.some(({ isCumulative }) => isCumulative);
  const slots = file.meters.flatMap((meter) => meter.slots);
  const count = (quality: string) => slots.filter((slot) => slot.quality === quality).length;
  const minutes = file.slotLengthMs / MINUTE_MS;
  const spread = isCounter
    ? 'values between two readings of a counter that stand further apart than a slot are spread evenly'
    : 'values that the file calls estimated are taken as they stand';
  const facts: readonly (readonly [number, string])[] = [
    [minutes === 15 ? 0 : 1, `energies of ${minutes} minutes are spread evenly over quarter hours`],
    [
      profile.time.intervalMinutes < 15 && !isCounter ? 1 : 0,
      'intervals are added up to quarter hours',
    ],
    [count('estimated'), `${count('estimated')} ${spread}`],
    [
      count('substituted'),
      `${count('substituted')} values that the file calls substituted are taken as they stand`,
    ],
    [
      file.duplicates.length,
      `${file.duplicates.length} rows that say again what was said are read once`,
    ],
    [file.emptyCells, `${file.emptyCells} empty cells hold nothing`],
    [file.missingCells, `${file.missingCells} values that the file calls missing are left out`],
    [file.wraps, `a counter went over its top ${file.wraps} times`],
  ];
  const resets = file.meters.flatMap(({ gaps }) =>
    gaps.filter(({ reason }) => reason === 'reset' || reason === 'swap'),
  );
  const [first] = resets;
  return [
    ...facts.filter(([number]) => number > 0).map(([, sentence]) => sentence),
    ...(first === undefined
      ? []
      : [
          `a counter begins anew ${resets.length} times, the first before ${formatInstant(first.untilMs)}; what it counted meanwhile is not known`,
        ]),
  ];
}

function hint({ expected, place }: ImportFault, { given, zone }: ReadOptions): string {
  if (expected.startsWith('a time that exists in')) {
    return given === undefined ? ` (--zone names another zone than ${zone})` : '';
  }
  if (place.includes('time.firstDay')) return ' in a profile of your own (--profile)';
  return '';
}
