/** What a member has let others do, and what waits for an officer's voice. */

import type { RoleName } from '@commonwatt/api';
import {
  ACTION,
  type ActionName,
  type Authority,
  accounts,
  COMMUNITY_ACCOUNTS,
  disputes,
  executionVersion1,
  grantsOfMember,
  helds,
  keys,
  keysOfMember,
  lanesOfKey,
  type Mandate,
  type MandateKey,
  mandatesOfDelegate,
  mandatesOfMember,
  metersOfMember,
  neededVoices,
  type OpenRun,
  openRuns,
  type Proposal,
  payableOf,
  proposals,
  type RunKey,
  recoveries,
  SCOPE,
  type Scope,
} from '@commonwatt/contracts';
import { decode, type State, toHex } from '@commonwatt/ledger';
import type { Desks } from '../../desks.ts';
import type { Handlers } from '../handler.ts';
import { jsonOf } from '../json-view.ts';
import { readPeriod } from '../period.ts';
import { refused } from '../refused.ts';
import { memberOf } from './member-handlers.ts';
import { meterView } from './metering-handlers.ts';

type AccessHandlers = Pick<Handlers, 'ownAccess' | 'accessLog' | 'openDecisions' | 'proposedRun'>;

/** Rows of each kind in one answer: the ones that end first, where there is an end. */
const ROWS_MAX = 500;

export function accessHandlers({ ledger, clock, accessLog }: Desks): AccessHandlers {
  const nowMs = () => Math.max(clock.nowMs(), ledger.info().timeMs);
  return {
    ownAccess: ({ requester }) => ownAccess(ledger.state, memberOf(requester), nowMs()),
    accessLog: ({ requester, query }) => {
      const member = memberOf(requester);
      const { fromMs, untilMs, limit } = readPeriod(query);
      const reads = accessLog.of(member, fromMs, untilMs, limit).map((row) => ({
        ...row,
        key: toHex(row.key),
        reader: row.reader ?? null,
      }));
      return { member, reads };
    },
    openDecisions: ({ requester }) => openDecisions(ledger.state, requester.roles, nowMs()),
    proposedRun: ({ params }) => {
      const found = ledger.state
        .entries(openRuns)
        .find(([key]) => toHex(key.runHash) === params.runHash);
      if (found === undefined) return refused('run_unknown');
      return { runHash: params.runHash, run: jsonOf(found[1].run) };
    },
  };
}

function ownAccess(state: State, member: number, nowMs: number) {
  const ownKeys = state.group(keysOfMember, `${member}`);
  const held = ownKeys.flatMap(([key]) => state.group(mandatesOfDelegate, toHex(key)));
  return {
    member,
    keys: ownKeys.slice(-ROWS_MAX).map(([key, { endedFromHeight }]) => ({
      key: toHex(key),
      ended: endedFromHeight !== undefined,
      lanes: state.group(lanesOfKey, toHex(key)).map(([{ lane }, { next }]) => ({ lane, next })),
    })),
    mandatesGiven: standing(state.group(mandatesOfMember, `${member}`), nowMs).map((one) =>
      mandateView(state, one),
    ),
    mandatesHeld: standing(held, nowMs).map((one) => mandateView(state, one)),
    readingGrants: standing(state.group(grantsOfMember, `${member}`), nowMs).map(
      ([{ key }, { scopes, untilMs }]) => ({
        key: toHex(key),
        scopes: SCOPES.filter((scope) => (scopes & SCOPE[scope]) !== 0),
        untilMs,
      }),
    ),
    meters: state
      .group(metersOfMember, `${member}`)
      .slice(-ROWS_MAX)
      .map((row) => meterView(state, row)),
  };
}
const SCOPES = Object.keys(SCOPE) as readonly Scope[];

/** What has not run out, the first to end first. */
function standing<K, V extends { readonly untilMs: number }>(
  rows: readonly (readonly [K, V])[],
  nowMs: number,
): readonly (readonly [K, V])[] {
  return rows
    .filter(([, one]) => one.untilMs > nowMs)
    .toSorted(([, a], [, b]) => a.untilMs - b.untilMs)
    .slice(0, ROWS_MAX);
}

function mandateView(
  state: State,
  [{ member, delegateKey }, { actionTypes, untilMs }]: readonly [MandateKey, Mandate],
) {
  return {
    member,
    delegateKey: toHex(delegateKey),
    delegate: state.get(keys, delegateKey)?.member ?? null,
    actions: actionTypes.map(actionName),
    untilMs,
  };
}

const NAMES: ReadonlyMap<number, ActionName> = new Map(
  (Object.keys(ACTION) as ActionName[]).map((name) => [ACTION[name], name]),
);

/** As the command line and the client name it. */
function actionName(type: number): string {
  return NAMES.get(type) ?? `${type}`;
}

function openDecisions(state: State, roles: ReadonlySet<RoleName>, nowMs: number) {
  const sees = (role: Authority) => roles.has('auditor') || roles.has(role);
  return {
    proposals: state
      .entries(proposals)
      .filter(([, one]) => sees(one.authority) && one.expiresMs > nowMs)
      .toSorted(([, a], [, b]) => a.expiresMs - b.expiresMs)
      .slice(0, ROWS_MAX)
      .map((one) => proposalView(state, one)),
    recoveries: sees('registrar') ? recoveriesUnderWay(state) : [],
    withdrawals: sees('treasurer') ? payoutsAsked(state) : [],
    runs: sees('checker') ? runsOpen(state) : [],
    disputes: sees('checker') ? latestDisputes(state) : [],
    held: sees('checker') ? amountsHeld(state) : [],
    community: sees('treasurer') ? communityAccounts(state) : [],
  };
}

function proposalView(state: State, [id, one]: readonly [Uint8Array, Proposal]) {
  const action = executionVersion1.actions.get(one.type);
  if (action === undefined) throw new Error(`proposal: expected a known action, got ${one.type}`);
  return {
    proposal: toHex(id),
    authority: one.authority,
    action: actionName(one.type),
    // As `propose` takes it, so that what is shown can be proposed again.
    message: action.codec.toJson(decode<unknown>(action.codec, one.body, action.name)),
    expiresMs: one.expiresMs,
    approvedBy: [...one.approvedBy],
    needed: neededVoices(state, one.authority),
  };
}

function recoveriesUnderWay(state: State) {
  return state
    .entries(recoveries)
    .toSorted(([, a], [, b]) => a.effectiveMs - b.effectiveMs)
    .slice(0, ROWS_MAX)
    .map(([member, { newKey, effectiveMs }]) => ({ member, newKey: toHex(newKey), effectiveMs }));
}

function payoutsAsked(state: State) {
  return state
    .entries(accounts)
    .filter(([{ kind }, { balance }]) => kind === 'withdrawing' && balance > 0n)
    .slice(0, ROWS_MAX)
    .map(([{ owner }, { balance }]) => ({ member: owner, amount: `${balance}` }));
}

function runsOpen(state: State) {
  return state
    .entries(openRuns)
    .slice(0, ROWS_MAX)
    .map((one) => runView(state, one));
}

function runView(
  state: State,
  [{ runHash }, { run, proposedBy, signedBy }]: readonly [RunKey, OpenRun],
) {
  const total = (of: 'traded' | 'delivered') =>
    `${run.slotTotals.reduce((sum, slot) => sum + slot[of], 0n)}`;
  return {
    periodFromMs: run.periodFromMs,
    periodUntilMs: run.periodUntilMs,
    runHash: toHex(runHash),
    proposedBy,
    traded: total('traded'),
    delivered: total('delivered'),
    postings: run.postings.length,
    approvedBy: [...signedBy],
    needed: neededVoices(state, 'checker'),
  };
}

/** The newest first: a dispute stands for good, for it moves no money. */
function latestDisputes(state: State) {
  return state
    .entries(disputes)
    .toSorted(([, a], [, b]) => b.openedMs - a.openedMs)
    .slice(0, ROWS_MAX)
    .map(([{ periodFromMs, member }, { runHash, reason, openedMs, lines }]) => ({
      periodFromMs,
      member,
      runHash: toHex(runHash),
      reason,
      openedMs,
      lines: lines.map(({ trade, amount, lineLeaf }) => ({
        trade: toHex(trade),
        amount: `${amount}`,
        lineLeaf: toHex(lineLeaf),
      })),
    }));
}

/** Those whose time ends first come first. */
function amountsHeld(state: State) {
  return state
    .entries(helds)
    .toSorted(([, a], [, b]) => a.untilMs - b.untilMs)
    .slice(0, ROWS_MAX)
    .map(([{ periodFromMs, trade }, { payer, payee, amount, untilMs }]) => ({
      periodFromMs,
      trade: toHex(trade),
      payer,
      payee,
      amount: `${amount}`,
      untilMs,
    }));
}

function communityAccounts(state: State) {
  return COMMUNITY_ACCOUNTS.map((account) => {
    const { balance, correctable, payable } = payableOf(state, account);
    const amounts = { balance: `${balance}`, correctable: `${correctable}` };
    return { account, ...amounts, payable: `${payable}` };
  });
}
