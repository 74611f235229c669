/**
 * Decisions that need k of n. Whoever holds the role of an action's authority proposes it and
 * approves it by proposing; the approval that reaches the threshold carries it out in the same
 * action, and when it cannot be carried out, that approval is refused.
 */

import {
  type ActionContext,
  type ActionType,
  asciiBytes,
  concatBytes,
  decode,
  type ReadTransaction,
  type State,
} from '@commonwatt/ledger';
import { ACTION } from '../action-types.ts';
import { actingMember, mayAct, neededVoices, refuseVoice } from '../authority.ts';
import { type ProposalMoved, proposalMoved } from '../events.ts';
import { members } from '../identity/state.ts';
import type { ContractRefusal } from '../refusals.ts';
import { type Approve, approveCodec, type Propose, proposeCodec } from './messages.ts';
import {
  PROPOSALS_MAX,
  PROPOSALS_OF_MEMBER_MAX,
  type Proposal,
  proposals,
  proposalsOfMember,
} from './state.ts';
import { votableActions } from './votable.ts';

/** A proposal waits for its voices at most this long. */
export const PROPOSAL_MS_MAX = 90 * 86_400_000;

export const propose: ActionType<Propose> = {
  type: ACTION.propose,
  name: 'propose',
  codec: proposeCodec,
  apply: (context, message) => applyPropose(context, message),
};

export const approve: ActionType<Approve> = {
  type: ACTION.approve,
  name: 'approve',
  codec: approveCodec,
  apply: (context, message) => applyApprove(context, message),
};

/** A proposal's name: the transaction and the position of the action that made it. */
export function proposalId(
  context: { readonly crypto: ActionContext['crypto'] },
  transaction: Pick<ReadTransaction, 'id'>,
  actionIndex: number,
): Uint8Array {
  const position = Uint8Array.of(actionIndex >> 8, actionIndex & 255);
  return context.crypto.sha256(
    concatBytes(asciiBytes('commonwatt/proposal/1'), transaction.id, position),
  );
}

function applyPropose(context: ActionContext, message: Propose): ContractRefusal | undefined {
  const votable = votableActions.get(message.type);
  if (votable === undefined) return { code: 'action_not_votable', type: message.type };
  const { authority } = votable;
  const refusal = refuseVoice(context, authority) ?? refuseExpiry(context, message.expiresMs);
  if (refusal !== undefined) return refusal;
  // A body that does not read is refused now, not when the last voice has been given.
  decode(votable.codec, message.body, votable.name);
  const member = actingMember(context);
  const full = refuseCrowd(context, member);
  if (full !== undefined) return full;
  const id = proposalId(context, context.transaction, context.actionIndex);
  const { type, body, expiresMs } = message;
  const proposal = { authority, type, body, expiresMs, approvedBy: [member] };
  return stepOrCarryOut(context, id, proposal, 'proposed');
}

function refuseExpiry(context: ActionContext, expiresMs: number): ContractRefusal | undefined {
  const { timeMs } = context;
  if (expiresMs <= timeMs) return { code: 'instant_past', expiresMs, timeMs };
  const latestMs = timeMs + PROPOSAL_MS_MAX;
  return expiresMs > latestMs ? { code: 'instant_too_far', expiresMs, latestMs } : undefined;
}

/** A limit for each proposer as well, so that one alone cannot fill the table for all. */
function refuseCrowd(context: ActionContext, member: number): ContractRefusal | undefined {
  const { state, timeMs } = context;
  for (const [id, one] of state.group(proposalsOfMember, `${member}`)) {
    if (one.expiresMs <= timeMs) state.delete(proposals, id);
  }
  if (state.group(proposalsOfMember, `${member}`).length >= PROPOSALS_OF_MEMBER_MAX) {
    return { code: 'proposals_too_many', most: PROPOSALS_OF_MEMBER_MAX };
  }
  if (state.size(proposals) < PROPOSALS_MAX) return undefined;
  for (const [id, one] of state.entries(proposals)) {
    if (one.expiresMs <= timeMs) state.delete(proposals, id);
  }
  return state.size(proposals) < PROPOSALS_MAX
    ? undefined
    : { code: 'proposals_too_many', most: PROPOSALS_MAX };
}

function applyApprove(context: ActionContext, message: Approve): ContractRefusal | undefined {
  const { state, height, timeMs } = context;
  const found = state.get(proposals, message.proposal);
  if (found === undefined) return { code: 'proposal_unknown' };
  const lacking = refuseVoice(context, found.authority);
  if (lacking !== undefined) return lacking;
  const { expiresMs } = found;
  if (expiresMs <= timeMs) return { code: 'proposal_expired', expiresMs, timeMs };
  const member = actingMember(context);
  if (found.approvedBy.includes(member)) return { code: 'proposal_approved_already', member };
  const standing = found.approvedBy.filter((one) => hasVoice(state, one, found, height));
  const approvedBy = [...standing, member];
  return stepOrCarryOut(context, message.proposal, { ...found, approvedBy }, 'approved');
}

/** An approval counts as long as its member could still give it. */
function hasVoice(state: State, member: number, proposal: Proposal, height: number): boolean {
  const found = state.get(members, member);
  return found !== undefined && mayAct(found, proposal.authority, height);
}

function stepOrCarryOut(
  context: ActionContext,
  id: Uint8Array,
  proposal: Proposal,
  step: 'proposed' | 'approved',
): ContractRefusal | undefined {
  const { state } = context;
  const { type } = proposal;
  const approvals = proposal.approvedBy.length;
  if (approvals < neededVoices(state, proposal.authority)) {
    state.set(proposals, id, proposal);
    context.emit<ProposalMoved>(proposalMoved, { proposal: id, type, approvals, step });
    return undefined;
  }
  const votable = votableActions.get(type);
  if (votable === undefined) return { code: 'action_not_votable', type };
  state.delete(proposals, id);
  context.emit<ProposalMoved>(proposalMoved, {
    proposal: id,
    type,
    approvals,
    step: 'carried out',
  });
  return votable.carryOut(context, decode(votable.codec, proposal.body, votable.name));
}
