/**
 * The one verdict on an Ed25519 signature. Libraries disagree about keys of small or mixed order,
 * about numbers written in a second way, and about the cofactor (Chalkias, Garillot and Nikolaenko
 * 2020, table 2); a ledger whose nodes disagree splits. So what is ambiguous is refused here, before
 * any library sees it, and what is left is decided by one equation:
 *
 *   encode(S·B - k·A) = R, compared byte for byte, with k = SHA-512(R || A || M) mod L.
 *
 * That is the cofactorless equation of RFC 8032 section 5.1.7. For keys and signatures that pass the
 * checks below it is what OpenSSL, and so node:crypto, computes for a single signature.
 *
 * What a host must do behind `Crypto.verify`: compute exactly that equation. It must not multiply by
 * the cofactor 8 (RFC 8032 allows it; ZIP 215, batch verification and some libraries, in their
 * strict modes too, do it), because then an R with a small-order part would pass here and fail
 * elsewhere. It must not decode R and compare points; R is compared as bytes. A library that only
 * offers a cofactored check must be used below its `verify`: decode A, compute the point, encode it.
 */
import {
  type CurvePoint,
  decodePoint,
  doublePoint,
  GROUP_ORDER,
  isCanonicalY,
  isIdentity,
  multiplyPoint,
  readLittleEndian,
} from './edwards25519.ts';
import type { Crypto } from './world.ts';

/** Why a public key is refused, the first that applies in this order. */
export type KeyRefusal =
  /** Not 32 bytes. */
  | 'key_length'
  /** y is written at or above the field's prime. */
  | 'key_not_canonical'
  /** No point of the curve has this y, or the sign asks for minus zero. */
  | 'key_not_on_curve'
  /** One of the eight points, the identity among them, under which anyone can sign. */
  | 'key_small_order'
  /** A key of the group with one of those points added: verdicts under it are ambiguous. */
  | 'key_not_prime_order';

/** Why a signature is refused before the equation is computed, the first that applies. */
export type SignatureRefusal =
  /** Not 64 bytes. */
  | 'signature_length'
  /** S is not below the group order: a second form of another signature. */
  | 'signature_s_not_canonical'
  /** R's y is written at or above the field's prime. */
  | 'signature_r_not_canonical';

/**
 * Judges a key when it is registered. It takes about as long as many verifications, so the caller
 * remembers the answer for registered keys and uses `verifyRegistered` from then on.
 */
export function acceptablePublicKey(publicKey: Uint8Array): KeyRefusal | undefined {
  if (publicKey.length !== 32) return 'key_length';
  if (!isCanonicalY(publicKey)) return 'key_not_canonical';
  const point = decodePoint(publicKey);
  if (point === undefined) return 'key_not_on_curve';
  if (isIdentity(eightTimes(point))) return 'key_small_order';
  if (!isIdentity(multiplyPoint(point, GROUP_ORDER))) return 'key_not_prime_order';
  return undefined;
}

function eightTimes(point: CurvePoint): CurvePoint {
  return doublePoint(doublePoint(doublePoint(point)));
}

/** What can be said of a signature without key and message. */
export function acceptableSignature(signature: Uint8Array): SignatureRefusal | undefined {
  if (signature.length !== 64) return 'signature_length';
  if (!isBelowGroupOrder(signature)) return 'signature_s_not_canonical';
  if (!isCanonicalY(signature.subarray(0, 32))) return 'signature_r_not_canonical';
  return undefined;
}

/** S stands in the last 32 bytes. Below 2^252, which nearly all are, needs no arithmetic. */
function isBelowGroupOrder(signature: Uint8Array): boolean {
  const top = signature[63] as number;
  if (top < 0x10) return true;
  if (top > 0x10) return false;
  return readLittleEndian(signature.subarray(32)) < GROUP_ORDER;
}

/** The full verdict, for a key about which nothing is known. */
export function verifySignature(
  crypto: Crypto,
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (acceptablePublicKey(publicKey) !== undefined) return false;
  return verifyRegistered(crypto, publicKey, message, signature);
}

/** The same verdict for a key that `acceptablePublicKey` once let pass. */
export function verifyRegistered(
  crypto: Crypto,
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (publicKey.length !== 32) return false;
  if (acceptableSignature(signature) !== undefined) return false;
  return crypto.verify(publicKey, message, signature);
}
