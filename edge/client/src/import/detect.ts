/**
 * Proposes a profile from the beginning of a file, with a reason for everything it says and a doubt
 * for everything it had to guess. A proposal is for a person to look at, never used by itself.
 */

import { readDecimal } from '@commonwatt/api';
import { stringify } from 'yaml';
import { BUILT_IN_PROFILE_TEXTS, BUILT_IN_PROFILES } from './built-in-profiles.ts';
import { type CsvRow, readRows } from './csv-rows.ts';
import { ImportFault, shown } from './import-fault.ts';
import { Observations } from './observations.ts';
import { DELIMITERS, type ENCODINGS, type ImportProfile, readProfile } from './profile.ts';
import { CLOCK_PATTERN, type TimeReading, timeFormat } from './time-text.ts';

export interface Proposal {
  readonly profile: ImportProfile;
  /** The profile as a person would write it. */
  readonly text: string;
  readonly reasons: readonly string[];
  /** What the file does not say: to be checked before anything is imported. */
  readonly doubts: readonly string[];
}

export const SAMPLE_LINES = 200;
/** More bytes than so many lines have. */
export const SAMPLE_BYTES_MAX = 262_144;

type Encoding = (typeof ENCODINGS)[number];

const HEADING_LINES_MAX = 30;
const FORMATS = [
  'iso',
  'dd.MM.yyyy HH:mm',
  'dd.MM.yyyy HH:mm:ss',
  'dd.MM.yy HH:mm',
  'dd.MM.yy HH:mm:ss',
  'dd/MM/yyyy HH:mm',
  'yyyy/MM/dd HH:mm',
  'unix-seconds',
  'unix-milliseconds',
];
const IMPORT_WORDS = /import|bezug|verbrauch|consum|demand|electricity|energy|withdraw|1\.[89]\./i;
const EXPORT_WORDS = /export|einspeis|feed|generat|produc|erzeug|surplus|2\.[89]\./i;
const QUALITY_WORDS = /qualit|ersatzwert|status/i;
const END_WORDS = /(^|[^a-z])(end|ende|bis|until|to)([^a-z]|$)|messzeitpunkt/i;
const COUNTER_WORDS = /z(ä|ae)hlerstand|counter|register|total|reading|[12]\.8\./i;
const ENERGY_WORDS =
  /verbrauch|bezug|einspeis|import|export|consum|generat|energie|wirk|wert|electricity|energy|(^|[^a-z])(k|m)?wh?([^a-z]|$)|z(ä|ae)hlerstand|[12]\.[89]\./i;
/** Of a heading that speaks of both, such as 'total consumption'. */
const USE_WORDS = /verbrauch|bezug|einspeis|consum|generat/i;
const TIME_PARTS_MAX = 500;
const MINUTE_MS = 60_000;

/** @throws ImportFault when nothing can be said; it says what was looked for. */
export async function detectProfile(
  beginning: Uint8Array,
  options: { readonly place: string; readonly zone?: string },
): Promise<Proposal> {
  const { place, zone = 'UTC' } = options;
  const { encoding, text } = decodedBeginning(beginning);
  const lines = text.split(/\r\n|\n|\r/).slice(0, SAMPLE_LINES);
  const sample = new TextEncoder().encode(lines.join('\n'));
  const known = await knownProfile(sample, place);
  if (known !== undefined) return known;
  return guessed(await sampleRows(lines, place), { place, zone, encoding });
}

/** Leaves out what the end of the sample cut in two. */
function decodedBeginning(bytes: Uint8Array): { encoding: Encoding; text: string } {
  // A byte order mark, or the upper halves of plain letters.
  const isWide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[1] === 0 && bytes[3] === 0);
  if (isWide) {
    return { encoding: 'utf-16le', text: new TextDecoder('utf-16le').decode(bytes) };
  }
  const lastBreak = bytes.lastIndexOf(10);
  const isCut = bytes.length >= SAMPLE_BYTES_MAX && lastBreak > 0;
  const whole = isCut ? bytes.subarray(0, lastBreak) : bytes;
  try {
    return { encoding: 'utf-8', text: new TextDecoder('utf-8', { fatal: true }).decode(whole) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { encoding: 'windows-1252', text: new TextDecoder('windows-1252').decode(whole) };
  }
}

/** A profile that reads every row of the sample, the one that finds the most columns first. */
async function knownProfile(sample: Uint8Array, place: string): Promise<Proposal | undefined> {
  const fitting: { readonly profile: ImportProfile; readonly series: number; rows: number }[] = [];
  for (const profile of BUILT_IN_PROFILES) {
    const observations = new Observations(place, { ...profile, encoding: 'utf-8' });
    try {
      const read = { place, profile: { ...profile, encoding: 'utf-8' as const } };
      await readRows(only(sample), { ...read, onRow: (row) => observations.take(row) });
    } catch (error) {
      if (error instanceof ImportFault) continue;
      throw error;
    }
    const { rows, series } = observations;
    if (series.length > 0) fitting.push({ profile, rows, series: series.length });
  }
  const [best] = fitting.sort((a, b) => b.series - a.series);
  if (best === undefined) return undefined;
  const { profile, rows } = best;
  const { time } = profile;
  const isLocal = time.zone !== 'UTC' && !['unix-seconds'].includes(time.format.pattern);
  return {
    profile,
    text: BUILT_IN_PROFILE_TEXTS.get(profile.name) ?? '',
    reasons: [
      `the built-in profile ${profile.name} reads all ${rows} rows of the beginning`,
      `its times stand in ${time.columns.join(', ')} as ${time.format.pattern}`,
      `its values stand in ${profile.columns.map((one) => one.column.join(' or ')).join('; ')}`,
    ],
    doubts: [
      ...(isLocal ? [`times without an offset are taken for ${time.zone}`] : []),
      ...(time.format.pattern === CLOCK_PATTERN
        ? [
            'the times have no date: firstDay and lastDay say which days this typical day stands for',
          ]
        : []),
    ],
  };
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

interface Sample {
  readonly delimiter: (typeof DELIMITERS)[number];
  readonly rows: readonly CsvRow[];
}

/** By the delimiter that splits the most lines into the same number of cells. */
async function sampleRows(lines: readonly string[], place: string): Promise<Sample> {
  let best: { readonly sample: Sample; readonly cells: number } | undefined;
  for (const delimiter of DELIMITERS) {
    const rows: CsvRow[] = [];
    const profile = { delimiter, encoding: 'utf-8', headerLines: 0 } as const;
    const bytes = new TextEncoder().encode(lines.join('\n'));
    try {
      await readRows(only(bytes), { place, profile, onRow: (row) => rows.push(row) });
    } catch (error) {
      if (error instanceof ImportFault) continue;
      throw error;
    }
    const width = rows.at(-1)?.cells.length ?? 0;
    const alike = width < 2 ? 0 : rows.filter(({ cells }) => cells.length === width).length;
    const cells = alike * width;
    if (alike > 1 && (best === undefined || cells > best.cells)) {
      best = { sample: { delimiter, rows }, cells };
    }
  }
  if (best !== undefined) return best.sample;
  const expected = 'rows of two cells or more with , ; | or a tab between them';
  throw new ImportFault(place, expected, shown(lines.find((line) => line !== '') ?? ''));
}

interface Guess {
  readonly place: string;
  readonly zone: string;
  readonly encoding: Encoding;
}

function guessed({ delimiter, rows }: Sample, { place, zone, encoding }: Guess): Proposal {
  const reasons = [`${shown(delimiter)} splits the rows alike`];
  const doubts: string[] = [];
  const { heading, body } = headingOf(rows, place);
  const columns = Array.from({ length: body[0]?.cells.length ?? 0 }, (_, at) => ({
    at,
    name: (heading?.cells[at] ?? '').trim(),
    texts: body.map(({ cells }) => (cells[at] ?? '').trim()),
  }));
  // A heading that is there twice names no column: its number does.
  const spelled = ({ at, name }: { readonly at: number; readonly name: string }) =>
    name === '' || columns.some((one) => one.at !== at && one.name === name) ? `${at + 1}` : name;
  const time = timeOf(columns);
  if (time === undefined) {
    const expected = `a column of times as ${FORMATS.join(', ')}`;
    throw new ImportFault(place, expected, columns.map(spelled).map(shown).join(', '));
  }
  const places = time.columns.map(spelled);
  reasons.push(`column ${places.map(shown).join(' and ')} holds times as ${time.pattern}`);
  const quality = columns.find(({ name }) => QUALITY_WORDS.test(name));
  const values = valuesOf(columns.filter((one) => !time.columns.includes(one) && one !== quality));
  const [first] = values;
  if (first === undefined) {
    throw new ImportFault(place, 'a column of numbers', columns.map(spelled).map(shown).join(', '));
  }
  const decimalSign = values.some(({ texts }) => texts.some((one) => one.includes(',')))
    ? ','
    : '.';
  if (decimalSign === ',') reasons.push('a comma stands in numbers');
  const label = labelOf(time, body.length, reasons, doubts);
  if (time.isLocal) doubts.push(`times have no offset: taken for the zone ${zone}`);
  const seen = new Set<string>();
  const declared = values.flatMap((column) => {
    const direction = directionOf(column, doubts, spelled(column));
    if (seen.has(direction)) {
      doubts.push(`column ${shown(spelled(column))} is left out: a second ${direction}`);
      return [];
    }
    seen.add(direction);
    return [{ column: spelled(column), direction, unit: unitOf(column, doubts, spelled(column)) }];
  });
  const text = stringify({
    name: 'detected',
    ...(encoding === 'utf-8' ? {} : { encoding }),
    delimiter,
    decimalSign,
    headerLines: heading?.line ?? 0,
    time: {
      columns: places,
      format: time.pattern,
      zone: time.isLocal ? zone : 'UTC',
      label,
      intervalMinutes: time.intervalMinutes ?? 15,
    },
    columns: declared,
  });
  if (quality !== undefined) {
    const texts = [...new Set(quality.texts)].slice(0, 10).map(shown);
    doubts.push(
      `column ${shown(spelled(quality))} may be the quality: it holds ${texts.join(', ')}`,
    );
  }
  if (time.intervalMinutes === undefined) doubts.push('intervals are taken for 15 minutes');
  return { profile: readProfile(text, 'detected profile'), text, reasons, doubts };
}

interface Column {
  readonly at: number;
  readonly name: string;
  readonly texts: readonly string[];
}

/** Columns of numbers: those whose heading speaks of energy, or of counters, where there are any. */
function valuesOf(columns: readonly Column[]): readonly Column[] {
  const numeric = columns.filter(isNumeric);
  const named = numeric.filter(({ name }) => ENERGY_WORDS.test(name));
  if (named.length === 0) return numeric;
  // What an interval held says more than what a counter showed at its end.
  const counts = ({ name }: Column) => (COUNTER_WORDS.test(name) && !USE_WORDS.test(name) ? 1 : 0);
  const filled = ({ texts }: Column) => texts.filter((text) => text !== '').length;
  return named.toSorted((a, b) => counts(a) - counts(b) || filled(b) - filled(a));
}

/** The heading is the last line before the rows that hold numbers. */
function headingOf(rows: readonly CsvRow[], place: string) {
  const width = rows.at(-1)?.cells.length ?? 0;
  const from = rows
    .slice(0, HEADING_LINES_MAX)
    .findIndex(({ cells }) => cells.length === width && cells.some(isNumber) && cells.some(isTime));
  if (from < 0) {
    const got = shown((rows[0]?.cells ?? []).join(' | '));
    throw new ImportFault(
      place,
      `rows of times and numbers within ${HEADING_LINES_MAX} lines`,
      got,
    );
  }
  return {
    heading: rows[from - 1],
    body: rows.slice(from).filter((r) => r.cells.length === width),
  };
}

function isNumber(text: string): boolean {
  const plain = text.trim();
  return (readDecimal(plain) ?? readDecimal(plain, { decimalSign: ',' })) !== undefined;
}

function isTime(text: string): boolean {
  // A day whose time stands in another cell counts as well.
  return [text, `${text} 00:00`].some((one) =>
    FORMATS.some((pattern) => timeFormat(pattern)?.read(one) !== undefined),
  );
}

function isNumeric({ texts }: Column): boolean {
  const filled = texts.filter((text) => text !== '');
  return filled.length > 0 && filled.every(isNumber);
}

/** Each column, and each with a later one: a day and its time. */
function timeParts(columns: readonly Column[]): readonly (readonly Column[])[] {
  const pairs = columns.flatMap((day, at) => columns.slice(at + 1).map((clock) => [day, clock]));
  return [...columns.map((one) => [one]), ...pairs].slice(0, TIME_PARTS_MAX);
}

function timeOf(columns: readonly Column[]) {
  for (const parts of timeParts(columns)) {
    for (const pattern of FORMATS) {
      const format = timeFormat(pattern);
      const [first, second] = parts;
      const times = (first?.texts ?? []).map((text, at) =>
        format?.read(second === undefined ? text : `${text} ${second.texts[at]}`),
      );
      const read = times.filter((one) => one !== undefined && one.kind !== 'clock');
      if (read.length === 0 || read.length < times.length) continue;
      // Small numbers are no seconds since 1970.
      if (pattern.startsWith('unix') && read.some((one) => msOf(one) < 946_684_800_000)) continue;
      const isLocal = read.some(({ kind }) => kind === 'wall');
      return { columns: parts, pattern, isLocal, times: read, intervalMinutes: intervalOf(read) };
    }
  }
  return undefined;
}

const msOf = (time: TimeReading): number => (time.kind === 'wall' ? time.wallMs : time.atMs);

/** The commonest step between rows. */
function intervalOf(times: readonly TimeReading[]): number | undefined {
  const counts = new Map<number, number>();
  for (const [at, time] of times.entries()) {
    const before = times[at - 1];
    if (before === undefined) continue;
    const minutes = Math.abs(msOf(time) - msOf(before)) / MINUTE_MS;
    counts.set(minutes, (counts.get(minutes) ?? 0) + 1);
  }
  const [commonest] = [...counts].sort((a, b) => b[1] - a[1]);
  const minutes = commonest?.[0] ?? 0;
  return minutes >= 1 && 60 % minutes === 0 ? minutes : undefined;
}

function labelOf(
  time: NonNullable<ReturnType<typeof timeOf>>,
  rows: number,
  reasons: string[],
  doubts: string[],
): 'start' | 'end' {
  const { columns, intervalMinutes = 15, times } = time;
  const name = columns.map((one) => one.name).join(' ');
  if (END_WORDS.test(name)) {
    reasons.push(`${shown(name)} speaks of the interval's end`);
    return 'end';
  }
  const first = times[0] === undefined ? 0 : msOf(times[0]);
  const isFirstEnd = time.isLocal && first % 86_400_000 === intervalMinutes * MINUTE_MS;
  if (isFirstEnd && rows >= 2) {
    reasons.push('the first time is one interval after midnight: times are ends');
    return 'end';
  }
  doubts.push('times are taken for the starts of intervals');
  return 'start';
}

function directionOf({ name }: Column, doubts: string[], spelled: string): 'import' | 'export' {
  if (EXPORT_WORDS.test(name)) return 'export';
  if (!IMPORT_WORDS.test(name)) doubts.push(`column ${shown(spelled)} is taken for import`);
  return 'import';
}

function unitOf({ name, texts }: Column, doubts: string[], spelled: string): string {
  const unit = /(?:^|[^a-z])(mwh|kwh|wh|kw|w)(?:[^a-z]|$)/i.exec(name)?.[1]?.toLowerCase();
  const values = texts.filter((text) => text !== '').map((text) => Number(text.replace(',', '.')));
  const isRising = values.length > 2 && values.every((one, at) => one >= (values[at - 1] ?? one));
  const isCounter = isRising && (values.at(-1) ?? 0) > 0 && COUNTER_WORDS.test(name);
  const names = { mwh: 'MWh', kwh: 'kWh', wh: 'Wh', kw: 'kW', w: 'W' } as const;
  const known = unit === undefined ? undefined : names[unit as keyof typeof names];
  if (known === undefined) doubts.push(`column ${shown(spelled)} is taken for kWh`);
  const energy = known ?? 'kWh';
  return isCounter && energy.endsWith('Wh') ? `cumulative ${energy}` : energy;
}
