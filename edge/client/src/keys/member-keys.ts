/** Everything a member holds in secret grows from one Ed25519 seed. */
import type { Signer } from '@commonwatt/ledger';
import { browserSigner } from '../crypto/browser-crypto.ts';
import { type AgreementKey, agreementKeyFromSeed } from './agreement-key.ts';

export interface MemberKeys {
  /** Signs transactions and requests. */
  readonly signer: Signer;
  /** Derives the mutual key with the other party of a trade. */
  readonly agreementKey: AgreementKey;
}

/** @throws RangeError unless the seed is 32 bytes. */
export function memberKeysFromSeed(seed: Uint8Array): MemberKeys {
  return { signer: browserSigner(seed), agreementKey: agreementKeyFromSeed(seed) };
}
