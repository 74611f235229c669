/** The optional proof of work: SETM's nonce, found anew and alike by everyone. */

import { type Header, headerHash, leadingZeroBits } from './block.ts';
import type { Crypto } from './world.ts';

/** Finds the lowest nonce whose block hash has the zero bits the chain asks for. */
export function sealed(crypto: Crypto, sealBits: number, header: Header): Header {
  if (sealBits === 0) return header;
  for (let nonce = 0; nonce <= 0xffff_ffff; nonce++) {
    const tried = { ...header, nonce };
    if (leadingZeroBits(headerHash(crypto, tried)) >= sealBits) return tried;
  }
  throw new Error(`seal: no nonce below 2^32 gives ${sealBits} zero bits`);
}
