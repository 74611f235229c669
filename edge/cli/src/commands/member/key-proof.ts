/** The proof that a holder wants a key registered, as `commonwatt key prove` prints it. */

import {
  acceptablePublicKey,
  type Crypto,
  fromHex,
  possessionBytes,
  verifyRegistered,
} from '@commonwatt/ledger';
import { UsageError } from '../../terminal/usage-error.ts';

export interface WrittenProof {
  readonly publicKey: string;
  readonly agreementKey: string;
  readonly possession: string;
}

export interface KeyProof {
  readonly publicKey: Uint8Array;
  readonly agreementKey: Uint8Array;
  readonly possession: Uint8Array;
}

/** What each field is called where it was written, for errors. */
const FIELDS = { publicKey: 'publicKey', agreementKey: 'agreementKey', possession: 'possession' };

/** @throws UsageError for hex that is none, a key the ledger would not take, a foreign signature. */
export function keyProofOf(
  crypto: Crypto,
  written: WrittenProof,
  {
    chain,
    places = FIELDS,
  }: { readonly chain: string; readonly places?: Readonly<Record<keyof WrittenProof, string>> },
): KeyProof {
  const bytes = (field: keyof WrittenProof, length: number): Uint8Array => {
    const text = written[field];
    if (new RegExp(`^[0-9a-f]{${2 * length}}$`).test(text)) return fromHex(text);
    throw new UsageError(places[field], `${2 * length} lower-case hex digits`, text);
  };
  const publicKey = bytes('publicKey', 32);
  const agreementKey = bytes('agreementKey', 32);
  const possession = bytes('possession', 64);
  const reason = acceptablePublicKey(publicKey);
  if (reason !== undefined) {
    throw new UsageError(places.publicKey, 'an acceptable key', reason);
  }
  const asked = possessionBytes(fromHex(chain), 'enrol', publicKey, agreementKey);
  if (!verifyRegistered(crypto, publicKey, asked, possession)) {
    const expected = `the key's own signature for the chain ${chain}`;
    throw new UsageError(places.possession, expected, 'another');
  }
  return { publicKey, agreementKey, possession };
}
