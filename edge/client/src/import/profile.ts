/**
 * An import profile: a declaration of how one kind of file writes readings. It holds no code, so
 * that an operator can write one, and everything it does not say has one meaning.
 */

import {
  type DecimalStyle,
  type ExactDecimal,
  METERED_UNITS,
  type MeteredUnit,
  readDecimal,
} from '@commonwatt/api';
import { shown } from './import-fault.ts';
import { type ProfileFields, profileFields } from './profile-fields.ts';
import { CLOCK_PATTERN, DAY_MS, type TimeFormat, timeFormat } from './time-text.ts';
import { isTimeZone } from './zone-calendar.ts';

export const QUALITIES = ['measured', 'substituted', 'estimated', 'missing'] as const;
export type Quality = (typeof QUALITIES)[number];

export const ENCODINGS = ['utf-8', 'windows-1252', 'iso-8859-15', 'utf-16le'] as const;
export const DELIMITERS = [',', ';', '\t', '|'] as const;
/** That a typical day may stand for: a leap year. */
const DAYS_MAX = 366;
const DIRECTIONS = ['import', 'export', 'net'] as const;

/** Headings, numbers from 1, or with a leading `*` how a heading ends. */
export type ColumnNames = readonly string[];

/** What a cell of a column means. */
export interface ProfileColumn {
  /** Where it stands; the first of these that the file has. */
  readonly column: ColumnNames;
  /** The file may do without it. One column at least must be there. */
  readonly isOptional: boolean;
  /** Of `net`, what is above zero is import and what is below is export. */
  readonly direction: 'import' | 'export' | 'net';
  readonly unit: MeteredUnit;
  /** The column holds a counter's values, and its energy is what the counter rose by. */
  readonly isCumulative: boolean;
  /** Every value is multiplied by this: transformer ratios, or a plant's power. */
  readonly times: ExactDecimal;
  /** The meter's name where the column belongs to one; the row's own, or the caller's, otherwise. */
  readonly meter: string | undefined;
  /** Where a counter begins anew at zero, in its unit. */
  readonly wrapAt: ExactDecimal | undefined;
}

/** Which texts of a column stand for which value. */
export interface Mapping<Name extends string> {
  readonly column: ColumnNames;
  readonly isOptional: boolean;
  readonly values: ReadonlyMap<string, Name>;
}

export interface ImportProfile {
  readonly name: string;
  readonly title: string;
  readonly encoding: (typeof ENCODINGS)[number];
  readonly delimiter: (typeof DELIMITERS)[number];
  readonly decimals: DecimalStyle;
  /** Lines before the first row; the last of them names the columns. 0: there are no names. */
  readonly headerLines: number;
  readonly time: {
    /** Joined by a space. */
    readonly columns: readonly string[];
    readonly format: TimeFormat;
    readonly zone: string;
    readonly label: 'start' | 'end';
    readonly intervalMinutes: number;
    /** What becomes of a local day with too few or too many rows, where times have no offset. */
    readonly incompleteDays: 'refuse' | 'accept';
    /** Of a typical day: the days that it stands for, as midnights of the clock, both included. */
    readonly days: { readonly firstMs: number; readonly lastMs: number } | undefined;
  };
  readonly columns: readonly ProfileColumn[];
  /** Names the meter of each row. */
  readonly meterColumn: ColumnNames | undefined;
  /** Rows of one direction each: their columns say `import`, and this decides. */
  readonly direction: Mapping<'import' | 'export' | 'ignore'> | undefined;
  readonly quality: Mapping<Quality> | undefined;
}

/** @throws ImportFault naming field, expectation and value. */
export function readProfile(text: string, place: string): ImportProfile {
  const fields = profileFields(text, place);
  const decimalSign = fields.oneOf('decimalSign', ['.', ','], '.');
  const thousandsSign = fields.has('thousandsSign')
    ? fields.oneOf('thousandsSign', ['.', ',', "'", ' '])
    : undefined;
  if (thousandsSign === decimalSign) {
    fields.fail('thousandsSign', 'a sign other than decimalSign', shown(decimalSign));
  }
  const name = fields.text('name');
  const headerLines = fields.whole('headerLines', { least: 0, most: 100, fallback: 1 });
  const profile: ImportProfile = {
    name,
    title: fields.text('title', name),
    encoding: fields.oneOf('encoding', ENCODINGS, 'utf-8'),
    delimiter: fields.oneOf('delimiter', DELIMITERS),
    decimals: thousandsSign === undefined ? { decimalSign } : { decimalSign, thousandsSign },
    headerLines,
    time: fields.group('time', readTime),
    columns: fields.list('columns', readColumn),
    meterColumn: fields.has('meterColumn') ? fields.texts('meterColumn') : undefined,
    direction: fields.optionalGroup('direction', (each) =>
      readMapping(each, ['import', 'export', 'ignore']),
    ),
    quality: fields.optionalGroup('quality', (each) => readMapping(each, QUALITIES)),
  };
  fields.end();
  checkColumns(profile, fields);
  return profile;
}

function readTime(fields: ProfileFields): ImportProfile['time'] {
  const columns = fields.texts('columns');
  if (columns.length < 1) fields.fail('columns', 'the columns of the time', 'nothing');
  const pattern = fields.text('format');
  const format = timeFormat(pattern);
  if (format === undefined) {
    const known =
      'iso, unix-seconds, unix-milliseconds, HH:mm of a typical day or a pattern such as dd.MM.yyyy HH:mm';
    return fields.fail('format', known, shown(pattern));
  }
  const zone = fields.text('zone', 'UTC');
  if (!isTimeZone(zone)) fields.fail('zone', 'a zone such as Europe/Vienna', shown(zone));
  const intervalMinutes = fields.whole('intervalMinutes', { least: 1, most: 60, fallback: 15 });
  if (60 % intervalMinutes !== 0) {
    fields.fail('intervalMinutes', 'minutes that divide an hour', `${intervalMinutes}`);
  }
  return {
    columns,
    format,
    zone,
    label: fields.oneOf('label', ['start', 'end']),
    intervalMinutes,
    incompleteDays: fields.oneOf('incompleteDays', ['refuse', 'accept'], 'refuse'),
    days: readDays(fields, format),
  };
}

function readDays(fields: ProfileFields, format: TimeFormat): ImportProfile['time']['days'] {
  const dayOf = (name: string): number | undefined => {
    const text = fields.optionalText(name);
    if (text === undefined) return undefined;
    const expected = 'a day such as 2025-05-31';
    const time = timeFormat('yyyy-MM-dd HH:mm')?.read(`${text} 00:00`);
    return time?.kind === 'wall' ? time.wallMs : fields.fail(name, expected, shown(text));
  };
  const [firstMs, lastMs] = [dayOf('firstDay'), dayOf('lastDay')];
  if (firstMs === undefined && lastMs === undefined) return undefined;
  if (format.pattern !== CLOCK_PATTERN) {
    fields.fail('firstDay', `times as ${CLOCK_PATTERN}, which have no date`, format.pattern);
  }
  if (firstMs === undefined || lastMs === undefined) {
    const missing = firstMs === undefined ? 'firstDay' : 'lastDay';
    return fields.fail(missing, 'firstDay and lastDay together', 'nothing');
  }
  const days = (lastMs - firstMs) / DAY_MS + 1;
  if (days < 1 || days > DAYS_MAX) {
    fields.fail('lastDay', `1 to ${DAYS_MAX} days from firstDay on`, `${days}`);
  }
  return { firstMs, lastMs };
}

function readColumn(fields: ProfileFields): ProfileColumn {
  const unitText = fields.text('unit');
  const isCumulative = unitText.startsWith('cumulative ');
  const unit = METERED_UNITS.find((one) => one === unitText.replace('cumulative ', ''));
  if (unit === undefined || (isCumulative && (unit === 'W' || unit === 'kW'))) {
    const known = `${METERED_UNITS.join(', ')}, cumulative Wh, cumulative kWh or cumulative MWh`;
    return fields.fail('unit', known, shown(unitText));
  }
  const decimal = (name: string): ExactDecimal | undefined => {
    const text = fields.optionalText(name);
    if (text === undefined) return undefined;
    const value = readDecimal(text);
    if (value !== undefined && value.digits > 0n && value.places <= 6) return value;
    return fields.fail(name, 'a number above zero with up to 6 decimals', shown(text));
  };
  const direction = fields.oneOf('direction', DIRECTIONS);
  if (isCumulative && direction === 'net') {
    fields.fail('direction', 'import or export for a counter', direction);
  }
  if (!isCumulative && fields.has('wrapAt')) fields.fail('wrapAt', 'a cumulative unit', unit);
  return {
    column: columnNames(fields),
    isOptional: isOptional(fields),
    direction,
    unit,
    isCumulative,
    times: decimal('times') ?? { digits: 1n, places: 0 },
    meter: fields.optionalText('meter'),
    wrapAt: decimal('wrapAt'),
  };
}

/** `column`, and for each name the texts that stand for it. */
function readMapping<Name extends string>(
  fields: ProfileFields,
  names: readonly Name[],
): Mapping<Name> {
  const column = columnNames(fields);
  const values = new Map<string, Name>();
  for (const name of names) {
    for (const text of fields.texts(name)) {
      if (values.has(text)) fields.fail(name, 'each text once', shown(text));
      values.set(text, name);
    }
  }
  return { column, isOptional: isOptional(fields), values };
}

function columnNames(fields: ProfileFields): ColumnNames {
  const names = fields.texts('column');
  return names.length > 0 ? names : fields.fail('column', 'a heading or a number', 'nothing');
}

function isOptional(fields: ProfileFields): boolean {
  return fields.oneOf('optional', ['true', 'false'], 'false') === 'true';
}

function checkColumns(profile: ImportProfile, fields: ProfileFields): void {
  const { columns, direction, headerLines, meterColumn, quality, time } = profile;
  const seen = new Set<string>();
  for (const [at, { column, direction: own, meter, isCumulative }] of columns.entries()) {
    const field = `columns[${at}]`;
    const series = `${meter ?? ''}/${own}`;
    if (seen.has(series))
      fields.fail(field, 'one column per meter and direction', shown(column.join(' or ')));
    seen.add(series);
    if (direction !== undefined && own !== 'import') {
      fields.fail(`${field}: direction`, 'import, where the rows decide', own);
    }
    if (isCumulative !== columns[0]?.isCumulative) {
      fields.fail(`${field}: unit`, 'counters alone or energies alone', shown(column.join(' or ')));
    }
  }
  if (headerLines > 0) return;
  const mapped = [meterColumn ?? [], direction?.column ?? [], quality?.column ?? [], time.columns];
  for (const column of [...mapped, ...columns.map((one) => one.column)].flat()) {
    if (/^[1-9][0-9]{0,2}$/.test(column)) continue;
    fields.fail('columns', 'numbers of columns, for there is no heading', shown(column));
  }
}
