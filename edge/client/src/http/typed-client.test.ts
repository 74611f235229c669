import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseRequestProof, type RouteResponse, requestText, routes } from '@commonwatt/api';
import { fromHex, utf8Bytes } from '@commonwatt/ledger';
import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from 'vitest';
import { browserCrypto, browserSigner } from '../crypto/browser-crypto.ts';
import type { ClientError } from './client-error.ts';
import { type Client, createClient } from './typed-client.ts';

const signer = browserSigner(new Uint8Array(32).fill(3));
const chain = 'c0'.repeat(32);
const OK = { status: 'ok', height: 7, reason: null };

let server: Server;
let baseUrl: string;
let asked: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];
let answer: (response: ServerResponse, request: IncomingMessage) => void;

beforeEach(async () => {
  asked = [];
  answer = (response) => json(response, 200, OK);
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      asked.push({ method, url, headers, body });
      answer(response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(value));
}

async function faultOf(
  call: Promise<unknown>,
): Promise<Pick<ClientError, 'code' | 'facts' | 'status'>> {
  const fault = await call.then(
    () => expect.fail('expected a fault'),
    (error: ClientError) => error,
  );
  expect(fault.name).toBe('ClientError');
  const { code, facts, status } = fault;
  return { code, facts, status };
}

const submit = (client: Client) => client.submitTransaction({ body: { transaction: '00' } });

test('there is a method for every route, with the types of its schemas', () => {
  const client = createClient({ baseUrl });
  expect(Object.keys(client)).toEqual(Object.keys(routes));
  expectTypeOf(client.health).returns.resolves.toEqualTypeOf<RouteResponse<'health'>>();
  expectTypeOf(client.checkpointNote).returns.resolves.toBeString();
  expectTypeOf(client.blockDetail).parameter(0).toExtend<{ params: { height: string | number } }>();
  expectTypeOf(client.blockList).toBeCallableWith();
  expectTypeOf(client.blockList).toBeCallableWith({ query: { limit: 5 } });
  // @ts-expect-error the height is missing
  expectTypeOf(client.blockDetail).toBeCallableWith({ params: {} });
  // @ts-expect-error there is no such query
  expectTypeOf(client.blockList).toBeCallableWith({ query: { first: 5 } });
});

describe('what is sent', () => {
  test('path, query and media type, with nothing that is not asked for', async () => {
    const client = createClient({ baseUrl: `${baseUrl}/` });
    expect(await client.health()).toEqual(OK);
    answer = (response) => json(response, 200, { prices: [] });
    const query = { from: 5, until: '9', limit: undefined as unknown as number };
    await client.priceList({ params: { market: 0 }, query });
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /health',
      'GET /api/markets/0/prices?from=5&until=9',
    ]);
    expect(asked[1]?.headers.authorization).toBeUndefined();
    expect(asked[1]?.headers.cookie).toBeUndefined();
  });

  test("a member's call is signed over purpose, chain, method, target, time, nonce and body", async () => {
    const client = createClient({ baseUrl, signer, chain, nowMs: () => 1_767_225_600_123 });
    answer = (response) => json(response, 200, { accepted: true });
    const id = `${'ab'.repeat(32)}:4`;
    const body = { sequence: 0, sealed: '00ff' };
    await client.postNegotiationMessage({ params: { id }, body });
    await client.postNegotiationMessage({ params: { id }, body });
    const [first, second] = asked.map(({ headers, url, method, body: sent }) => {
      const proof = parseRequestProof(headers.authorization ?? '')!;
      expect(sent).toBe(JSON.stringify(body));
      const bodyHash = createHash('sha256').update(sent, 'utf8').digest('hex');
      const text = requestText({ chain, method, target: url, bodyHash, ...proof });
      const signature = fromHex(proof.signature);
      expect(browserCrypto.verify(signer.publicKey, utf8Bytes(text), signature)).toBe(true);
      return proof;
    });
    expect(first?.timeMs).toBe(1_767_225_600_123);
    expect(first?.nonce).not.toBe(second?.nonce);
  });

  test('what is not as the route has it, or needs a key, is not sent at all', async () => {
    const client = createClient({ baseUrl });
    const wrong = client.blockDetail({ params: { height: '07' } });
    expect(await faultOf(wrong)).toMatchObject({
      code: 'request_invalid',
      facts: { field: 'params.height', got: "'07'" },
    });
    const none = { params: {} } as unknown as Parameters<Client['blockDetail']>[0];
    expect(await faultOf(client.blockDetail(none))).toMatchObject({ code: 'request_invalid' });
    expect(await faultOf(client.ownMember())).toMatchObject({ code: 'signer_missing' });
    expect(asked).toEqual([]);
    expect(() => createClient({ baseUrl, signer })).toThrow(/chain: expected 64/);
  });
});

describe('what is answered', () => {
  test("the node's refusal with its code, facts and status", async () => {
    answer = (response) => {
      json(response, 422, { code: 'refused', message: 'no', facts: { code: 'sequence_wrong' } });
    };
    expect(await faultOf(submit(createClient({ baseUrl })))).toEqual({
      code: 'refused',
      facts: { code: 'sequence_wrong' },
      status: 422,
    });
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ['another shape', (response) => json(response, 200, { status: 'ok' })],
    ['a field besides', (response) => json(response, 200, { ...OK, more: 1 })],
    [
      'no JSON',
      (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{'),
    ],
    [
      'two readings',
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end('{"status":"ok","status":"ok","height":1,"reason":null}');
      },
    ],
    ['another media type', (response) => response.writeHead(200).end(JSON.stringify(OK))],
    ['a refusal without a code', (response) => json(response, 400, { error: 'no' })],
  ])('%s is refused', async (_what, answered) => {
    answer = answered;
    expect(await faultOf(createClient({ baseUrl }).health())).toMatchObject({
      code: 'answer_malformed',
    });
  });

  test('a redirect is not followed', async () => {
    answer = (response) => response.writeHead(302, { location: '/elsewhere' }).end();
    expect(await faultOf(createClient({ baseUrl }).health())).toMatchObject({
      code: 'unreachable',
    });
    expect(asked).toHaveLength(1);
  });

  test('text as text, and a stream of events until the loop is left', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end('note\n— k s\n');
    };
    expect(await createClient({ baseUrl }).checkpointNote()).toBe('note\n— k s\n');
    let closed: Promise<unknown> | undefined;
    answer = (response, request) => {
      closed = new Promise((resolve) => request.socket.once('close', resolve));
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('event: block\nid: 3\ndata: {"height":3}\n\n');
    };
    const events = await createClient({ baseUrl }).publicEvents({}, { lastEventId: '2' });
    for await (const event of events) {
      expect(event).toEqual({ id: '3', event: 'block', data: { height: 3 } });
      break;
    }
    expect(asked.at(-1)?.headers['last-event-id']).toBe('2');
    await closed;
  });
});

describe('when no answer comes', () => {
  const cases: [string, (response: ServerResponse, request: IncomingMessage) => void][] = [
    ['the connection breaks', (_response, request) => request.socket.destroy()],
    [
      'the answer is cut off',
      (response, request) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
        response.write('{"status"', () => request.socket.destroy());
      },
    ],
  ];

  test.each(cases)(
    '%s: a read is unreachable, a change has an unknown outcome',
    async (_what, how) => {
      answer = how;
      const client = createClient({ baseUrl });
      expect(await faultOf(client.health())).toMatchObject({ code: 'unreachable', status: 0 });
      expect(await faultOf(submit(client))).toMatchObject({ code: 'outcome_unknown', status: 0 });
    },
  );

  test('a node that broke down, or something in front of it, cannot say what became of a change', async () => {
    const client = createClient({ baseUrl });
    answer = (response) => json(response, 500, { code: 'internal_error', message: '', facts: {} });
    expect(await faultOf(submit(client))).toMatchObject({
      code: 'outcome_unknown',
      facts: { code: 'internal_error' },
    });
    answer = (response) => response.writeHead(502).end('bad gateway');
    expect(await faultOf(submit(client))).toMatchObject({ code: 'outcome_unknown', status: 502 });
    answer = (response) => json(response, 503, { code: 'pool_full', message: '', facts: {} });
    expect(await faultOf(submit(client))).toMatchObject({ code: 'pool_full', status: 503 });
  });

  test('time runs out, and the caller may give up', async () => {
    answer = () => undefined;
    const client = createClient({ baseUrl });
    expect(await faultOf(client.health({}, { timeoutMs: 20 }))).toMatchObject({
      code: 'unreachable',
      facts: { reason: 'timeout' },
    });
    const controller = new AbortController();
    const call = client.health({}, { signal: controller.signal });
    controller.abort();
    expect(await faultOf(call)).toMatchObject({ code: 'aborted' });
  });
});
