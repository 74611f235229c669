import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  COSIGNATURE,
  consistencyProof,
  cosignCheckpoint,
  formatVerifierKey,
  leafHash,
  NOTE_SIGNATURE,
  signCheckpoint,
  toHex,
  treeRoot,
} from '@commonwatt/ledger';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  browserCheckpointStore,
  CHECKPOINT_NOTE_LENGTH_MAX,
  type CheckpointOffer,
  type CheckpointStore,
  checkpointMemory,
} from './checkpoint-memory.ts';
import { browserCrypto, browserSigner } from './crypto/browser-crypto.ts';
import { fileCheckpointStore } from './node/checkpoint-file.ts';

const { sha256 } = browserCrypto;
const chain = toHex(new Uint8Array(32).fill(0xab));
const origin = 'example.org/commonwatt';
const operator = browserSigner(new Uint8Array(32).fill(1));
const witness = browserSigner(new Uint8Array(32).fill(2));
const operatorKey = { name: origin, type: NOTE_SIGNATURE, publicKey: operator.publicKey } as const;
const witnessKey = { name: 'witness', type: COSIGNATURE, publicKey: witness.publicKey } as const;
const keys = [operatorKey, witnessKey].map((key) => formatVerifierKey(sha256, key));
const ledger = { chain, origin, keys, threshold: 1 };

/** A history of twelve blocks, and one that differs from the fifth on. */
const honest = Array.from({ length: 12 }, (_, at) => leafHash(sha256, Uint8Array.of(at)));
const forked = honest.map((leaf, at) => (at < 5 ? leaf : leafHash(sha256, Uint8Array.of(at, 1))));

function note(history: readonly Uint8Array[], size: number, name = origin, by = operator): string {
  const root = treeRoot(sha256, history.slice(0, size));
  const checkpoint = { origin: name, size, root, extensions: [] };
  return signCheckpoint(sha256, { checkpoint, name, signer: by });
}

function offer(history: readonly Uint8Array[], size: number, text?: string): CheckpointOffer {
  return {
    note: text ?? note(history, size),
    consistencyProof: async (size1, size2) =>
      consistencyProof(sha256, history.slice(0, size2), size1),
  };
}

function mapStorage() {
  const map = new Map<string, string>();
  return {
    map,
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
  };
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkpoint-memory-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

let folders = 0;
const stores: readonly (readonly [string, () => CheckpointStore])[] = [
  ['localStorage', () => browserCheckpointStore(mapStorage())],
  ['files', () => fileCheckpointStore(join(folder, `${folders++}`))],
];

describe.each(stores)('kept in %s', (_name, newStore) => {
  const memory = (store = newStore()) => checkpointMemory(browserCrypto, store, ledger);

  test('every growth of one history is taken, from any size to any other', async () => {
    for (let size1 = 0; size1 <= 12; size1++) {
      for (let size2 = size1; size2 <= 12; size2 += 3) {
        const kept = memory();
        expect(await kept.last()).toBeUndefined();
        expect((await kept.take(offer(honest, size1))).ok).toBe(true);
        expect(await kept.take(offer(honest, size2))).toMatchObject({
          ok: true,
          checkpoint: { origin, size: size2 },
        });
        expect((await kept.last())?.size).toBe(size2);
      }
    }
  });

  test('what was seen is still known to the next run', async () => {
    const store = newStore();
    await memory(store).take(offer(honest, 9));
    const again = memory(store);
    expect((await again.last())?.size).toBe(9);
    const outcome = await again.take(offer(honest, 8));
    expect(outcome).toEqual({
      ok: false,
      refusal: { code: 'checkpoint_behind', size: 8, remembered: 9 },
    });
    expect((await again.last())?.size).toBe(9);
  });

  test('another history is refused at every size, and the memory stays', async () => {
    for (let size = 6; size <= 12; size++) {
      const kept = memory();
      await kept.take(offer(honest, 6));
      const before = await kept.last();
      const outcome = await kept.take(offer(forked, size));
      const refusal =
        size === 6
          ? { code: 'checkpoint_split', evidence: [note(honest, 6), note(forked, 6)] }
          : { code: 'checkpoint_not_extending', size, remembered: 6 };
      expect(outcome).toEqual({ ok: false, refusal });
      expect(await kept.last()).toEqual(before);
    }
  });

  test('a proof that is empty, foreign, shortened or altered proves nothing', async () => {
    const kept = memory();
    await kept.take(offer(honest, 5));
    const right = consistencyProof(sha256, honest, 5);
    const altered = right.map((hash, at) => (at === 0 ? sha256(hash) : hash));
    for (const proof of [[], right.slice(1), altered, consistencyProof(sha256, honest, 6)]) {
      const text = note(honest, 12);
      const outcome = await kept.take({ note: text, consistencyProof: async () => proof });
      expect(outcome).toMatchObject({ ok: false, refusal: { code: 'checkpoint_not_extending' } });
    }
    expect((await kept.take(offer(honest, 12))).ok).toBe(true);
  });

  test('two offers at once leave the later head remembered', async () => {
    for (const sizes of [
      [6, 9],
      [9, 6],
    ] as const) {
      const kept = memory();
      await kept.take(offer(honest, 3));
      await Promise.all(sizes.map((size) => kept.take(offer(honest, size))));
      expect((await kept.last())?.size).toBe(9);
    }
  });
});

describe('a note that is not believed', () => {
  const kept = checkpointMemory(browserCrypto, browserCheckpointStore(mapStorage()), ledger);
  const stranger = browserSigner(new Uint8Array(32).fill(3));

  test.each<[string, string, object]>([
    [
      'by a stranger',
      note(honest, 4, origin, stranger),
      { code: 'checkpoint_not_verified', reason: 'threshold_not_met' },
    ],
    [
      'altered',
      note(honest, 4).replace('\n4\n', '\n5\n'),
      { code: 'checkpoint_not_verified', reason: 'signature_invalid' },
    ],
    ['no note', 'hello', { code: 'checkpoint_not_verified', reason: 'note_malformed' }],
    [
      'too long',
      'x'.repeat(CHECKPOINT_NOTE_LENGTH_MAX + 1),
      { code: 'checkpoint_too_long', length: CHECKPOINT_NOTE_LENGTH_MAX + 1 },
    ],
  ])('%s', async (_name, text, refusal) => {
    expect(await kept.take(offer(honest, 4, text))).toEqual({ ok: false, refusal });
    expect(await kept.last()).toBeUndefined();
  });

  test('of another ledger, though signed by a known key', async () => {
    const name = 'example.org/other';
    const publicKey = operator.publicKey;
    const otherKey = formatVerifierKey(sha256, { name, type: NOTE_SIGNATURE, publicKey });
    const knowsBoth = checkpointMemory(browserCrypto, browserCheckpointStore(mapStorage()), {
      ...ledger,
      keys: [...keys, otherKey],
    });
    const outcome = await knowsBoth.take(offer(honest, 4, note(honest, 4, name)));
    expect(outcome).toEqual({
      ok: false,
      refusal: { code: 'checkpoint_of_another_ledger', origin: name },
    });
  });

  test('by too few of the keys that were asked for', async () => {
    const both = { ...ledger, threshold: 2 };
    const strict = checkpointMemory(browserCrypto, browserCheckpointStore(mapStorage()), both);
    const alone = note(honest, 4);
    expect(await strict.take(offer(honest, 4, alone))).toMatchObject({
      refusal: { code: 'checkpoint_not_verified', reason: 'threshold_not_met' },
    });
    const cosigned = cosignCheckpoint(sha256, {
      note: alone,
      name: 'witness',
      signer: witness,
      timestampSeconds: 1_700_000_000,
    });
    expect((await strict.take(offer(honest, 4, cosigned))).ok).toBe(true);
  });
});

describe('a store', () => {
  test('that was damaged does not pass for an empty one', async () => {
    const storage = mapStorage();
    const kept = checkpointMemory(browserCrypto, browserCheckpointStore(storage), ledger);
    await kept.take(offer(honest, 4));
    const [key] = [...storage.map.keys()];
    for (const damaged of ['', 'x', note(honest, 4, 'example.org/other')]) {
      storage.map.set(key!, damaged);
      await expect(kept.last()).rejects.toThrow('checkpoint store: expected');
      await expect(kept.take(offer(honest, 5))).rejects.toThrow('checkpoint store: expected');
    }
  });

  test('that never holds still is a fault, and is not asked for ever', async () => {
    let asked = 0;
    const restless: CheckpointStore = {
      get: async () => undefined,
      put: async () => {
        asked++;
        return false;
      },
    };
    const kept = checkpointMemory(browserCrypto, restless, ledger);
    await expect(kept.take(offer(honest, 4))).rejects.toThrow('changed by another 4 times at once');
    expect(asked).toBe(4);
  });

  test('of files holds one note a chain, and no chain leads out of its folder', async () => {
    const own = join(folder, 'own');
    const store = fileCheckpointStore(own);
    await checkpointMemory(browserCrypto, store, ledger).take(offer(honest, 4));
    expect(readdirSync(own)).toEqual([`${chain}.checkpoint`]);
    expect(readFileSync(join(own, `${chain}.checkpoint`), 'utf8')).toBe(note(honest, 4));
    for (const wrong of ['../x', '', chain.toUpperCase(), `${chain}0`]) {
      await expect(store.get(wrong)).rejects.toThrow('chain: expected 64 lower-case hex digits');
      await expect(store.put(wrong, 'x', undefined)).rejects.toThrow('chain: expected 64');
    }
    writeFileSync(join(own, `${chain}.checkpoint`), 'x'.repeat(300_000));
    await expect(store.get(chain)).rejects.toThrow('expected at most');
  });

  test.each(stores)('in %s replaces only what it was said to hold', async (_name, newStore) => {
    const store = newStore();
    expect(await store.put(chain, 'one', 'another')).toBe(false);
    expect(await store.put(chain, 'one', undefined)).toBe(true);
    expect(await store.put(chain, 'two', undefined)).toBe(false);
    expect(await store.put(chain, 'two', 'two')).toBe(false);
    expect(await store.get(chain)).toBe('one');
    expect(await store.put(chain, 'two', 'one')).toBe(true);
    expect(await store.get(chain)).toBe('two');
  });

  test('is not asked about something that is no chain', () => {
    const store = browserCheckpointStore(mapStorage());
    expect(() => checkpointMemory(browserCrypto, store, { ...ledger, chain: 'abc' })).toThrow(
      "chain: expected 64 lower-case hex digits, got 'abc'",
    );
  });
});
