/** Assets leave with a number for their destination, and arrive once, by proof. */

import {
  type ActionContext,
  type BlockContext,
  decode,
  equalBytes,
  eventCodec,
  type Header,
  headerCodec,
  leafHash,
  verifyInclusion,
} from '@commonwatt/ledger';
import { type Money, money } from '@commonwatt/units';
import { keys, members } from '../identity/state.ts';
import type { ContractRefusal } from '../refusals.ts';
import { crossingLeft } from './events.ts';
import { type Crossing, type CrossingProof, crossingCodec } from './messages.ts';
import { isRefused, openPeer, pegOf } from './peers.ts';
import { arrivals, heads, type Peer, pegs } from './state.ts';

/** Sends what a member has on this ledger on its way. Expects an open peer. */
export function leave(
  context: BlockContext,
  to: { readonly peer: number; readonly chain: Uint8Array },
  asset: Pick<Crossing, 'step' | 'member' | 'amount' | 'entitlement'>,
): void {
  const { state } = context;
  const found = state.get(members, asset.member);
  if (found === undefined) throw new Error(`crossing: member ${asset.member} is unknown`);
  const peg = pegOf(state, to.peer);
  const number = peg.sent + 1;
  state.set(pegs, to.peer, { ...peg, sent: number, out: money(peg.out + asset.amount) });
  context.emit<Crossing>(crossingLeft, {
    destination: to.chain,
    number,
    holder: found.publicKey,
    ...asset,
  });
}

/** A crossing that is proven to have left the peer for this ledger, and is final there. */
export interface ProvenCrossing {
  readonly crossing: Crossing;
  /** Whose it is here. */
  readonly member: number;
}

/** Judges a proof: first whether it is one at all, then whether it may count now. */
export function provenCrossing(
  context: ActionContext,
  proof: CrossingProof,
): ProvenCrossing | ContractRefusal {
  const { state, chain } = context;
  const peer = openPeer(state, proof.peer);
  if (isRefused(peer)) return peer;
  const header = decode(headerCodec, proof.header, 'header');
  const refusal = refuseHeader(context, peer, proof, header);
  if (refusal !== undefined) return refusal;
  const event = decode(eventCodec, proof.receipt, 'receipt');
  if (event.type !== crossingLeft.type) return { code: 'asset_wrong', event: event.type };
  const crossing = decode(crossingCodec, event.body, 'crossing');
  const { destination, number, holder } = crossing;
  if (!equalBytes(destination, chain)) return { code: 'proof_of_other_chain', destination };
  if (state.get(arrivals, { peer: proof.peer, number }) !== undefined) {
    return { code: 'crossing_claimed', number };
  }
  const member = state.get(keys, holder)?.member;
  return member === undefined ? { code: 'member_unknown', holder } : { crossing, member };
}

function refuseHeader(
  { state, crypto }: ActionContext,
  peer: Peer,
  proof: CrossingProof,
  header: Header,
): ContractRefusal | undefined {
  const { size, receiptIndex } = proof;
  if (!equalBytes(header.chain, peer.chain)) {
    return { code: 'proof_of_other_chain', chain: header.chain };
  }
  const head = state.get(heads, { peer: proof.peer, size });
  if (head === undefined) return { code: 'head_unknown', size };
  const { sha256 } = crypto;
  const inHistory = verifyInclusion(sha256, {
    leafHash: leafHash(sha256, proof.header),
    index: header.height,
    size,
    proof: proof.headerProof,
    root: head.root,
  });
  if (!inHistory) return { code: 'proof_invalid', part: 'header' };
  const blocksBehind = size - 1 - header.height;
  if (blocksBehind < peer.finalityBlocks) {
    return { code: 'not_final', blocksBehind, expected: peer.finalityBlocks };
  }
  // Receipts of transactions stand before the events: none of them passes for one.
  const inBlock =
    receiptIndex >= header.transactionCount &&
    verifyInclusion(sha256, {
      leafHash: leafHash(sha256, proof.receipt),
      index: receiptIndex,
      size: header.receiptCount,
      proof: proof.receiptProof,
      root: header.receiptsRoot,
    });
  return inBlock ? undefined : { code: 'proof_invalid', part: 'receipt' };
}

/** Notes that a crossing arrived: it never does again. */
export function arrive(
  { state, height }: BlockContext,
  from: { readonly peer: number; readonly number: number },
  amount: Money,
): void {
  const peg = pegOf(state, from.peer);
  state.set(arrivals, { peer: from.peer, number: from.number }, { height });
  if (amount > 0n) state.set(pegs, from.peer, { ...peg, in: money(peg.in + amount) });
}
