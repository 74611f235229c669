/**
 * HKDF-SHA-256 (RFC 5869): keys for several purposes out of one secret. Each purpose is named in
 * `info`, so that a key for one is worth nothing for another.
 */
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';

/** RFC 5869 section 2.3: at most 255 blocks of 32 bytes. */
export const DERIVED_BYTES_MAX = 255 * 32;

export interface Derivation {
  /** The keying material; it should hold at least 32 unpredictable bytes. */
  readonly secret: Uint8Array;
  /** Public and fixed per protocol; empty bytes stand for the RFC's zeros. */
  readonly salt: Uint8Array;
  /** The purpose, and everything the key is to be bound to. */
  readonly info: Uint8Array;
  readonly length: number;
}

/** @throws RangeError when more than 8,160 bytes are asked for. */
export function deriveBytes({ secret, salt, info, length }: Derivation): Uint8Array {
  if (!Number.isInteger(length) || length < 1 || length > DERIVED_BYTES_MAX) {
    throw new RangeError(`derived bytes: expected 1 to ${DERIVED_BYTES_MAX}, got ${length}`);
  }
  return hkdf(sha256, secret, salt, info, length);
}
