/**
 * TRANS(): each party's own transfer of the stage that is open, into the contract before the delivery
 * and out of it after. What a party has not done by the stage's deadline the contract does from what
 * is held, and notes the default: nobody holds up a round.
 */

import type { ActionType, BlockContext } from '@commonwatt/ledger';
import { type Money, money } from '@commonwatt/units';
import { ACTION } from '../action-types.ts';
import { actingMember } from '../authority.ts';
import { type ContractTransferred, contractTransferred } from './events.ts';
import { type DirectSide, type TransferStage, transferStageCodec } from './messages.ts';
import { payContract } from './payment.ts';
import { enterStage } from './rounds.ts';
import {
  AWAITED,
  admissions,
  awaited,
  type Contract,
  type ContractKey,
  contracts,
  contractsOfRound,
  listings,
  type Round,
  rounds,
} from './state.ts';

/** A member's own, or through a delegate that has its mandate for this action. */
export const transferStage: ActionType<TransferStage> = {
  type: ACTION.transferStage,
  name: 'transfer stage',
  codec: transferStageCodec,
  apply(context, key) {
    const { state, timeMs } = context;
    const member = actingMember(context);
    const round = state.get(rounds, key.round);
    if (round === undefined) return { code: 'round_unknown', round: key.round };
    const contract = state.get(contracts, key);
    if (contract === undefined) return { code: 'contract_unknown', ...key };
    const side = sideOf(contract, member);
    if (side === undefined) return { code: 'not_your_contract', ...key };
    const { stage, stageUntilMs } = round;
    const open = (stage === 'committing' || stage === 'paying') && timeMs < stageUntilMs;
    if (!open || contract.status !== 'open') {
      return { code: 'round_stage_wrong', round: key.round, stage, status: contract.status };
    }
    const made = stage === 'committing' ? contract.committed : contract.released;
    if (made[side]) return { code: 'transferred_already', ...key, stage };
    transferFor(context, key, { side, stage, byDefault: false });
    advance(context, key.round);
    return undefined;
  },
};

function sideOf({ terms }: Contract, member: number): DirectSide | undefined {
  if (terms.buyer === member) return 'buyer';
  return terms.seller === member ? 'seller' : undefined;
}

interface Transfer {
  readonly side: DirectSide;
  readonly stage: 'committing' | 'paying';
  readonly byDefault: boolean;
}

/** Makes one party's transfer; the second one of the last stage pays the contract. */
function transferFor(
  context: BlockContext,
  key: ContractKey,
  { side, stage, byDefault }: Transfer,
): void {
  const { state } = context;
  const before = requireContract(context, key);
  const noted = byDefault ? noteDefault(context, before, side) : before;
  const after =
    stage === 'committing'
      ? commit(context, key, noted, side)
      : { ...noted, released: { ...noted.released, [side]: true } };
  state.set(contracts, key, after);
  const { buyer, seller } = after.terms;
  const [member, counterparty] = side === 'buyer' ? [buyer, seller] : [seller, buyer];
  context.emit<ContractTransferred>(contractTransferred, {
    ...key,
    stage,
    member,
    counterparty,
    byDefault,
  });
  if (stage === 'paying' && after.released.buyer && after.released.seller) {
    payContract(context, key);
  }
}

/** What the party's listing holds for this contract becomes the contract's. */
function commit(
  { state }: BlockContext,
  { round }: ContractKey,
  contract: Contract,
  side: DirectSide,
): Contract {
  const due = commitmentOf(requireRound(state.get(rounds, round), round), contract, side);
  const key = { round, member: contract.terms[side] };
  const listing = state.get(listings, key);
  if (listing === undefined || listing.held < due) {
    throw new Error(`contract of ${key.member}: expected ${due} held, got ${listing?.held}`);
  }
  state.set(listings, key, { ...listing, held: money(listing.held - due) });
  const committed = { ...contract.committed, [side]: true };
  return side === 'buyer'
    ? { ...contract, committed, buyerHeld: due }
    : { ...contract, committed, sellerHeld: due };
}

/** What one side puts into a contract: its payment and its collateral. */
export function commitmentOf(
  { rules }: Round,
  { amounts }: Pick<Contract, 'amounts'>,
  side: DirectSide,
): Money {
  if (side === 'buyer') return money(amounts.buyerPays + rules.collateralPrice * amounts.energy);
  const posts = rules.certificateMember !== 0 && amounts.certificate > 0n;
  const owed = posts ? amounts.certificate : 0n;
  return money(owed + rules.collateralPrice * amounts.injected);
}

function noteDefault({ state }: BlockContext, contract: Contract, side: DirectSide): Contract {
  const member = contract.terms[side];
  const admission = state.get(admissions, member);
  if (admission !== undefined) {
    state.set(admissions, member, { ...admission, defaults: admission.defaults + 1 });
  }
  return side === 'buyer'
    ? { ...contract, buyerDefaults: contract.buyerDefaults + 1 }
    : { ...contract, sellerDefaults: contract.sellerDefaults + 1 };
}

function requireContract({ state }: BlockContext, key: ContractKey): Contract {
  const contract = state.get(contracts, key);
  if (contract === undefined) {
    throw new Error(`contract ${key.round}/${key.contract}: expected one of the ledger`);
  }
  return contract;
}

function requireRound(round: Round | undefined, number: number): Round {
  if (round === undefined) throw new Error(`round ${number}: expected one of the ledger`);
  return round;
}

/** Carries out for who has not called what the stage still waits for. */
export function transferDefaults(
  context: BlockContext,
  number: number,
  stage: Transfer['stage'],
): void {
  for (const [key, contract] of context.state.group(contractsOfRound, `${number}`)) {
    if (contract.status !== 'open') continue;
    const made = stage === 'committing' ? contract.committed : contract.released;
    for (const side of ['buyer', 'seller'] as const) {
      if (!made[side]) transferFor(context, key, { side, stage, byDefault: true });
    }
  }
}

/** The next stage opens at once when nothing of this one is missing, and not before. */
export function advance(context: BlockContext, number: number): void {
  const { state, timeMs } = context;
  const round = requireRound(state.get(rounds, number), number);
  const { rules, stage } = round;
  const waits = (what: number) => state.tallied(awaited).count(number, what) > 0;
  if (stage === 'committing' && !waits(AWAITED.committed)) {
    const untilMs = rules.deliveryUntilMs + rules.statementMs;
    enterStage(context, number, round, { stage: 'delivering', untilMs });
  } else if (stage === 'delivering' && !waits(AWAITED.stated)) {
    enterStage(context, number, round, { stage: 'paying', untilMs: timeMs + rules.transferMs });
  } else if (stage === 'paying' && !waits(AWAITED.released)) {
    enterStage(context, number, round, {
      stage: 'closed',
      untilMs: timeMs + rules.correctionMs,
    });
  }
}
