/**
 * The ledger of certificates beside the market's: what is issued, offered, owed, and the peg between
 * both. A node that keeps none answers `not_found`. Its blocks, checkpoints and its door for
 * transactions are those of the market's ledger under the prefix `/certificates`.
 */

import * as Type from 'typebox';
import type { Route } from '../route.ts';
import {
  energyWh,
  hash,
  height,
  instantMs,
  member,
  moneyNano,
  nullable,
  numberText,
  priceNano,
  record,
} from '../schema.ts';

const entitlementKind = Type.Union([
  Type.Literal('renewable'),
  Type.Literal('green'),
  Type.Literal('obligation'),
  Type.Literal('quota'),
]);
const technology = Type.Union([
  Type.Literal('wind'),
  Type.Literal('thermal'),
  Type.Literal('other'),
  Type.Literal('solar'),
  Type.Literal('hydro'),
  Type.Literal('biomass'),
]);
const rangeStatus = Type.Union([
  Type.Literal('live'),
  Type.Literal('offered'),
  Type.Literal('green'),
  Type.Literal('counted'),
  Type.Literal('surrendered'),
  Type.Literal('retired'),
  Type.Literal('withdrawn'),
]);
/** The status as EnergyTag's granular certificates name it. */
const bundleStatus = Type.Union([
  Type.Literal('Active'),
  Type.Literal('Reserved'),
  Type.Literal('Locked'),
  Type.Literal('Claimed'),
  Type.Literal('Cancelled'),
  Type.Literal('Withdrawn'),
]);
const period = Type.Integer({ minimum: 0, maximum: 4294967295 });
const peer = Type.Integer({ minimum: 0, maximum: 65535 });
const production = { fromMs: instantMs, untilMs: instantMs, technology, region: Type.String() };

/** Certificates that follow each other, with the fields of an EnergyTag bundle. */
const certificate = record({
  issuance: Type.Integer({ minimum: 1 }),
  /** Certificate id range: within the issuance, both included. */
  first: energyWh,
  last: energyWh,
  /** Bundle quantity: so many certificates of the face value. */
  energy: energyWh,
  faceValueWh: Type.Literal('1'),
  status: rangeStatus,
  bundleStatus,
  /** Account: a member of the ledger of certificates. */
  owner: member,
  /** Nano-coin per Wh, while it is offered. */
  price: nullable(priceNano),
  /** The period of the duty that it counted for. */
  period: nullable(period),
  beneficiary: Type.String(),
  /** Production interval, technology and region. */
  ...production,
  carrier: Type.Literal('electricity'),
  /** The deal or the run that it was produced for: its name on the market's ledger. */
  source: record({ peer, member, kind: entitlementKind, source: hash, version: Type.Integer() }),
});

const duty = { owed: energyWh, met: energyWh, missing: energyWh };

export const memberCertificates = {
  method: 'GET',
  path: '/api/members/{member}/certificates',
  summary: 'A member’s certificates, duties and pegged coin, and entitlements still on the market.',
  access: { kind: 'own', scope: 'balance' },
  params: record({ member: numberText }),
  response: record({
    member,
    /** Its number on the ledger of certificates: null where its key is not enrolled there. */
    there: nullable(member),
    /** Pegged coin that is free. */
    coin: moneyNano,
    certificates: Type.Array(certificate),
    duties: Type.Array(
      record({
        duty: Type.Union([Type.Literal('quota'), Type.Literal('obligation')]),
        period,
        fromMs: instantMs,
        untilMs: instantMs,
        ...duty,
      }),
    ),
    /** Certificates issued for energy that was corrected away after they were given on. */
    debt: energyWh,
    entitlements: Type.Array(
      record({
        kind: entitlementKind,
        source: hash,
        ...production,
        energy: energyWh,
        version: Type.Integer(),
        /** The version that last went over the peg; 0 before. */
        lockedVersion: Type.Integer(),
      }),
    ),
    /** More of one of the lists are not told. */
    cut: Type.Boolean(),
  }),
  refusals: ['member_unknown'],
} as const satisfies Route;

export const certificateOffers = {
  method: 'GET',
  path: '/api/certificates/offers',
  summary: 'Certificates that can be bought now, cheapest first.',
  access: { kind: 'member' },
  response: record({ offers: Type.Array(certificate), cut: Type.Boolean() }),
  refusals: [],
} as const satisfies Route;

const held = record({
  live: energyWh,
  offered: energyWh,
  green: energyWh,
  counted: energyWh,
  surrendered: energyWh,
  retired: energyWh,
  withdrawn: energyWh,
});

export const certificateCompliance = {
  method: 'GET',
  path: '/api/certificates/compliance',
  summary: 'By member what quota and obligation of a period are owed, met and missing.',
  access: { kind: 'role', roles: ['registrar', 'operator', 'treasurer', 'checker', 'auditor'] },
  query: record({ period: Type.Optional(numberText) }),
  response: record({
    period,
    fromMs: instantMs,
    untilMs: instantMs,
    /** Certificates that stand, those withdrawn left out. */
    standing: energyWh,
    members: Type.Array(
      record({
        /** On the ledger of certificates. */
        there: member,
        /** On the market's: null where its key is not known there. */
        member: nullable(member),
        quota: record(duty),
        obligation: record(duty),
        held,
        debt: energyWh,
      }),
    ),
  }),
  refusals: [],
} as const satisfies Route;

/** One of the two ledgers as the peg sees it. */
const pegSide = record({
  name: Type.String(),
  chain: hash,
  height: nullable(height),
  /** The other ledger's number here: null until operators named it. */
  peer: nullable(peer),
  finalityBlocks: nullable(Type.Integer()),
  /** Why the peg stands still; null while it does not. */
  stopped: nullable(Type.String()),
  /** Proofs that the other ledger's history split, which were kept. */
  forks: Type.Integer(),
  /** The newest head of the other ledger that was taken here. */
  head: nullable(record({ size: height, root: hash, signatures: Type.Integer() })),
  /** Crossings that left for the other ledger. */
  sent: Type.Integer(),
  /** All coin that went to the other ledger, and all that came from it. */
  out: moneyNano,
  in: moneyNano,
  /** The newest that left, newest first, and the height at which each arrived on the other side. */
  crossings: Type.Array(record({ number: Type.Integer(), arrivedHeight: nullable(height) })),
});

export const certificateBridge = {
  method: 'GET',
  path: '/api/certificates/bridge',
  summary: 'The peg: what is locked, minted and under way, heads of both ledgers, the carrier.',
  access: { kind: 'public' },
  response: record({
    market: pegSide,
    certificates: pegSide,
    /** Coin locked on the market’s ledger, minted on the other, and on its way between them. */
    locked: moneyNano,
    minted: moneyNano,
    underWay: moneyNano,
    relay: record({
      /** Why nothing is carried now; null while it works. */
      standing: nullable(Type.String()),
      batches: Type.Integer(),
      carried: Type.Integer(),
      refused: Type.Array(
        record({
          way: Type.Union([Type.Literal('to certificates'), Type.Literal('to market')]),
          height,
          receiptIndex: Type.Integer(),
          code: Type.String(),
        }),
      ),
    }),
  }),
  refusals: [],
} as const satisfies Route;
