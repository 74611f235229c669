/** Who may do what: what a member has let others do, and what waits for an officer's voice. */

import * as Type from 'typebox';
import type { Route } from '../route.ts';
import {
  energyWh,
  hash,
  instantMs,
  instantText,
  limitText,
  member,
  moneyNano,
  nullable,
  record,
} from '../schema.ts';
import { meterRow } from './metering-routes.ts';

const recovery = record({ member, newKey: hash, effectiveMs: instantMs });

const mandate = record({
  /** Whose affairs they are. */
  member,
  delegateKey: hash,
  /** To whom the key belongs. */
  delegate: nullable(member),
  /** Names of the actions that it may send. */
  actions: Type.Array(Type.String()),
  untilMs: instantMs,
});

export const ownAccess = {
  method: 'GET',
  path: '/api/me/access',
  summary: 'Keys, lanes, mandates, grants to read and meters of the signing key’s member.',
  access: { kind: 'member' },
  response: record({
    member,
    keys: Type.Array(
      record({
        key: hash,
        ended: Type.Boolean(),
        lanes: Type.Array(record({ lane: Type.Integer(), next: Type.Integer() })),
      }),
    ),
    mandatesGiven: Type.Array(mandate),
    mandatesHeld: Type.Array(mandate),
    readingGrants: Type.Array(
      record({ key: hash, scopes: Type.Array(Type.String()), untilMs: instantMs }),
    ),
    meters: Type.Array(meterRow),
  }),
  refusals: [],
} as const satisfies Route;

/** Others' reads of the member's personal rows: by auditors, officers, keys it granted, by export. */
export const accessLog = {
  method: 'GET',
  path: '/api/me/access-log',
  summary: 'Who else read the member’s personal rows, what and when; a row for each hour.',
  access: { kind: 'member' },
  query: record({
    from: Type.Optional(instantText),
    until: Type.Optional(instantText),
    limit: Type.Optional(limitText),
  }),
  response: record({
    member,
    reads: Type.Array(
      record({
        firstMs: instantMs,
        lastMs: instantMs,
        count: Type.Integer({ minimum: 1 }),
        /** What lets it read. */
        as: Type.Union([
          Type.Literal('auditor'),
          Type.Literal('grant'),
          Type.Literal('export'),
          Type.Literal('officer'),
        ]),
        /** Zeros for an export by the operator. */
        key: hash,
        reader: nullable(member),
        /** The route that was asked. */
        what: Type.String(),
        /** The span that was asked for. */
        fromMs: instantMs,
        untilMs: instantMs,
      }),
    ),
  }),
  refusals: [],
} as const satisfies Route;

const voices = { approvedBy: Type.Array(member), needed: Type.Integer({ minimum: 1 }) };

const openRun = record({
  periodFromMs: instantMs,
  periodUntilMs: instantMs,
  runHash: hash,
  proposedBy: member,
  traded: energyWh,
  delivered: energyWh,
  postings: Type.Integer(),
  ...voices,
});

const dispute = record({
  periodFromMs: instantMs,
  member,
  runHash: hash,
  reason: Type.String(),
  openedMs: instantMs,
  /** The lines it names: while its run is open their amounts are held back. */
  lines: Type.Array(record({ trade: hash, amount: moneyNano, lineLeaf: hash })),
});

/** What a run left in its payer's escrow: decided by `decideDispute`, or paid when its time is over. */
const heldAmount = record({
  periodFromMs: instantMs,
  trade: hash,
  payer: member,
  payee: member,
  amount: moneyNano,
  untilMs: instantMs,
});

/** One of the community's own accounts; `payable` is its balance less what later runs may take back. */
const communityAccount = record({
  account: Type.String(),
  balance: moneyNano,
  correctable: moneyNano,
  payable: moneyNano,
});

/**
 * Each officer sees what its own roles decide, an auditor everything: proposals of its authority,
 * recoveries for registrars, payouts and the community's accounts for treasurers, runs, disputes
 * and held amounts for checkers.
 */
export const openDecisions = {
  method: 'GET',
  path: '/api/officer/decisions',
  summary:
    'What waits for the requester’s voice: proposals, recoveries, payouts, runs, disputes, held amounts.',
  access: { kind: 'role', roles: ['registrar', 'treasurer', 'operator', 'checker', 'auditor'] },
  response: record({
    proposals: Type.Array(
      record({
        proposal: hash,
        authority: Type.String(),
        action: Type.String(),
        message: Type.Unknown(),
        expiresMs: instantMs,
        ...voices,
      }),
    ),
    recoveries: Type.Array(recovery),
    withdrawals: Type.Array(record({ member, amount: moneyNano })),
    runs: Type.Array(openRun),
    disputes: Type.Array(dispute),
    held: Type.Array(heldAmount),
    community: Type.Array(communityAccount),
  }),
  refusals: [],
} as const satisfies Route;

/** The whole run as it was proposed, for whoever executes it again. */
export const proposedRun = {
  method: 'GET',
  path: '/api/officer/runs/{runHash}',
  summary: 'A settlement run that waits for checkers, as its proposer put it.',
  access: { kind: 'role', roles: ['checker', 'auditor'] },
  params: record({ runHash: hash }),
  response: record({ runHash: hash, run: Type.Unknown() }),
  refusals: ['run_unknown'],
} as const satisfies Route;
