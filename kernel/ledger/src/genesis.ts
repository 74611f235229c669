/** The genesis document: what a ledger is before its first block. Its hash is the chain's name. */

import { bytesUpTo, type Codec, decode, encode, textUpTo, u8, u16, u32, u64 } from './codec.ts';
import { struct } from './composite-codec.ts';
import type { Crypto } from './world.ts';

export interface Genesis {
  /** A name for people and the origin line of checkpoints, such as `commonwatt/lindenstrasse`. */
  readonly name: string;
  readonly timeMs: number;
  readonly executionVersion: number;
  /** Leading zero bits a block hash must have: 0 asks for no proof of work. */
  readonly sealBits: number;
  /** Blocks between two updates of the balance map: 1 updates it in every block. */
  readonly checkpointBlocks: number;
  /** The execution's own parameters, in its own layout. */
  readonly parameters: Uint8Array;
}

export const SEAL_BITS_MAX = 24;

export const genesisCodec: Codec<Genesis> = struct<Genesis>({
  name: textUpTo(100),
  timeMs: u64,
  executionVersion: u16,
  sealBits: u8,
  checkpointBlocks: u32,
  parameters: bytesUpTo(1_048_576),
});

/** The chain's name: the hash of its genesis document. */
export function chainOf(crypto: Crypto, document: Uint8Array): Uint8Array {
  return crypto.sha256(document);
}

/** @throws RangeError or DecodeError when the document is not usable. */
export function readGenesis(document: Uint8Array): Genesis {
  const genesis = decode(genesisCodec, document, 'genesis');
  if (genesis.sealBits > SEAL_BITS_MAX) {
    throw new RangeError(
      `genesis.sealBits: expected 0 to ${SEAL_BITS_MAX}, got ${genesis.sealBits}`,
    );
  }
  if (genesis.checkpointBlocks < 1) {
    throw new RangeError(`genesis.checkpointBlocks: expected 1 or more, got 0`);
  }
  return genesis;
}

export function encodeGenesis(genesis: Genesis): Uint8Array {
  return encode(genesisCodec, genesis);
}
