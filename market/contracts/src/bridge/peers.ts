/** Which ledgers assets may cross to and from, and whether the peg with each stands still. */

import {
  type BlockContext,
  equalBytes,
  isKeyName,
  parseVerifierKey,
  type State,
  toHex,
} from '@commonwatt/ledger';
import { money } from '@commonwatt/units';
import { ACTION } from '../action-types.ts';
import { authorised } from '../authority.ts';
import type { ContractRefusal } from '../refusals.ts';
import { type PeerChanged, peerChanged } from './events.ts';
import { type NamePeer, namePeerCodec, PEERS_MAX, setPeerOpenCodec } from './messages.ts';
import { heads, type Peer, type Peg, peers, pegs } from './state.ts';

export const namePeer = authorised<NamePeer>(
  ACTION.namePeer,
  'name peer',
  'operator',
  namePeerCodec,
  (context, message) => {
    const refusal = refusePeer(context, message);
    if (refusal !== undefined) return refusal;
    const known = context.state.get(peers, message.peer) !== undefined;
    writePeer(context.state, message);
    const change = known ? 'amended' : 'named';
    context.emit<PeerChanged>(peerChanged, { peer: message.peer, change, reason: '' });
    return undefined;
  },
);

export const setPeerOpen = authorised(
  ACTION.setPeerOpen,
  'set peer open',
  'operator',
  setPeerOpenCodec,
  (context, { peer, open, reason, forgetHeads }): ContractRefusal | undefined => {
    const { state } = context;
    const found = state.get(peers, peer);
    if (found === undefined) return { code: 'peer_unknown', peer };
    if (forgetHeads) for (const size of sizesOf(state, peer)) state.delete(heads, { peer, size });
    state.set(peers, peer, { ...found, stopped: open === 'open' ? undefined : reason });
    const change = open === 'open' ? 'resumed' : 'stopped';
    context.emit<PeerChanged>(peerChanged, { peer, change, reason });
    return undefined;
  },
);

/** Why a ledger cannot be named so; nothing when it can. Also what genesis asks. */
export function refusePeer(
  { state, crypto, chain }: Pick<BlockContext, 'state' | 'crypto' | 'chain'>,
  message: NamePeer,
): ContractRefusal | undefined {
  const flaw = flawOfPeer(crypto, chain, message);
  if (flaw !== undefined) return { code: 'peer_invalid', flaw };
  const before = state.get(peers, message.peer);
  if (before !== undefined && !equalBytes(before.chain, message.chain)) {
    return { code: 'peer_invalid', flaw: `chain: expected ${toHex(before.chain)}` };
  }
  // Under a second number everything of a ledger would arrive a second time.
  for (const [peer, one] of state.entries(peers)) {
    if (peer !== message.peer && equalBytes(one.chain, message.chain)) {
      return { code: 'peer_known', peer };
    }
  }
  return before === undefined && state.size(peers) >= PEERS_MAX
    ? { code: 'peer_invalid', flaw: `peers: expected at most ${PEERS_MAX}` }
    : undefined;
}

function flawOfPeer(
  crypto: BlockContext['crypto'],
  chain: Uint8Array,
  message: NamePeer,
): string | undefined {
  const { keys, threshold, origin } = message;
  if (message.peer < 1) return 'peer: expected 1 or more, got 0';
  if (equalBytes(message.chain, chain)) return 'chain: expected another ledger than this one';
  if (origin === '') return 'origin: expected a name';
  const material = new Set<string>();
  for (const [at, text] of keys.entries()) {
    const parsed = parseVerifierKey(crypto.sha256, text);
    if (!parsed.ok) return `keys[${at}]: ${parsed.reason}`;
    if (!isKeyName(parsed.key.name)) return `keys[${at}]: expected a name`;
    material.add(toHex(parsed.key.publicKey));
  }
  return threshold >= 1 && threshold <= material.size
    ? undefined
    : `threshold: expected 1 to ${material.size}, got ${threshold}`;
}

/** Writes a peer as named; a peg that stands still goes on doing so. */
export function writePeer(state: State, { peer, ...named }: NamePeer): void {
  const stopped = state.get(peers, peer)?.stopped;
  state.set(peers, peer, { ...named, stopped });
}

/** A peer whose peg does not stand still, or why it cannot be used. */
export function openPeer(state: State, peer: number): Peer | ContractRefusal {
  const found = state.get(peers, peer);
  if (found === undefined) return { code: 'peer_unknown', peer };
  const { stopped } = found;
  return stopped === undefined ? found : { code: 'peer_stopped', peer, reason: stopped };
}

const NOTHING_CROSSED: Peg = { sent: 0, out: money(0n), in: money(0n) };

/** What crossed to and from a peer so far. */
export function pegOf(state: State, peer: number): Peg {
  return state.get(pegs, peer) ?? NOTHING_CROSSED;
}

/** The sizes of the heads kept of a peer, rising. */
export function sizesOf(state: State, peer: number): readonly number[] {
  return state
    .entries(heads)
    .filter(([key]) => key.peer === peer)
    .map(([key]) => key.size);
}

export function isRefused(answer: object): answer is ContractRefusal {
  return 'code' in answer;
}
