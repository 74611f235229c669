/** The heads of a peer: each continues the one before, and two that do not are a fork. */

import {
  type ActionContext,
  type ActionType,
  equalBytes,
  verifyConsistency,
  verifyInclusion,
} from '@commonwatt/ledger';
import { ACTION } from '../action-types.ts';
import type { ContractRefusal } from '../refusals.ts';
import { type PeerChanged, peerChanged } from './events.ts';
import {
  type Advance,
  advanceCodec,
  type ReportFork,
  reportForkCodec,
  type SignedHead,
} from './messages.ts';
import { isRefused, openPeer, sizesOf } from './peers.ts';
import { refuseHead } from './signed-head.ts';
import { type Fork, forks, HEADS_KEPT, heads, type Peer, peers } from './state.ts';

export const advance: ActionType<Advance> = {
  type: ACTION.advancePeer,
  name: 'advance peer',
  codec: advanceCodec,
  apply(context, { peer, head, consistency }) {
    const { state, crypto } = context;
    const found = openPeer(state, peer);
    if (isRefused(found)) return found;
    const refusal = refuseHead(crypto, found, head);
    if (refusal !== undefined) return refusal;
    const same = state.get(heads, { peer, size: head.size });
    if (same !== undefined && !equalBytes(same.root, head.root)) {
      // Not taken, but kept as evidence: a refusal would leave no trace of it.
      stop(context, peer, found, { taken: same, shown: head, headers: undefined });
      return undefined;
    }
    const sizes = sizesOf(state, peer);
    const last = sizes.at(-1);
    if (last !== undefined) {
      const behind = refuseNext(context, { peer, size: last }, head, consistency);
      if (behind !== undefined) return behind;
    }
    state.set(heads, { peer, size: head.size }, head);
    for (const size of sizes.slice(0, Math.max(0, sizes.length + 1 - HEADS_KEPT))) {
      state.delete(heads, { peer, size });
    }
    return undefined;
  },
};

/** Why a head does not continue the last one taken. */
function refuseNext(
  { state, crypto }: ActionContext,
  key: { readonly peer: number; readonly size: number },
  head: SignedHead,
  proof: readonly Uint8Array[],
): ContractRefusal | undefined {
  const last = state.get(heads, key);
  if (last === undefined) throw new Error(`heads: expected one of size ${key.size}`);
  if (head.size <= last.size) {
    return { code: 'checkpoint_behind', size: head.size, taken: last.size };
  }
  const claim = { size1: last.size, size2: head.size, root1: last.root, root2: head.root, proof };
  const continues = last.size === 0 ? proof.length === 0 : verifyConsistency(crypto.sha256, claim);
  return continues
    ? undefined
    : { code: 'checkpoint_not_extending', size: head.size, taken: last.size };
}

export const reportFork: ActionType<ReportFork> = {
  type: ACTION.reportFork,
  name: 'report fork',
  codec: reportForkCodec,
  apply(context, message) {
    const { state, crypto } = context;
    const { peer, head, againstSize, index } = message;
    const found = openPeer(state, peer);
    if (isRefused(found)) return found;
    const refusal = refuseHead(crypto, found, head);
    if (refusal !== undefined) return refusal;
    const taken = state.get(heads, { peer, size: againstSize });
    if (taken === undefined) return { code: 'head_unknown', size: againstSize };
    const leafHashes = [message.againstLeafHash, message.leafHash];
    const proofs = [message.againstProof, message.proof];
    const proven = [taken, head].every(({ size, root }, at) => {
      const [leafHash, proof] = [leafHashes[at] as Uint8Array, proofs[at] as Uint8Array[]];
      return verifyInclusion(crypto.sha256, { leafHash, proof, index, size, root });
    });
    if (!proven || equalBytes(message.leafHash, message.againstLeafHash)) {
      return { code: 'fork_unproven', index };
    }
    stop(context, peer, found, { taken, shown: head, headers: { index, leafHashes, proofs } });
    return undefined;
  },
};

/** Keeps the evidence of a fork, and lets the peg stand still until governance resumes it. */
function stop(context: ActionContext, peer: number, found: Peer, fork: Fork): void {
  const { state, height } = context;
  state.set(forks, { peer, height }, fork);
  const reason = `fork: heads of size ${fork.taken.size} and ${fork.shown.size} contradict`;
  state.set(peers, peer, { ...found, stopped: reason });
  context.emit<PeerChanged>(peerChanged, { peer, change: 'forked', reason });
}
