/**
 * A file of members: who they are, with the proof of a key that the member made, or without one,
 * for a member who is to be invited. Every fault of the file is named at once.
 */

import type { Admission } from '@commonwatt/contracts';
import type { Crypto } from '@commonwatt/ledger';
import { type CsvRow, readCsv } from '../../terminal/csv-table.ts';
import { UsageError } from '../../terminal/usage-error.ts';
import { admissionOf } from './admission.ts';
import { type KeyProof, keyProofOf } from './key-proof.ts';

const COLUMNS = ['label', 'kind', 'roles', 'import_w', 'export_w', 'credit_eur'] as const;
const KEY_COLUMNS = ['public_key', 'agreement_key', 'possession'] as const;
const ROWS_MAX = 10_000;

type Column = (typeof COLUMNS)[number] | (typeof KEY_COLUMNS)[number];

export interface Newcomer {
  readonly line: number;
  readonly label: string;
  readonly admission: Admission;
  /** Nothing for who is to be invited. */
  readonly proof: KeyProof | undefined;
}

interface Told {
  readonly crypto: Crypto;
  readonly chain: string;
  /** The file, for errors. */
  readonly place: string;
  saltOf(): Uint8Array;
}

/** @throws UsageError naming every faulty row. */
export function readNewcomers(text: string, told: Told): readonly Newcomer[] {
  const layout = {
    place: told.place,
    columns: COLUMNS,
    further: KEY_COLUMNS,
    rowsMax: ROWS_MAX,
    trim: true,
  };
  const known = new Map<string, number>();
  return readCsv<Column, Newcomer>(text, layout, (row) => {
    const newcomer = newcomerOf(row, told);
    const key = row.cell('public_key');
    const before = key === '' ? undefined : known.get(key);
    if (before !== undefined) {
      throw new UsageError(row.place('public_key'), 'another key', `that of line ${before}`);
    }
    known.set(key, row.line);
    return newcomer;
  });
}

function newcomerOf({ line, cell, place }: CsvRow<Column>, told: Told): Newcomer {
  const label = cell('label');
  const written = {
    label,
    kind: cell('kind'),
    roles: cell('roles'),
    importW: cell('import_w'),
    exportW: cell('export_w'),
    creditEur: cell('credit_eur'),
  };
  const admission = admissionOf(written, told.saltOf(), {
    label: place('label'),
    kind: place('kind'),
    roles: place('roles'),
    importW: place('import_w'),
    exportW: place('export_w'),
    creditEur: place('credit_eur'),
  });
  const isInvited = KEY_COLUMNS.every((column) => cell(column) === '');
  if (isInvited) return { line, label, admission, proof: undefined };
  const proof = {
    publicKey: cell('public_key'),
    agreementKey: cell('agreement_key'),
    possession: cell('possession'),
  };
  const places = {
    publicKey: place('public_key'),
    agreementKey: place('agreement_key'),
    possession: place('possession'),
  };
  const { crypto, chain } = told;
  return { line, label, admission, proof: keyProofOf(crypto, proof, { chain, places }) };
}
