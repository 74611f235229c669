/**
 * A registrar's file of members: one row each, with the proof of a key that the member made, or
 * without one, for a member who is to be invited. Every fault of the file is named at once.
 */

import type { Admission } from '@commonwatt/contracts';
import type { Crypto } from '@commonwatt/ledger';
import { CsvError, parse } from 'csv-parse/sync';
import { UsageError } from '../../terminal/usage-error.ts';
import { admissionOf } from './admission.ts';
import { type KeyProof, keyProofOf } from './key-proof.ts';

const COLUMNS = ['label', 'kind', 'roles', 'import_w', 'export_w', 'credit_eur'] as const;
const KEY_COLUMNS = ['public_key', 'agreement_key', 'possession'] as const;
const ROWS_MAX = 10_000;
const FAULTS_MAX = 20;

type Column = (typeof COLUMNS)[number] | (typeof KEY_COLUMNS)[number];
type Row = Readonly<Record<Column, string>>;

export interface Newcomer {
  readonly line: number;
  readonly label: string;
  readonly admission: Admission;
  /** Nothing for who is to be invited. */
  readonly proof: KeyProof | undefined;
}

/** @throws UsageError naming every faulty row, up to FAULTS_MAX. */
export function readNewcomers(
  text: string,
  told: { readonly crypto: Crypto; readonly chain: string; saltOf(): Uint8Array },
): readonly Newcomer[] {
  const newcomers: Newcomer[] = [];
  const faults: string[] = [];
  const known = new Map<string, number>();
  for (const [at, row] of rowsOf(text).entries()) {
    const line = at + 2;
    try {
      const newcomer = newcomerOf(row, line, told);
      const key = row.public_key;
      const before = key === '' ? undefined : known.get(key);
      if (before !== undefined) {
        throw new UsageError(`line ${line}: public_key`, 'another key', `that of line ${before}`);
      }
      known.set(key, line);
      newcomers.push(newcomer);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      if (faults.length < FAULTS_MAX) faults.push(error.message);
    }
  }
  if (faults.length > 0) {
    throw new UsageError('members', 'rows without a fault', `\n  ${faults.join('\n  ')}`);
  }
  return newcomers;
}

function newcomerOf(
  row: Row,
  line: number,
  told: { readonly crypto: Crypto; readonly chain: string; saltOf(): Uint8Array },
): Newcomer {
  const place = `line ${line}: `;
  const written = {
    label: row.label,
    kind: row.kind,
    roles: row.roles,
    importW: row.import_w,
    exportW: row.export_w,
    creditEur: row.credit_eur,
  };
  const admission = admissionOf(written, told.saltOf(), place);
  const isInvited = KEY_COLUMNS.every((column) => row[column] === '');
  if (isInvited) return { line, label: row.label, admission, proof: undefined };
  const proof = keyProofOf(
    told.crypto,
    { publicKey: row.public_key, agreementKey: row.agreement_key, possession: row.possession },
    { chain: told.chain, place },
  );
  return { line, label: row.label, admission, proof };
}

function rowsOf(text: string): readonly Row[] {
  let records: string[][];
  try {
    records = parse(text, { bom: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UsageError('members', 'a CSV file', error.message);
  }
  const [head = [], ...rows] = records;
  const missing = COLUMNS.find((column) => !head.includes(column));
  if (missing !== undefined) {
    throw new UsageError('line 1', `the columns ${COLUMNS.join(', ')}`, head.join(', '));
  }
  const foreign = head.find((name) => ![...COLUMNS, ...KEY_COLUMNS].some((one) => one === name));
  if (foreign !== undefined) {
    const expected = `no column besides ${[...COLUMNS, ...KEY_COLUMNS].join(', ')}`;
    throw new UsageError('line 1', expected, foreign);
  }
  if (rows.length > ROWS_MAX) {
    throw new UsageError('members', `at most ${ROWS_MAX} rows`, `${rows.length}`);
  }
  return rows.map((cells) => {
    const cell = (column: Column): string => cells[head.indexOf(column)] ?? '';
    return Object.fromEntries([...COLUMNS, ...KEY_COLUMNS].map((one) => [one, cell(one)])) as Row;
  });
}
