/**
 * Billing: statements of any period, runs that are previewed and then made final once, the archive of
 * documents, and how far each one's delivery is.
 */

import {
  type Bill,
  type BillBasis,
  billBasisCodec,
  billBasisHash,
  billText,
  billTextHash,
  correctionOf,
  correctionTypeOf,
  type DocumentType,
  dayAfter,
  documentNumber,
  type IssuedBill,
  issued,
  issuedBillCodec,
  type MemberStatement,
  memberStatement,
} from '@commonwatt/contracts';
import { type Clock, type Ledger, type Sha256, type Signer, utf8Bytes } from '@commonwatt/ledger';
import type { DeskRefusal } from '../desk-refusal.ts';
import type { PersonalRecords } from '../personal/personal-records.ts';
import type { BillArchive, FinalDocument } from './bill-archive.ts';
import { type BillRow, type DeliveryState, rowOf } from './bill-row.ts';
import type {
  BillingDesk,
  BillingPreview,
  BillProof,
  DaySpan,
  DocumentFile,
  DocumentFormat,
  Finalised,
  RunRequest,
} from './billing-desk.ts';
import { type BillingRecord, flawsOfRecord } from './billing-record.ts';
import { billingRun } from './billing-run.ts';
import type { BillingSettings } from './billing-settings.ts';
import { lastDayBefore, localDay, startOfDay } from './local-day.ts';
import { sealOf } from './seal.ts';
import type { Span, StatementSource } from './statement-source.ts';

export interface BillingOptions {
  readonly ledger: Ledger;
  readonly sha256: Sha256;
  readonly clock: Clock;
  /** Seals documents: the key that signs checkpoints. */
  readonly signer: Signer;
  readonly source: StatementSource;
  readonly records: PersonalRecords;
  readonly archive: BillArchive;
  /** Where nothing is configured, statements are made and no bills. */
  readonly settings: BillingSettings | undefined;
  readonly timeZone: string;
}

/** The longest period of one statement: a leap year and a day that a zone may move it by. */
const SPAN_MS_MAX = 367 * 86_400_000;
const NOT_CONFIGURED: DeskRefusal = { code: 'billing_not_configured' };

export class Billing implements BillingDesk {
  readonly #options: BillingOptions;
  /** Numbers are handed out by one run at a time. */
  #line: Promise<unknown> = Promise.resolve();

  constructor(options: BillingOptions) {
    this.#options = options;
    this.#forgetWhatIsOver();
  }

  get timeZone(): string {
    return this.#options.timeZone;
  }

  statement(member: number, days: DaySpan): MemberStatement | DeskRefusal {
    const span = this.#span(days);
    if ('code' in span) return span;
    return memberStatement(this.#options.source.inputOf(member, span));
  }

  #span({ from, until }: DaySpan): Span | DeskRefusal {
    const { timeZone } = this.#options;
    try {
      const span = { fromMs: startOfDay(timeZone, from), untilMs: startOfDay(timeZone, until) };
      const lengthMs = span.untilMs - span.fromMs;
      if (lengthMs > 0 && lengthMs <= SPAN_MS_MAX) return span;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
    return { code: 'days_invalid', from, until };
  }

  record(member: number): BillingRecord | undefined {
    return this.#options.records.billingRecord(member);
  }

  /** An incomplete record is kept, for it is filled by and by; what it lacks is told. */
  async putRecord(member: number, record: BillingRecord): Promise<readonly string[] | DeskRefusal> {
    const { records } = this.#options;
    if (records.isErased(member)) return { code: 'member_erased', member };
    records.putBillingRecord(member, record);
    return flawsOfRecord(record);
  }

  async preview(request: RunRequest): Promise<BillingPreview | DeskRefusal> {
    return this.#preview(request);
  }

  #preview(request: RunRequest): BillingPreview | DeskRefusal {
    const { settings, ledger, source, records, archive, sha256 } = this.#options;
    if (settings === undefined) return NOT_CONFIGURED;
    const span = this.#span(request);
    if ('code' in span) return span;
    const run = billingRun(
      {
        ledger,
        source,
        settings,
        recordOf: (member) => records.billingRecord(member),
        documentsOf: (member) => archive.rowsOf(member),
      },
      span,
      request.accept,
    );
    // As if every bill were the first: numbers and dates are no part of what is previewed.
    const texts = run.bills.map((bill) => billText(issued(bill, NO_NUMBER)));
    const basis = billBasisHash(sha256, { ...source.basisOf(span), rules: settings.rules });
    const facts = JSON.stringify([span, run.exceptions, Buffer.from(basis).toString('hex')]);
    return { ...span, ...run, hash: sha256(utf8Bytes([facts, ...texts].join('\n'))) };
  }

  finalise(request: RunRequest & { hash: Uint8Array }): Promise<Finalised | DeskRefusal> {
    return this.#inLine(() => {
      const preview = this.#preview(request);
      if ('code' in preview) return preview;
      const { settings, clock } = this.#options;
      if (settings === undefined) return NOT_CONFIGURED;
      if (preview.untilMs > clock.nowMs()) return { code: 'period_not_over' };
      if (!Buffer.from(preview.hash).equals(request.hash)) return { code: 'preview_changed' };
      const day = this.#today();
      const counts = new Counts(this.#options.archive, settings);
      const basis: BillBasis = { ...this.#options.source.basisOf(preview), rules: settings.rules };
      const given = { counts, day, request, settings, basis };
      const written = JSON.stringify(billBasisCodec.toJson(basis));
      const documents = preview.bills.map((bill) =>
        this.#final(issued(bill, this.#issue(bill, given)), settings, written),
      );
      this.#options.archive.add(documents);
      return { documents: documents.map(({ row }) => row), exceptions: preview.exceptions };
    });
  }

  #issue(
    bill: Bill,
    given: {
      counts: Counts;
      day: string;
      request: DaySpan;
      settings: BillingSettings;
      basis: BillBasis;
    },
  ): Pick<IssuedBill, 'number' | 'dates' | 'iban' | 'basis'> {
    const { counts, day, request, settings, basis } = given;
    const isInvoice = bill.type === 'invoice';
    const record = this.#options.records.billingRecord(bill.member);
    return {
      number: counts.next(bill.type),
      dates: {
        issued: day,
        due: dayAfter(day, settings.rules.dueDays),
        first: request.from,
        last: lastDayBefore(request.until),
      },
      iban: isInvoice ? settings.issuerIban : record?.iban,
      basis: billBasisHash(this.#options.sha256, basis),
    };
  }

  #final(bill: IssuedBill, { rules }: BillingSettings, basis: string): FinalDocument {
    const { sha256, signer, ledger, clock } = this.#options;
    const text = billText(bill);
    const textHash = billTextHash(sha256, text);
    const sealer = { sha256, signer, name: ledger.genesis.name, chain: ledger.chain };
    return {
      row: rowOf(bill, textHash, clock.nowMs()),
      prefix: rules.series[bill.type].prefix,
      text,
      seal: sealOf(sealer, bill.number, textHash),
      basis,
    };
  }

  correct(number: string, reason: string): Promise<BillRow | DeskRefusal> {
    return this.#inLine(() => {
      const { archive, settings } = this.#options;
      if (settings === undefined) return NOT_CONFIGURED;
      const row = archive.row(number);
      const original = this.#bill(number);
      if (row === undefined || original === undefined) return { code: 'document_unknown', number };
      const type = correctionTypeOf(original.type);
      if (type === undefined || row.correctedBy !== undefined) {
        return { code: 'corrected_already', number, by: row.correctedBy ?? number };
      }
      const next = new Counts(archive, settings).next(type);
      const given = { number: next, issued: this.#today(), reason };
      const basis = archive.basis(number) ?? '';
      const document = this.#final(correctionOf(original, given), settings, basis);
      archive.add([document]);
      return document.row;
    });
  }

  #today(): string {
    return localDay(this.#options.timeZone, this.#options.clock.nowMs());
  }

  #bill(number: string): IssuedBill | undefined {
    const text = this.#options.archive.text(number);
    // The archive's own text: written by `billText`, sealed, and read back by the strict codec.
    return text === undefined ? undefined : issuedBillCodec.fromJson(JSON.parse(text), 'bill');
  }

  documents(): readonly BillRow[] {
    return this.#options.archive.rows();
  }

  documentsOf(member: number): readonly BillRow[] {
    return this.#options.archive.rowsOf(member);
  }

  document(number: string): BillRow | undefined {
    return this.#options.archive.row(number);
  }

  seal(number: string): string | undefined {
    return this.#options.archive.seal(number);
  }

  proofs(member: number, fromMs: number, untilMs: number): readonly BillProof[] {
    const { archive } = this.#options;
    return archive
      .rowsOf(member)
      .filter((row) => row.fromMs >= fromMs && row.untilMs <= untilMs)
      .map(({ number }) => ({
        text: archive.text(number) ?? '',
        basis: JSON.parse(archive.basis(number) ?? '{}') as unknown,
        seal: archive.seal(number) ?? '',
      }));
  }

  async file(number: string, format: DocumentFormat): Promise<DocumentFile | undefined> {
    const bill = this.#bill(number);
    if (bill === undefined) return undefined;
    const name = number.replaceAll('/', '-');
    const file = (mediaType: string, bytes: Uint8Array, ending: string) => ({
      name: `${name}.${ending}`,
      mediaType,
      bytes,
    });
    switch (format) {
      case 'json':
        return file('application/json', utf8Bytes(billText(bill)), 'json');
      case 'csv': {
        const { billLinesCsv } = await import('./documents/bill-csv.ts');
        return file('text/csv', utf8Bytes(billLinesCsv(bill)), 'csv');
      }
      case 'ubl': {
        const { billUbl } = await import('./documents/bill-ubl.ts');
        return file('application/xml', utf8Bytes(billUbl(bill)), 'xml');
      }
      case 'pdf':
        return file('application/pdf', await this.#pdf(bill), 'pdf');
    }
  }

  /** Pages are made once and kept: who asks again gets the same bytes, whatever version made them. */
  async #pdf(bill: IssuedBill): Promise<Uint8Array> {
    const { archive } = this.#options;
    const kept = archive.pdf(bill.number);
    if (kept !== undefined) return kept;
    const { billPdf } = await import('./documents/bill-pdf.ts');
    const made = await billPdf(bill);
    const meanwhile = archive.pdf(bill.number);
    if (meanwhile !== undefined) return meanwhile;
    archive.keepPdf(bill.number, made);
    return made;
  }

  noteDelivery(
    numbers: readonly string[],
    step: { state: DeliveryState; note: string },
  ): readonly string[] {
    const { archive, clock } = this.#options;
    const known = numbers.filter((number) => archive.row(number) !== undefined);
    if (known.length > 0) archive.note(known, { ...step, atMs: clock.nowMs() });
    return numbers.filter((number) => !known.includes(number));
  }

  bills({ from, until }: DaySpan): readonly IssuedBill[] {
    return this.#options.archive
      .rows()
      .filter((row) => row.issued >= from && row.issued < until)
      .map(({ number }) => this.#bill(number) as IssuedBill);
  }

  async table(span: DaySpan): Promise<string> {
    const { billsCsv } = await import('./documents/bill-csv.ts');
    return billsCsv(this.bills(span));
  }

  /** Documents whose time is over are destroyed with their year's key. */
  #forgetWhatIsOver(): void {
    const { settings, archive } = this.#options;
    if (settings === undefined) return;
    const year = Number(this.#today().slice(0, 4));
    archive.forgetBefore(year - settings.retentionYears);
  }

  #inLine<T>(work: () => T): Promise<T> {
    const result = this.#line.then(work);
    this.#line = result.catch(() => undefined);
    return result;
  }
}

const NO_NUMBER = {
  number: '',
  dates: { issued: '', due: '', first: '', last: '' },
  iban: undefined,
  basis: new Uint8Array(32),
};

/** Numbers for documents that are about to be kept together. */
class Counts {
  readonly #archive: BillArchive;
  readonly #settings: BillingSettings;
  readonly #given = new Map<DocumentType, number>();

  constructor(archive: BillArchive, settings: BillingSettings) {
    this.#archive = archive;
    this.#settings = settings;
  }

  next(type: DocumentType): string {
    const series = this.#settings.rules.series[type];
    const index = this.#given.get(type) ?? this.#archive.count({ type, prefix: series.prefix });
    this.#given.set(type, index + 1);
    return documentNumber(series, index);
  }
}
