/** The yardstick of everything signed: `crypto.verify` in a loop, each key object made once. */

import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { NodeCrypto } from '@commonwatt/consensus';
import { readTransaction, toHex } from '@commonwatt/ledger';
import { MissingError } from '../terminal/usage-error.ts';
import { cpuSeconds } from './figure.ts';

const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

export interface Signed {
  readonly key: KeyObject;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** What a verifier needs of transactions and nothing else, taken out of them beforehand. */
export class BareVerify {
  readonly #keys = new Map<string, KeyObject>();
  readonly #crypto = new NodeCrypto();

  prepare(transactions: readonly Uint8Array[]): Signed[] {
    return transactions.map((bytes) => {
      const { envelope, signed, signature } = readTransaction(this.#crypto, bytes);
      return { key: this.#key(envelope.sender), message: signed, signature };
    });
  }

  #key(publicKey: Uint8Array): KeyObject {
    const name = toHex(publicKey);
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    const key = importKey(publicKey);
    this.#keys.set(name, key);
    return key;
  }
}

function importKey(publicKey: Uint8Array): KeyObject {
  const der = Buffer.concat([SPKI_PREFIX, publicKey]);
  try {
    return createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch (error) {
    // A build of OpenSSL without Ed25519: there is nothing to compare with.
    throw new MissingError(`crypto.verify of Ed25519: ${(error as Error).message}`);
  }
}

/** Verifications per processor second. */
export async function verifyRate(signed: readonly Signed[]): Promise<number> {
  const seconds = await cpuSeconds(() => {
    for (const { key, message, signature } of signed) {
      if (!verify(null, message, key, signature)) throw new Error('bench: a signature is not good');
    }
  });
  return signed.length / seconds;
}
