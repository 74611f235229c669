/** Settings and extra files of mechanisms, from the words of the command line. */

import { readFile } from 'node:fs/promises';
import {
  expectedOf,
  type Field,
  parseField,
  type TableDeclaration,
  type Value,
  type Values,
} from '@commonwatt/mechanisms';
import { requireUtf8 } from '../../terminal/csv-faults.ts';
import { readCsv } from '../../terminal/csv-table.ts';
import { UsageError } from '../../terminal/usage-error.ts';
import { valuesOf } from '../orders-csv.ts';
import type { Clearable } from './mechanism-choice.ts';

const TABLE_ROWS_MAX = 1_000_000;

export type Tables = Readonly<Record<string, readonly Values[]>>;

export interface TableLines {
  /** Where a cell of a row stands, the first row being 0. */
  placeOf(table: string, row: number, column: string): string | undefined;
}

/** `k=0.5` for whichever of the mechanisms has a `k`. @throws UsageError where none has */
export function settingsOf(mechanisms: readonly Clearable[], params: readonly string[]): Values[] {
  const settings: Record<string, Value>[] = mechanisms.map(() => ({}));
  for (const param of params) {
    const [name, text] = splitAt(param, '--param');
    const known = new Set<string>();
    let isTaken = false;
    for (const [at, mechanism] of mechanisms.entries()) {
      const own = settings[at];
      for (const field of mechanism.settings) known.add(field.name);
      const field = mechanism.settings.find((one) => one.name === name);
      if (field === undefined || own === undefined) continue;
      if (Object.hasOwn(own, name)) throw new UsageError(`--param ${name}`, 'a value once', text);
      own[name] = settingOf(field, text);
      isTaken = true;
    }
    if (isTaken) continue;
    const expected = known.size === 0 ? 'no settings' : `one of ${[...known].join(', ')}`;
    throw new UsageError('--param', expected, name);
  }
  for (const [at, mechanism] of mechanisms.entries()) {
    const missing = mechanism.settings.find(
      ({ name, required }) => required === true && settings[at]?.[name] === undefined,
    );
    if (missing !== undefined) {
      const expected = `${missing.name}=VALUE for ${mechanism.name}: ${expectedOf(missing)}`;
      throw new UsageError('--param', expected, 'nothing');
    }
  }
  return settings;
}

/** Columns of orders that any of the mechanisms declares; one that somebody requires is required. */
export function columnsOf(mechanisms: readonly Clearable[]): readonly Field[] {
  const columns = new Map<string, Field>();
  for (const { columns: declared = [] } of mechanisms) {
    for (const field of declared) {
      const before = columns.get(field.name);
      if (before === undefined || field.required === true) columns.set(field.name, field);
    }
  }
  return [...columns.values()];
}

/** `network=FILE`, read as the table that a mechanism declares under that name. @throws UsageError */
export async function tablesOf(
  mechanisms: readonly Clearable[],
  files: readonly string[],
): Promise<{ readonly tables: Tables; readonly lines: TableLines }> {
  const declared = new Map<string, TableDeclaration>();
  for (const { tables = [] } of mechanisms) {
    for (const table of tables) declared.set(table.name, table);
  }
  const tables: Record<string, readonly Values[]> = {};
  const read = new Map<string, { readonly path: string; readonly lines: readonly number[] }>();
  for (const file of files) {
    const [name, path] = splitAt(file, '--file');
    const table = declared.get(name);
    if (table === undefined) {
      const known = declared.size === 0 ? 'no files' : `one of ${[...declared.keys()].join(', ')}`;
      throw new UsageError('--file', known, name);
    }
    if (Object.hasOwn(tables, name)) throw new UsageError(`--file ${name}`, 'a file once', path);
    const { rows, lines } = await readTable(table, path);
    tables[name] = rows;
    read.set(name, { path, lines });
  }
  for (const { name, required } of declared.values()) {
    if (required === true && tables[name] === undefined) {
      throw new UsageError('--file', `${name}=FILE`, 'nothing');
    }
  }
  const placeOf = (table: string, row: number, column: string) => {
    const { path, lines } = read.get(table) ?? {};
    const line = lines?.[row];
    return line === undefined ? undefined : `${path}, line ${line}, column ${column}`;
  };
  return { tables, lines: { placeOf } };
}

async function readTable({ columns }: TableDeclaration, path: string) {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError('--file', 'a file that can be read', why);
  }
  requireUtf8(bytes, path);
  const isRequired = ({ required }: Field) => required === true;
  const layout = {
    place: path,
    columns: columns.filter(isRequired).map(({ name }) => name),
    further: columns.filter((one) => !isRequired(one)).map(({ name }) => name),
    rowsMax: TABLE_ROWS_MAX,
  };
  const lines: number[] = [];
  const rows = readCsv<string, Values>(bytes, layout, (row) => {
    lines.push(row.line);
    return valuesOf(row, columns);
  });
  return { rows, lines };
}

function settingOf(field: Field, text: string): Value {
  const parsed = parseField(field, text);
  if ('value' in parsed) return parsed.value;
  throw new UsageError(`--param ${field.name}`, parsed.expected, text);
}

function splitAt(text: string, option: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(option, 'NAME=VALUE', text);
  return [text.slice(0, at), text.slice(at + 1)];
}
