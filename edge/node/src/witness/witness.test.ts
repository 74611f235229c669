import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeCrypto, NodeSigner } from '@commonwatt/consensus';
import {
  consistencyProof,
  emptyRoot,
  formatVerifierKey,
  leafHash,
  NOTE_SIGNATURE,
  type Signer,
  signCheckpoint,
  treeRoot,
  verifyNote,
} from '@commonwatt/ledger';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeAddCheckpoint } from './add-checkpoint.ts';
import { Witness, WitnessMemoryError } from './witness.ts';
import { WitnessFolder, type WitnessMemory } from './witness-memory.ts';

const crypto = new NodeCrypto();
const { sha256 } = crypto;
const origin = 'example.org/street';
const operator = new NodeSigner(new Uint8Array(32).fill(1));
const other = new NodeSigner(new Uint8Array(32).fill(2));
const signer = new NodeSigner(new Uint8Array(32).fill(3));
const { publicKey } = operator;
const vkey = formatVerifierKey(sha256, { name: origin, type: NOTE_SIGNATURE, publicKey });

const honest = Array.from({ length: 40 }, (_, at) => leafHash(sha256, Uint8Array.of(at)));
const forked = honest.map((leaf, at) => (at < 5 ? leaf : leafHash(sha256, Uint8Array.of(at, 1))));

function note(
  history: readonly Uint8Array[],
  size: number,
  changes: { by?: Signer; named?: string; root?: Uint8Array } = {},
): string {
  const { by = operator, named = origin } = changes;
  const root = changes.root ?? treeRoot(sha256, history.slice(0, size));
  const checkpoint = { origin: named, size, root, extensions: [] };
  return signCheckpoint(sha256, { checkpoint, name: origin, signer: by });
}

/** A request as an honest node makes it. */
function growth(history: readonly Uint8Array[], oldSize: number, size: number): string {
  const proof = oldSize > size ? [] : consistencyProof(sha256, history.slice(0, size), oldSize);
  return writeAddCheckpoint({ oldSize, proof, note: note(history, size) });
}

let folder = '';
let memory: WitnessMemory;
let witness: Witness;
const open = (kept: WitnessMemory) =>
  new Witness({
    name: 'witness.example',
    signer,
    logs: [{ origin, vkey }],
    memory: kept,
    crypto,
    clock: { nowMs: () => 1_800_000_000_500 },
  });
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'witness-'));
  memory = new WitnessFolder(folder);
  witness = open(memory);
});
afterEach(async () => {
  await memory.close();
  rmSync(folder, { recursive: true });
});

/** Sends it and checks that a cosignature really is one. */
function send(text: string): number {
  const { status, body } = witness.addCheckpoint(text);
  if (status === 200) {
    const signed = `${text.slice(text.indexOf('\n\n') + 2)}${body}`;
    const keys = [witness.verifierKey, vkey];
    const verified = verifyNote(crypto, { note: signed, keys, threshold: 2 });
    if (!verified.ok) throw new Error(verified.reason);
    expect(verified.signers.find((one) => one.name === 'witness.example')).toMatchObject({
      timestampSeconds: 1_800_000_000,
    });
  }
  return status;
}

test('the first checkpoint needs no proof, each later one the proof that it continues', () => {
  expect(send(growth(honest, 0, 3))).toBe(200);
  expect(send(growth(honest, 3, 8))).toBe(200);
  expect(send(growth(honest, 8, 8))).toBe(200);
  expect(send(growth(honest, 8, 31))).toBe(200);
});

test('a tree of nothing is cosigned with the root of nothing alone', () => {
  const empty = (root: Uint8Array) =>
    writeAddCheckpoint({ oldSize: 0, proof: [], note: note([], 0, { root }) });
  expect(send(empty(honest[0] as Uint8Array))).toBe(422);
  expect(send(empty(emptyRoot(sha256)))).toBe(200);
  expect(send(growth(honest, 0, 7))).toBe(200);
});

describe('refused, in this order', () => {
  const good = { oldSize: 8, proof: consistencyProof(sha256, honest.slice(0, 20), 8) };
  const request = (changes: object) =>
    writeAddCheckpoint({ ...good, note: note(honest, 20), ...changes });
  const stranger = { by: other, named: 'example.org/other' };
  test.each<[string, string, number]>([
    ['no request', 'old 8', 400],
    ['no size', growth(honest, 8, 20).replace('old 8', 'old eight'), 400],
    ['a size written otherwise', growth(honest, 8, 20).replace('old 8', 'old 08'), 400],
    ['no hash in the proof', growth(honest, 8, 20).replace('old 8\n', 'old 8\nAAAA\n'), 400],
    ['too much proof', request({ proof: Array.from({ length: 64 }, () => honest[0]) }), 400],
    ['no note', request({ note: 'no note' }), 400],
    ['an unknown log, wrongly signed', request({ note: note(honest, 20, stranger) }), 404],
    [
      'another signer, a wrong size',
      request({ oldSize: 7, note: note(honest, 20, { by: other }) }),
      403,
    ],
    ['an old size beyond the new', request({ oldSize: 21 }), 400],
    ['a smaller checkpoint', growth(honest, 3, 5), 409],
    ['a wrong old size, no proof', request({ oldSize: 7, proof: [] }), 409],
    ['a wrong old size of nothing', request({ oldSize: 0, proof: [] }), 409],
    ['no proof', request({ proof: [] }), 422],
    ['a history that parts below', growth(forked, 8, 20), 422],
    ['in order', growth(honest, 8, 20), 200],
  ])('%s', (_what, text, status) => {
    expect(send(growth(honest, 0, 8))).toBe(200);
    expect(send(text)).toBe(status);
    if (status !== 200) expect(send(growth(honest, 8, 9))).toBe(200);
  });

  test('a wrong old size is answered with the right one', () => {
    send(growth(honest, 0, 8));
    expect(witness.addCheckpoint(growth(honest, 3, 20))).toEqual({
      status: 409,
      type: 'text/x.tlog.size',
      body: '8\n',
    });
  });
});

test('two roots of one size are refused, and the pair is kept as evidence', () => {
  send(growth(honest, 0, 8));
  expect(send(growth(forked, 8, 8))).toBe(409);
  expect(send(growth(forked, 3, 8))).toBe(409);
  const lines = readFileSync(join(folder, 'forks.jsonl'), 'utf8').trimEnd().split('\n');
  expect(lines).toHaveLength(1);
  const evidence = JSON.parse(lines[0] as string);
  expect(evidence).toMatchObject({ type: 'fork', keys: [vkey] });
  expect(evidence.notes[1]).toBe(note(forked, 8));
  expect(send(growth(honest, 8, 9))).toBe(200);
});

test('what was cosigned is remembered by the next process', async () => {
  send(growth(honest, 0, 8));
  await memory.close();
  memory = new WitnessFolder(folder);
  witness = open(memory);
  expect(send(growth(forked, 0, 9))).toBe(409);
  expect(send(growth(forked, 8, 9))).toBe(422);
  expect(send(growth(honest, 8, 9))).toBe(200);
});

test('a memory that is not its own is not taken for an empty one', () => {
  const kept = note(honest, 8);
  memory.put(origin, kept, undefined);
  expect(() => witness.addCheckpoint(growth(honest, 8, 9))).toThrow(WitnessMemoryError);
});

test('no cosignature leaves it before it is on disk', () => {
  const broken: WitnessMemory = {
    get: () => undefined,
    put: () => {
      throw new Error('the disk is full');
    },
    keepEvidence: () => undefined,
    close: async () => undefined,
  };
  expect(() => open(broken).addCheckpoint(growth(honest, 0, 8))).toThrow('the disk is full');
});

test('of two processes that cosign at once, one is told what the other did', () => {
  send(growth(honest, 0, 8));
  const kept = memory.get(origin);
  send(growth(honest, 8, 12));
  const late: WitnessMemory = {
    get: first(kept, (name) => memory.get(name)),
    put: (name, text, previous) => memory.put(name, text, previous),
    keepEvidence: () => undefined,
    close: async () => undefined,
  };
  expect(open(late).addCheckpoint(growth(honest, 8, 20))).toMatchObject({
    status: 409,
    body: '12\n',
  });
});

function first(
  value: string | undefined,
  then: (name: string) => string | undefined,
): (name: string) => string | undefined {
  let isFirst = true;
  return (name) => {
    if (!isFirst) return then(name);
    isFirst = false;
    return value;
  };
}

test('whatever is asked in whatever order, what it cosigned is one growing history', () => {
  const step = fc.record({
    fork: fc.boolean(),
    oldSize: fc.integer({ min: 0, max: 12 }),
    size: fc.integer({ min: 0, max: 12 }),
    spoilt: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), fc.boolean(), (steps, isHonestFirst) => {
      const notes = new Map<string, string>();
      const kept: WitnessMemory = {
        get: (name) => notes.get(name),
        put: (name, text, previous) => {
          if (notes.get(name) !== previous) return false;
          notes.set(name, text);
          return true;
        },
        keepEvidence: () => undefined,
        close: async () => undefined,
      };
      const one = open(kept);
      const cosigned: { size: number; history: readonly Uint8Array[] }[] = [];
      for (const { fork, oldSize, size, spoilt } of steps) {
        const history = fork === isHonestFirst ? forked : honest;
        const text = growth(history, oldSize, size);
        const answer = one.addCheckpoint(spoilt ? text.replace('\n\n', '\nAAAA\n\n') : text);
        if (answer.status === 200) cosigned.push({ size, history });
      }
      for (const [at, { size, history }] of cosigned.entries()) {
        const before = cosigned[at - 1];
        if (before === undefined) continue;
        expect(size).toBeGreaterThanOrEqual(before.size);
        const prefix = (of: readonly Uint8Array[]) => treeRoot(sha256, of.slice(0, before.size));
        expect(prefix(history)).toEqual(prefix(before.history));
      }
    }),
    { numRuns: 200 },
  );
});
