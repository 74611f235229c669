/**
 * The Crypto port with libsodium's verification, which costs less than half of Node's. It is for whoever
 * verifies a whole ledger on one thread; where its prebuilt module does not load, Node's own serves.
 */

import { createRequire } from 'node:module';
import { OneThreadCrypto } from './node-crypto.ts';

/** What of libsodium is used. */
interface Sodium {
  readonly crypto_sign_verify_detached: (
    signature: Uint8Array,
    message: Uint8Array,
    publicKey: Uint8Array,
  ) => boolean;
}

/** Nothing where the machine has no module for it. */
export function loadSodium(load: (name: string) => unknown = requireHere): Sodium | undefined {
  try {
    return load('sodium-native') as Sodium;
  } catch {
    // Not installed, or not built for this machine: an accelerator is no reason to stop.
    return undefined;
  }
}

function requireHere(name: string): unknown {
  return createRequire(import.meta.url)(name);
}

/** The quickest Crypto for one thread that this machine has. Verdicts are the same with each. */
export function quickestCrypto(load?: (name: string) => unknown): OneThreadCrypto {
  const sodium = loadSodium(load);
  return sodium === undefined ? new OneThreadCrypto() : new SodiumCrypto(sodium);
}

/**
 * For keys and signatures that pass the kernel's checks, libsodium computes the equation that the
 * kernel asks for, and compares R byte for byte. It differs from that in one thing: it refuses an R
 * of small order. Of these only the identity can stand in a good signature, since keys are of prime
 * order; so that one, which no honest signer makes, is left to Node.
 */
class SodiumCrypto extends OneThreadCrypto {
  readonly #sodium: Sodium;

  constructor(sodium: Sodium) {
    super();
    this.#sodium = sodium;
  }

  override verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    if (isIdentity(signature)) return super.verify(publicKey, message, signature);
    // Of memory that threads share it answers with nothing at all, which is no yes.
    return this.#sodium.crypto_sign_verify_detached(signature, message, publicKey) === true;
  }
}

/** Whether R is the identity: y = 1. */
function isIdentity(signature: Uint8Array): boolean {
  if (signature[0] !== 1) return false;
  for (let at = 1; at < 32; at++) if (signature[at] !== 0) return false;
  return true;
}
