import { MemoryStorage } from '@commonwatt/consensus';
import { ACTION, openLaneCodec, type Share, shareCodec } from '@commonwatt/contracts';
import {
  decode,
  equalBytes,
  fromHex,
  leafHash,
  receiptCodec,
  toHex,
  verifyInclusion,
} from '@commonwatt/ledger';
import { price } from '@commonwatt/units';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  action,
  CALL,
  keyOf,
  SLOT_MS,
  TestingCommunity,
  wh,
} from './testing-community.test-support.ts';

let community: TestingCommunity;
const ana = keyOf('ana');

beforeEach(async () => {
  community = await TestingCommunity.open();
});
afterEach(() => community.close());

const share = (changes: Partial<Share> = {}) =>
  action(ACTION.share, shareCodec, {
    market: CALL,
    slotMs: SLOT_MS,
    energy: wh(10n),
    limit: price(100n),
    ...changes,
  });

async function submit(bytes: Uint8Array) {
  const body = { transaction: toHex(bytes) };
  const answer = await community.knock({ method: 'POST', url: '/api/transactions', body });
  return { status: answer.statusCode, body: answer.json() };
}

describe('the submit door', () => {
  test('answers with the block and a receipt that anyone can prove', async () => {
    const bytes = community.sign(ana, [share(), share({ slotMs: SLOT_MS + 1 })]);
    const { status, body } = await submit(bytes);
    expect(status).toBe(200);
    expect(body).toMatchObject({ height: 1, code: 'done', actions: ['done', 'slot_invalid'] });
    const { sha256 } = community.crypto;
    const { leaf, index, size, proof, root } = body.receipt;
    const header = community.desks.projections.block(1)?.header;
    expect(root).toBe(toHex(header?.receiptsRoot ?? new Uint8Array()));
    const claim = {
      leafHash: leafHash(sha256, fromHex(leaf)),
      index,
      size,
      proof: proof.map(fromHex),
      root: fromHex(root),
    };
    expect(verifyInclusion(sha256, claim)).toBe(true);
    const receipt = decode(receiptCodec, fromHex(leaf), 'receipt');
    expect(toHex(receipt.transactionId)).toBe(body.transactionId);
    expect(equalBytes(fromHex(body.blockHash), community.ledger.headHash)).toBe(true);
  });

  test('gives the same bytes the same answer, and one effect', async () => {
    const bytes = community.sign(ana, [share()]);
    const together = await Promise.all([submit(bytes), submit(bytes), submit(bytes)]);
    const later = await submit(bytes);
    for (const one of [...together, later]) expect(one).toEqual(together[0]);
    expect(together[0]?.status).toBe(200);
    const orders = await community.knock({ url: '/api/members/2/orders', as: ana });
    expect(orders.json().orders).toHaveLength(1);
    // Another signature under the same body is not the same bytes.
    const forged = Uint8Array.from(bytes);
    forged.fill(1, forged.length - 64);
    expect((await submit(forged)).body.facts.code).toBe('sequence_wrong');
  });

  test('proves each receipt of a block of many', async () => {
    const lanes = Array.from({ length: 7 }, (_, lane) =>
      action(ACTION.openLane, openLaneCodec, { lane: lane + 1 }),
    );
    await community.send('ana', ...lanes);
    const batches = [0, 1, 2, 3, 4, 5, 6, 7].map((lane) =>
      community.sign(ana, [share({ limit: price(BigInt(lane)) })], { lane }),
    );
    const answers = await Promise.all(batches.map(submit));
    const { sha256 } = community.crypto;
    for (const { body } of answers) {
      const { leaf, proof, ...rest } = body.receipt;
      const claim = {
        ...rest,
        leafHash: leafHash(sha256, fromHex(leaf)),
        proof: proof.map(fromHex),
        root: fromHex(rest.root),
      };
      expect(verifyInclusion(sha256, claim)).toBe(true);
    }
  });

  test('refuses with the ledger’s own code and facts, and the paper’s words', async () => {
    const refusedCode = async (bytes: Uint8Array) => {
      const { status, body } = await submit(bytes);
      expect([status, body.code]).toEqual([422, 'refused']);
      return body.facts;
    };
    const stranger = await refusedCode(community.sign(keyOf('stranger'), [share()]));
    expect(stranger).toMatchObject({ code: 'wrong_user', message: 'This is wrong user.' });
    const late = await refusedCode(community.sign(ana, [share({ slotMs: SLOT_MS - 900_000 * 2 })]));
    expect(late).toMatchObject({ code: 'gate_closed' });
    const unread = await refusedCode(Uint8Array.of(1, 2, 3));
    expect(unread).toMatchObject({ code: 'malformed', field: expect.any(String) });
    expect(community.ledger.head?.height).toBe(0);
  });

  test('refuses text that is no bytes', async () => {
    for (const transaction of ['', '0', 'AB', 'zz', 5, null]) {
      const answer = await community.knock({
        method: 'POST',
        url: '/api/transactions',
        body: { transaction },
      });
      expect([answer.statusCode, answer.json().facts.field]).toEqual([400, 'body.transaction']);
    }
  });
});

describe('readers', () => {
  test('see nothing of a block before it is on disk', async () => {
    const storage = new MemoryStorage();
    const slow = await TestingCommunity.open({}, storage);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const append = storage.append.bind(storage);
    let hasBegun: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      hasBegun = resolve;
    });
    storage.append = async (...block) => {
      hasBegun();
      await held;
      return append(...block);
    };
    const sent = slow.send('ana', share());
    await begun;
    let isAnswered = false;
    const read = slow.knock({ url: '/api/members/2/orders', as: ana }).then((answer) => {
      isAnswered = true;
      return answer.json();
    });
    const health = await slow.knock({ url: '/health' });
    expect([health.json().height, isAnswered]).toEqual([0, false]);
    release();
    await sent;
    expect((await read).orders).toHaveLength(1);
    await slow.close();
  });
});

describe('the readings door', () => {
  const reading = (meter: number) => ({
    meter,
    slotMs: SLOT_MS,
    counter: 1,
    importedWh: '5',
    exportedWh: '0',
    quality: 'measured',
    version: 1,
    key: '00'.repeat(32),
    signature: '00'.repeat(64),
  });
  const post = (meters: readonly number[], address = '192.0.2.1') =>
    community.knock({
      method: 'POST',
      url: '/api/readings',
      body: { readings: meters.map(reading) },
      address,
    });

  test('answers each reading on its own', async () => {
    community.fakes.answer = ({ meter }) =>
      meter === 2 ? { code: 'counter_used', last: 9 } : undefined;
    const answer = await post([1, 2, 3]);
    expect(answer.json()).toEqual({ results: ['stored', 'counter_used', 'stored'] });
  });

  test('counts forged ones against whoever brought them', async () => {
    community.fakes.answer = () => ({ code: 'signature_wrong' });
    const many = Array.from({ length: 1000 }, (_, at) => at + 1);
    expect((await post(many, '203.0.113.9')).statusCode).toBe(200);
    expect((await post([1], '203.0.113.9')).statusCode).toBe(429);
    expect((await post([1], '203.0.113.10')).statusCode).toBe(200);
  });

  test('takes one to a thousand', async () => {
    expect((await post([])).statusCode).toBe(400);
    expect((await post(Array.from({ length: 1001 }, () => 1))).statusCode).toBe(400);
  });
});
