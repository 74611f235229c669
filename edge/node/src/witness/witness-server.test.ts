import { NodeCrypto, NodeSigner } from '@commonwatt/consensus';
import {
  formatVerifierKey,
  leafHash,
  NOTE_SIGNATURE,
  signCheckpoint,
  treeRoot,
} from '@commonwatt/ledger';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { REQUEST_BYTES_MAX, writeAddCheckpoint } from './add-checkpoint.ts';
import { Witness } from './witness.ts';
import { startWitnessServer, type WitnessServer } from './witness-server.ts';

const crypto = new NodeCrypto();
const { sha256 } = crypto;
const origin = 'example.org/street';
const operator = new NodeSigner(new Uint8Array(32).fill(1));
const { publicKey } = operator;
const vkey = formatVerifierKey(sha256, { name: origin, type: NOTE_SIGNATURE, publicKey });
const root = treeRoot(sha256, [leafHash(sha256, Uint8Array.of(1))]);
const checkpoint = { origin, size: 1, root, extensions: [] };
const note = signCheckpoint(sha256, { checkpoint, name: origin, signer: operator });
const request = writeAddCheckpoint({ oldSize: 0, proof: [], note });

let server: WitnessServer;
let isBroken = false;
beforeEach(async () => {
  isBroken = false;
  const notes = new Map<string, string>();
  const witness = new Witness({
    name: 'witness.example',
    signer: new NodeSigner(new Uint8Array(32).fill(3)),
    logs: [{ origin, vkey }],
    memory: {
      get: (name) => notes.get(name),
      put: (name, text) => {
        if (isBroken) throw new Error('the disk is full');
        notes.set(name, text);
        return true;
      },
      keepEvidence: () => undefined,
      close: async () => undefined,
    },
    crypto,
    clock: { nowMs: () => 1_800_000_000_000 },
  });
  server = await startWitnessServer({
    witness,
    host: '127.0.0.1',
    port: 0,
    logger: pino({ level: 'silent' }),
  });
});
afterEach(() => server.close());

const post = (body: string | Uint8Array<ArrayBuffer>, path = '/add-checkpoint') =>
  fetch(`${server.url}${path}`, { method: 'POST', body });

test('answers with the line of the cosignature', async () => {
  const answer = await post(request);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toMatch(/^\u2014 witness\.example [A-Za-z0-9+/]+=*\n$/);
});

test('answers another old size in a type of its own', async () => {
  await post(request);
  const answer = await post(request.replace('old 0', 'old 1').replace('old 1', 'old 0'));
  expect(answer.status).toBe(409);
  expect(answer.headers.get('content-type')).toBe('text/x.tlog.size');
  expect(await answer.text()).toBe('1\n');
});

test('takes nothing but POST /add-checkpoint with short UTF-8', async () => {
  expect((await post(request, '/')).status).toBe(404);
  expect((await post(request, '/add-checkpoint/')).status).toBe(404);
  expect((await fetch(`${server.url}/add-checkpoint`)).status).toBe(405);
  expect((await post(Uint8Array.of(0xff, 0xfe))).status).toBe(400);
  expect((await post('x'.repeat(REQUEST_BYTES_MAX + 1))).status).toBe(413);
  expect((await post('')).status).toBe(400);
  expect((await post(request)).status).toBe(200);
});

test('a fault of its own is no cosignature, and the next request is answered', async () => {
  isBroken = true;
  const answer = await post(request);
  expect(answer.status).toBe(500);
  expect(await answer.text()).not.toContain('\u2014');
  isBroken = false;
  expect((await post(request)).status).toBe(200);
});
