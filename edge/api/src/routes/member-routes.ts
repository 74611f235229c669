/** Personal rows: each to its member, to keys the member granted, and to auditors. */

import * as Type from 'typebox';
import type { Route } from '../route.ts';
import {
  energyWh,
  hash,
  height,
  hex,
  instantMs,
  instantText,
  limitText,
  market,
  member,
  moneyNano,
  nullable,
  numberText,
  powerW,
  priceNano,
  readingQuality,
  readingSource,
  readingVersion,
  record,
  runSequence,
  settlementStage,
  side,
} from '../schema.ts';

const memberParams = record({ member: numberText });
const period = record({
  from: Type.Optional(instantText),
  until: Type.Optional(instantText),
  limit: Type.Optional(limitText),
});

export const ownMember = {
  method: 'GET',
  path: '/api/me',
  summary: 'The member to whom the signing key belongs.',
  access: { kind: 'member' },
  response: record({
    member,
    kind: Type.String(),
    roles: Type.Array(Type.String()),
    importLimitW: powerW,
    exportLimitW: powerW,
    status: Type.String(),
    /** A recovery under way: the member may stop it. */
    recovery: nullable(record({ newKey: hash, effectiveMs: instantMs })),
    /** The personal record as the registrar keeps it, for its member alone. */
    label: nullable(Type.String()),
  }),
  refusals: [],
} as const satisfies Route;

/** An account in the balance map, whose key is the hash of table, member and kind of account. */
const accountProof = record({
  /** The account's canonical bytes; null proves that there is no entry, hence zero. */
  value: nullable(hex),
  siblings: Type.Array(hash),
  other: nullable(record({ keyHash: hash, valueHash: hash })),
});

export const memberBalance = {
  method: 'GET',
  path: '/api/members/{member}/balance',
  summary: 'A member’s accounts, with a proof against the latest checkpoint of the balance map.',
  access: { kind: 'own', scope: 'balance' },
  params: memberParams,
  response: record({
    member,
    available: moneyNano,
    reserved: moneyNano,
    escrow: moneyNano,
    withdrawing: moneyNano,
    creditLimit: moneyNano,
    /** Of each account, under one root of the balance map. */
    proof: record({
      height,
      root: hash,
      available: accountProof,
      reserved: accountProof,
      escrow: accountProof,
      withdrawing: accountProof,
    }),
  }),
  refusals: ['member_unknown'],
} as const satisfies Route;

export const orderRow = record({
  order: Type.String(),
  market,
  slotMs: instantMs,
  side,
  limit: nullable(priceNano),
  energy: energyWh,
  reserved: moneyNano,
});
export const standingRow = record({
  standing: Type.String(),
  market,
  side,
  limit: priceNano,
  energies: Type.Array(energyWh),
  fromMs: instantMs,
  untilMs: instantMs,
});

export const negotiationRow = record({
  negotiation: Type.String(),
  market,
  slotMs: instantMs,
  side,
  counterparty: member,
  /** Who spoke last, and what was offered. */
  offeredBy: side,
  energy: energyWh,
  price: priceNano,
  round: Type.Integer(),
});

export const memberOrders = {
  method: 'GET',
  path: '/api/members/{member}/orders',
  summary: 'Open orders, standing orders and open negotiations of a member.',
  access: { kind: 'own', scope: 'orders' },
  params: memberParams,
  response: record({
    orders: Type.Array(orderRow),
    standing: Type.Array(standingRow),
    negotiations: Type.Array(negotiationRow),
  }),
  refusals: ['member_unknown'],
} as const satisfies Route;

export const tradeRow = record({
  trade: hash,
  market,
  slotMs: instantMs,
  side,
  counterparty: member,
  energy: energyWh,
  price: priceNano,
  money: moneyNano,
  agreedMs: instantMs,
  height,
  leafIndex: Type.Integer(),
  settled: Type.Boolean(),
  /** What was delivered and paid, once settled. */
  delivered: nullable(energyWh),
  paid: nullable(moneyNano),
});

export const memberTrades = {
  method: 'GET',
  path: '/api/members/{member}/trades',
  summary: 'Trades of a member, newest first.',
  access: { kind: 'own', scope: 'trades' },
  params: memberParams,
  query: period,
  response: record({ trades: Type.Array(tradeRow) }),
  refusals: ['member_unknown'],
} as const satisfies Route;

export const memberReadings = {
  method: 'GET',
  path: '/api/members/{member}/readings',
  summary: 'The readings of a member’s meters that count, with quality and who signed them.',
  access: { kind: 'own', scope: 'readings' },
  params: memberParams,
  query: period,
  response: record({
    readings: Type.Array(
      record({
        meter: Type.Integer(),
        slotMs: instantMs,
        imported: energyWh,
        exported: energyWh,
        quality: readingQuality,
        source: readingSource,
        version: readingVersion,
      }),
    ),
  }),
  refusals: ['member_unknown'],
} as const satisfies Route;

export const memberOpenRuns = {
  method: 'GET',
  path: '/api/members/{member}/open-runs',
  summary: 'Settlement runs that stand open to a member’s dispute: its lines, and what opens them.',
  access: { kind: 'own', scope: 'statements' },
  params: memberParams,
  response: record({
    runs: Type.Array(
      record({
        periodFromMs: instantMs,
        periodUntilMs: instantMs,
        runHash: hash,
        stage: settlementStage,
        sequence: runSequence,
        /** It takes effect then, or once enough checkers signed it after that. */
        earliestMs: instantMs,
        amount: moneyNano,
        charge: moneyNano,
        linesRoot: hash,
        /** In the order in which they stand under the root. */
        lines: Type.Array(
          record({
            salt: Type.String({ pattern: '^[0-9a-f]{32}$' }),
            trade: hash,
            slotMs: instantMs,
            counterparty: member,
            side,
            traded: energyWh,
            delivered: energyWh,
            price: priceNano,
            money: moneyNano,
          }),
        ),
      }),
    ),
  }),
  refusals: ['member_unknown'],
} as const satisfies Route;

export const memberStatement = {
  method: 'GET',
  path: '/api/members/{member}/statements',
  summary: 'Settlement runs of a member: posting, lines, and what opens their commitments.',
  access: { kind: 'own', scope: 'statements' },
  params: memberParams,
  query: period,
  response: record({
    statements: Type.Array(
      record({
        periodFromMs: instantMs,
        periodUntilMs: instantMs,
        runHash: hash,
        stage: settlementStage,
        sequence: runSequence,
        /** The trades' part, and what beside them the run comes to. */
        amount: moneyNano,
        charge: moneyNano,
        bought: energyWh,
        sold: energyWh,
        renewable: energyWh,
        lines: Type.Array(
          record({
            trade: hash,
            slotMs: instantMs,
            side,
            counterparty: member,
            traded: energyWh,
            delivered: energyWh,
            price: priceNano,
            money: moneyNano,
            /** One plain sentence. */
            words: Type.String(),
          }),
        ),
      }),
    ),
  }),
  refusals: ['member_unknown'],
} as const satisfies Route;

export const memberBundle = {
  method: 'GET',
  path: '/api/members/{member}/bundle',
  summary:
    'A proof file: own actions, receipts, trades, postings, paths and the signed checkpoint.',
  access: { kind: 'own', scope: 'every' },
  params: memberParams,
  query: record({ from: Type.Optional(instantText), until: Type.Optional(instantText) }),
  response: Type.Unknown(),
  refusals: ['member_unknown', 'member_erased', 'proof_incomplete', 'span_too_long'],
} as const satisfies Route;

export const memberEvents = {
  method: 'GET',
  path: '/api/members/{member}/events',
  summary: 'Server-sent events of one member: orders, trades, postings.',
  access: { kind: 'own', scope: 'trades' },
  params: memberParams,
  contentType: 'text/event-stream',
  refusals: ['member_unknown', 'too_many_streams'],
} as const satisfies Route;

export const inviteStatus = {
  method: 'GET',
  path: '/api/invites/{inviteKey}',
  summary: 'Whether an invite is open, and what it admits to. Only who holds it knows its key.',
  access: { kind: 'public' },
  params: record({ inviteKey: hash }),
  response: record({
    open: Type.Boolean(),
    kind: Type.String(),
    roles: Type.Array(Type.String()),
    expiresMs: instantMs,
    importLimitW: powerW,
    exportLimitW: powerW,
    creditLimit: moneyNano,
  }),
  refusals: ['invite_unknown'],
} as const satisfies Route;

/** The head of a batch: with the root of its actions it gives the signed bytes, and their hash. */
const batchHead = { envelope: hex, actionCount: Type.Integer({ minimum: 1, maximum: 65535 }) };

/**
 * Whose keys stand behind a negotiation, to be checked against its name: the action that began it,
 * its place in a block, and the batch of the order that it is about.
 */
const negotiationEvidence = record({
  begun: record({
    ...batchHead,
    action: hex,
    actionProof: Type.Array(hash),
    height,
    receipt: record({ leaf: hex, index: Type.Integer({ minimum: 0 }), proof: Type.Array(hash) }),
  }),
  order: record({ ...batchHead, actionsRoot: hash }),
});

export const negotiationMessages = {
  method: 'GET',
  path: '/api/negotiations/{id}/messages',
  summary: 'Sealed messages of a negotiation, for its two parties.',
  access: { kind: 'parties', scope: 'orders' },
  params: record({ id: Type.String({ pattern: '^[0-9a-f]{64}:(0|[1-9][0-9]{0,4})$' }) }),
  response: record({
    seller: member,
    buyer: member,
    sellerKey: hash,
    buyerKey: hash,
    sellerAgreementKey: hash,
    buyerAgreementKey: hash,
    evidence: negotiationEvidence,
    messages: Type.Array(
      record({ from: member, sequence: Type.Integer(), sealed: hex, receivedMs: instantMs }),
    ),
  }),
  refusals: [],
} as const satisfies Route;

export const postNegotiationMessage = {
  method: 'POST',
  path: '/api/negotiations/{id}/messages',
  summary: 'Leaves a message sealed under the mutual key for the other party.',
  access: { kind: 'parties', scope: 'orders' },
  params: record({ id: Type.String({ pattern: '^[0-9a-f]{64}:(0|[1-9][0-9]{0,4})$' }) }),
  body: record({
    sequence: Type.Integer({ minimum: 0, maximum: 1000 }),
    sealed: Type.String({ pattern: '^([0-9a-f]{2})+$', maxLength: 8192 }),
  }),
  response: record({ accepted: Type.Boolean() }),
  refusals: ['messages_too_many', 'sequence_wrong'],
} as const satisfies Route;
