/**
 * The Crypto, Signer, Clock and Random ports filled by Node. Hashing and verification are the
 * whole cost of a ledger, so both take Node's fastest road: `crypto.hash` with a text result needs
 * no Buffer per digest, and a key object is made once per key and kept.
 */

import nodeCrypto, {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import {
  type Clock,
  type Crypto,
  plainPackedRoot,
  type Random,
  type Signer,
} from '@commonwatt/ledger';
import { LaneTree } from './sha256-lanes.ts';

/** RFC 8410: everything of an Ed25519 SubjectPublicKeyInfo that stands before the 32 key bytes. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
/** RFC 8410: everything of an Ed25519 PKCS #8 key that stands before the 32-byte seed. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

const DIGEST_LENGTH = 32;

type TextDigest = (algorithm: string, message: Uint8Array, encoding: 'latin1') => string;

/** Present from Node 20.12 and 21.7 on. */
const oneShot = (nodeCrypto as { readonly hash?: unknown }).hash as TextDigest | undefined;

type Latin1Slice = (this: Uint8Array, from: number, end: number) => string;
const latin1Slice = (Buffer.prototype as { readonly latin1Slice?: unknown }).latin1Slice as
  | Latin1Slice
  | undefined;

/**
 * The digest as text of one character per byte, and its characters as bytes: cheaper than any call of
 * the host that fills a small array.
 */
function sha256OneShot(digest: TextDigest, message: Uint8Array): Uint8Array {
  const text = digest('sha256', message, 'latin1');
  const bytes = new Uint8Array(DIGEST_LENGTH);
  for (let at = 0; at < DIGEST_LENGTH; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

function sha256Streaming(message: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(message).digest());
}

/** SHA-256 with `crypto.hash` where Node has it. `Uint8Array`, never a view into a shared pool. */
export const sha256: (message: Uint8Array) => Uint8Array =
  oneShot === undefined ? sha256Streaming : (message) => sha256OneShot(oneShot, message);

/**
 * Key objects by key, in two generations: what was asked for lately, and what was before that. When
 * the first is full it becomes the second, and what nobody asked for in between is gone.
 */
class KeyCache {
  readonly #countMax: number;
  #lately = new Map<string, KeyObject>();
  #before = new Map<string, KeyObject>();

  constructor(countMax: number) {
    if (!Number.isSafeInteger(countMax) || countMax < 1) {
      throw new RangeError(`key cache: expected countMax >= 1, got ${countMax}`);
    }
    this.#countMax = countMax;
  }

  get size(): number {
    return this.#lately.size + this.#before.size;
  }

  get(publicKey: Uint8Array): KeyObject {
    const name = nameOf(publicKey);
    const known = this.#lately.get(name);
    if (known !== undefined) return known;
    const older = this.#before.get(name);
    if (older !== undefined) this.#before.delete(name);
    const key = older ?? importKey(publicKey);
    if (this.#lately.size >= Math.max(1, this.#countMax >> 1)) {
      this.#before = this.#countMax === 1 ? new Map() : this.#lately;
      this.#lately = new Map();
    }
    this.#lately.set(name, key);
    return key;
  }
}

function importKey(publicKey: Uint8Array): KeyObject {
  const der = Buffer.concat([SPKI_PREFIX, publicKey]);
  return createPublicKey({ key: der, format: 'der', type: 'spki' });
}

/** The key's bytes as text of one character each. */
function nameOf(publicKey: Uint8Array): string {
  return latin1Slice === undefined
    ? Buffer.from(publicKey).toString('latin1')
    : latin1Slice.call(publicKey, 0, publicKey.length);
}

export interface NodeCryptoOptions {
  /** Key objects kept at once: about 1 kB each. */
  readonly keyCountMax?: number;
}

/**
 * The Crypto port on node:crypto and one thread alone, which spends the least processor time on
 * each signature.
 */
export class OneThreadCrypto implements Crypto {
  readonly #keys: KeyCache;
  /** Taken off the object by the kernel, so it depends on no `this`. */
  readonly sha256 = sha256;
  readonly #lanes = LaneTree.create(sha256);

  constructor(options: NodeCryptoOptions = {}) {
    this.#keys = new KeyCache(options.keyCountMax ?? 20_000);
  }

  /** Key objects held now. */
  get keyCount(): number {
    return this.#keys.size;
  }

  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    return verify(null, message, this.keyObject(publicKey), signature);
  }

  packedRoot(leaves: Uint8Array, ends: readonly number[]): Uint8Array {
    return this.#lanes?.root(leaves, ends) ?? plainPackedRoot(sha256, leaves, ends);
  }

  protected keyObject(publicKey: Uint8Array): KeyObject {
    return this.#keys.get(publicKey);
  }
}

/** The Crypto port on node:crypto. */
export class NodeCrypto extends OneThreadCrypto {
  /** On libuv's thread pool, so that the second core works too. */
  verifyLater(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
    const key = this.keyObject(publicKey);
    return new Promise((resolve, reject) => {
      verify(null, message, key, signature, (error, verdict) => {
        if (error === null) resolve(verdict);
        else reject(error);
      });
    });
  }
}

/** One Ed25519 key made from its 32-byte seed. The seed is not kept. */
export class NodeSigner implements Signer {
  readonly publicKey: Uint8Array;
  readonly #privateKey: KeyObject;

  constructor(seed: Uint8Array) {
    if (seed.length !== 32) throw new RangeError(`seed: expected 32 bytes, got ${seed.length}`);
    const der = Buffer.concat([PKCS8_PREFIX, seed]);
    this.#privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    der.fill(0);
    const spki = createPublicKey(this.#privateKey).export({ type: 'spki', format: 'der' });
    this.publicKey = new Uint8Array(spki.subarray(SPKI_PREFIX.length));
  }

  sign(message: Uint8Array): Uint8Array {
    return new Uint8Array(sign(null, message, this.#privateKey));
  }
}

/** The machine's clock. */
export const systemClock: Clock = { nowMs: () => Date.now() };

/** The operating system's random bytes. */
export const nodeRandom: Random = { bytes: (length) => new Uint8Array(randomBytes(length)) };
