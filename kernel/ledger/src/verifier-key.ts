/**
 * Verifier keys, vkeys for short: a public key under a name, in one line of text, as
 * c2sp.org/signed-note has them. Ed25519 only, for the note itself or for a cosignature.
 */
import { fromBase64, toBase64 } from './base64.ts';
import { concatBytes, toHex, utf8Bytes } from './bytes.ts';
import { acceptablePublicKey, type KeyRefusal } from './ed25519.ts';
import type { Sha256 } from './merkle/tree.ts';

export const KEY_HASH_LENGTH = 4;
const NAME_CHARACTERS_MAX = 1_000;
/**
 * First and last code points that no name holds: plus, control characters, everything that Unicode
 * calls white space, and half surrogates. They would make a name ambiguous in a key or a signature
 * line. Written out, because a host's tables of Unicode change with its version.
 */
const NOT_IN_NAMES: readonly (readonly [first: number, last: number])[] = [
  [0x00, 0x20],
  [0x2b, 0x2b],
  [0x7f, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xd800, 0xdfff],
];

/** The signature type's identifier byte: of the note itself, or of a timestamped cosignature. */
export const NOTE_SIGNATURE = 0x01;
export const COSIGNATURE = 0x04;
export type SignatureType = typeof NOTE_SIGNATURE | typeof COSIGNATURE;

/** A public key under a name, for one type of signature. Written as a vkey. */
export interface VerifierKey {
  readonly name: string;
  readonly type: SignatureType;
  readonly publicKey: Uint8Array;
}

export type VerifierKeyRefusal =
  | 'key_malformed'
  | 'key_type_unsupported'
  | 'key_hash_mismatch'
  | KeyRefusal;

/** The first four bytes of SHA-256(name || newline || type || public key). */
export function keyHashOf(sha256: Sha256, key: VerifierKey): Uint8Array {
  const named = concatBytes(utf8Bytes(`${key.name}\n`), Uint8Array.of(key.type), key.publicKey);
  return sha256(named).slice(0, KEY_HASH_LENGTH);
}

/** `name+keyhash+base64(type || public key)`. @throws RangeError for a name that cannot stand. */
export function formatVerifierKey(sha256: Sha256, key: VerifierKey): string {
  if (!isKeyName(key.name)) {
    throw new RangeError(`key name: expected no space and no plus, got '${key.name}'`);
  }
  const material = concatBytes(Uint8Array.of(key.type), key.publicKey);
  return `${key.name}+${toHex(keyHashOf(sha256, key))}+${toBase64(material)}`;
}

/** Reads a vkey and judges its public key, once for all signatures that will be checked by it. */
export function parseVerifierKey(
  sha256: Sha256,
  text: string,
):
  | { readonly ok: true; readonly key: VerifierKey }
  | { readonly ok: false; readonly reason: VerifierKeyRefusal } {
  const [name = '', keyHash = '', ...rest] = text.split('+', 3);
  const written = text.slice(name.length + 1 + keyHash.length + 1);
  const material = rest.length === 1 ? fromBase64(written) : undefined;
  if (!isKeyName(name) || !/^[0-9a-f]{8}$/.test(keyHash) || material === undefined) {
    return { ok: false, reason: 'key_malformed' };
  }
  const type = material[0];
  if (type === undefined) return { ok: false, reason: 'key_malformed' };
  if (type !== NOTE_SIGNATURE && type !== COSIGNATURE) {
    return { ok: false, reason: 'key_type_unsupported' };
  }
  const key: VerifierKey = { name, type, publicKey: material.slice(1) };
  if (toHex(keyHashOf(sha256, key)) !== keyHash) return { ok: false, reason: 'key_hash_mismatch' };
  const refusal = acceptablePublicKey(key.publicKey);
  return refusal === undefined ? { ok: true, key } : { ok: false, reason: refusal };
}

export function isKeyName(name: string): boolean {
  if (name.length === 0 || name.length > NAME_CHARACTERS_MAX) return false;
  for (const character of name) {
    const code = character.codePointAt(0) as number;
    if (NOT_IN_NAMES.some(([first, last]) => code >= first && code <= last)) return false;
  }
  return true;
}
