/**
 * AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits per record. The record's place is
 * associated data: a record that was moved to another place or person does not open.
 */

import { createCipheriv, createDecipheriv } from 'node:crypto';
import { concatBytes, type Random, utf8Bytes } from '@commonwatt/ledger';

export const SEALING_KEY_LENGTH = 32;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;
const CIPHER = 'aes-256-gcm';

export interface Sealing {
  readonly key: Uint8Array;
  /** What the record is called where it stands. */
  readonly place: string;
}

/** Nonce, ciphertext and tag in one. */
export function seal(random: Random, { key, place }: Sealing, content: Uint8Array): Uint8Array {
  const nonce = random.bytes(NONCE_LENGTH);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_LENGTH });
  cipher.setAAD(utf8Bytes(place));
  const body = cipher.update(content);
  cipher.final();
  return concatBytes(nonce, body, cipher.getAuthTag());
}

/** The content; nothing when the record was altered, moved, or sealed under another key. */
export function unseal({ key, place }: Sealing, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < NONCE_LENGTH + TAG_LENGTH) return undefined;
  const nonce = sealed.subarray(0, NONCE_LENGTH);
  const cipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_LENGTH });
  cipher.setAAD(utf8Bytes(place));
  cipher.setAuthTag(sealed.subarray(sealed.length - TAG_LENGTH));
  const content = cipher.update(sealed.subarray(NONCE_LENGTH, sealed.length - TAG_LENGTH));
  try {
    cipher.final();
  } catch {
    // Node has one reason to throw here: the tag does not fit.
    return undefined;
  }
  return new Uint8Array(content);
}
