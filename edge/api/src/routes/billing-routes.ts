/** Statements of any period, bills, billing runs and the records that they need. */

import * as Type from 'typebox';
import type { Route } from '../route.ts';
import {
  energyWh,
  hash,
  hex,
  instantMs,
  member,
  moneyNano,
  nullable,
  numberText,
  record,
  runSequence,
  settlementStage,
} from '../schema.ts';

/** A day of the community's own calendar. */
const day = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' });
/** From the beginning of one day to the beginning of another. */
const days = { fromDay: day, untilDay: day };
const count = Type.Integer({ minimum: 0 });
const shortText = Type.String({ maxLength: 200 });
/** Of a document: what a path can hold as it is. */
const documentNumber = Type.String({ pattern: '^[A-Za-z0-9_.-]{1,40}$' });

const chargeKind = Type.String({ maxLength: 40 });

/** What the last run says of a slot: the figures of the slot line that a proof file opens. */
const settledSlot = record({
  stage: settlementStage,
  sequence: runSequence,
  /** What trades took of the readings. */
  allocatedBuy: energyWh,
  allocatedSell: energyWh,
  /** What sharing after delivery allotted, and what of it was received and given. */
  allotted: energyWh,
  received: energyWh,
  given: energyWh,
  /** What the own meters stayed below the own trades. */
  deviationBuy: energyWh,
  deviationSell: energyWh,
  /** Money beside the trades, positive where the member receives. */
  shared: moneyNano,
  deviation: moneyNano,
  supply: moneyNano,
  grid: moneyNano,
  levies: moneyNano,
  taxes: moneyNano,
  /** The six together. */
  charge: moneyNano,
});

const statementSlot = record({
  slotMs: instantMs,
  imported: energyWh,
  exported: energyWh,
  /** Of trades that begin in the slot. */
  tradedBuy: energyWh,
  tradedSell: energyWh,
  /** What trades and sharing allocated. */
  bought: energyWh,
  sold: energyWh,
  residualImport: energyWh,
  residualExport: energyWh,
  /** What trades, sharing and deviations come to. */
  amount: moneyNano,
  quality: Type.String(),
  /** Nothing until a run settles the slot. */
  settled: nullable(settledSlot),
  /** One plain sentence on why this amount. */
  words: Type.String(),
});

export const memberPeriod = {
  method: 'GET',
  path: '/api/members/{member}/period',
  summary: 'A member’s statement of a period: energy, every charge, savings, quality.',
  access: { kind: 'own', scope: 'every' },
  params: record({ member: numberText }),
  query: record({ ...days, slots: Type.Optional(Type.Literal('yes')) }),
  response: record({
    member,
    fromMs: instantMs,
    untilMs: instantMs,
    mode: Type.Union([Type.Literal('shown'), Type.Literal('posted')]),
    energy: record({
      imported: energyWh,
      exported: energyWh,
      bought: energyWh,
      sold: energyWh,
      residualImport: energyWh,
      residualExport: energyWh,
      deviationBuy: energyWh,
      deviationSell: energyWh,
    }),
    charges: Type.Array(
      record({
        kind: chargeKind,
        name: Type.String(),
        tariff: nullable(record({ name: Type.String(), version: count })),
        energy: nullable(energyWh),
        /** Positive where the member receives. */
        money: moneyNano,
        billed: Type.Boolean(),
        posted: Type.Boolean(),
      }),
    ),
    amount: moneyNano,
    savings: nullable(
      record({
        supply: moneyNano,
        feedIn: moneyNano,
        gridAndTaxes: moneyNano,
        baseFees: moneyNano,
        supplierOnly: moneyNano,
        withCommunity: moneyNano,
        saved: moneyNano,
        /** How it was computed, with the figures. */
        formula: Type.String(),
      }),
    ),
    quality: record({
      measured: count,
      substituted: count,
      estimated: count,
      missing: count,
      total: count,
      /** Readings that are there, by who signed them. */
      signedBy: record({ device: count, gateway: count, provider: count }),
    }),
    findings: Type.Array(record({ code: Type.String(), slots: count, firstMs: instantMs })),
    /** Empty unless they were asked for. */
    slots: Type.Array(statementSlot),
  }),
  refusals: ['member_unknown', 'days_invalid'],
} as const satisfies Route;

const delivery = record({
  state: Type.Union([
    Type.Literal('prepared'),
    Type.Literal('sent'),
    Type.Literal('downloaded'),
    Type.Literal('failed'),
  ]),
  atMs: instantMs,
  note: Type.String(),
});

const documentRow = record({
  number: documentNumber,
  type: Type.String(),
  member,
  fromMs: instantMs,
  untilMs: instantMs,
  issued: day,
  /** Hundredths of the currency, signed. */
  grossCents: moneyNano,
  dueCents: moneyNano,
  /** SHA-256 of the canonical text. */
  textHash: hash,
  corrects: nullable(documentNumber),
  correctedBy: nullable(documentNumber),
  delivery: Type.Array(delivery),
});

const format = Type.Union([
  Type.Literal('json'),
  Type.Literal('csv'),
  Type.Literal('pdf'),
  Type.Literal('ubl'),
]);
const documentFile = record({
  name: Type.String(),
  mediaType: Type.String(),
  content: hex,
  /** A signed note over number and hash of the canonical text, by the key of the checkpoints. */
  seal: Type.String(),
});

export const memberBills = {
  method: 'GET',
  path: '/api/members/{member}/bills',
  summary: 'A member’s invoices and credit notes, oldest first.',
  access: { kind: 'own', scope: 'every' },
  params: record({ member: numberText }),
  response: record({ bills: Type.Array(documentRow) }),
  refusals: ['member_unknown'],
} as const satisfies Route;

export const memberBill = {
  method: 'GET',
  path: '/api/members/{member}/bills/{number}',
  summary: 'One document of a member: its canonical text, a table, pages or UBL.',
  access: { kind: 'own', scope: 'every' },
  params: record({ member: numberText, number: documentNumber }),
  query: record({ format: Type.Optional(format) }),
  response: documentFile,
  refusals: ['member_unknown', 'document_unknown'],
} as const satisfies Route;

const taxStatus = Type.Union([
  Type.Literal('private'),
  Type.Literal('small business'),
  Type.Literal('registered'),
  Type.Literal('reverse charge'),
]);
const billingRecordFields = {
  name: shortText,
  street: shortText,
  postcode: shortText,
  city: shortText,
  /** Two letters. */
  country: Type.String({ pattern: '^[A-Z]{2}$' }),
  status: taxStatus,
  vatNumber: nullable(Type.String({ pattern: '^[ -~]{1,20}$' })),
  taxNumber: nullable(Type.String({ minLength: 1, maxLength: 40 })),
  registrationNumber: nullable(Type.String({ minLength: 1, maxLength: 40 })),
  meteringPoint: Type.String({ maxLength: 64 }),
  iban: nullable(Type.String({ pattern: '^[A-Z0-9]{1,34}$' })),
};

export const billingRecord = {
  method: 'GET',
  path: '/api/billing/records',
  summary: 'What is kept of a member for its bills: name, address, account, tax status.',
  access: { kind: 'role', roles: ['registrar', 'treasurer'] },
  query: record({ member: numberText }),
  response: record({ member, record: nullable(record(billingRecordFields)) }),
  refusals: ['member_unknown'],
} as const satisfies Route;

export const putBillingRecord = {
  method: 'POST',
  path: '/api/billing/records',
  summary: 'Keeps a member’s billing record, encrypted under a key of its own; says what it lacks.',
  access: { kind: 'role', roles: ['registrar', 'treasurer'] },
  body: record({ member, record: record(billingRecordFields) }),
  response: record({ flaws: Type.Array(Type.String()) }),
  refusals: ['member_unknown', 'member_erased'],
} as const satisfies Route;

const exceptionCode = Type.String({ pattern: '^[a-z_]{1,40}$' });
const acceptable = Type.Union([Type.Literal('readings_missing'), Type.Literal('total_negative')]);
const run = { ...days, accept: Type.Array(acceptable, { maxItems: 2 }) };
const exceptions = Type.Array(record({ member, code: exceptionCode, detail: Type.String() }));

export const previewBilling = {
  method: 'POST',
  path: '/api/billing/preview',
  summary: 'What a billing run would make, and who would get no bill and why. Changes nothing.',
  access: { kind: 'role', roles: ['treasurer'] },
  body: record(run),
  response: record({
    fromMs: instantMs,
    untilMs: instantMs,
    /** The same as long as nothing that goes into the bills changes. */
    hash,
    bills: Type.Array(
      record({
        member,
        type: Type.String(),
        lines: count,
        netCents: moneyNano,
        vatCents: moneyNano,
        grossCents: moneyNano,
        paidCents: moneyNano,
        dueCents: moneyNano,
      }),
    ),
    exceptions,
    nothingToBill: count,
  }),
  refusals: ['billing_not_configured', 'days_invalid'],
} as const satisfies Route;

export const finaliseBilling = {
  method: 'POST',
  path: '/api/billing/finalise',
  summary: 'Makes the bills of a preview final: numbered without a gap, never changed again.',
  access: { kind: 'role', roles: ['treasurer'] },
  body: record({ ...run, hash }),
  response: record({ documents: Type.Array(documentRow), exceptions }),
  refusals: ['billing_not_configured', 'days_invalid', 'period_not_over', 'preview_changed'],
} as const satisfies Route;

export const correctBill = {
  method: 'POST',
  path: '/api/billing/corrections',
  summary: 'Takes a document back by another that refers to it.',
  access: { kind: 'role', roles: ['treasurer'] },
  body: record({
    number: documentNumber,
    reason: Type.String({ minLength: 1, maxLength: 500 }),
  }),
  response: documentRow,
  refusals: ['billing_not_configured', 'document_unknown', 'corrected_already'],
} as const satisfies Route;

export const billingDocuments = {
  method: 'GET',
  path: '/api/billing/documents',
  summary:
    'All final documents with the state of their delivery; after a number, a page at a time.',
  access: { kind: 'role', roles: ['treasurer', 'auditor'] },
  query: record({ after: Type.Optional(documentNumber) }),
  response: record({ documents: Type.Array(documentRow), next: nullable(documentNumber) }),
  refusals: ['document_unknown'],
} as const satisfies Route;

export const billingDocument = {
  method: 'GET',
  path: '/api/billing/documents/{number}',
  summary: 'One final document: its canonical text, a table, pages or UBL.',
  access: { kind: 'role', roles: ['treasurer', 'auditor'] },
  params: record({ number: documentNumber }),
  query: record({ format: Type.Optional(format) }),
  response: documentFile,
  refusals: ['document_unknown'],
} as const satisfies Route;

export const noteDelivery = {
  method: 'POST',
  path: '/api/billing/delivery',
  summary: 'Notes how far the delivery of the named documents is; the others stay as they are.',
  access: { kind: 'role', roles: ['treasurer'] },
  body: record({
    numbers: Type.Array(documentNumber, { minItems: 1, maxItems: 500 }),
    state: Type.Union([Type.Literal('prepared'), Type.Literal('sent'), Type.Literal('failed')]),
    note: shortText,
  }),
  response: record({ unknown: Type.Array(documentNumber) }),
  refusals: [],
} as const satisfies Route;

export const billingTable = {
  method: 'GET',
  path: '/api/billing/table',
  summary: 'The documents issued in a span of days as CSV, one row each.',
  access: { kind: 'role', roles: ['treasurer', 'auditor'] },
  query: record(days),
  contentType: 'text/plain',
  refusals: [],
} as const satisfies Route;
