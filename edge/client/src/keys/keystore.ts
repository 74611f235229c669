/**
 * A member's seed under a password, as one JSON text that Node and the browser read alike. The
 * password goes through scrypt (RFC 7914), the seed is sealed with XChaCha20-Poly1305, and the
 * whole header is associated data: a keystore with any bit changed does not open. Text and content
 * are one to one; white space, upper-case digits or a second field of one name are refused.
 */
import { equalBytes, fromHex, type Random, toHex, utf8Bytes } from '@commonwatt/ledger';
import { scryptAsync } from '@noble/hashes/scrypt.js';
import {
  CIPHER_KEY_LENGTH,
  openXchacha20,
  type Sealing,
  sealXchacha20,
  XCHACHA20_NONCE_LENGTH,
} from './authenticated-encryption.ts';
import {
  faultOfCost,
  headerText,
  isLabel,
  KEYSTORE_CIPHER,
  KEYSTORE_FORMAT,
  KEYSTORE_LABEL_LENGTH_MAX,
  KEYSTORE_SALT_LENGTH,
  KEYSTORE_VERSION,
  type Keystore,
  KeystoreError,
  type KeystoreHeader,
  keystoreText,
  readKeystore,
  readKeystoreHeader,
  SCRYPT_COST_DEFAULT,
  type ScryptCost,
} from './keystore-text.ts';
import { type MemberKeys, memberKeysFromSeed } from './member-keys.ts';

export const PASSWORD_LENGTH_MIN = 8;
export const PASSWORD_LENGTH_MAX = 1024;

/** Half of a pair of UTF-16 units: no character, and without UTF-8. */
const LONE_SURROGATE = /\p{Cs}/u;

/** scrypt with a 32-byte result. Hosts with a faster one than JavaScript pass it in. */
export type Scrypt = (
  password: Uint8Array,
  salt: Uint8Array,
  cost: ScryptCost,
) => Promise<Uint8Array>;

/** scrypt in JavaScript, in slices that leave the page alive. */
export const portableScrypt: Scrypt = (password, salt, { N, r, p }) =>
  scryptAsync(password, salt, { N, r, p, dkLen: CIPHER_KEY_LENGTH });

/** What the host lends. */
export interface KeystoreHost {
  readonly random: Random;
  /** `portableScrypt` unless the host has a faster one. */
  readonly scrypt?: Scrypt;
}

export interface NewKeystore {
  readonly seed: Uint8Array;
  readonly password: string;
  /** A name for people, such as 'Ana, telephone': up to 64 characters, no control characters. */
  readonly label: string;
  readonly cost?: ScryptCost;
}

/** The text of a new keystore. @throws RangeError on a seed, password, label or cost out of bounds. */
export async function createKeystore(host: KeystoreHost, made: NewKeystore): Promise<string> {
  const { seed, password, label, cost = SCRYPT_COST_DEFAULT } = made;
  if (password.length < PASSWORD_LENGTH_MIN || password.length > PASSWORD_LENGTH_MAX) {
    const expected = `${PASSWORD_LENGTH_MIN} to ${PASSWORD_LENGTH_MAX} characters`;
    throw new RangeError(`password: expected ${expected}, got ${password.length}`);
  }
  const costFault = faultOfCost(cost);
  if (LONE_SURROGATE.test(password)) throw new RangeError('password: expected whole characters');
  if (costFault !== undefined) throw new RangeError(`scrypt cost: ${costFault}`);
  if (!isLabel(label)) {
    throw new RangeError(
      `label: expected up to ${KEYSTORE_LABEL_LENGTH_MAX} well-formed printable characters`,
    );
  }
  const keys = memberKeysFromSeed(seed);
  const header: KeystoreHeader = {
    format: KEYSTORE_FORMAT,
    version: KEYSTORE_VERSION,
    kdf: { name: 'scrypt', N: cost.N, r: cost.r, p: cost.p },
    cipher: KEYSTORE_CIPHER,
    salt: toHex(host.random.bytes(KEYSTORE_SALT_LENGTH)),
    nonce: toHex(host.random.bytes(XCHACHA20_NONCE_LENGTH)),
    publicKey: toHex(keys.signer.publicKey),
    agreementPublicKey: toHex(keys.agreementKey.publicKey),
    label,
  };
  const sealing = await sealingOf(host, header, password);
  return keystoreText({ ...header, ciphertext: toHex(sealXchacha20(sealing, seed)) });
}

export interface OpenedKeystore extends MemberKeys {
  readonly header: KeystoreHeader;
}

/** @throws KeystoreError with one code for a wrong password and for an altered text. */
export async function openKeystore(
  host: Pick<KeystoreHost, 'scrypt'>,
  text: string,
  password: string,
): Promise<OpenedKeystore> {
  const seed = await openedSeed(host, readKeystore(text), password);
  return { header: readKeystoreHeader(text), ...memberKeysFromSeed(seed) };
}

export interface PasswordChange {
  readonly password: string;
  readonly newPassword: string;
  /** A new cost; the file's own unless given. */
  readonly cost?: ScryptCost;
}

/** The text of the same key and label under another password, with a fresh salt and nonce. */
export async function changeKeystorePassword(
  host: KeystoreHost,
  text: string,
  { password, newPassword, cost }: PasswordChange,
): Promise<string> {
  const keystore = readKeystore(text);
  const seed = await openedSeed(host, keystore, password);
  const { label, kdf } = keystore;
  return createKeystore(host, { seed, password: newPassword, label, cost: cost ?? kdf });
}

async function openedSeed(
  host: Pick<KeystoreHost, 'scrypt'>,
  keystore: Keystore,
  password: string,
): Promise<Uint8Array> {
  // Longer than any that was ever set, or no text at all: wrong without the work of finding out.
  const hopeless = password.length > PASSWORD_LENGTH_MAX || LONE_SURROGATE.test(password);
  const { ciphertext, ...header } = keystore;
  const seed = hopeless
    ? undefined
    : openXchacha20(await sealingOf(host, header, password), fromHex(ciphertext));
  if (seed === undefined) {
    throw new KeystoreError(
      'keystore_not_opened',
      'the password is wrong, or the file was altered after it was written',
    );
  }
  const keys = memberKeysFromSeed(seed);
  if (
    !equalBytes(keys.signer.publicKey, fromHex(keystore.publicKey)) ||
    !equalBytes(keys.agreementKey.publicKey, fromHex(keystore.agreementPublicKey))
  ) {
    throw new KeystoreError('keystore_malformed', 'expected the public keys of the sealed seed');
  }
  return seed;
}

/** The password is brought to one form first, so that é typed on any keyboard is the same é. */
async function sealingOf(
  host: Pick<KeystoreHost, 'scrypt'>,
  header: KeystoreHeader,
  password: string,
): Promise<Sealing> {
  const scrypt = host.scrypt ?? portableScrypt;
  return {
    key: await scrypt(utf8Bytes(password.normalize('NFKC')), fromHex(header.salt), header.kdf),
    nonce: fromHex(header.nonce),
    associatedData: utf8Bytes(headerText(header)),
  };
}
