/**
 * X25519 keys for the mutual key of a trade (Ko and Praca 2021, section 3.3; RFC 7748). With a key
 * of small order the shared secret is zero whatever the other side does, so a third party knows it:
 * such a key is refused when it is registered, as is one written in a second way.
 */

import { fromHex, toHex } from '@commonwatt/ledger';

/** Why an agreement key is refused, the first that applies. */
export type AgreementKeyRefusal = 'key_not_canonical' | 'key_small_order';

/** 2^255 - 19, little-endian: a canonical coordinate is below it. */
const PRIME = fromHex(`ed${'ff'.repeat(30)}7f`);

/**
 * The u-coordinates of small order below the prime, on the curve and on its twist, little-endian:
 * 0, 1, the two of order 8, and p - 1.
 */
const SMALL_ORDER: ReadonlySet<string> = new Set([
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  `ec${'ff'.repeat(30)}7f`,
]);

export function unacceptableAgreementKey(key: Uint8Array): AgreementKeyRefusal | undefined {
  if (!isBelowPrime(key)) return 'key_not_canonical';
  return SMALL_ORDER.has(toHex(key)) ? 'key_small_order' : undefined;
}

function isBelowPrime(key: Uint8Array): boolean {
  for (let at = 31; at >= 0; at--) {
    const difference = (key[at] as number) - (PRIME[at] as number);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
