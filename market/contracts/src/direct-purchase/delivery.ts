/**
 * Delivery against readings. Readings stay off the ledger; what they gave to each contract is stated
 * by a checker over the ledger's own salted commitments of exactly the delivery's period, and holds
 * once k of n checkers signed the same statement, as a settlement run does.
 */

import {
  type ActionContext,
  type ActionType,
  asciiBytes,
  type BlockContext,
  concatBytes,
  encode,
  equalBytes,
  type Sha256,
} from '@commonwatt/ledger';
import { ACTION } from '../action-types.ts';
import { actingMember, mayAct, neededVoices, refuseVoice } from '../authority.ts';
import { members } from '../identity/state.ts';
import { commitmentsOfPeriod, meters } from '../metering/state.ts';
import type { ContractRefusal } from '../refusals.ts';
import { commitmentsRootOf, type MeterCommitment } from '../settlement/readings.ts';
import { commitmentsOf, ownersOf } from '../settlement/run.ts';
import { correctContract } from './correction.ts';
import { type DeliveryStated, deliveryStated } from './events.ts';
import { OPEN_STATEMENTS_MAX } from './limits.ts';
import {
  type DeliveryStatement,
  deliveryStatementCodec,
  type RoundRules,
  type SignDelivery,
  signDeliveryCodec,
} from './messages.ts';
import {
  type Contract,
  contracts,
  rounds,
  type StatementKey,
  statements,
  statementsOfRound,
} from './state.ts';
import { advance } from './transfers.ts';

const STATEMENT_DOMAIN = asciiBytes('commonwatt/delivery-statement/1');

/** What the checkers sign: SHA-256 over the purpose and the statement's canonical bytes. */
export function statementHashOf(sha256: Sha256, statement: DeliveryStatement): Uint8Array {
  return sha256(concatBytes(STATEMENT_DOMAIN, encode(deliveryStatementCodec, statement)));
}

/** By a checker, who signs by stating, or by an operator, who does not. */
export const stateDelivery: ActionType<DeliveryStatement> = {
  type: ACTION.stateDelivery,
  name: 'state delivery',
  codec: deliveryStatementCodec,
  apply(context, statement) {
    const { state, crypto } = context;
    const unheard = refuseVoice(context, 'checker');
    if (unheard && refuseVoice(context, 'operator')) return unheard;
    const refusal = refuseStatement(context, statement);
    if (refusal !== undefined) return refusal;
    const { round } = statement;
    const key = { round, statementHash: statementHashOf(crypto.sha256, statement) };
    if (state.get(statements, key) !== undefined) return { code: 'statement_known', round };
    if (state.group(statementsOfRound, `${round}`).length >= OPEN_STATEMENTS_MAX) {
      return { code: 'statements_too_many', most: OPEN_STATEMENTS_MAX };
    }
    const signedBy = unheard === undefined ? [actingMember(context)] : [];
    keepOrTakeOver(context, key, statement, signedBy, 'proposed');
    return undefined;
  },
};

export const signDelivery: ActionType<SignDelivery> = {
  type: ACTION.signDelivery,
  name: 'sign delivery',
  codec: signDeliveryCodec,
  apply(context, key) {
    const unheard = refuseVoice(context, 'checker');
    if (unheard !== undefined) return unheard;
    const open = context.state.get(statements, key);
    if (open === undefined) return { code: 'statement_unknown', round: key.round };
    const member = actingMember(context);
    if (open.signedBy.includes(member)) return { code: 'statement_signed_already', member };
    const refusal = refuseStatement(context, open.statement);
    if (refusal !== undefined) return refusal;
    keepOrTakeOver(context, key, open.statement, [...open.signedBy, member], 'signed');
    return undefined;
  },
};

/** A signature counts as long as its member may act as a checker. */
function keepOrTakeOver(
  context: ActionContext,
  key: StatementKey,
  statement: DeliveryStatement,
  signed: readonly number[],
  step: 'proposed' | 'signed',
): void {
  const { state, height } = context;
  const signedBy = signed.filter((signer) => {
    const member = state.get(members, signer);
    return member !== undefined && mayAct(member, 'checker', height);
  });
  const enough = signedBy.length >= neededVoices(state, 'checker');
  if (enough) state.delete(statements, key);
  else state.set(statements, key, { statement, signedBy });
  context.emit<DeliveryStated>(deliveryStated, {
    ...key,
    version: statement.version,
    signatures: signedBy.length,
    contracts: statement.deliveries.length,
    step: enough ? 'taken over' : step,
  });
  if (enough) takeOver(context, key, statement);
}

/** A corrected statement takes the place of the one before, and the parties transfer by the new one. */
function takeOver(
  context: BlockContext,
  { statementHash }: StatementKey,
  { round, version, deliveries }: DeliveryStatement,
): void {
  const { state } = context;
  for (const { contract: number, fedIn, drawn } of deliveries) {
    const key = { round, contract: number };
    const contract = requireLive(state.get(contracts, key), number);
    const delivered = { fedIn, drawn, version, statementHash };
    const released = { buyer: false, seller: false };
    if (contract.status === 'paid') correctContract(context, key, delivered);
    else state.set(contracts, key, { ...contract, delivered, released });
  }
  advance(context, round);
}

function requireLive(contract: Contract | undefined, number: number): Contract {
  if (contract === undefined || contract.status === 'cancelled') {
    throw new Error(`contract ${number}: expected one that delivers`);
  }
  return contract;
}

/** The checks stand in their order of precedence. */
function refuseStatement(
  context: BlockContext,
  statement: DeliveryStatement,
): ContractRefusal | undefined {
  const { state, timeMs } = context;
  const { round: number } = statement;
  const round = state.get(rounds, number);
  if (round === undefined) return { code: 'round_unknown', round: number };
  const { rules, stage, stageUntilMs } = round;
  const stated = stage === 'delivering' || stage === 'paying' || stage === 'closed';
  if (!stated || timeMs >= stageUntilMs) {
    return { code: 'round_stage_wrong', round: number, stage };
  }
  const { deliveryUntilMs } = rules;
  if (timeMs < deliveryUntilMs) {
    return { code: 'period_not_over', periodUntilMs: deliveryUntilMs, timeMs };
  }
  const standing = commitmentsFor(context, rules);
  if (!equalBytes(commitmentsRootOf(context.crypto, standing), statement.readingsRoot)) {
    return { code: 'readings_root_wrong' };
  }
  return refuseDeliveries(context, statement, standing);
}

/** The ledger's commitments of exactly the delivery's period. */
export function commitmentsFor(
  { state }: Pick<BlockContext, 'state'>,
  { deliveryFromMs: periodFromMs, deliveryUntilMs: periodUntilMs }: RoundRules,
): readonly MeterCommitment[] {
  const period = { periodFromMs, periodUntilMs };
  return commitmentsOf(period, state.group(commitmentsOfPeriod, `${periodFromMs}`));
}

/** Nothing is stated beyond a contract, out of turn, or for who has no readings committed to. */
function refuseDeliveries(
  { state }: BlockContext,
  { round, version, deliveries }: DeliveryStatement,
  standing: readonly MeterCommitment[],
): ContractRefusal | undefined {
  const metered = ownersOf({ get: (meter) => state.get(meters, meter) }, standing);
  let last = -1;
  if (deliveries.length === 0) return { code: 'statement_wrong', round, expected: 'a delivery' };
  for (const { contract: number, fedIn, drawn } of deliveries) {
    const contract = state.get(contracts, { round, contract: number });
    const fault = (expected: string): ContractRefusal => {
      return { code: 'statement_wrong', round, contract: number, expected };
    };
    if (number <= last) return fault(`a contract after ${last}`);
    last = number;
    if (contract === undefined || contract.status === 'cancelled') {
      return fault('a contract that delivers');
    }
    const next = (contract.delivered?.version ?? 0) + 1;
    if (version !== next) return fault(`version ${next}`);
    const { energy } = contract.amounts;
    if (fedIn > energy || drawn > energy) return fault(`at most ${energy} Wh`);
    const { seller, buyer } = contract.terms;
    if (fedIn > 0n && !metered.has(seller)) return fault(`readings of member ${seller}`);
    if (drawn > 0n && !metered.has(buyer)) return fault(`readings of member ${buyer}`);
  }
  return undefined;
}
