/**
 * The JSON text of a keystore: one text for one content, so that white space, upper-case digits, a
 * second field of one name or a field more are refused before any work is done.
 */

import { SEED_LENGTH } from '../crypto/browser-crypto.ts';
import { CIPHER_TAG_LENGTH, XCHACHA20_NONCE_LENGTH } from './authenticated-encryption.ts';

export const KEYSTORE_FORMAT = 'commonwatt-keystore';
export const KEYSTORE_VERSION = 1;
export const KEYSTORE_TEXT_LENGTH_MAX = 4096;
export const KEYSTORE_LABEL_LENGTH_MAX = 64;

export const KEYSTORE_CIPHER = 'xchacha20-poly1305';
export const KEYSTORE_SALT_LENGTH = 32;
const CIPHERTEXT_LENGTH = SEED_LENGTH + CIPHER_TAG_LENGTH;

/** What a guess at the password costs: 128 * N * r bytes of memory, p times over (RFC 7914). */
export interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

export const SCRYPT_COST_DEFAULT: ScryptCost = { N: 2 ** 15, r: 8, p: 1 };

/** A file is not believed about its cost: opening one takes at most 256 MiB and 32 default runs. */
const SCRYPT_MEMORY_BYTES_MAX = 2 ** 28;
const SCRYPT_WORK_MAX = 32 * 2 ** 15 * 8;

export type KeystoreFault =
  /** Not the text of a keystore, or not the one text of this keystore. */
  | 'keystore_malformed'
  /** A keystore of a version, a cipher or a cost that is not taken here. */
  | 'keystore_unsupported'
  /** The password is wrong, or somebody altered the text: the cipher cannot tell which. */
  | 'keystore_not_opened';

export class KeystoreError extends Error {
  override readonly name = 'KeystoreError';
  readonly code: KeystoreFault;
  constructor(code: KeystoreFault, message: string) {
    super(`keystore: ${message}`);
    this.code = code;
  }
}

/** The part that anyone who holds the file can read. */
export interface KeystoreHeader {
  readonly format: typeof KEYSTORE_FORMAT;
  readonly version: typeof KEYSTORE_VERSION;
  readonly kdf: { readonly name: 'scrypt' } & ScryptCost;
  readonly cipher: typeof KEYSTORE_CIPHER;
  readonly salt: string;
  readonly nonce: string;
  /** The Ed25519 key, by which the file is found. */
  readonly publicKey: string;
  /** The X25519 key that belongs to it. */
  readonly agreementPublicKey: string;
  readonly label: string;
}

export interface Keystore extends KeystoreHeader {
  readonly ciphertext: string;
}

/** What can be read without the password, and believed only after it opened the keystore. */
export function readKeystoreHeader(text: string): KeystoreHeader {
  const { ciphertext: _ciphertext, ...header } = readKeystore(text);
  return header;
}

/** The header's text as it is bound to the sealed seed. */
export function headerText(header: KeystoreHeader): string {
  return JSON.stringify(inOrder(header));
}

function inOrder(header: KeystoreHeader): KeystoreHeader {
  const { format, version, kdf, cipher, salt, nonce, publicKey, agreementPublicKey, label } =
    header;
  const { name, N, r, p } = kdf;
  const cost = { name, N, r, p };
  return { format, version, kdf: cost, cipher, salt, nonce, publicKey, agreementPublicKey, label };
}

export function keystoreText(keystore: Keystore): string {
  const whole = { ...inOrder(keystore), ciphertext: keystore.ciphertext };
  return `${JSON.stringify(whole, undefined, 2)}\n`;
}

/** @throws KeystoreError unless this is the one text of a keystore that is taken here. */
export function readKeystore(text: string): Keystore {
  if (text.length > KEYSTORE_TEXT_LENGTH_MAX) {
    const expected = `at most ${KEYSTORE_TEXT_LENGTH_MAX} characters`;
    throw new KeystoreError('keystore_malformed', `expected ${expected}, got ${text.length}`);
  }
  const json = parsed(text);
  if (json.format !== KEYSTORE_FORMAT) {
    throw new KeystoreError('keystore_malformed', `expected the format '${KEYSTORE_FORMAT}'`);
  }
  if (json.version !== KEYSTORE_VERSION) {
    throw new KeystoreError('keystore_unsupported', `expected version ${KEYSTORE_VERSION}`);
  }
  if (json.cipher !== KEYSTORE_CIPHER) {
    throw new KeystoreError('keystore_unsupported', `expected the cipher '${KEYSTORE_CIPHER}'`);
  }
  const keystore: Keystore = {
    format: KEYSTORE_FORMAT,
    version: KEYSTORE_VERSION,
    kdf: readKdf(json.kdf),
    cipher: KEYSTORE_CIPHER,
    salt: readHex(json.salt, 'salt', KEYSTORE_SALT_LENGTH),
    nonce: readHex(json.nonce, 'nonce', XCHACHA20_NONCE_LENGTH),
    publicKey: readHex(json.publicKey, 'publicKey', 32),
    agreementPublicKey: readHex(json.agreementPublicKey, 'agreementPublicKey', 32),
    label: readLabel(json.label),
    ciphertext: readHex(json.ciphertext, 'ciphertext', CIPHERTEXT_LENGTH),
  };
  if (keystoreText(keystore) !== text) {
    throw new KeystoreError('keystore_malformed', 'expected the one text of these fields');
  }
  return keystore;
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (fault) {
    const reason = fault instanceof Error ? fault.name : 'an unknown fault';
    throw new KeystoreError('keystore_malformed', `expected JSON, got ${reason}`);
  }
  if (typeof json !== 'object' || json === null) {
    throw new KeystoreError('keystore_malformed', `expected an object, got ${typeof json}`);
  }
  return { ...json };
}

function readKdf(json: unknown): Keystore['kdf'] {
  if (typeof json !== 'object' || json === null) {
    throw new KeystoreError('keystore_malformed', 'kdf: expected an object');
  }
  const { name, N, r, p } = { name: undefined, N: undefined, r: undefined, p: undefined, ...json };
  if (name !== 'scrypt') throw new KeystoreError('keystore_unsupported', "kdf: expected 'scrypt'");
  if (typeof N !== 'number' || typeof r !== 'number' || typeof p !== 'number') {
    throw new KeystoreError('keystore_malformed', 'kdf: expected N, r and p as numbers');
  }
  const fault = faultOfCost({ N, r, p });
  if (fault !== undefined) throw new KeystoreError('keystore_unsupported', `kdf: ${fault}`);
  return { name, N, r, p };
}

/** Why a cost is refused. Nothing where it is neither too low to protect nor too high to be paid. */
export function faultOfCost({ N, r, p }: ScryptCost): string | undefined {
  if (![N, r, p].every((count) => Number.isSafeInteger(count) && count >= 1)) {
    return `expected whole numbers from 1 on, got N ${N}, r ${r}, p ${p}`;
  }
  if (!Number.isInteger(Math.log2(N))) return `expected N to be a power of two, got ${N}`;
  const least = SCRYPT_COST_DEFAULT;
  if (N < least.N || r < least.r) {
    return `expected N >= ${least.N} and r >= ${least.r}, got N ${N}, r ${r}`;
  }
  if (128 * N * r > SCRYPT_MEMORY_BYTES_MAX) {
    return `expected at most ${SCRYPT_MEMORY_BYTES_MAX} bytes of memory, got ${128 * N * r}`;
  }
  if (N * r * p > SCRYPT_WORK_MAX) {
    return `expected N * r * p <= ${SCRYPT_WORK_MAX}, got ${N * r * p}`;
  }
  return undefined;
}

function readHex(json: unknown, field: string, length: number): string {
  if (typeof json !== 'string' || json.length !== 2 * length || !/^[0-9a-f]*$/.test(json)) {
    const expected = `${length} bytes as lower-case hexadecimal digits`;
    throw new KeystoreError('keystore_malformed', `${field}: expected ${expected}`);
  }
  return json;
}

function readLabel(json: unknown): string {
  if (typeof json !== 'string' || !isLabel(json)) {
    const expected = `up to ${KEYSTORE_LABEL_LENGTH_MAX} printable characters`;
    throw new KeystoreError('keystore_malformed', `label: expected ${expected}`);
  }
  return json;
}

export function isLabel(label: string): boolean {
  return label.length <= KEYSTORE_LABEL_LENGTH_MAX && !/[\p{Cc}\p{Cs}]/u.test(label);
}
