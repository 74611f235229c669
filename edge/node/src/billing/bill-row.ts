/** What the archive says of a document without opening it, and how far its delivery is. */

import {
  DOCUMENT_TYPES,
  type DocumentType,
  type IssuedBill,
  writtenText,
} from '@commonwatt/contracts';
import {
  type Codec,
  choice,
  hash32,
  list,
  moneyNano,
  optional,
  struct,
  textUpTo,
  u32,
  u64,
} from '@commonwatt/ledger';

export const DELIVERY_STATES = ['prepared', 'sent', 'downloaded', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export interface DeliveryStep {
  readonly state: DeliveryState;
  readonly atMs: number;
  /** By which way, or why it failed. */
  readonly note: string;
}

/** Steps of one document: the oldest beyond the first are left out. */
export const DELIVERY_STEPS_MAX = 100;

export interface BillRow {
  readonly number: string;
  readonly type: DocumentType;
  readonly member: number;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly issued: string;
  readonly grossCents: bigint;
  readonly dueCents: bigint;
  /** SHA-256 of its canonical text. */
  readonly textHash: Uint8Array;
  readonly corrects: string | undefined;
  readonly correctedBy: string | undefined;
  /** The calendar year under whose key it is kept. */
  readonly year: number;
  /** Oldest first; never empty. */
  readonly delivery: readonly DeliveryStep[];
}

const cents = moneyNano as Codec<bigint>;
export const billRowCodec: Codec<BillRow> = struct<BillRow>({
  number: textUpTo(40),
  type: choice(...DOCUMENT_TYPES),
  member: u32,
  fromMs: u64,
  untilMs: u64,
  issued: textUpTo(10),
  grossCents: cents,
  dueCents: cents,
  textHash: hash32,
  corrects: optional(textUpTo(40)),
  correctedBy: optional(textUpTo(40)),
  year: u32,
  delivery: list(
    struct<DeliveryStep>({ state: choice(...DELIVERY_STATES), atMs: u64, note: writtenText(200) }),
    DELIVERY_STEPS_MAX,
  ),
});

export function rowOf(bill: IssuedBill, textHash: Uint8Array, nowMs: number): BillRow {
  const { number, type, member, fromMs, untilMs, dates, totals, corrects } = bill;
  return {
    number,
    type,
    member,
    fromMs,
    untilMs,
    issued: dates.issued,
    grossCents: totals.grossCents,
    dueCents: totals.dueCents,
    textHash,
    corrects: corrects?.number,
    correctedBy: undefined,
    year: Number(dates.issued.slice(0, 4)),
    delivery: [{ state: 'prepared', atMs: nowMs, note: '' }],
  };
}

export function withStep(row: BillRow, step: DeliveryStep): BillRow {
  const [first, ...rest] = row.delivery as [DeliveryStep, ...DeliveryStep[]];
  return { ...row, delivery: [first, ...rest.slice(2 - DELIVERY_STEPS_MAX), step] };
}
