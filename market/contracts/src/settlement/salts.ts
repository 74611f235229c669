/**
 * Salts of commitments. They are derived, so that readings can be opened again from one secret per
 * member, and so that destroying the secret leaves the ledger's commitments without a meaning.
 */

import { asciiBytes, type Sha256, Writer } from '@commonwatt/ledger';

export const SALT_LENGTH = 16;
export const SECRET_LENGTH = 32;

/** What a salt is for: one secret never gives two purposes the same salt. */
export type SaltPurpose = 'reading' | 'line' | 'slot' | 'energy' | 'sharing';

/**
 * The first 16 bytes of SHA-256 over the purpose, the member's secret and what the salt belongs to.
 * A number of the context stands in eight bytes; the contexts of a purpose are of one form each for a
 * version of the rules and differ in length between them, so that no two give the same bytes. Half of the digest is left out, which also bars
 * extending it.
 * @throws RangeError when the secret does not have 32 bytes.
 */
export function saltOf(
  sha256: Sha256,
  secret: Uint8Array,
  purpose: SaltPurpose,
  ...context: readonly (number | Uint8Array)[]
): Uint8Array {
  if (secret.length !== SECRET_LENGTH) {
    throw new RangeError(`salt secret: expected ${SECRET_LENGTH} bytes, got ${secret.length}`);
  }
  // A period has hundreds of thousands of salts, one after the other: one buffer serves them all.
  message.reset();
  message.raw(DOMAINS[purpose]);
  message.raw(secret);
  for (const part of context) {
    if (typeof part === 'number') message.u64(part);
    else message.raw(part);
  }
  return sha256(message.written()).slice(0, SALT_LENGTH);
}

const message = new Writer(256);
const domainOf = (purpose: SaltPurpose) => asciiBytes(`commonwatt/salt/1/${purpose}/`);
const DOMAINS: Readonly<Record<SaltPurpose, Uint8Array>> = {
  reading: domainOf('reading'),
  line: domainOf('line'),
  slot: domainOf('slot'),
  energy: domainOf('energy'),
  sharing: domainOf('sharing'),
};
