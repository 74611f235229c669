/**
 * What carries assets from one ledger to another: a pure function of both. Whoever runs it holds no
 * power and keeps no memory that matters: every step may be repeated, by several at once, from the
 * beginning, and arrives once.
 */

import { type Action, type Crypto, encode, equalBytes, type State } from '@commonwatt/ledger';
import { money } from '@commonwatt/units';
import { ACTION } from '../action-types.ts';
import { CARRIED, entitlementsToCarry, sources } from '../certificates/state.ts';
import { keys } from '../identity/state.ts';
import { certificateLedgerOf } from '../parameters.ts';
import { advanceCodec, type Crossing, crossingProofCodec, lockCodec } from './messages.ts';
import { sizesOf } from './peers.ts';
import {
  advanceTo,
  crossingsIn,
  type FoundCrossing,
  type PeerBlocks,
  proveCrossing,
} from './prove.ts';
import { signedHeadOf } from './signed-head.ts';
import { arrivals, peers } from './state.ts';

/** How many assets are carried at once: with their proofs they fit one transaction. */
export const CARRIED_MAX = 32;

export interface RelayInput {
  /** The ledger that assets left, and the newest head it signed. */
  readonly from: PeerBlocks;
  readonly note: string;
  /** The ledger that they go to. */
  readonly to: State;
  readonly toChain: Uint8Array;
  /** Below it nothing is left to carry: 0 unless an earlier answer said more. */
  readonly fromHeight?: number;
}

export interface Relay {
  /** To be sent to the ledger they go to, in this order; nothing where there is nothing to carry. */
  readonly actions: readonly Action[];
  /** Below it nothing is left to carry, once the actions stand in a block. */
  readonly nextHeight: number;
}

/** @throws RangeError where the ledgers do not know each other */
export function relayActions(crypto: Crypto, input: RelayInput): Relay {
  const { from, note, to, toChain } = input;
  const head = signedHeadOf(note);
  const chain = from.record(0)?.header.chain;
  const [peer, named] =
    to.entries(peers).find(([, one]) => chain !== undefined && equalBytes(one.chain, chain)) ?? [];
  if (peer === undefined || named === undefined) {
    throw new RangeError('relay: expected a ledger that the other names as its peer');
  }
  const finalHeight = head.size - 1 - named.finalityBlocks;
  const first = input.fromHeight ?? 0;
  if (named.stopped !== undefined) return { actions: [], nextHeight: first };
  const found: FoundCrossing[] = [];
  let kept: number | undefined;
  let height = first;
  for (; height <= finalHeight && found.length < CARRIED_MAX; height++) {
    const record = from.record(height);
    for (const one of record === undefined ? [] : crossingsIn(record)) {
      const wait = waitOf(to, toChain, peer, one.crossing);
      if (wait === 'nothing') continue;
      kept ??= height;
      if (wait === 'proof') found.push(one);
    }
  }
  const nextHeight = kept ?? height;
  if (found.length === 0) return { actions: [], nextHeight };
  const taken = sizesOf(to, peer);
  const actions: Action[] = [];
  if (!taken.includes(head.size)) {
    const step = advanceTo(from, { peer, note, takenSize: taken.at(-1) ?? 0 });
    actions.push({ type: ACTION.advancePeer, body: encode(advanceCodec, step) });
  }
  const type = certificateLedgerOf(to) ? ACTION.claimAsset : ACTION.releaseCoin;
  for (const { height: at, receiptIndex } of found.slice(0, CARRIED_MAX)) {
    const place = { peer, size: head.size, height: at, receiptIndex };
    actions.push({ type, body: encode(crossingProofCodec, proveCrossing(crypto, from, place)) });
  }
  return { actions, nextHeight };
}

/** What a crossing waits for: its proof, its holder to become a member, or nothing any more. */
function waitOf(
  to: State,
  toChain: Uint8Array,
  peer: number,
  { destination, number, holder, entitlement }: Crossing,
): 'proof' | 'member' | 'nothing' {
  if (!equalBytes(destination, toChain)) return 'nothing';
  if (to.get(arrivals, { peer, number }) !== undefined) return 'nothing';
  if (entitlement !== undefined) {
    const { member, kind, source } = entitlement.grant;
    const claimed = to.get(sources, { peer, member, kind, source })?.version ?? 0;
    // A later version of it arrived already and says all that it would have said.
    if (entitlement.version <= claimed) return 'nothing';
  }
  return to.get(keys, holder) === undefined ? 'member' : 'proof';
}

/** Locks what needs nobody's will to go to the ledger of certificates: duties and corrections. */
export function carryActions(market: State, peer: number): readonly Action[] {
  return market
    .group(entitlementsToCarry, CARRIED)
    .filter(([, one]) => one.lockedPeer === 0 || one.lockedPeer === peer)
    .slice(0, CARRIED_MAX)
    .map(([entitlement]) => ({
      type: ACTION.lockAsset,
      body: encode(lockCodec, { peer, amount: money(0n), entitlement }),
    }));
}
