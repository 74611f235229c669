/** Statements, bills and billing runs at the doors. */

import type { RouteBody, RouteResponse } from '@commonwatt/api';
import { members } from '@commonwatt/contracts';
import { toHex } from '@commonwatt/ledger';
import type { BillRow } from '../../billing/bill-row.ts';
import type { DaySpan, DocumentFormat, RunRequest } from '../../billing/billing-desk.ts';
import type { BillingRecord } from '../../billing/billing-record.ts';
import type { DeskRefusal, Desks } from '../../desks.ts';
import type { Handlers } from '../handler.ts';
import { MalformedRequest, type Refused, refused, U32_MAX, wholeNumber } from '../refused.ts';
import { statementView } from '../statement-view.ts';

type BillingHandlers = Pick<
  Handlers,
  | 'memberPeriod'
  | 'memberBills'
  | 'memberBill'
  | 'billingRecord'
  | 'putBillingRecord'
  | 'previewBilling'
  | 'finaliseBilling'
  | 'correctBill'
  | 'billingDocuments'
  | 'billingDocument'
  | 'noteDelivery'
  | 'billingTable'
>;

/** Documents on one page. */
const DOCUMENTS_MAX = 500;

export function billingHandlers(desks: Desks): BillingHandlers {
  const { billing } = desks;
  return {
    ...memberBilling(desks),
    ...recordHandlers(desks),
    previewBilling: async ({ body }) => {
      const preview = await billing.preview(runOf(body));
      if ('code' in preview) return codeOf(preview, PREVIEW_CODES);
      const { fromMs, untilMs, hash, bills, exceptions, nothingToBill } = preview;
      return {
        fromMs,
        untilMs,
        hash: toHex(hash),
        bills: bills.map(({ member, type, lines, totals }) => ({
          member,
          type,
          lines: lines.length,
          netCents: `${totals.netCents}`,
          vatCents: `${totals.vatCents}`,
          grossCents: `${totals.grossCents}`,
          paidCents: `${totals.paidCents}`,
          dueCents: `${totals.dueCents}`,
        })),
        exceptions: [...exceptions],
        nothingToBill,
      };
    },
    finaliseBilling: async ({ body }) => {
      const hash = new Uint8Array(Buffer.from(body.hash, 'hex'));
      const done = await billing.finalise({ ...runOf(body), hash });
      if ('code' in done) return codeOf(done, FINALISE_CODES);
      const { documents, exceptions } = done;
      return { documents: documents.map(rowView), exceptions: [...exceptions] };
    },
    correctBill: async ({ body }) => {
      const done = await billing.correct(body.number, body.reason);
      return 'code' in done ? codeOf(done, CORRECT_CODES) : rowView(done);
    },
    billingDocuments: ({ query }) => {
      const rows = billing.documents();
      const { after } = query;
      const at = after === undefined ? -1 : rows.findIndex(({ number }) => number === after);
      if (after !== undefined && at < 0) return refused('document_unknown', { number: after });
      const page = rows.slice(at + 1, at + 1 + DOCUMENTS_MAX);
      const isLast = at + 1 + page.length >= rows.length;
      return {
        documents: page.map(rowView),
        next: isLast ? null : (page.at(-1)?.number ?? null),
      };
    },
    billingDocument: ({ params, query }) => fileOf(desks, params.number, query.format),
    noteDelivery: ({ body }) => {
      const { numbers, state, note } = body;
      return { unknown: [...billing.noteDelivery([...new Set(numbers)], { state, note })] };
    },
    billingTable: ({ query }) => billing.table(spanOf(query)),
  };
}

type MemberBilling = Pick<BillingHandlers, 'memberPeriod' | 'memberBills' | 'memberBill'>;

function memberBilling(desks: Desks): MemberBilling {
  const { billing } = desks;
  return {
    memberPeriod: ({ params, query }) => {
      const member = knownMember(desks, params.member);
      if (typeof member !== 'number') return member;
      const statement = billing.statement(member, spanOf(query));
      if ('code' in statement) return codeOf(statement, ['days_invalid']);
      return statementView(desks, statement, query.slots === 'yes');
    },
    memberBills: ({ params }) => {
      const member = knownMember(desks, params.member);
      if (typeof member !== 'number') return member;
      return { bills: billing.documentsOf(member).map(rowView) };
    },
    memberBill: async ({ params, query, requester }) => {
      const member = knownMember(desks, params.member);
      if (typeof member !== 'number') return member;
      const { number } = params;
      // Another member's document is no document here.
      if (billing.document(number)?.member !== member) {
        return refused('document_unknown', { number });
      }
      const file = await fileOf(desks, number, query.format);
      if (requester.member === member) {
        billing.noteDelivery([number], { state: 'downloaded', note: query.format ?? 'json' });
      }
      return file;
    },
  };
}

function recordHandlers(desks: Desks): Pick<BillingHandlers, 'billingRecord' | 'putBillingRecord'> {
  const { billing } = desks;
  return {
    billingRecord: ({ query }) => {
      const member = knownMember(desks, query.member);
      if (typeof member !== 'number') return member;
      const record = billing.record(member);
      return { member, record: record === undefined ? null : recordView(record) };
    },
    putBillingRecord: async ({ body }) => {
      const member = knownMember(desks, `${body.member}`);
      if (typeof member !== 'number') return member;
      const flaws = await billing.putRecord(member, recordOf(body.record));
      return Array.isArray(flaws) ? { flaws } : refused('member_erased', { member });
    },
  };
}

function knownMember({ ledger }: Desks, text: string): number | Refused<'member_unknown'> {
  const member = wholeNumber(text, 'path.member', U32_MAX);
  if (ledger.state.get(members, member) !== undefined) return member;
  return refused('member_unknown', { member });
}

const spanOf = ({ fromDay, untilDay }: { fromDay: string; untilDay: string }): DaySpan => ({
  from: fromDay,
  until: untilDay,
});

const runOf = (body: RouteBody<'previewBilling'>): RunRequest => ({
  ...spanOf(body),
  accept: body.accept,
});

const PREVIEW_CODES = ['billing_not_configured', 'days_invalid'] as const;
const FINALISE_CODES = [...PREVIEW_CODES, 'period_not_over', 'preview_changed'] as const;
const CORRECT_CODES = ['billing_not_configured', 'document_unknown', 'corrected_already'] as const;

/** A desk's refusal as its route may give it. */
function codeOf<C extends (typeof FINALISE_CODES | typeof CORRECT_CODES)[number]>(
  { code, ...facts }: DeskRefusal,
  codes: readonly C[],
): Refused<C> {
  const found = codes.find((one) => one === code);
  if (found === undefined) throw new Error(`billing: expected a refusal of the route, got ${code}`);
  return refused(found, facts) as Refused<C>;
}

async function fileOf({ billing }: Desks, number: string, format: DocumentFormat = 'json') {
  const file = await billing.file(number, format);
  if (file === undefined) return refused('document_unknown', { number });
  const { name, mediaType, bytes } = file;
  return { name, mediaType, content: toHex(bytes), seal: billing.seal(number) ?? '' };
}

function rowView(row: BillRow): RouteResponse<'correctBill'> {
  const { number, type, member, fromMs, untilMs, issued } = row;
  return {
    number,
    type,
    member,
    fromMs,
    untilMs,
    issued,
    grossCents: `${row.grossCents}`,
    dueCents: `${row.dueCents}`,
    textHash: toHex(row.textHash),
    corrects: row.corrects ?? null,
    correctedBy: row.correctedBy ?? null,
    delivery: row.delivery.map((step) => ({ ...step })),
  };
}

type RecordView = RouteBody<'putBillingRecord'>['record'];

function recordView(record: BillingRecord): RecordView {
  const { name, address, status, meteringPoint } = record;
  return {
    name,
    ...address,
    status,
    vatNumber: record.vatNumber ?? null,
    taxNumber: record.taxNumber ?? null,
    registrationNumber: record.registrationNumber ?? null,
    meteringPoint,
    iban: record.iban ?? null,
  };
}

/** @throws MalformedRequest for text that no record holds, such as half a character. */
function recordOf(view: RecordView): BillingRecord {
  const { name, street, postcode, city, country, status, meteringPoint } = view;
  const { taxNumber, registrationNumber } = view;
  const texts = { name, street, postcode, city, meteringPoint, taxNumber, registrationNumber };
  for (const [field, text] of Object.entries(texts)) {
    if (text === null) continue;
    if (!text.isWellFormed() || /[\p{Cc}\u2028\u2029]/u.test(text)) {
      const expected = 'text of one line';
      throw new MalformedRequest({
        field: `body.record.${field}`,
        expected,
        got: 'other characters',
      });
    }
  }
  return {
    name,
    address: { street, postcode, city, country },
    status,
    vatNumber: view.vatNumber ?? undefined,
    taxNumber: view.taxNumber ?? undefined,
    registrationNumber: view.registrationNumber ?? undefined,
    meteringPoint,
    iban: view.iban ?? undefined,
  };
}
