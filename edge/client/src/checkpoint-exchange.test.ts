import {
  consistencyProof,
  formatVerifierKey,
  inclusionProof,
  leafHash,
  NOTE_SIGNATURE,
  signCheckpoint,
  toHex,
  treeRoot,
} from '@commonwatt/ledger';
import { describe, expect, test } from 'vitest';
import { type ExchangeParty, exchangeCheckpoints } from './checkpoint-exchange.ts';
import { checkpointMemory, type PinnedLedger } from './checkpoint-memory.ts';
import { browserCrypto, browserSigner } from './crypto/browser-crypto.ts';
import { memoryCheckpoints } from './testing/small-node.ts';
import { forkRequest } from './verify/fork.ts';
import { verifyRequest } from './verify/requests.ts';

const { sha256 } = browserCrypto;
const origin = 'example.org/street';
const operator = browserSigner(new Uint8Array(32).fill(1));
const key = { name: origin, type: NOTE_SIGNATURE, publicKey: operator.publicKey } as const;
const ledger: PinnedLedger = {
  chain: toHex(new Uint8Array(32).fill(7)),
  origin,
  keys: [formatVerifierKey(sha256, key)],
  threshold: 1,
};

const HEIGHTS = 50;
const LENGTH = HEIGHTS + 10;
const honest = Array.from({ length: LENGTH }, (_, at) => leafHash(sha256, Uint8Array.of(at)));

/** Headers name the one before, so from the fork on all of them are others. */
const forkedAt = (height: number) =>
  honest.map((leaf, at) => (at < height ? leaf : leafHash(sha256, Uint8Array.of(at, 1))));

function note(history: readonly Uint8Array[], size: number, named = origin): string {
  const root = treeRoot(sha256, history.slice(0, size));
  const checkpoint = { origin: named, size, root, extensions: [] };
  return signCheckpoint(sha256, { checkpoint, name: origin, signer: operator });
}

/** A client to whom the operator shows a history, up to now `sizes` one after the other. */
async function client(
  history: readonly Uint8Array[],
  sizes: readonly number[],
  named = origin,
): Promise<ExchangeParty> {
  const memory = checkpointMemory(browserCrypto, memoryCheckpoints(), ledger);
  const view = {
    consistencyProof: async (size1: number, size2: number) =>
      consistencyProof(sha256, history.slice(0, size2), size1),
    inclusion: async (index: number, size: number) => ({
      leafHash: history[index] as Uint8Array,
      proof: inclusionProof(sha256, history.slice(0, size), index),
    }),
  };
  for (const size of sizes) {
    const outcome = await memory.take({ note: note(history, size, named), ...view });
    expect(outcome.ok).toBe(true);
  }
  return { memory, view };
}

describe('a fork shown to two clients is found in one exchange, with evidence for strangers', () => {
  const rows = Array.from({ length: HEIGHTS }, (_, at) => at);
  test.each(rows)('at height %d', async (height) => {
    const forked = forkedAt(height);
    for (const [size1, size2] of [
      [height + 1, height + 1],
      [height + 1, height + 5],
      [height + 9, height + 2],
    ] as const) {
      const [ana, ben] = [await client(honest, [1, size1]), await client(forked, [1, size2])];
      // At the first height the two clients never had a block in common.
      const outcome = await exchangeCheckpoints(browserCrypto, ledger, [ana, ben]);
      if (outcome.code !== 'fork') throw new Error(`expected a fork, got ${outcome.code}`);
      const line = JSON.stringify(forkRequest(outcome.evidence));
      expect(verifyRequest(line, { crypto: browserCrypto })).toEqual({ ok: true });
      // Neither was talked out of what it had seen.
      expect((await ana.memory.last())?.size).toBe(size1);
      expect((await ben.memory.last())?.size).toBe(size2);
    }
  });
});

test('one history at two sizes is no fork, and both know the larger afterwards', async () => {
  const [ana, ben] = [await client(honest, [3, 8]), await client(honest, [2, 30])];
  const outcome = await exchangeCheckpoints(browserCrypto, ledger, [ana, ben]);
  expect(outcome).toEqual({ code: 'consistent', size: 30 });
  expect((await ana.memory.last())?.size).toBe(30);
  expect(await exchangeCheckpoints(browserCrypto, ledger, [ana, ben])).toEqual(outcome);
});

test('before they have seen something there is nothing to compare', async () => {
  const [ana, ben] = [await client(honest, []), await client(honest, [4])];
  expect(await exchangeCheckpoints(browserCrypto, ledger, [ana, ben])).toEqual({
    code: 'nothing_to_compare',
  });
});

test('a node that proves nothing is found out, not convicted', async () => {
  const ana = await client(honest, [9]);
  const silent = async () => {
    throw new Error('no answer');
  };
  const shown = await client(forkedAt(5), [12]);
  const ben = { ...shown, view: { consistencyProof: silent, inclusion: silent } };
  const outcome = await exchangeCheckpoints(browserCrypto, ledger, [ana, ben]);
  expect(outcome).toMatchObject({
    code: 'unproven',
    refusal: { code: 'checkpoint_not_extending' },
    faults: ['no answer', 'no answer'],
  });
});

test('a node that serves proofs of another history is not believed', async () => {
  const ana = await client(honest, [9]);
  const shown = await client(forkedAt(5), [12]);
  const lying = await client(honest, [12]);
  const ben = { ...shown, view: { ...shown.view, inclusion: lying.view.inclusion } };
  const outcome = await exchangeCheckpoints(browserCrypto, ledger, [ana, ben]);
  expect(outcome.code).toBe('unproven');
});

describe('a declared new epoch', () => {
  const later = `${origin}#epoch-2`;

  test('is followed by whoever lost nothing by it', async () => {
    const [ana, ben] = [await client(honest, [5]), await client(forkedAt(7), [10], later)];
    const outcome = await exchangeCheckpoints(browserCrypto, ledger, [ana, ben]);
    expect(outcome).toEqual({ code: 'consistent', size: 10 });
  });

  test('is exposed by a checkpoint of what it lost, and followed at a person’s word', async () => {
    const [ana, ben] = [await client(honest, [9]), await client(forkedAt(7), [12], later)];
    const outcome = await exchangeCheckpoints(browserCrypto, ledger, [ana, ben]);
    const notes = [note(honest, 9), note(forkedAt(7), 12, later)];
    const refusal = { code: 'checkpoint_epoch_lost', epoch: 2, size: 12, remembered: 9, notes };
    expect(outcome).toMatchObject({ code: 'unproven', refusal });
    const offer = { note: notes[1] as string, ...ben.view };
    expect((await ana.memory.take(offer)).ok).toBe(false);
    expect((await ana.memory.take(offer, { acceptLossOfEpoch: 3 })).ok).toBe(false);
    expect((await ana.memory.take(offer, { acceptLossOfEpoch: 2 })).ok).toBe(true);
    const earlier = await ana.memory.take({ note: note(honest, 20), ...ben.view });
    expect(earlier).toEqual({
      ok: false,
      refusal: { code: 'checkpoint_epoch_over', epoch: 1, remembered: 2 },
    });
  });
});
