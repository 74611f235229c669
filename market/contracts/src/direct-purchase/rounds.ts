/** Rounds are opened by the trading centre's decision, and cancelled while they have no contract. */

import type { BlockContext, State } from '@commonwatt/ledger';
import { ACTION } from '../action-types.ts';
import { authorised } from '../authority.ts';
import { members } from '../identity/state.ts';
import { markets } from '../market/state.ts';
import { PERIOD_MS_MAX } from '../metering/period.ts';
import type { ContractRefusal } from '../refusals.ts';
import { corridorKey } from './corridors.ts';
import { type ListingMoved, listingMoved, roundMoved } from './events.ts';
import {
  LISTED_ENERGY_MAX,
  LISTED_PRICE_MAX,
  LOSS_WHOLE,
  OPEN_ROUNDS_MAX,
  ROUND_MS_MAX,
  ROUNDS_MAX,
  STAGE_MS_MAX,
} from './limits.ts';
import {
  type CancelRound,
  cancelRoundCodec,
  type OpenRound,
  openRoundCodec,
  type RoundRules,
} from './messages.ts';
import {
  contracts,
  contractsOfRound,
  type Listing,
  type ListingKey,
  listings,
  listingsOfRound,
  type Round,
  type RoundStage,
  rounds,
  statements,
  statementsOfRound,
  takenOfRound,
  takenTrades,
} from './state.ts';
import { freeTokens } from './tokens.ts';

export const openRound = authorised<OpenRound>(
  ACTION.openRound,
  'open round',
  'operator',
  openRoundCodec,
  (context, { round, rules }) => {
    const { state, timeMs } = context;
    const refusal =
      refuseNumber(state, round) ?? refuseRules(state, rules, timeMs) ?? refuseCrowd(state);
    if (refusal !== undefined) return refusal;
    makeRoom(state);
    const begun: Round = {
      rules,
      stage: 'listing',
      stageUntilMs: rules.deadlineMs,
      seed: undefined,
      rulesVersion: 0,
      check: undefined,
      limits: [],
      contracts: 0,
    };
    state.set(rounds, round, begun);
    tellRound(context, round, begun, rules.name);
    return undefined;
  },
);

/** Numbers rise, so that one never means two rounds: contracts and certificates are named by them. */
function refuseNumber(state: State, round: number): ContractRefusal | undefined {
  const last = state.entries(rounds).at(-1)?.[0] ?? 0;
  return round > last ? undefined : { code: 'round_known', round, expected: last + 1 };
}

export function isOver(stage: RoundStage): boolean {
  return stage === 'closed' || stage === 'cancelled';
}

function refuseCrowd(state: State): ContractRefusal | undefined {
  const open = state.entries(rounds).filter(([, { stage }]) => !isOver(stage)).length;
  return open < OPEN_ROUNDS_MAX ? undefined : { code: 'rounds_too_many', most: OPEN_ROUNDS_MAX };
}

/** The oldest round that is over goes, with its rows, where a ledger keeps as many as it may. */
function makeRoom(state: State): void {
  if (state.size(rounds) < ROUNDS_MAX) return;
  const oldest = state.entries(rounds).find(([, { stage }]) => isOver(stage));
  if (oldest === undefined) throw new Error('rounds: expected one that is over');
  const [round] = oldest;
  for (const [key] of state.group(listingsOfRound, `${round}`)) state.delete(listings, key);
  for (const [key] of state.group(contractsOfRound, `${round}`)) state.delete(contracts, key);
  dropStatements(state, round);
  dropTaken(state, round);
  state.delete(rounds, round);
}

type Condition = readonly [field: keyof RoundRules, ok: boolean, expected: string];

function refuseRules(state: State, rules: RoundRules, timeMs: number): ContractRefusal | undefined {
  const conditions = [
    ...namingConditions(state, rules),
    ...timeConditions(rules, timeMs),
    ...moneyConditions(rules),
    ...corridorConditions(rules),
  ];
  const failed = conditions.find(([, ok]) => !ok);
  if (failed === undefined) return undefined;
  const [field, , expected] = failed;
  return { code: 'round_rules_invalid', field, expected };
}

function namingConditions(state: State, rules: RoundRules): readonly Condition[] {
  const { name, mode, market, gridMember, feeMember, dispatchMember, certificateMember } = rules;
  const known = (member: number) => state.get(members, member) !== undefined;
  const kind = state.get(markets, market)?.rules.kind;
  return [
    ['name', name.length > 0, 'a name'],
    ['market', mode === 'listing' ? market === 0 : kind === mode, `a market of kind '${mode}'`],
    ['form', mode === 'listing' || rules.form === 'open', 'open, where a market makes the trades'],
    ['gridMember', known(gridMember), 'a member'],
    ['feeMember', known(feeMember), 'a member'],
    ['dispatchMember', known(dispatchMember), 'a member'],
    ['certificateMember', certificateMember === 0 || known(certificateMember), '0 or a member'],
  ];
}

function timeConditions(rules: RoundRules, timeMs: number): readonly Condition[] {
  const { deadlineMs, revealMs, checkMs, transferMs, deliveryFromMs, deliveryUntilMs } = rules;
  const committedMs = deadlineMs + revealMs + checkMs + transferMs;
  const deliveryMs = deliveryUntilMs - deliveryFromMs;
  const stage = (lengthMs: number) => lengthMs > 0 && lengthMs <= STAGE_MS_MAX;
  const whole = `1 to ${STAGE_MS_MAX}`;
  return [
    ['deadlineMs', deadlineMs > timeMs, `after ${timeMs}`],
    [
      'revealMs',
      rules.form === 'sealed' ? stage(revealMs) : revealMs === 0,
      rules.form === 'sealed' ? whole : '0 where listings are open',
    ],
    ['checkMs', stage(checkMs), whole],
    ['transferMs', stage(transferMs), whole],
    ['deliveryFromMs', deliveryFromMs >= committedMs, `${committedMs} or later`],
    ['deliveryUntilMs', deliveryMs > 0, 'after deliveryFromMs'],
    ['deliveryUntilMs', deliveryMs <= PERIOD_MS_MAX, `at most ${PERIOD_MS_MAX} long`],
    ['deliveryUntilMs', deliveryUntilMs <= timeMs + ROUND_MS_MAX, `within ${ROUND_MS_MAX}`],
    ['deliveryUntilMs', deliveryFromMs % 1000 === 0 && deliveryUntilMs % 1000 === 0, 'seconds'],
    ['statementMs', stage(rules.statementMs), whole],
    ['correctionMs', rules.correctionMs <= ROUND_MS_MAX, `at most ${ROUND_MS_MAX}`],
  ];
}

function moneyConditions(rules: RoundRules): readonly Condition[] {
  const { collateralPrice, sellerDeviationPrice, buyerDeviationPrice } = rules;
  const priced = (price: bigint) => price >= 0n && price <= LISTED_PRICE_MAX;
  const most = `0 to ${LISTED_PRICE_MAX}`;
  const covered = `0 to the collateral of ${collateralPrice}`;
  const bundling = rules.bundlingThousandths ?? 1;
  return [
    ['certificatePrice', priced(rules.certificatePrice), most],
    ['bundlingThousandths', rules.mode === 'listing' || bundling === 1, 'none beside a listing'],
    ['bundlingThousandths', bundling >= 1, '1 or more'],
    ['collateralPrice', priced(collateralPrice), most],
    ['sealDeposit', rules.sealDeposit >= 0n && rules.sealDeposit < 1n << 90n, '0 to 2^90'],
    [
      'sellerDeviationPrice',
      sellerDeviationPrice >= 0n && sellerDeviationPrice <= collateralPrice,
      covered,
    ],
    [
      'buyerDeviationPrice',
      buyerDeviationPrice >= 0n && buyerDeviationPrice <= collateralPrice,
      covered,
    ],
    ['quotaMillionths', rules.quotaMillionths <= 1_000_000, '0 to 1000000'],
  ];
}

function corridorConditions({ corridors, limits }: RoundRules): readonly Condition[] {
  const known = new Set(corridors.map(corridorKey));
  return [
    ['corridors', corridors.length > 0, 'one at least'],
    ['corridors', known.size === corridors.length, 'each once, in either direction'],
    [
      'corridors',
      corridors.every(({ from, to }) => from !== '' && to !== ''),
      'regions with names',
    ],
    [
      'corridors',
      corridors.every((one) => one.lossMillionths < LOSS_WHOLE),
      `a loss below ${LOSS_WHOLE}`,
    ],
    [
      'corridors',
      corridors.every(
        ({ transmissionPrice }) => transmissionPrice >= 0n && transmissionPrice <= LISTED_PRICE_MAX,
      ),
      `a transmission price of 0 to ${LISTED_PRICE_MAX}`,
    ],
    ['limits', limits.every((one) => known.has(corridorKey(one))), 'corridors of the round'],
    [
      'limits',
      new Set(limits.map(corridorKey)).size === limits.length,
      'each once, in either direction',
    ],
    ['limits', limits.every(({ energy }) => energy <= LISTED_ENERGY_MAX), 'at most 2^50 Wh'],
  ];
}

/** The kill switch: as long as nothing is contracted, everything that is held goes back. */
export const cancelRound = authorised<CancelRound>(
  ACTION.cancelRound,
  'cancel round',
  'operator',
  cancelRoundCodec,
  (context, { round, reason }) => {
    const { state } = context;
    const found = state.get(rounds, round);
    if (found === undefined) return { code: 'round_unknown', round };
    if (!['listing', 'revealing', 'drawing', 'checking'].includes(found.stage)) {
      return { code: 'round_stage_wrong', round, stage: found.stage };
    }
    if (reason === '') return { code: 'reason_missing', round };
    for (const [key, listing] of state.group(listingsOfRound, `${round}`)) {
      endListing(context, key, listing, 'round cancelled');
    }
    dropTaken(state, round);
    const ended: Round = { ...found, stage: 'cancelled', stageUntilMs: 0 };
    state.set(rounds, round, ended);
    tellRound(context, round, ended, reason);
    return undefined;
  },
);

/** What was not signed by enough goes with the round. */
function dropStatements(state: State, round: number): void {
  for (const [key] of state.group(statementsOfRound, `${round}`)) state.delete(statements, key);
}

export function dropTaken(state: State, round: number): void {
  for (const [key] of state.group(takenOfRound, `${round}`)) state.delete(takenTrades, key);
}

/** Gives back what a listing holds and forgets it. */
export function endListing(
  context: BlockContext,
  key: ListingKey,
  { terms, held }: Listing,
  change: ListingMoved['change'],
): void {
  freeTokens(context.state, key.member, held);
  context.state.delete(listings, key);
  context.emit<ListingMoved>(listingMoved, { ...key, change, terms, held });
}

/** Brings a round to its next stage and tells so. */
export function enterStage(
  context: BlockContext,
  number: number,
  round: Round,
  { stage, untilMs, reason = '' }: { stage: RoundStage; untilMs: number; reason?: string },
): Round {
  const next: Round = { ...round, stage, stageUntilMs: untilMs };
  context.state.set(rounds, number, next);
  if (isOver(stage)) dropStatements(context.state, number);
  tellRound(context, number, next, reason);
  return next;
}

function tellRound(context: BlockContext, number: number, round: Round, reason: string): void {
  const { stage, stageUntilMs: untilMs, seed } = round;
  context.emit(roundMoved, { round: number, stage, untilMs, seed, reason });
}
