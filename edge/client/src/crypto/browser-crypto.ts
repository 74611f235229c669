/**
 * The Crypto, Random and Signer ports for a browser, in plain JavaScript: WebCrypto is asynchronous
 * and its Ed25519 differs from browser to browser, while the verdict on a signature must be one
 * everywhere. The same code runs in Node, where a test holds it against OpenSSL.
 */
import { type Crypto, equalBytes, type Random, type Signer } from '@commonwatt/ledger';
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';

const { Point } = ed25519;
type CurvePoint = ReturnType<typeof Point.fromBytes>;

const GROUP_ORDER = Point.Fn.ORDER;

export const SEED_LENGTH = 32;

/** Web Crypto refuses to fill more than this at once. */
const RANDOM_BYTES_AT_ONCE_MAX = 65_536;
const RANDOM_BYTES_MAX = 16 * 1_048_576;

/** SHA-256, and the verdict on an Ed25519 signature that OpenSSL reaches for a single one. */
export const browserCrypto: Crypto = {
  sha256: (message) => sha256(message),
  verify: verifyCofactorless,
};

/**
 * encode([S]B - [k]A) = R, compared byte for byte, with k = SHA-512(R || A || M) mod L: RFC 8032
 * section 5.1.7 without its cofactor. The library's own `verify` multiplies by the cofactor, so it
 * accepts an R with a part of small order that OpenSSL refuses; only its points are used here.
 * A is decoded as OpenSSL does, also in forms that the kernel's checks never let through.
 */
function verifyCofactorless(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const a = decodedKey(publicKey);
  if (a === undefined) return false;
  const r = signature.subarray(0, 32);
  const s = readLittleEndian(signature.subarray(32));
  if (s >= GROUP_ORDER) return false;
  const digest = sha512.create().update(r).update(publicKey).update(message).digest();
  const k = readLittleEndian(digest) % GROUP_ORDER;
  const recomputed = Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k));
  return equalBytes(recomputed.toBytes(), r);
}

/** Nothing where no point of the curve has this y. */
function decodedKey(publicKey: Uint8Array): CurvePoint | undefined {
  try {
    return Point.fromBytes(publicKey, true);
  } catch {
    // The length was checked before, so the one fault left is the verdict itself: not on the curve.
    return undefined;
  }
}

function readLittleEndian(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let value = 0n;
  for (let at = bytes.length - 8; at >= 0; at -= 8) {
    value = (value << 64n) | view.getBigUint64(at, true);
  }
  return value;
}

/**
 * Signs with a seed held in memory (RFC 8032 section 5.1.6). The seed is copied and kept in a
 * private field, so that neither a later change of the array nor a log line reaches it.
 * @throws RangeError unless the seed is 32 bytes.
 */
export function browserSigner(seed: Uint8Array): Signer {
  return new SeedSigner(seed);
}

class SeedSigner implements Signer {
  readonly #seed: Uint8Array;
  readonly publicKey: Uint8Array;

  constructor(seed: Uint8Array) {
    if (seed.length !== SEED_LENGTH) {
      throw new RangeError(`seed: expected ${SEED_LENGTH} bytes, got ${seed.length}`);
    }
    this.#seed = Uint8Array.from(seed);
    this.publicKey = ed25519.getPublicKey(this.#seed);
  }

  sign(message: Uint8Array): Uint8Array {
    return ed25519.sign(message, this.#seed);
  }
}

/** Unpredictable bytes from the host, up to 16 MiB a call. */
export const browserRandom: Random = {
  bytes(length) {
    if (!Number.isInteger(length) || length < 0 || length > RANDOM_BYTES_MAX) {
      throw new RangeError(`random bytes: expected 0 to ${RANDOM_BYTES_MAX}, got ${length}`);
    }
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at += RANDOM_BYTES_AT_ONCE_MAX) {
      globalThis.crypto.getRandomValues(bytes.subarray(at, at + RANDOM_BYTES_AT_ONCE_MAX));
    }
    return bytes;
  },
};
