import { formatCheckpoint, parseNote, signCheckpoint, toHex } from '@commonwatt/ledger';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { checkpointMemory } from '../checkpoint-memory.ts';
import { createClient } from '../http/typed-client.ts';
import { type Street, settledStreet } from '../testing/settled-street.ts';
import {
  crypto,
  hashOf,
  keysOf,
  memoryCheckpoints,
  type SmallNode,
  sha256,
} from '../testing/small-node.ts';
import { verifyBlock } from './block.ts';
import type { Verifier } from './proven-block.ts';

let street: Street;
let node: SmallNode;

beforeAll(async () => {
  street = await settledStreet();
  node = street.node;
});

let verifier: Verifier;

beforeEach(() => {
  node.tamper = undefined;
  verifier = {
    client: createClient({ baseUrl: 'http://node', fetch: node.fetch }),
    crypto,
    ledger: node.pinned,
    memory: checkpointMemory(crypto, memoryCheckpoints(), node.pinned),
  };
});

const STEPS = [
  'header',
  'link',
  'transactions',
  'receipts',
  'events',
  'clearings',
  'checkpoint',
  'history',
];

async function failedStep(height: number): Promise<string> {
  const { ok, steps } = await verifyBlock(verifier, height);
  const last = steps.at(-1);
  expect(ok).toBe(last?.ok);
  return ok ? 'none' : `${last?.name}: ${last?.detail}`;
}

/** The first block in which a slot was cleared. */
function clearedHeight(): number {
  const height = node.heights.find((one) => {
    const { transactions, receipts } = node.record(one);
    return transactions.length === 0 && receipts.length > 2;
  });
  return height ?? expect.fail('expected a cleared slot');
}

describe('a block verified on this device', () => {
  test('every block of the ledger, in the same steps', async () => {
    for (const height of node.heights) {
      const { ok, steps } = await verifyBlock(verifier, height);
      expect(steps.map(({ name }) => name)).toEqual(STEPS);
      expect(ok).toBe(true);
    }
  });

  test('its price is computed again and told', async () => {
    const { steps, events } = await verifyBlock(verifier, clearedHeight());
    const [clearing] = steps.filter(({ name }) => name === 'clearings');
    expect(clearing?.detail).toMatch(/^slot \d+: 1000 Wh at 20 ct\/kWh$/);
    expect(events.map(({ name }) => name)).toEqual(['cleared']);
  });
});

type Detail = Record<string, unknown>;

/** Changes the answer about one block. */
function tamperBlock(height: number, change: (detail: Detail) => Detail): void {
  node.tamper = (path, answer) =>
    path === `/api/blocks/${height}` ? change(answer as Detail) : answer;
}

const flipped = (hex: string) => `${hex.startsWith('0') ? '1' : '0'}${hex.slice(1)}`;

describe('an answer that lies is found in its step', () => {
  test.each<[string, (detail: Detail) => Detail, RegExp]>([
    ['hash', (one) => ({ ...one, hash: flipped(one.hash as string) }), /^header: hash: expected/],
    [
      'a field that is shown',
      (one) => ({ ...one, header: { ...(one.header as Detail), timeMs: 5 } }),
      /^header: timeMs: expected \d+, got 5/,
    ],
    [
      'the header itself',
      (one) => ({ ...one, headerBytes: `${(one.headerBytes as string).slice(0, -1)}1` }),
      /^header: hash: expected/,
    ],
    ['no header', (one) => ({ ...one, headerBytes: '00' }), /^header: header.version: expected/],
    [
      'a receipt that is left out',
      (one) => ({ ...one, receiptLeaves: (one.receiptLeaves as string[]).slice(1) }),
      /^receipts: root: expected/,
    ],
    [
      'a transaction that is put in',
      (one) => ({ ...one, transactionLeaves: ['00'.repeat(32)] }),
      /^transactions: root: expected/,
    ],
  ])('%s', async (_what, change, step) => {
    const height = clearedHeight();
    tamperBlock(height, change);
    expect(await failedStep(height)).toMatch(step);
  });

  test.each<[string, (event: Detail) => Detail, RegExp]>([
    [
      'its bytes',
      (one) => ({ ...one, leaf: flipped(one.leaf as string) }),
      /expected [0-9a-f]{64}, got/,
    ],
    [
      'its place',
      (one) => ({ ...one, leafIndex: (one.leafIndex as number) + 1 }),
      /expected .*, got/,
    ],
    ['its name', (one) => ({ ...one, name: 'run settled' }), /expected 300 'cleared', got 300/],
    [
      'its words',
      (one) => ({ ...one, value: { ...(one.value as Detail), volume: '1001' } }),
      /says other than its leaf/,
    ],
  ])('%s of a public event', async (_what, change, detail) => {
    const height = clearedHeight();
    tamperBlock(height, (one) => ({
      ...one,
      publicEvents: (one.publicEvents as Detail[]).map(change),
    }));
    const found = await failedStep(height);
    expect(found).toMatch(/^events: publicEvents\[0\]: /);
    expect(found).toMatch(detail);
  });

  test('the block before is another one', async () => {
    node.tamper = (path, answer) => {
      if (path !== '/api/blocks/2') return answer;
      const { headerBytes } = answer as { headerBytes: string };
      // The last byte of the nonce.
      return { ...(answer as Detail), headerBytes: `${headerBytes.slice(0, -1)}7` };
    };
    expect(await failedStep(3)).toMatch(/^link: parent: expected/);
  });

  test('the checkpoint is signed by somebody else, or is of another history', async () => {
    const { size } = node.ledger.history;
    const forged = (root: Uint8Array, signer: string) => {
      const checkpoint = { origin: node.pinned.origin, size, root, extensions: [] };
      const name = node.pinned.origin;
      return signCheckpoint(sha256, { checkpoint, name, signer: keysOf(signer).signer });
    };
    node.tamper = (path, answer) =>
      path === '/api/checkpoint' ? forged(node.ledger.history.root(), 'mallory') : answer;
    expect(await failedStep(3)).toBe('checkpoint: checkpoint_not_verified');
    node.tamper = (path, answer) =>
      path === '/api/checkpoint' ? forged(hashOf('another history'), 'checkpoints') : answer;
    expect(await failedStep(3)).toMatch(/^history: height 3 is not in the history of/);
  });

  test('the checkpoint does not extend what this device has seen', async () => {
    expect(await failedStep(3)).toBe('none');
    const { size } = node.ledger.history;
    const checkpoint = { origin: node.pinned.origin, size, root: hashOf('fork'), extensions: [] };
    const { signer } = keysOf('checkpoints');
    const fork = signCheckpoint(sha256, { checkpoint, name: node.pinned.origin, signer });
    expect(parseNote(fork)).toMatchObject({ ok: true, text: formatCheckpoint(checkpoint) });
    node.tamper = (path, answer) => (path === '/api/checkpoint' ? fork : answer);
    expect(await failedStep(3)).toBe('checkpoint: checkpoint_split');
  });

  test('the ledger is another one than was pinned', async () => {
    const ledger = { ...node.pinned, chain: toHex(hashOf('another')) };
    verifier = { ...verifier, ledger };
    expect(await failedStep(3)).toMatch(/^header: chain: expected/);
  });
});
