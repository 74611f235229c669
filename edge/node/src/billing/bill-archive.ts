/**
 * The archive of final documents: a store apart from the personal records, under keys of its own, that
 * outlives the erasure of a person for as long as the law asks. Every calendar year has a data key; when a
 * year's time is over its key is destroyed. A document is written once and never changed.
 *
 *   person 0       the book: how many documents of each type there are
 *   person YEAR    row/NUMBER, text/NUMBER, seal/NUMBER, basis/NUMBER; pdf/NUMBER once it was asked for
 */

import { join } from 'node:path';
import { nodeRandom as random } from '@commonwatt/consensus';
import { DOCUMENT_TYPES, type DocumentType } from '@commonwatt/contracts';
import { type Crypto, decode, encode, struct, u32, utf8Bytes } from '@commonwatt/ledger';
import { MasterKeyFile, MemoryMasterKeys } from '../personal/master-key.ts';
import { type PersonalRecord, PersonalVault } from '../personal/personal-vault.ts';
import {
  MemoryRecordStore,
  openRecordStore,
  type RecordStore,
  type RecordStoreFailedError,
} from '../personal/record-store.ts';
import { type BillRow, billRowCodec, type DeliveryStep, withStep } from './bill-row.ts';

/** Documents that are numbered one after the other. */
export interface Series {
  readonly type: DocumentType;
  readonly prefix: string;
}

export interface FinalDocument {
  readonly row: BillRow;
  readonly prefix: string;
  /** The canonical text of the bill. */
  readonly text: string;
  /** A signed note over the hash of the text. */
  readonly seal: string;
  /** What it was computed with, as JSON. */
  readonly basis: string;
}

const BOOK = 0;
/** Years in which documents may have been made. */
const YEARS = { first: 1970, last: 9999 } as const;
const DOCUMENTS_MAX = 10_000_000;
const AFTER_ALL = '~';

const countersCodec = struct<{ readonly count: number }>({ count: u32 });
/** A new prefix begins a new series, so that numbers may begin anew with a year. */
const counterName = ({ type, prefix }: Series): string =>
  `counter/${type.replaceAll(' ', '-')}/${encodeURIComponent(prefix)}`;
const yearName = (year: number): string => `year/${`${year}`.padStart(4, '0')}`;
const named = (part: string, number: string): string => `${part}/${encodeURIComponent(number)}`;

/** DIR/bills beside DIR/personal, with a master key of its own; in memory without a folder. */
export function openBillArchive(
  dir: string | undefined,
  crypto: Crypto,
  onFailure?: (fault: RecordStoreFailedError) => void,
): BillArchive {
  if (dir === undefined) return archiveIn(new MemoryRecordStore(), crypto);
  const path = join(dir, 'bills');
  const store = openRecordStore(path, onFailure);
  const masterKeys = new MasterKeyFile(path, random);
  return new BillArchive(new PersonalVault({ store, masterKeys, crypto, random }));
}

/** An archive in memory, or in a store that a test watches. */
export function archiveIn(store: RecordStore, crypto: Crypto): BillArchive {
  const masterKeys = new MemoryMasterKeys(random);
  return new BillArchive(new PersonalVault({ store, masterKeys, crypto, random }));
}

export class BillArchive {
  readonly #vault: PersonalVault;
  /** In the order in which they were made. */
  readonly #rows = new Map<string, BillRow>();
  readonly #ofMember = new Map<number, string[]>();

  constructor(vault: PersonalVault) {
    this.#vault = vault;
    const years = [...vault.range(BOOK, 'year/', `year/${AFTER_ALL}`, YEARS.last)];
    const rows = years.flatMap(({ name }) => {
      const year = Number(name.slice('year/'.length));
      return [...vault.range(year, 'row/', `row/${AFTER_ALL}`, DOCUMENTS_MAX)].map(({ content }) =>
        decode(billRowCodec, content, 'bill row'),
      );
    });
    for (const row of rows.sort(byIssue)) this.#remember(row);
  }

  /** How many documents of a series were made, those that are no longer kept included. */
  count(series: Series): number {
    const content = this.#vault.read(BOOK, counterName(series));
    return content === undefined ? 0 : decode(countersCodec, content, 'counter').count;
  }

  rows(): readonly BillRow[] {
    return [...this.#rows.values()];
  }

  row(number: string): BillRow | undefined {
    return this.#rows.get(number);
  }

  rowsOf(member: number): readonly BillRow[] {
    return (this.#ofMember.get(member) ?? []).map((number) => this.#rows.get(number) as BillRow);
  }

  /**
   * Keeps documents and counts them, all or none, on disk when it returns: a process that ends in it
   * leaves neither a gap nor a number given twice.
   * @throws RangeError for a number that is taken, and for a year that is no longer kept
   */
  add(documents: readonly FinalDocument[]): void {
    const counts = new Map<string, number>();
    const years = new Set<number>();
    const changed = new Map<string, BillRow>();
    const records: PersonalRecord[] = [];
    for (const { row, prefix, text, seal, basis } of documents) {
      const { number, type, year, corrects } = row;
      if (this.#rows.has(number) || changed.has(number)) {
        throw new RangeError(`bills: expected a new number, got ${number} again`);
      }
      if (year < YEARS.first || year > YEARS.last) throw new RangeError(`bills: no year ${year}`);
      const counter = counterName({ type, prefix });
      counts.set(counter, (counts.get(counter) ?? this.count({ type, prefix })) + 1);
      years.add(year);
      changed.set(number, row);
      const parts = { text: utf8Bytes(text), seal: utf8Bytes(seal), basis: utf8Bytes(basis) };
      for (const [part, content] of Object.entries(parts)) {
        records.push({ person: year, name: named(part, number), content });
      }
      const original = corrects === undefined ? undefined : this.#rows.get(corrects);
      if (original !== undefined) {
        changed.set(original.number, { ...original, correctedBy: number });
      }
    }
    for (const [name, count] of counts) {
      records.push({ person: BOOK, name, content: encode(countersCodec, { count }) });
    }
    for (const year of years) {
      records.push({ person: BOOK, name: yearName(year), content: Uint8Array.of(1) });
    }
    this.#writeRows([...changed.values()], records);
  }

  /** Notes how far the delivery of the named documents is; the others are not touched. */
  note(numbers: readonly string[], step: DeliveryStep): void {
    const rows = numbers.flatMap((number) => {
      const row = this.#rows.get(number);
      return row === undefined ? [] : [withStep(row, step)];
    });
    this.#writeRows(rows, []);
  }

  #writeRows(rows: readonly BillRow[], others: readonly PersonalRecord[]): void {
    const ofRows = rows.map((row) => ({
      person: row.year,
      name: named('row', row.number),
      content: encode(billRowCodec, row),
    }));
    this.#vault.write([...others, ...ofRows]);
    for (const row of rows) this.#remember(row);
  }

  #remember(row: BillRow): void {
    if (!this.#rows.has(row.number)) {
      const known = this.#ofMember.get(row.member);
      if (known === undefined) this.#ofMember.set(row.member, [row.number]);
      else known.push(row.number);
    }
    this.#rows.set(row.number, row);
  }

  text(number: string): string | undefined {
    return decoded(this.#part(number, 'text'));
  }

  seal(number: string): string | undefined {
    return decoded(this.#part(number, 'seal'));
  }

  basis(number: string): string | undefined {
    return decoded(this.#part(number, 'basis'));
  }

  pdf(number: string): Uint8Array | undefined {
    return this.#part(number, 'pdf');
  }

  /** Keeps the pages of a document as they were made first. @throws RangeError where there are some */
  keepPdf(number: string, pdf: Uint8Array): void {
    const row = this.#rows.get(number);
    if (row === undefined || this.pdf(number) !== undefined) {
      throw new RangeError(`bills: expected a document without pages, got ${number}`);
    }
    this.#vault.write([{ person: row.year, name: named('pdf', number), content: pdf }]);
  }

  #part(number: string, part: string): Uint8Array | undefined {
    const row = this.#rows.get(number);
    return row && this.#vault.read(row.year, named(part, number));
  }

  /** Destroys the keys of the years before `year`, and with them their documents. Returns which. */
  forgetBefore(year: number): readonly number[] {
    const over = [...new Set(this.rows().map((row) => row.year))].filter((one) => one < year);
    for (const one of over.sort((a, b) => a - b)) {
      this.#vault.erase(one);
      for (const row of this.rows()) if (row.year === one) this.#forget(row);
    }
    return over;
  }

  #forget({ number, member }: BillRow): void {
    this.#rows.delete(number);
    const left = (this.#ofMember.get(member) ?? []).filter((one) => one !== number);
    if (left.length === 0) this.#ofMember.delete(member);
    else this.#ofMember.set(member, left);
  }

  close(): Promise<void> {
    return this.#vault.close();
  }
}

const RANK = new Map(DOCUMENT_TYPES.map((type, at) => [type, at]));

function byIssue(a: BillRow, b: BillRow): number {
  if (a.issued !== b.issued) return a.issued < b.issued ? -1 : 1;
  const rank = (RANK.get(a.type) ?? 0) - (RANK.get(b.type) ?? 0);
  return rank || (a.number < b.number ? -1 : 1);
}

function decoded(bytes: Uint8Array | undefined): string | undefined {
  return bytes && new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}
