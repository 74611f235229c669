/** Peers, what crossed to and from each, the heads taken of them, and forks. Tables 90 to 94. */

import {
  type Codec,
  hash32,
  list,
  moneyNano,
  optional,
  struct,
  table,
  textUpTo,
  u8,
  u16,
  u32,
  u64,
} from '@commonwatt/ledger';
import type { Money } from '@commonwatt/units';
import { type NamePeer, PEER_KEYS_MAX, type SignedHead, signedHeadCodec } from './messages.ts';

/** Another ledger as this one knows it. */
export interface Peer extends Omit<NamePeer, 'peer'> {
  /** Why the peg stands still; nothing while it does not. */
  readonly stopped: string | undefined;
}
export const peers = table<number, Peer>(
  90,
  'peers',
  u16,
  struct<Peer>({
    chain: hash32,
    origin: textUpTo(200),
    keys: list(textUpTo(400), PEER_KEYS_MAX),
    threshold: u8,
    finalityBlocks: u32,
    stopped: optional(textUpTo(200)),
  }),
);

/** What crossed: coin by amount, everything by number. */
export interface Peg {
  /** The number of the last crossing that went to the peer. */
  readonly sent: number;
  /** All coin that went to the peer, and all that came from it. */
  readonly out: Money;
  readonly in: Money;
}
export const pegs = table<number, Peg>(
  91,
  'pegs',
  u16,
  struct<Peg>({ sent: u64, out: moneyNano, in: moneyNano }),
);

export interface HeadKey {
  readonly peer: number;
  readonly size: number;
}
const headKeyCodec: Codec<HeadKey> = struct<HeadKey>({ peer: u16, size: u64 });
/** The last heads taken of each peer: proofs may rest on any of them. */
export const heads = table<HeadKey, SignedHead>(92, 'peer heads', headKeyCodec, signedHeadCodec);
/** How many of each are kept. */
export const HEADS_KEPT = 32;

export interface ArrivalKey {
  readonly peer: number;
  readonly number: number;
}
/** Crossings that arrived, each once. */
export const arrivals = table<ArrivalKey, { readonly height: number }>(
  93,
  'arrivals',
  struct<ArrivalKey>({ peer: u16, number: u64 }),
  struct<{ readonly height: number }>({ height: u64 }),
);

/** Two heads of one ledger of which neither continues the other, both signed. */
export interface Fork {
  readonly taken: SignedHead;
  readonly shown: SignedHead;
  /** Where they differ, when their sizes do: two headers at one index, with their paths. */
  readonly headers: ForkedHeaders | undefined;
}
export interface ForkedHeaders {
  readonly index: number;
  readonly leafHashes: readonly Uint8Array[];
  readonly proofs: readonly (readonly Uint8Array[])[];
}
export interface ForkKey {
  readonly peer: number;
  /** The block in which it was shown. */
  readonly height: number;
}
export const forks = table<ForkKey, Fork>(
  94,
  'peer forks',
  struct<ForkKey>({ peer: u16, height: u64 }),
  struct<Fork>({
    taken: signedHeadCodec,
    shown: signedHeadCodec,
    headers: optional(
      struct<ForkedHeaders>({
        index: u64,
        leafHashes: list(hash32, 2),
        proofs: list(list(hash32, 64), 2),
      }),
    ),
  }),
);
