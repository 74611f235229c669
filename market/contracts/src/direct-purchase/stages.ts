/**
 * What time brings about in a round: the listing closes, sealed listings that were not opened fall
 * away, the block after draws the lots from the hash of the one that closed it and matches, and every
 * later stage ends at its deadline whatever the parties do.
 */

import type { BlockContext, State } from '@commonwatt/ledger';
import { refuseStanding } from '../identity/identification.ts';
import { refuseNotAdmitted } from './admission.ts';
import { applyCheck, tellPair } from './check.ts';
import { type ListingMoved, listingMoved } from './events.ts';
import { DIRECT_PURCHASE, matchRound } from './matching.ts';
import { endListing, enterStage, isOver } from './rounds.ts';
import { listings, listingsOfRound, type Round, rounds } from './state.ts';
import { takeTrades } from './takeover.ts';
import { payHeldTokens } from './tokens.ts';
import { advance, transferDefaults } from './transfers.ts';

/** One step of each round that is due: a block's work is bounded, the next is asked for at once. */
export function beginRounds(context: BlockContext): void {
  const { state, timeMs } = context;
  if (state.size(rounds) === 0) return;
  for (const [number, round] of state.entries(rounds)) {
    if (isDue(round, timeMs)) step(context, number, round);
  }
}

function isDue({ stage, stageUntilMs }: Round, timeMs: number): boolean {
  if (isOver(stage)) return false;
  return stage === 'drawing' || stageUntilMs <= timeMs;
}

export function roundsDueMs(state: State, nowMs: number): number | undefined {
  let next: number | undefined;
  if (state.size(rounds) === 0) return next;
  for (const [, { stage, stageUntilMs }] of state.entries(rounds)) {
    if (isOver(stage)) continue;
    const dueMs = stage === 'drawing' ? nowMs : Math.max(nowMs, stageUntilMs);
    if (next === undefined || dueMs < next) next = dueMs;
  }
  return next;
}

function step(context: BlockContext, number: number, round: Round): void {
  switch (round.stage) {
    case 'listing':
      closeListing(context, number, round);
      break;
    case 'revealing':
      dropSealed(context, number, round);
      enterStage(context, number, round, { stage: 'drawing', untilMs: 0 });
      break;
    case 'drawing':
      draw(context, number, round);
      break;
    case 'checking':
      applyCheck(context, number, {
        limits: [],
        reason: 'the time of the check is over',
        checkedBy: 0,
      });
      break;
    case 'committing':
      transferDefaults(context, number, 'committing');
      advance(context, number);
      break;
    case 'delivering':
      endDelivery(context, number, round);
      break;
    case 'paying':
      transferDefaults(context, number, 'paying');
      advance(context, number);
      break;
    default:
      throw new Error(`round ${number}: expected a stage that ends, got ${round.stage}`);
  }
}

function closeListing(context: BlockContext, number: number, round: Round): void {
  const { form, deadlineMs, revealMs } = round.rules;
  if (form === 'open') {
    enterStage(context, number, round, { stage: 'drawing', untilMs: 0 });
    return;
  }
  // The time to open counts from the block that closed the listing: a late block takes none of it.
  const untilMs = Math.max(deadlineMs, context.timeMs) + revealMs;
  enterStage(context, number, round, { stage: 'revealing', untilMs });
}

/** What was not opened takes no part, and its deposit goes to who receives the fees. */
function dropSealed(context: BlockContext, number: number, { rules }: Round): void {
  const { state } = context;
  for (const [key, listing] of state.group(listingsOfRound, `${number}`)) {
    if (listing.terms !== undefined) continue;
    payHeldTokens(state, key.member, rules.feeMember, listing.held);
    state.delete(listings, key);
    const { held } = listing;
    const change = 'not revealed';
    context.emit<ListingMoved>(listingMoved, { ...key, change, terms: undefined, held });
  }
}

/** Matches under no limit: the dispatch centre checks what the market wants. */
function draw(context: BlockContext, number: number, round: Round): void {
  if (round.rules.mode === 'listing') dropAbsent(context, number);
  else takeTrades(context, number, round);
  const rulesVersion = context.version(DIRECT_PURCHASE);
  const seeded: Round = { ...round, seed: context.parent, rulesVersion };
  const { pairs } = matchRound(context, number, seeded, []);
  for (const pair of pairs) tellPair(context, number, 'matched', pair);
  const untilMs = context.timeMs + round.rules.checkMs;
  enterStage(context, number, seeded, { stage: 'checking', untilMs });
}

/** Who was suspended or revoked since it listed takes no part. */
function dropAbsent(context: BlockContext, number: number): void {
  const { state, height } = context;
  for (const [key, listing] of state.group(listingsOfRound, `${number}`)) {
    const absent =
      refuseNotAdmitted(state, key.member) ?? refuseStanding({ state, height }, key.member);
    if (absent !== undefined) endListing(context, key, listing, 'not admitted');
  }
}

/** Contracts of which nothing was stated are paid as undelivered; the round goes on. */
function endDelivery(context: BlockContext, number: number, round: Round): void {
  const untilMs = context.timeMs + round.rules.transferMs;
  enterStage(context, number, round, { stage: 'paying', untilMs });
}
