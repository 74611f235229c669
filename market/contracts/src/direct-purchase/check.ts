/**
 * The security check: the dispatch centre's limits, which can only be lower than the published ones,
 * are applied to the matching by every node. Corridors above their limit are scaled pro rata, what was
 * freed is matched again over corridors still open, and what is left becomes contracts. The rules are
 * section 2 of the README; the scaling is the mechanism's own.
 */

import type { ActionType, BlockContext } from '@commonwatt/ledger';
import { money } from '@commonwatt/units';
import { ACTION } from '../action-types.ts';
import type { ContractRefusal } from '../refusals.ts';
import { corridorKey } from './corridors.ts';
import { type PairMatched, pairMatched, type RoundChecked, roundChecked } from './events.ts';
import { cancelledPairs, type MatchedPair, type MatchedRound, matchRound } from './matching.ts';
import { type CheckRound, checkRoundCodec, type RoundLimit, type RoundRules } from './messages.ts';
import { dropTaken, enterStage } from './rounds.ts';
import {
  type Contract,
  contracts,
  listings,
  listingsOfRound,
  type Round,
  rounds,
  type SecurityCheckRecord,
} from './state.ts';
import { freeTokens } from './tokens.ts';
import { advance, commitmentOf } from './transfers.ts';

/** By the dispatch centre itself, with its own key: no delegate and no vote stands for it. */
export const checkRound: ActionType<CheckRound> = {
  type: ACTION.checkRound,
  name: 'check round',
  codec: checkRoundCodec,
  apply(context, { round: number, limits, reason }) {
    const round = context.state.get(rounds, number);
    if (round === undefined) return { code: 'round_unknown', round: number };
    const { dispatchMember } = round.rules;
    const { member, delegate } = context.actor;
    if (member !== dispatchMember || delegate !== undefined) {
      return { code: 'not_the_dispatch_centre', round: number, dispatchMember };
    }
    if (round.stage !== 'checking' || context.timeMs >= round.stageUntilMs) {
      return { code: 'round_stage_wrong', round: number, stage: round.stage };
    }
    const refusal = refuseLimits(round.rules, limits, reason);
    if (refusal !== undefined) return refusal;
    applyCheck(context, number, { limits, reason, checkedBy: dispatchMember });
    return undefined;
  },
};

/** limit_invalid for a corridor that the round has not or twice; limit_raised; reason_missing. */
function refuseLimits(
  rules: RoundRules,
  limits: readonly RoundLimit[],
  reason: string,
): ContractRefusal | undefined {
  const corridors = new Set(rules.corridors.map(corridorKey));
  const published = new Map(rules.limits.map((one) => [corridorKey(one), one.energy]));
  const named = new Set<string>();
  for (const limit of limits) {
    const key = corridorKey(limit);
    const { from, to } = limit;
    if (!corridors.has(key) || named.has(key)) return { code: 'limit_invalid', from, to };
    named.add(key);
    const most = published.get(key);
    if (most !== undefined && limit.energy > most) {
      return { code: 'limit_raised', from, to, energy: limit.energy, published: most };
    }
  }
  return limits.length > 0 && reason === '' ? { code: 'reason_missing' } : undefined;
}

/** The published limits with those of the dispatch centre in their place. */
export function limitsInForce(
  { limits: published }: Pick<RoundRules, 'limits'>,
  lower: readonly RoundLimit[],
): readonly RoundLimit[] {
  const named = new Set(lower.map(corridorKey));
  return [...published.filter((one) => !named.has(corridorKey(one))), ...lower];
}

interface Check {
  readonly limits: readonly RoundLimit[];
  readonly reason: string;
  /** 0 where the time of the check ran out. */
  readonly checkedBy: number;
}

/** Matches again under the limits, and makes the contracts. */
export function applyCheck(context: BlockContext, number: number, check: Check): void {
  const { state } = context;
  const before = state.get(rounds, number);
  if (before === undefined) throw new Error(`round ${number}: expected one of the ledger`);
  const limits = limitsInForce(before.rules, check.limits);
  const checked = matchRound(context, number, before, limits);
  const matched = {
    ...checked,
    pairs: [...checked.pairs, ...cancelled(context, number, before, checked)],
  };
  const record: SecurityCheckRecord = {
    checkedBy: check.checkedBy,
    reason: check.reason,
    rounds: matched.rounds,
    corridors: matched.corridors,
  };
  const { gridMember, dispatchMember } = before.rules;
  context.emit<RoundChecked>(roundChecked, {
    round: number,
    dispatchMember,
    gridMember,
    check: record,
  });
  const round: Round = { ...before, check: record, limits, contracts: matched.pairs.length };
  matched.pairs.forEach((pair, contract) => {
    makeContract(context, { round: number, contract }, pair);
  });
  dropTaken(state, number);
  freeListings(context, number, round);
  const live = matched.pairs.some(({ amounts }) => amounts.energy > 0n);
  if (!live) {
    enterStage(context, number, round, { stage: 'closed', untilMs: 0, reason: 'no contract' });
    return;
  }
  const untilMs = context.timeMs + round.rules.transferMs;
  enterStage(context, number, round, { stage: 'committing', untilMs });
  advance(context, number);
}

/** Where a market agreed, the check itself names what it left nothing of. */
function cancelled(
  context: BlockContext,
  number: number,
  round: Round,
  checked: MatchedRound,
): readonly MatchedPair[] {
  if (round.rules.mode !== 'listing' || !checked.corridors.some(({ binding }) => binding)) {
    return [];
  }
  return cancelledPairs(round.rules, matchRound(context, number, round, []).pairs, checked);
}

/** What the check left nothing of is kept as cancelled, with its reason. */
function makeContract(
  context: BlockContext,
  key: { readonly round: number; readonly contract: number },
  { terms, requested, amounts, reason }: MatchedPair,
): void {
  const nobody = { buyer: false, seller: false };
  const nothing = money(0n);
  const contract: Contract = {
    terms,
    requested,
    amounts,
    buyerHeld: nothing,
    sellerHeld: nothing,
    status: amounts.energy > 0n ? 'open' : 'cancelled',
    reason,
    committed: nobody,
    delivered: undefined,
    released: nobody,
    paid: undefined,
    certificatePosted: nothing,
    certificateHolder: 0,
    buyerCharge: nothing,
    sellerCharge: nothing,
    buyerDefaults: 0,
    sellerDefaults: 0,
  };
  context.state.set(contracts, key, contract);
  tellPair(context, key.round, 'checked', { terms, requested, amounts, reason });
}

export function tellPair(
  context: BlockContext,
  round: number,
  step: PairMatched['step'],
  { terms, requested, amounts, reason }: MatchedPair,
): void {
  context.emit<PairMatched>(pairMatched, { round, step, terms, requested, amounts, reason });
}

/** Listings keep what their contracts need; the rest is free. */
function freeListings({ state }: BlockContext, number: number, round: Round): void {
  const needed = new Map<number, bigint>();
  for (let contract = 0; contract < round.contracts; contract++) {
    const made = state.get(contracts, { round: number, contract });
    if (made?.status !== 'open') continue;
    for (const side of ['buyer', 'seller'] as const) {
      const member = made.terms[side];
      const due = commitmentOf(round, made, side);
      needed.set(member, (needed.get(member) ?? 0n) + due);
    }
  }
  for (const [key, listing] of state.group(listingsOfRound, `${number}`)) {
    const keeps = money(needed.get(key.member) ?? 0n);
    const rest = money(listing.held - keeps);
    if (rest < 0n) {
      throw new Error(`listing of ${key.member}: expected ${keeps} held, got ${listing.held}`);
    }
    freeTokens(state, key.member, rest);
    state.set(listings, key, { ...listing, held: keeps });
  }
}
