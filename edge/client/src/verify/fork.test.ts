import {
  COSIGNATURE,
  cosignCheckpoint,
  formatVerifierKey,
  inclusionProof,
  leafHash,
  NOTE_SIGNATURE,
  signCheckpoint,
  toHex,
  treeRoot,
} from '@commonwatt/ledger';
import { describe, expect, test } from 'vitest';
import { browserCrypto, browserSigner } from '../crypto/browser-crypto.ts';
import { type ForkEvidence, forkRequest, verifyFork } from './fork.ts';
import { verifyRequest } from './requests.ts';

const { sha256 } = browserCrypto;
const origin = 'example.org/street';
const operator = browserSigner(new Uint8Array(32).fill(1));
const other = browserSigner(new Uint8Array(32).fill(2));
const witness = browserSigner(new Uint8Array(32).fill(3));
const vkey = (name: string, type: 1 | 4, { publicKey }: typeof operator) =>
  formatVerifierKey(sha256, { name, type, publicKey });
const operatorKey = vkey(origin, NOTE_SIGNATURE, operator);
const otherKey = vkey(origin, NOTE_SIGNATURE, other);
const witnessKey = vkey('witness', COSIGNATURE, witness);

/** Two histories of twelve headers that part at the fifth. */
const honest = Array.from({ length: 12 }, (_, at) => leafHash(sha256, Uint8Array.of(at)));
const forked = honest.map((leaf, at) => (at < 5 ? leaf : leafHash(sha256, Uint8Array.of(at, 1))));

function note(
  history: readonly Uint8Array[],
  size: number,
  changes: { by?: typeof operator; named?: string } = {},
): string {
  const { by = operator, named = origin } = changes;
  const root = treeRoot(sha256, history.slice(0, size));
  const checkpoint = { origin: named, size, root, extensions: [] };
  return signCheckpoint(sha256, { checkpoint, name: origin, signer: by });
}

const proofOf = (history: readonly Uint8Array[], index: number, size: number) =>
  inclusionProof(sha256, history.slice(0, size), index);

function atIndex(index: number, sizes: readonly [number, number]): ForkEvidence {
  return {
    notes: [note(honest, sizes[0]), note(forked, sizes[1])],
    keys: [operatorKey],
    forked: {
      index,
      leafHashes: [honest[index] as Uint8Array, forked[index] as Uint8Array],
      proofs: [proofOf(honest, index, sizes[0]), proofOf(forked, index, sizes[1])],
    },
  };
}

const line = (evidence: ForkEvidence, changes: object = {}) =>
  verifyRequest(JSON.stringify({ ...forkRequest(evidence), ...changes }), {
    crypto: browserCrypto,
  });

describe('convicts', () => {
  test('two roots of one size', () => {
    const evidence = { notes: [note(honest, 9), note(forked, 9)] as const, keys: [operatorKey] };
    expect(verifyFork(browserCrypto, evidence)).toEqual({ ok: true, signers: [origin] });
    expect(line(evidence)).toEqual({ ok: true });
  });

  test.each([
    [5, 6, 12],
    [5, 12, 6],
    [11, 12, 12],
    [7, 8, 9],
  ])('two headers at index %d of %d and %d blocks', (index, size1, size2) => {
    expect(line(atIndex(index, [size1, size2]))).toEqual({ ok: true });
  });

  test('a witness that cosigned both', () => {
    const cosigned = (text: string, timestampSeconds: number) =>
      cosignCheckpoint(sha256, { note: text, name: 'witness', signer: witness, timestampSeconds });
    const notes = [
      cosigned(note(honest, 9), 100),
      cosigned(note(forked, 9, { by: other }), 200),
    ] as const;
    expect(verifyFork(browserCrypto, { notes, keys: [witnessKey] })).toEqual({
      ok: true,
      signers: ['witness'],
    });
  });
});

describe('refuses', () => {
  const split = [note(honest, 9), note(forked, 9)] as const;
  const keys = [operatorKey];

  test.each<[string, ForkEvidence, string]>([
    ['the very same note', { notes: [split[0], split[0]], keys }, 'both have the same root'],
    [
      'one history at two sizes',
      { notes: [note(honest, 8), note(honest, 9)], keys },
      'expected one size, got 8 and 9, and no index is proven',
    ],
    ['keys of nobody', { notes: split, keys: [] }, 'notes[0]: threshold_not_met'],
    ['keys of another', { notes: split, keys: [otherKey] }, 'notes[0]: threshold_not_met'],
    [
      'two signers of one note each',
      { notes: [split[0], note(forked, 9, { by: other })], keys: [operatorKey, otherKey] },
      'no key of yours signed both',
    ],
    [
      'two logs',
      { notes: [split[0], note(forked, 9, { named: `${origin}#epoch-2` })], keys },
      'expected one origin',
    ],
    [
      'an altered note',
      { notes: [split[0], split[1].replace('\n9\n', '\n8\n')], keys },
      'notes[1]: signature_invalid',
    ],
    ['text that is no note', { notes: [split[0], 'no note'], keys }, 'notes[1]: note_malformed'],
  ])('%s', (_what, evidence, reason) => {
    const verdict = line(evidence);
    expect(verdict.ok).toBe(false);
    expect(verdict).toHaveProperty('reason', expect.stringContaining(reason));
  });

  const good = atIndex(7, [9, 12]);
  const hexes = (bytes: readonly Uint8Array[]) => bytes.map(toHex);

  test.each<[string, object, string]>([
    [
      'one header twice',
      { leafHashes: [toHex(honest[7] as Uint8Array), toHex(honest[7] as Uint8Array)] },
      'expected two different headers',
    ],
    ['another index', { index: 6 }, 'proofs[0]'],
    ['an index beyond the tree', { index: 9 }, 'proofs[0]'],
    [
      'a proof of the other note',
      { proofs: [hexes(proofOf(honest, 7, 9)), hexes(proofOf(honest, 7, 12))] },
      'proofs[1]',
    ],
    ['proofs cut short', { proofs: [[], []] }, 'proofs[0]'],
    ['no index', { index: undefined }, 'expected index, leafHashes and proofs'],
    ['no proofs', { proofs: undefined }, 'expected index, leafHashes and proofs'],
    ['no headers', { leafHashes: undefined }, 'expected index, leafHashes and proofs'],
    ['three notes', { notes: [...good.notes, good.notes[0]] }, 'notes: expected at most 2 items'],
    ['one note', { notes: [good.notes[0]] }, 'notes: expected two items'],
    ['a field besides', { verdict: true }, 'verdict: expected a known field'],
    ['an index in words', { index: 'seven' }, 'index: expected an integer'],
    ['hashes that are none', { leafHashes: ['00', '01'] }, 'proofs[0]'],
  ])('%s', (_what, changes, reason) => {
    const verdict = line(good, changes);
    expect(verdict.ok).toBe(false);
    expect(verdict).toHaveProperty('reason', expect.stringContaining(reason));
  });

  test('any altered hash of good evidence', () => {
    const { proofs = [[], []] } = good.forked ?? {};
    for (const [side, proof] of proofs.entries()) {
      for (const at of proof.keys()) {
        const altered = proofs.map((one) => hexes(one));
        const hash = Uint8Array.from(proof[at] as Uint8Array);
        hash[0] = (hash[0] as number) ^ 1;
        (altered[side] as string[])[at] = toHex(hash);
        expect(line(good, { proofs: altered }).ok).toBe(false);
      }
    }
  });
});
