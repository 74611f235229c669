import { createHash, randomBytes } from 'node:crypto';
import { formatRequestProof, requestText } from '@commonwatt/api';
import {
  ACTION,
  certificateOffers,
  duties,
  issuances,
  keys,
  lanes,
  type RangeStatus,
  ranges,
  sources,
  transferCodec,
} from '@commonwatt/contracts';
import { type Action, encode, signTransaction, toHex } from '@commonwatt/ledger';
import { energy, money, price } from '@commonwatt/units';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TwoLedgers } from '../certificates/testing/two-ledgers.ts';
import { HOUR_MS, NOON_MS, signerOf, TestCommunity } from '../testing/community.ts';
import { createServer, type HttpServer } from './server.ts';

let two: TwoLedgers;
let server: HttpServer;
let ana: number;
let there: number;
const requestClock = { nowMs: () => 1_800_000_000_000 };

beforeAll(async () => {
  two = await TwoLedgers.open();
  await two.enrolHere('ben', 5n);
  await two.enrol('ana', 1000n);
  await two.node.tick();
  server = await createServer(two.node, { requestClock, port: 0 });
  ana = two.community.member('ana').number;
  there = two.certificates.memberOf(ana) as number;
});
afterAll(async () => {
  await server.close();
  await two.node.stop();
});

async function ask(url: string, as?: string) {
  const headers: Record<string, string> = {};
  if (as !== undefined) {
    const signer = signerOf(as);
    const [timeMs, nonce] = [requestClock.nowMs(), randomBytes(16).toString('hex')];
    const chain = toHex(two.node.ledger.chain);
    const bodyHash = createHash('sha256').update('').digest('hex');
    const text = requestText({ chain, method: 'GET', target: url, timeMs, nonce, bodyHash });
    const signature = toHex(signer.sign(Buffer.from(text, 'utf8')));
    const key = toHex(signer.publicKey);
    headers.authorization = formatRequestProof({ key, timeMs, nonce, signature });
  }
  const { statusCode: status, body } = await server.fastify.inject({ url, headers });
  return { status, body: body.startsWith('{') ? JSON.parse(body) : body };
}

describe('the peg at the doors', () => {
  test('shows what is locked, minted and under way, and which crossing arrived', async () => {
    const begun = (await ask('/api/certificates/bridge')).body;
    expect(begun).toMatchObject({ locked: '0', minted: '0', underWay: '0' });
    expect(begun.certificates.stopped).toBeNull();
    expect(await two.lock('ana', 400n)).toEqual(['done']);
    const left = (await ask('/api/certificates/bridge')).body;
    expect(left).toMatchObject({ locked: '400', minted: '0', underWay: '400' });
    expect(left.market).toMatchObject({
      sent: 1,
      out: '400',
      crossings: [{ number: 1, arrivedHeight: null }],
    });
    await two.blocks();
    await two.node.tick();
    const arrived = (await ask('/api/certificates/bridge')).body;
    expect(arrived).toMatchObject({ locked: '400', minted: '400', underWay: '0' });
    expect(arrived.market.crossings[0].arrivedHeight).toBeGreaterThan(0);
    expect(arrived.certificates.head.size).toBeGreaterThan(0);
    expect(arrived.certificates.chain).toBe(toHex(two.certificates.ledger.chain));
    expect(arrived.relay.carried).toBeGreaterThan(0);
    const account = (await ask(`/api/members/${ana}/certificates`, 'ana')).body;
    expect(account).toMatchObject({ member: ana, there, coin: '400', certificates: [], debt: '0' });
  });
});

describe('the ledger of certificates under its prefix', () => {
  test('is shown and proven by the routes of any ledger', async () => {
    const { ledger } = two.certificates;
    const { body } = await ask('/certificates/api/ledger');
    expect(body).toMatchObject({ chain: toHex(ledger.chain), name: ledger.genesis.name });
    expect(body.checkpoint).toContain(ledger.genesis.name);
    const proof = (await ask('/certificates/api/blocks/1/proof')).body;
    expect(proof.root).toBe(toHex(ledger.history.root(proof.size)));
    const market = (await ask('/api/ledger')).body;
    expect(market.chain).not.toBe(body.chain);
    expect((await ask('/certificates/api/me', 'ana')).status).toBe(404);
  });

  test('takes transactions for its chain, and none of the market’s', async () => {
    const message = { to: 1, amount: money(5n) };
    const one: Action = { type: ACTION.transfer, body: encode(transferCodec, message) };
    const submit = async (chain: Uint8Array) => {
      const signer = signerOf('ana');
      const { state } = two.certificates.ledger;
      const sequence = state.get(lanes, { key: signer.publicKey, lane: 0 })?.next ?? 0;
      const bytes = signTransaction(
        two.node.crypto,
        signer,
        {
          chain,
          onBehalfOf: undefined,
          lane: 0,
          sequence,
          validFromMs: two.community.clock.ms - HOUR_MS,
          validUntilMs: two.community.clock.ms + HOUR_MS,
          atomic: false,
        },
        [one],
      );
      const answer = await server.fastify.inject({
        method: 'POST',
        url: '/certificates/api/transactions',
        headers: { 'content-type': 'application/json' },
        payload: JSON.stringify({ transaction: toHex(bytes) }),
      });
      return answer.json();
    };
    expect(await submit(two.certificates.ledger.chain)).toMatchObject({ code: 'done' });
    expect((await submit(two.node.ledger.chain)).facts.code).toBe('wrong_chain');
    expect(two.free('ana', 'certificates')).toBe(395n);
  });
});

describe('certificates at the doors', () => {
  beforeAll(() => {
    const { state } = two.certificates.ledger;
    const key = { peer: 1, member: ana, kind: 'renewable', source: new Uint8Array(32).fill(7) };
    const sourceKey = key as typeof key & { kind: 'renewable' };
    state.set(sources, sourceKey, {
      fromMs: NOON_MS,
      untilMs: NOON_MS + HOUR_MS,
      technology: 'wind',
      region: 'A',
      holder: there,
      version: 1,
      energy: energy(900n),
      issuance: 1,
      issued: energy(900n),
    });
    state.set(issuances, 1, sourceKey);
    const range = (first: bigint, count: bigint, status: RangeStatus, asked?: bigint) =>
      state.set(
        ranges,
        { issuance: 1, first: energy(first) },
        {
          energy: energy(count),
          owner: there,
          status,
          price: asked === undefined ? undefined : price(asked),
          period: status === 'counted' ? 0 : undefined,
          beneficiary: '',
        },
      );
    range(0n, 500n, 'live');
    range(500n, 300n, 'offered', 19n);
    range(800n, 100n, 'counted');
    state.set(
      duties,
      { member: there, duty: 'quota', period: 0 },
      { owed: energy(250n), met: energy(100n) },
    );
    // As a block would leave it: there is nothing that is not on disk.
    state.settle();
  });

  test('shows a member its ranges with EnergyTag’s fields, and its duties', async () => {
    const { status, body } = await ask(`/api/members/${ana}/certificates`, 'ana');
    expect([status, body.certificates?.length]).toEqual([200, 3]);
    expect(body.certificates[1]).toEqual({
      issuance: 1,
      first: '500',
      last: '799',
      energy: '300',
      faceValueWh: '1',
      status: 'offered',
      bundleStatus: 'Reserved',
      owner: there,
      price: '19',
      period: null,
      beneficiary: '',
      fromMs: NOON_MS,
      untilMs: NOON_MS + HOUR_MS,
      technology: 'wind',
      region: 'A',
      carrier: 'electricity',
      source: { peer: 1, member: ana, kind: 'renewable', source: '07'.repeat(32), version: 1 },
    });
    expect(body.duties).toMatchObject([{ duty: 'quota', owed: '250', met: '100', missing: '150' }]);
    expect((await ask(`/api/members/${ana}/certificates`, 'ben')).status).toBe(403);
  });

  test('tells whose key is not known there that it has nothing', async () => {
    const ben = two.community.member('ben').number;
    const { body } = await ask(`/api/members/${ben}/certificates`, 'ben');
    expect(body).toMatchObject({ member: ben, there: null, coin: '0', certificates: [] });
  });

  test('lists offers for members, and who met what for officers', async () => {
    const { offers } = (await ask('/api/certificates/offers', 'ben')).body;
    expect(offers).toMatchObject([{ energy: '300', price: '19' }]);
    expect(certificateOffers(two.certificates.ledger.state)).toHaveLength(1);
    const { status, body } = await ask('/api/certificates/compliance', 'officer');
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body).toMatchObject({ period: 0, standing: '900' });
    expect(body.members).toMatchObject([
      { there, member: ana, quota: { missing: '150' }, held: { live: '500', counted: '100' } },
    ]);
    const key = toHex(signerOf('officer').publicKey);
    expect(two.node.ledger.state.get(keys, signerOf('officer').publicKey)).toBeDefined();
    const { reads } = (await ask('/api/me/access-log', 'ana')).body;
    expect(reads).toContainEqual(expect.objectContaining({ what: 'certificateCompliance', key }));
    expect((await ask('/api/certificates/compliance', 'ben')).status).toBe(403);
  });
});

test('a node without a ledger of certificates says that there is none', async () => {
  const alone = await TestCommunity.open({ settlement: { enabled: false } });
  const doors = await createServer(alone.node, { port: 0 });
  try {
    for (const url of ['/api/certificates/bridge', '/certificates/api/ledger']) {
      const { statusCode, body } = await doors.fastify.inject({ url });
      expect([statusCode, JSON.parse(body).code]).toEqual([404, 'not_found']);
    }
  } finally {
    await doors.close();
    await alone.node.stop();
  }
});
