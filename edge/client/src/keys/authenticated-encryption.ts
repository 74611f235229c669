/**
 * The two ciphers in use, each with one key length, one nonce length and its full tag. `open`
 * answers with nothing when the bytes are not what was sealed: which byte was wrong is not told.
 *
 * XChaCha20-Poly1305 has a nonce long enough to be drawn at random without end. AES-256-GCM with a
 * random nonce is good for 2^32 messages a key (NIST SP 800-38D section 8.3).
 */
import { gcm } from '@noble/ciphers/aes.js';
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';

export const CIPHER_KEY_LENGTH = 32;
export const CIPHER_TAG_LENGTH = 16;
export const XCHACHA20_NONCE_LENGTH = 24;
export const AES_GCM_NONCE_LENGTH = 12;

/** What a message is sealed under, besides its content. */
export interface Sealing {
  readonly key: Uint8Array;
  /** Never twice under one key. */
  readonly nonce: Uint8Array;
  /** Not hidden, but bound: with other associated data the message does not open. */
  readonly associatedData: Uint8Array;
}

type Cipher = typeof gcm | typeof xchacha20poly1305;

/** The ciphertext and its 16-byte tag. */
export function sealXchacha20(sealing: Sealing, plaintext: Uint8Array): Uint8Array {
  return cipherOf(xchacha20poly1305, XCHACHA20_NONCE_LENGTH, sealing).encrypt(plaintext);
}

/** The plaintext, or nothing where the bytes are not authentic. */
export function openXchacha20(sealing: Sealing, sealed: Uint8Array): Uint8Array | undefined {
  return opened(cipherOf(xchacha20poly1305, XCHACHA20_NONCE_LENGTH, sealing), sealed);
}

/** The ciphertext and its 16-byte tag. */
export function sealAes256Gcm(sealing: Sealing, plaintext: Uint8Array): Uint8Array {
  return cipherOf(gcm, AES_GCM_NONCE_LENGTH, sealing).encrypt(plaintext);
}

/** The plaintext, or nothing where the bytes are not authentic. */
export function openAes256Gcm(sealing: Sealing, sealed: Uint8Array): Uint8Array | undefined {
  return opened(cipherOf(gcm, AES_GCM_NONCE_LENGTH, sealing), sealed);
}

function cipherOf(cipher: Cipher, nonceLength: number, sealing: Sealing): ReturnType<Cipher> {
  if (sealing.key.length !== CIPHER_KEY_LENGTH) {
    throw new RangeError(`key: expected ${CIPHER_KEY_LENGTH} bytes, got ${sealing.key.length}`);
  }
  if (sealing.nonce.length !== nonceLength) {
    throw new RangeError(`nonce: expected ${nonceLength} bytes, got ${sealing.nonce.length}`);
  }
  return cipher(sealing.key, sealing.nonce, sealing.associatedData);
}

function opened(cipher: ReturnType<Cipher>, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < CIPHER_TAG_LENGTH) return undefined;
  try {
    return cipher.decrypt(sealed);
  } catch {
    // All lengths were checked before, so the one fault left is the verdict itself: a wrong tag.
    return undefined;
  }
}
