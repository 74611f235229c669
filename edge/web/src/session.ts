/**
 * The member's keys on this device, one for each ledger. A seed is kept sealed under a key that the browser keeps and
 * never hands out, so that a copy of the stored bytes alone is worth nothing.
 */

import { browserRandom, type MemberKeys, memberKeysFromSeed } from '@commonwatt/client';

const DATABASE = 'commonwatt';
const STORE = 'session';

interface StoredSession {
  readonly sealing: CryptoKey;
  readonly nonce: Uint8Array<ArrayBuffer>;
  readonly sealed: ArrayBuffer;
  readonly joining: string | undefined;
}

export interface Session {
  readonly chain: string;
  /** Nothing for a key that was opened from its file for this visit: it is not kept here. */
  readonly seed: Uint8Array | undefined;
  readonly keys: MemberKeys;
  /** The public key of the invite that this key is about to take; nothing once it is a member's. */
  readonly joining: string | undefined;
}

/** A session whose key this device keeps. */
export type KeptSession = Session & { readonly seed: Uint8Array };

/** Whether this page may keep a key. Browsers allow it over https and on the machine itself. */
export function canKeepKeys(): boolean {
  return globalThis.isSecureContext && globalThis.crypto?.subtle !== undefined;
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the browser refused its store'));
  });
}

async function withStore<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await settled(opening);
  try {
    return await settled(work(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

/** The session with a ledger on this device; nothing when nobody signed in here. */
export async function readSession(chain: string): Promise<KeptSession | undefined> {
  if (!canKeepKeys()) return undefined;
  const stored: StoredSession | undefined = await withStore('readonly', (store) =>
    store.get(chain),
  );
  if (stored === undefined) return undefined;
  const opened = await crypto.subtle.decrypt(
    { name: 'AES-GCM', iv: stored.nonce },
    stored.sealing,
    stored.sealed,
  );
  const seed = new Uint8Array(opened);
  return { chain, seed, keys: memberKeysFromSeed(seed), joining: stored.joining };
}

/** Keeps a seed on this device, in the place of the ledger's one before. */
export async function keepSession(kept: {
  readonly seed: Uint8Array;
  readonly chain: string;
  readonly joining?: string;
}): Promise<KeptSession> {
  const { seed, chain, joining } = kept;
  const sealing = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ]);
  const nonce = Uint8Array.from(browserRandom.bytes(12));
  const sealed = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv: nonce },
    sealing,
    Uint8Array.from(seed),
  );
  const record: StoredSession = { sealing, nonce, sealed, joining };
  await withStore('readwrite', (store) => store.put(record, chain));
  return { chain, seed, keys: memberKeysFromSeed(seed), joining };
}

export async function forgetSession(chain: string): Promise<void> {
  await withStore('readwrite', (store) => store.delete(chain));
}
