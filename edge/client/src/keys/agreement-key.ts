/**
 * X25519 keys (RFC 7748 section 5) as members register them: one encoding per key, and none of the
 * points of small order, with which anybody could know the shared secret.
 */
import {
  asciiBytes,
  type Crypto,
  possessionBytes,
  type Signer,
  verifySignature,
} from '@commonwatt/ledger';
import { x25519 } from '@noble/curves/ed25519.js';
import { SEED_LENGTH } from '../crypto/browser-crypto.ts';
import { deriveBytes } from './key-derivation.ts';

export const AGREEMENT_KEY_LENGTH = 32;

/** A signature that endorses an agreement key says so, and is worth nothing for another purpose. */
export const AGREEMENT_KEY_PURPOSE = 'agreement';

const FROM_SEED = asciiBytes('commonwatt/agreement-key-from-seed/1');
const NO_SALT = new Uint8Array(0);

/** The private half never leaves it; `sharedSecret` is material for a key, not a key. */
export interface AgreementKey {
  readonly publicKey: Uint8Array;
  /** @throws RangeError unless `isAgreementKey(peerPublicKey)`. */
  sharedSecret(peerPublicKey: Uint8Array): Uint8Array;
}

/** The field's prime, 2^255 - 19. */
const FIELD_PRIME = 2n ** 255n - 19n;

/**
 * The canonical u of every point of order 1, 2, 4 and 8 on the curve and on its twist (Bernstein,
 * "Curve25519", on validating public keys): with them the shared secret is zero for any private key.
 */
const SMALL_ORDER_U: ReadonlySet<bigint> = new Set([
  0n,
  1n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
  FIELD_PRIME - 1n,
]);

/** Whether these bytes may be registered: 32 of them, canonical, not of small order. */
export function isAgreementKey(publicKey: Uint8Array): boolean {
  if (publicKey.length !== AGREEMENT_KEY_LENGTH) return false;
  let u = 0n;
  for (let at = AGREEMENT_KEY_LENGTH - 1; at >= 0; at--) {
    u = (u << 8n) | BigInt(publicKey[at] as number);
  }
  return u < FIELD_PRIME && !SMALL_ORDER_U.has(u);
}

/**
 * The agreement key that belongs to a member's Ed25519 seed: one thing to keep and to back up. HKDF
 * under a purpose of its own stands between the two, so neither key says anything about the other.
 */
export function agreementKeyFromSeed(seed: Uint8Array): AgreementKey {
  if (seed.length !== SEED_LENGTH) {
    throw new RangeError(`seed: expected ${SEED_LENGTH} bytes, got ${seed.length}`);
  }
  const derivation = { secret: seed, salt: NO_SALT, info: FROM_SEED, length: AGREEMENT_KEY_LENGTH };
  return agreementKey(deriveBytes(derivation));
}

/** @throws RangeError unless the private key is 32 bytes. */
export function agreementKey(privateKey: Uint8Array): AgreementKey {
  return new MemoryAgreementKey(privateKey);
}

class MemoryAgreementKey implements AgreementKey {
  readonly #privateKey: Uint8Array;
  readonly publicKey: Uint8Array;

  constructor(privateKey: Uint8Array) {
    if (privateKey.length !== AGREEMENT_KEY_LENGTH) {
      const got = privateKey.length;
      throw new RangeError(`agreement key: expected ${AGREEMENT_KEY_LENGTH} bytes, got ${got}`);
    }
    this.#privateKey = Uint8Array.from(privateKey);
    this.publicKey = x25519.getPublicKey(this.#privateKey);
  }

  sharedSecret(peerPublicKey: Uint8Array): Uint8Array {
    if (!isAgreementKey(peerPublicKey)) {
      throw new RangeError('agreement key: expected a canonical X25519 key not of small order');
    }
    const shared = x25519.getSharedSecret(this.#privateKey, peerPublicKey);
    // RFC 7748 section 6.1: all zeros mean that the other side chose the secret. Small orders were
    // refused above, so this is the second lock on the same door.
    if (shared.every((byte) => byte === 0))
      throw new RangeError('agreement key: shared secret is zero');
    return shared;
  }
}

/**
 * The member's Ed25519 key says: this agreement key is mine on this chain. Without it whoever hands
 * out agreement keys could hand out its own and stand unseen between two members.
 */
export function endorseAgreementKey(
  signer: Signer,
  chain: Uint8Array,
  agreementPublicKey: Uint8Array,
): Uint8Array {
  if (!isAgreementKey(agreementPublicKey)) {
    throw new RangeError('agreement key: expected a canonical X25519 key not of small order');
  }
  return signer.sign(possessionBytes(chain, AGREEMENT_KEY_PURPOSE, agreementPublicKey));
}

export interface AgreementKeyEndorsement {
  readonly chain: Uint8Array;
  /** The member's registered Ed25519 key. */
  readonly publicKey: Uint8Array;
  readonly agreementPublicKey: Uint8Array;
  readonly signature: Uint8Array;
}

export function isAgreementKeyEndorsed(
  crypto: Crypto,
  endorsement: AgreementKeyEndorsement,
): boolean {
  const { chain, publicKey, agreementPublicKey, signature } = endorsement;
  if (!isAgreementKey(agreementPublicKey)) return false;
  const message = possessionBytes(chain, AGREEMENT_KEY_PURPOSE, agreementPublicKey);
  return verifySignature(crypto, publicKey, message, signature);
}
