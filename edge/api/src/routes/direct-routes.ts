/**
 * Direct purchase by large consumers. A round's data is for the admitted, for officers and for the
 * companies that the round names: everybody else is refused with `not_admitted`.
 */

import * as Type from 'typebox';
import type { Route } from '../route.ts';
import {
  energyWh,
  hash,
  instantMs,
  limitText,
  member,
  nullable,
  numberText,
  record,
} from '../schema.ts';
import {
  corridorLimit,
  directAdmission,
  directContract,
  directPosition,
  directSide,
  directTokens,
  listing,
  matchedPair,
  matrixParty,
  matrixRow,
  round,
  roundRules,
  roundStage,
  roundSummary,
  securityCheck,
  unmatchedReason,
} from './direct-schemas.ts';

const roundParams = record({ round: numberText });
const memberParams = record({ member: numberText });
const ofRound = ['not_admitted', 'round_unknown'] as const;

export const directRounds = {
  method: 'GET',
  path: '/api/direct/rounds',
  summary: 'Rounds of direct purchase that the member may read, newest first, with their stage.',
  access: { kind: 'member' },
  response: record({
    nowMs: instantMs,
    /** Exchange tokens to one coin. */
    tokensPerCoin: Type.Integer(),
    rounds: Type.Array(roundSummary),
  }),
  refusals: ['not_admitted'],
} as const satisfies Route;

export const directRound = {
  method: 'GET',
  path: '/api/direct/rounds/{round}',
  summary: 'One round: rules, stage with its end, security check, and what it waits for.',
  access: { kind: 'member' },
  params: roundParams,
  response: record({
    nowMs: instantMs,
    round,
    stage: roundStage,
    /** When the stage ends by time alone: what a countdown counts to. */
    stageUntilMs: nullable(instantMs),
    rules: roundRules,
    /** Draws the lots: the hash of the block that closed the listing. */
    seed: nullable(hash),
    rulesVersion: Type.Integer(),
    /** Limits that hold: the published ones until the check, then what the check applied. */
    limits: Type.Array(corridorLimit),
    check: nullable(securityCheck),
    listings: record({
      buyers: Type.Integer(),
      sellers: Type.Integer(),
      /** Not opened yet. */
      sealed: Type.Integer(),
    }),
    contracts: record({
      open: Type.Integer(),
      paid: Type.Integer(),
      cancelled: Type.Integer(),
    }),
    /** Of open contracts: transfers into them, statements of delivery, transfers out of them. */
    awaited: record({
      committed: Type.Integer(),
      stated: Type.Integer(),
      released: Type.Integer(),
    }),
    statements: Type.Array(
      record({
        statementHash: hash,
        version: Type.Integer(),
        contracts: Type.Integer(),
        signedBy: Type.Array(member),
        needed: Type.Integer(),
      }),
    ),
  }),
  refusals: ofRound,
} as const satisfies Route;

export const directListings = {
  method: 'GET',
  path: '/api/direct/rounds/{round}/listings',
  summary: 'What was listed in a round. While listings are sealed a member sees its own alone.',
  access: { kind: 'member' },
  params: roundParams,
  response: record({
    listings: Type.Array(listing),
    /** Sealed ones of others. */
    hidden: Type.Integer(),
  }),
  refusals: ofRound,
} as const satisfies Route;

export const directMatrix = {
  method: 'GET',
  path: '/api/direct/rounds/{round}/matrix',
  summary:
    'Buyers by sellers with every part of each converted price; rows of at most `limit` buyers (50), ' +
    'after the buyer `after`.',
  access: { kind: 'member' },
  params: roundParams,
  query: record({ after: Type.Optional(numberText), limit: Type.Optional(limitText) }),
  response: record({
    buyers: Type.Array(matrixParty),
    sellers: Type.Array(matrixParty),
    rows: Type.Array(matrixRow),
    /** The last buyer of these rows, where more follow. */
    next: nullable(member),
  }),
  refusals: ofRound,
} as const satisfies Route;

export const directMatching = {
  method: 'GET',
  path: '/api/direct/rounds/{round}/matching',
  summary:
    'The pairs of a round in the order of matching, what found no counterparty and why. Before the ' +
    'check without limits, after it as the check left them.',
  access: { kind: 'member' },
  params: roundParams,
  response: record({
    /** Null until the lots are drawn. */
    basis: nullable(Type.Union([Type.Literal('matched'), Type.Literal('checked')])),
    pairs: Type.Array(matchedPair),
    unmatched: Type.Array(
      record({ member, side: directSide, energy: energyWh, reason: unmatchedReason }),
    ),
  }),
  refusals: ofRound,
} as const satisfies Route;

export const directContracts = {
  method: 'GET',
  path: '/api/direct/rounds/{round}/contracts',
  summary:
    'Contracts of a round with the transfers that are due: all of them for officers and the ' +
    'companies of the round, their own for others.',
  access: { kind: 'member' },
  params: roundParams,
  query: record({
    /** The contract before the first one of the page. */
    after: Type.Optional(numberText),
    limit: Type.Optional(limitText),
  }),
  response: record({ contracts: Type.Array(directContract), next: nullable(Type.Integer()) }),
  refusals: ofRound,
} as const satisfies Route;

export const directContractTable = {
  method: 'GET',
  path: '/api/direct/rounds/{round}/contracts/table',
  summary: 'The same contracts as CSV, one row each.',
  access: { kind: 'member' },
  params: roundParams,
  contentType: 'text/plain',
  refusals: ofRound,
} as const satisfies Route;

export const directAdmissions = {
  method: 'GET',
  path: '/api/direct/admissions',
  summary: 'Who applied to take part, oldest application first, with what the centre decided.',
  access: { kind: 'role', roles: ['registrar', 'operator', 'treasurer', 'checker', 'auditor'] },
  response: record({
    admissions: Type.Array(record({ member, ...directAdmission.properties })),
    /** Voices of registrars that a decision takes. */
    needed: Type.Integer(),
    /** More follow that are not told. */
    cut: Type.Boolean(),
  }),
  refusals: [],
} as const satisfies Route;

export const memberDirect = {
  method: 'GET',
  path: '/api/members/{member}/direct',
  summary: 'A member’s own admission, exchange tokens, listings and positions.',
  access: { kind: 'own', scope: 'every' },
  params: memberParams,
  response: record({
    member,
    admission: nullable(directAdmission),
    tokens: directTokens,
    tokensPerCoin: Type.Integer(),
    listings: Type.Array(record({ round, ...listing.properties })),
    positions: Type.Array(directPosition),
  }),
  refusals: ['member_unknown'],
} as const satisfies Route;

export const memberDirectContracts = {
  method: 'GET',
  path: '/api/members/{member}/direct/contracts',
  summary: 'A member’s contracts and positions of all rounds, newest round first.',
  access: { kind: 'own', scope: 'trades' },
  params: memberParams,
  response: record({
    contracts: Type.Array(directContract),
    positions: Type.Array(directPosition),
    /** Older ones are not told. */
    cut: Type.Boolean(),
  }),
  refusals: ['member_unknown'],
} as const satisfies Route;

export const memberDirectContractTable = {
  method: 'GET',
  path: '/api/members/{member}/direct/contracts/table',
  summary: 'A member’s contracts of all rounds as CSV, one row each.',
  access: { kind: 'own', scope: 'trades' },
  params: memberParams,
  contentType: 'text/plain',
  refusals: ['member_unknown'],
} as const satisfies Route;
