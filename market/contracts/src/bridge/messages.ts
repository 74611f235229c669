/** Messages of the bridge: ledgers are named, assets leave, and arrive by proof. */

import {
  bytesUpTo,
  type Codec,
  choice,
  fixedBytes,
  flag,
  hash32,
  list,
  moneyNano,
  optional,
  struct,
  textUpTo,
  u8,
  u16,
  u32,
  u64,
} from '@commonwatt/ledger';
import type { Money } from '@commonwatt/units';
import {
  type EntitlementKey,
  entitlementKeyCodec,
  type Grant,
  grantCodec,
} from '../certificates/messages.ts';

/** Ledgers that one ledger may be bridged to. */
export const PEERS_MAX = 16;
/** Keys of one peer and its witnesses, and signatures that a checkpoint may carry. */
export const PEER_KEYS_MAX = 32;
/** No path in a tree of 2^53 leaves is longer. */
const PROOF_HASHES_MAX = 64;
const HEADER_BYTES_MAX = 1024;
const RECEIPT_BYTES_MAX = 4096;

const proofCodec = list(hash32, PROOF_HASHES_MAX);

/**
 * Names another ledger, or changes how the one of that number is checked: never which it is.
 * Authority: operators.
 */
export interface NamePeer {
  readonly peer: number;
  /** The hash of its genesis document. */
  readonly chain: Uint8Array;
  /** The origin line of its checkpoints. */
  readonly origin: string;
  /** Verifier keys of the ledger and of witnesses, and how many of them must sign a checkpoint. */
  readonly keys: readonly string[];
  readonly threshold: number;
  /** How many blocks must stand behind the one that an asset left in. */
  readonly finalityBlocks: number;
}
export const namePeerCodec: Codec<NamePeer> = struct<NamePeer>({
  peer: u16,
  chain: hash32,
  origin: textUpTo(200),
  keys: list(textUpTo(400), PEER_KEYS_MAX),
  threshold: u8,
  finalityBlocks: u32,
});

/** Lets the peg with a ledger stand still, or go on. Authority: operators. */
export interface SetPeerOpen {
  readonly peer: number;
  readonly open: 'open' | 'halted';
  readonly reason: string;
  /** Where checkpoints of a fork's wrong branch were taken: the next is believed on its signatures. */
  readonly forgetHeads: boolean;
}
export const setPeerOpenCodec: Codec<SetPeerOpen> = struct<SetPeerOpen>({
  peer: u16,
  open: choice('open', 'halted'),
  reason: textUpTo(200),
  forgetHeads: flag,
});

/** One line of a checkpoint under which a key signed (c2sp.org/signed-note). */
export interface HeadSignature {
  readonly name: string;
  readonly keyHash: Uint8Array;
  readonly signature: Uint8Array;
}

/** A signed checkpoint in its parts, from which its text is made again. */
export interface SignedHead {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  readonly signatures: readonly HeadSignature[];
}
export const signedHeadCodec: Codec<SignedHead> = struct<SignedHead>({
  origin: textUpTo(200),
  size: u64,
  root: hash32,
  signatures: list(
    struct<HeadSignature>({
      name: textUpTo(200),
      keyHash: fixedBytes(4),
      signature: bytesUpTo(72),
    }),
    PEER_KEYS_MAX,
  ),
});

/** Shows a later head of a peer, and that it continues the last one. Anyone may. */
export interface Advance {
  readonly peer: number;
  readonly head: SignedHead;
  /** RFC 9162 consistency with the last head taken; empty for the first. */
  readonly consistency: readonly Uint8Array[];
}
export const advanceCodec: Codec<Advance> = struct<Advance>({
  peer: u16,
  head: signedHeadCodec,
  consistency: proofCodec,
});

/** Two different headers at one index, each in its own signed head of one ledger. Anyone may. */
export interface ReportFork {
  readonly peer: number;
  readonly head: SignedHead;
  /** The size of the head taken here that it contradicts. */
  readonly againstSize: number;
  readonly index: number;
  readonly leafHash: Uint8Array;
  readonly proof: readonly Uint8Array[];
  readonly againstLeafHash: Uint8Array;
  readonly againstProof: readonly Uint8Array[];
}
export const reportForkCodec: Codec<ReportFork> = struct<ReportFork>({
  peer: u16,
  head: signedHeadCodec,
  againstSize: u64,
  index: u64,
  leafHash: hash32,
  proof: proofCodec,
  againstLeafHash: hash32,
  againstProof: proofCodec,
});

/** Sends own coin, or an entitlement, to the ledger of certificates. On the market's ledger. */
export interface Lock {
  readonly peer: number;
  /** Nano-coin, or zero for an entitlement. */
  readonly amount: Money;
  readonly entitlement: EntitlementKey | undefined;
}
export const lockCodec: Codec<Lock> = struct<Lock>({
  peer: u16,
  amount: moneyNano,
  entitlement: optional(entitlementKeyCodec),
});

/** Sends own pegged coin back to the ledger it came from. On the ledger of certificates. */
export interface Burn {
  readonly peer: number;
  readonly amount: Money;
}
export const burnCodec: Codec<Burn> = struct<Burn>({ peer: u16, amount: moneyNano });

/** That something left a peer: a header under a head taken here, and the event under the header. */
export interface CrossingProof {
  readonly peer: number;
  /** The size of the head taken here under which the header stands. */
  readonly size: number;
  /** The header's canonical bytes. */
  readonly header: Uint8Array;
  readonly headerProof: readonly Uint8Array[];
  /** The event's canonical bytes, and its place under the receipts root. */
  readonly receipt: Uint8Array;
  readonly receiptIndex: number;
  readonly receiptProof: readonly Uint8Array[];
}
export const crossingProofCodec: Codec<CrossingProof> = struct<CrossingProof>({
  peer: u16,
  size: u64,
  header: bytesUpTo(HEADER_BYTES_MAX),
  headerProof: proofCodec,
  receipt: bytesUpTo(RECEIPT_BYTES_MAX),
  receiptIndex: u32,
  receiptProof: proofCodec,
});

/** What leaves a ledger, as its own event tells it. */
export interface Crossing {
  /** The ledger it goes to: nowhere else is it worth anything. */
  readonly destination: Uint8Array;
  /** 1 for the first that goes there, rising by one. */
  readonly number: number;
  readonly step: 'lock' | 'burn';
  /** Whose it is: the number on the ledger that it leaves, and the key known on both. */
  readonly member: number;
  readonly holder: Uint8Array;
  readonly amount: Money;
  readonly entitlement: CrossingEntitlement | undefined;
}

/** An entitlement on its way; later versions of it correct what arrived before. */
export interface CrossingEntitlement {
  readonly grant: Grant;
  readonly version: number;
}

export const crossingCodec: Codec<Crossing> = struct<Crossing>({
  destination: hash32,
  number: u64,
  step: choice('lock', 'burn'),
  member: u32,
  holder: fixedBytes(32),
  amount: moneyNano,
  entitlement: optional(struct<CrossingEntitlement>({ grant: grantCodec, version: u32 })),
});
