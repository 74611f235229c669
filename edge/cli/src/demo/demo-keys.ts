/**
 * Keys of a demonstration. They grow from the demonstration's seed, so that it can be repeated to
 * the last byte; whoever knows the seed knows the keys, and no real member may have such a one.
 */

import { agreementKeyFromSeed } from '@commonwatt/client';
import { NodeSigner, sha256 } from '@commonwatt/consensus';
import type { Signer } from '@commonwatt/ledger';

export interface DemoKeys {
  readonly seed: Uint8Array;
  readonly signer: Signer;
  /** X25519, for the mutual key of a trade. */
  readonly agreementPublicKey: Uint8Array;
}

/** The 32 bytes that belong to a name under a demonstration's seed. */
export function demoSecret(seed: string, name: string): Uint8Array {
  return sha256(Buffer.from(`commonwatt/demo/1\n${seed}\n${name}`, 'utf8'));
}

export function demoKeys(seed: string, name: string): DemoKeys {
  const secret = demoSecret(seed, name);
  return {
    seed: secret,
    signer: new NodeSigner(secret),
    agreementPublicKey: agreementKeyFromSeed(secret).publicKey,
  };
}
