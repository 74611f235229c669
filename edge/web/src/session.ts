/**
 * The member's key on this device. The seed is kept sealed under a key that the browser keeps and
 * never hands out, so that a copy of the stored bytes alone is worth nothing.
 */

import { browserRandom, memberKeysFromSeed } from '@commonwatt/client';

const DATABASE = 'commonwatt';
const STORE = 'session';
const RECORD = 'member';

interface StoredSession {
  readonly sealing: CryptoKey;
  readonly nonce: Uint8Array<ArrayBuffer>;
  readonly sealed: ArrayBuffer;
  readonly chain: string;
}

export interface Session {
  readonly chain: string;
  readonly seed: Uint8Array;
  readonly keys: ReturnType<typeof memberKeysFromSeed>;
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the browser refused its store'));
  });
}

async function openStore(mode: IDBTransactionMode): Promise<IDBObjectStore> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await settled(opening);
  return database.transaction(STORE, mode).objectStore(STORE);
}

/** The session on this device; nothing when nobody signed in here. */
export async function readSession(): Promise<Session | undefined> {
  const store = await openStore('readonly');
  const stored = (await settled(store.get(RECORD))) as StoredSession | undefined;
  if (stored === undefined) return undefined;
  const opened = await crypto.subtle.decrypt(
    { name: 'AES-GCM', iv: stored.nonce },
    stored.sealing,
    stored.sealed,
  );
  const seed = new Uint8Array(opened);
  return { chain: stored.chain, seed, keys: memberKeysFromSeed(seed) };
}

/** Keeps a seed on this device. */
export async function keepSession(seed: Uint8Array, chain: string): Promise<Session> {
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
  const record: StoredSession = { sealing, nonce, sealed, chain };
  const store = await openStore('readwrite');
  await settled(store.put(record, RECORD));
  return { chain, seed, keys: memberKeysFromSeed(seed) };
}

export async function forgetSession(): Promise<void> {
  const store = await openStore('readwrite');
  await settled(store.delete(RECORD));
}
