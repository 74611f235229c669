/** What the doors ask of billing. Days are those of the community's calendar, `YYYY-MM-DD`. */

import type { Bill, MemberStatement } from '@commonwatt/contracts';
import type { DeskRefusal } from '../desk-refusal.ts';
import type { BillRow, DeliveryState } from './bill-row.ts';
import type { BillingRecord } from './billing-record.ts';

/** From the beginning of one day to the beginning of another. */
export interface DaySpan {
  readonly from: string;
  readonly until: string;
}

/** Why a member is not billed in a run. */
export const EXCEPTION_CODES = [
  'record_missing',
  'record_incomplete',
  'tariff_missing',
  'readings_missing',
  'not_settled',
  'lines_missing',
  'allocated_above_metered',
  'posted_differs',
  'vat_rate_missing',
  'vat_rate_changes',
  'total_negative',
  'billed_already',
] as const;
export type ExceptionCode = (typeof EXCEPTION_CODES)[number];
/** What an operator may let pass, having looked at it. */
export const ACCEPTABLE_CODES: readonly ExceptionCode[] = ['readings_missing', 'total_negative'];

export interface BillingException {
  readonly member: number;
  readonly code: ExceptionCode;
  /** What exactly: a field, a count, a number of a document. */
  readonly detail: string;
}

export interface BillingPreview {
  readonly fromMs: number;
  readonly untilMs: number;
  /** The same as long as nothing that goes into the bills changes. */
  readonly hash: Uint8Array;
  readonly bills: readonly Bill[];
  readonly exceptions: readonly BillingException[];
  /** Members without anything to bill. */
  readonly nothingToBill: number;
}

export interface Finalised {
  readonly documents: readonly BillRow[];
  readonly exceptions: readonly BillingException[];
}

export interface RunRequest extends DaySpan {
  /** Exceptions to let pass. */
  readonly accept: readonly ExceptionCode[];
}

export type DocumentFormat = 'json' | 'csv' | 'pdf' | 'ubl';

export interface DocumentFile {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** A final document as a proof file holds it. */
export interface BillProof {
  readonly text: string;
  readonly basis: unknown;
  readonly seal: string;
}

export interface BillingDesk {
  /** In which the days of the community's calendar begin. */
  readonly timeZone: string;
  /** A member's statement of a period that is over or not. */
  statement(member: number, span: DaySpan): MemberStatement | DeskRefusal;
  record(member: number): BillingRecord | undefined;
  /** What the record lacks to be billed with. */
  putRecord(member: number, record: BillingRecord): Promise<readonly string[] | DeskRefusal>;
  /** Changes nothing, and says the same as long as nothing else changes. */
  preview(request: RunRequest): Promise<BillingPreview | DeskRefusal>;
  /** Makes the documents of a preview final, numbers them, and never changes them again. */
  finalise(request: RunRequest & { readonly hash: Uint8Array }): Promise<Finalised | DeskRefusal>;
  /** Takes a document back by another that refers to it. */
  correct(number: string, reason: string): Promise<BillRow | DeskRefusal>;
  documents(): readonly BillRow[];
  documentsOf(member: number): readonly BillRow[];
  document(number: string): BillRow | undefined;
  file(number: string, format: DocumentFormat): Promise<DocumentFile | undefined>;
  seal(number: string): string | undefined;
  /** What a member's proof file shows of its bills of a span: text, basis, seal. */
  proofs(member: number, fromMs: number, untilMs: number): readonly BillProof[];
  /** Says of which numbers there was no document. */
  noteDelivery(
    numbers: readonly string[],
    step: { readonly state: DeliveryState; readonly note: string },
  ): readonly string[];
  /** All documents issued in a span, as one table. */
  table(span: DaySpan): Promise<string>;
}
