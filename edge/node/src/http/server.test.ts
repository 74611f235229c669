import { connect } from 'node:net';
import { MemoryStorage } from '@commonwatt/consensus';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Knock, keyOf, TestingCommunity } from './testing-community.test-support.ts';

let community: TestingCommunity;
let base: string;

beforeAll(async () => {
  community = await TestingCommunity.open({
    limits: {
      failures: { capacity: 1_000_000, refillPerSecond: 1, namesMax: 1000 },
      quarantine: { offencesMax: 1_000_000, decayMs: 1, keysMax: 10 },
      headersTimeoutMs: 300,
      requestTimeoutMs: 400,
      timeoutCheckMs: 50,
      connectionsPerAddressMax: 20,
    },
  });
  base = await community.server.listen();
});
afterAll(() => community.close());

async function refusalOf(knock: Knock): Promise<[number, string, unknown]> {
  const answer = await community.knock(knock);
  const { code, facts } = answer.json();
  return [answer.statusCode, code, facts];
}

const records = (payload: string | Buffer, headers: Record<string, string> = {}): Knock => ({
  method: 'POST',
  url: '/api/operator/records',
  as: keyOf('registrar'),
  payload,
  headers,
});

describe('a body', () => {
  test.each<[string, string, string]>([
    ['{"member":2,"member":3,"label":"x"}', 'body', 'duplicate_key at byte 12'],
    ['{"member":2,"label":"x","__proto__":{}}', 'body', 'proto_key at byte 24'],
    ['{"member":9007199254740993,"label":"x"}', 'body', 'integer_too_large at byte 10'],
    ['{"member":1e400,"label":"x"}', 'body', 'number_overflow at byte 10'],
    ['{"member":2,"label":"\\ud800"}', 'body', 'lone_surrogate at byte 21'],
    ['\ufeff{}', 'body', 'byte_order_mark at byte 0'],
    ['{"member":2,"label":"x"} x', 'body', 'trailing_characters at byte 25'],
    [`${'['.repeat(9)}${']'.repeat(9)}`, 'body', 'too_deep at byte 8'],
    ['[]', 'body', 'a list of 0'],
    ['{"member":2}', 'body.label', 'nothing'],
    ['{"member":2,"label":"x","role":"registrar"}', 'body.role', '"registrar"'],
    ['{"member":"2","label":"x"}', 'body.member', '"2"'],
    ['{"member":0,"label":"x"}', 'body.member', '0'],
    ['{"member":2.5,"label":"x"}', 'body.member', '2.5'],
    ['{"member":2,"label":""}', 'body.label', '""'],
  ])('%s is refused at %s', async (payload, field, got) => {
    const [status, code, facts] = await refusalOf(records(payload));
    expect([status, code]).toEqual([400, 'malformed_request']);
    expect(facts).toMatchObject({ field, got });
    expect((facts as { expected: string }).expected).not.toBe('');
  });

  test('of bytes that are no UTF-8 is refused', async () => {
    const bytes = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
    const [status, , facts] = await refusalOf(records(bytes));
    expect([status, facts]).toMatchObject([400, { got: 'bad_utf8 at byte 2' }]);
  });

  test.each([
    ['text/plain', 'media_type_unsupported'],
    ['application/x-www-form-urlencoded', 'media_type_unsupported'],
    ['application/json; charset=latin1', 'media_type_unsupported'],
    ['application/jsonp', 'media_type_unsupported'],
    ['application/json; charset=utf-8', undefined],
    ['Application/JSON', undefined],
  ])('of type %s: %s', async (type, code) => {
    const payload = '{"member":2,"label":"Ana"}';
    const answer = await community.knock(records(payload, { 'content-type': type }));
    expect(answer.json().code).toBe(code);
    expect(answer.statusCode).toBe(code === undefined ? 200 : 415);
  });

  test('that is compressed is refused before it is read', async () => {
    const [status, code] = await refusalOf(records('{}', { 'content-encoding': 'gzip' }));
    expect([status, code]).toEqual([415, 'media_type_unsupported']);
  });

  test('a reading of more energy than a ledger holds is malformed', async () => {
    const reading = {
      ...{ meter: 1, slotMs: 0, counter: 1, exportedWh: '0', quality: 'measured', version: 1 },
      importedWh: `${2n ** 63n}`,
      key: '00'.repeat(32),
      signature: '00'.repeat(64),
    };
    const body = { readings: [reading] };
    const { statusCode } = await community.knock({ method: 'POST', url: '/api/readings', body });
    expect(statusCode).toBe(400);
  });

  test('has 64 KiB, and more for transactions and readings', async () => {
    const small = await refusalOf(records(`{"x":"${'x'.repeat(65_536)}"}`));
    expect(small.slice(0, 2)).toEqual([413, 'body_too_large']);
    const post = (url: string, length: number) =>
      refusalOf({ method: 'POST', url, payload: `{"x":"${'x'.repeat(length)}"}` });
    for (const url of ['/api/transactions', '/api/readings']) {
      expect((await post(url, 1_000_000)).slice(0, 2)).toEqual([400, 'malformed_request']);
      expect((await post(url, 1_060_000)).slice(0, 2)).toEqual([413, 'body_too_large']);
    }
  });

  test('is refused where the route takes none, and wanted where it takes one', async () => {
    const withBody = await refusalOf({ url: '/api/ledger', payload: '{}' });
    expect(withBody).toMatchObject([400, 'malformed_request', { field: 'body' }]);
    const without = await refusalOf({ method: 'POST', url: '/api/transactions' });
    expect(without).toMatchObject([400, 'malformed_request', { field: 'body', got: 'nothing' }]);
  });
});

describe('a path and query', () => {
  test.each<[string, string]>([
    ['/api/blocks?limit=5&limit=6', 'query.limit'],
    ['/api/blocks?limit=0', 'query.limit'],
    ['/api/blocks?limit=501', 'query.limit'],
    ['/api/blocks?limt=5', 'query.limt'],
    ['/api/blocks?__proto__=5', 'query.__proto__'],
    ['/api/ledger?x=1', 'query.x'],
    [`/api/blocks?${'x'.repeat(1025)}`, 'query'],
    ['/api/blocks/01', 'path.height'],
    ['/api/blocks/-1', 'path.height'],
    ['/api/blocks/1e3', 'path.height'],
    ['/api/blocks/%00', 'path.height'],
    ['/api/markets/65536/prices', 'path.market'],
    ['/api/keys/AB/lanes/0', 'path.key'],
    [`/api/keys/${'ab'.repeat(32)}/lanes/65536`, 'path.lane'],
    ['/api/consistency?from=1', 'query.to'],
    ['/api/blocks/%E0%A4%A', 'path'],
    [`/api/blocks/${'1'.repeat(200)}`, 'path'],
  ])('%s is refused at %s', async (url, field) => {
    const [status, code, facts] = await refusalOf({ url });
    expect([status, code]).toEqual([400, 'malformed_request']);
    expect(facts).toMatchObject({ field });
  });

  test('a member that no number holds is refused whoever asks', async () => {
    const url = '/api/members/4294967296/balance';
    const [status, , facts] = await refusalOf({ url, as: keyOf('ana') });
    expect([status, facts]).toMatchObject([400, { field: 'path.member' }]);
  });

  test.each(['PUT', 'PATCH', 'DELETE', 'POST', 'OPTIONS'] as const)(
    '%s is not for reading',
    async (method) => {
      const answer = await community.knock({
        method,
        url: '/api/ledger',
        headers: { origin: 'https://evil.example' },
      });
      expect([answer.statusCode, answer.json().code]).toEqual([405, 'method_not_allowed']);
      expect(answer.headers.allow).toBe('GET, HEAD');
      expect(Object.keys(answer.headers).filter((name) => name.includes('access-control'))).toEqual(
        [],
      );
    },
  );

  test('two methods of one path share it', async () => {
    const url = `/api/negotiations/${'ab'.repeat(32)}:0/messages`;
    const answer = await community.knock({ method: 'DELETE', url });
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'GET, HEAD, POST']);
  });

  test('HEAD answers as GET does, without the body, and under the same policy', async () => {
    const head = await community.knock({ method: 'HEAD', url: '/api/ledger' });
    expect([head.statusCode, head.body]).toEqual([200, '']);
    const stream = await community.knock({ method: 'HEAD', url: '/api/events' });
    expect([stream.statusCode, stream.body]).toEqual([200, '']);
    const denied = await community.knock({ method: 'HEAD', url: '/api/members/2/balance' });
    expect(denied.statusCode).toBe(401);
  });
});

describe('every answer', () => {
  test('carries the security headers and no name of the server', async () => {
    for (const url of [
      '/health',
      '/api/ledger',
      '/nothing',
      '/api/blocks/%E0',
      '/api/me',
      '/metrics',
    ]) {
      const { headers } = await community.knock({ url });
      expect(headers['content-security-policy']).toContain("script-src 'self'");
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers).toMatchObject({
        'x-frame-options': 'DENY',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
      expect(headers['cache-control']).toBe('no-store');
      expect(headers.server).toBeUndefined();
      expect(headers['x-powered-by']).toBeUndefined();
    }
  });

  test('tells nothing of a fault of ours', async () => {
    const { desks } = community;
    const faulty = await TestingCommunity.open();
    Object.assign(faulty.desks, {
      community: () => {
        throw new Error('secret of /var/lib/node');
      },
    });
    const answer = await faulty.knock({ url: '/api/community' });
    expect([answer.statusCode, answer.json()]).toEqual([
      500,
      { code: 'internal_error', message: expect.any(String), facts: {} },
    ]);
    expect(answer.body).not.toContain('secret');
    expect(desks).not.toBe(faulty.desks);
    await faulty.close();
  });

  test('never holds a field that its route does not name', async () => {
    const leaky = await TestingCommunity.open();
    Object.assign(leaky.desks, { words: () => [{ member: 7 }] });
    const answer = await leaky.knock({ url: '/api/blocks' });
    expect([answer.statusCode, answer.json().code]).toEqual([500, 'internal_error']);
    await leaky.close();
  });
});

/** What comes back on a bare socket until the other side closes it. */
function raw(...parts: readonly string[]): Promise<string> {
  const { port } = new URL(base);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), '127.0.0.1', () => {
      for (const part of parts) socket.write(part);
    });
    socket.setEncoding('utf8');
    socket.on('data', (text) => {
      answer += text;
    });
    socket.on('close', () => resolve(answer));
    // A connection that is not let in may end while it still writes.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
  });
}

describe('a connection', () => {
  test('listens on loopback unless told otherwise', () => {
    expect(new URL(base).hostname).toBe('127.0.0.1');
  });

  test('that sends its headers too slowly is ended', async () => {
    const answer = await raw('GET /health HTTP/1.1\r\nhost: x\r\n');
    expect(answer).toContain('408');
    expect(answer).toContain('request_timeout');
  });

  test('that sends its body too slowly is ended', async () => {
    const answer = await raw(
      'POST /api/transactions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n' +
        'content-length: 100\r\n\r\n{"trans',
    );
    expect(answer).toContain('408');
    expect(answer).not.toContain('    at ');
  });

  test('that sends too many headers is refused', async () => {
    const answer = await raw(`GET /health HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 431 /);
    expect(answer).toContain('headers_too_large');
  });

  test('that speaks no HTTP is refused', async () => {
    const answer = await raw('hello\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).toContain('malformed_request');
    expect(answer.toLowerCase()).not.toMatch(/fastify|node\.js|parse error/);
  });

  test('with two lengths, or a length and chunks, is refused', async () => {
    const head = 'POST /api/transactions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
    const twice = await raw(`${head}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`);
    const both = await raw(`${head}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}`);
    for (const answer of [twice, both]) expect(answer).toMatch(/^HTTP\/1.1 400 /);
  });

  test('that promises too long a body is refused before it sends it', async () => {
    const answer = await raw(
      'POST /api/transactions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n' +
        'content-length: 104857600\r\nconnection: close\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
  });

  test('beyond those of its address is closed at once, and an idle one before long', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => raw('GET /')));
    // Twenty are held until their headers are overdue, ten are not let in.
    expect(answers.filter((answer) => answer.includes('408'))).toHaveLength(20);
    expect(answers.filter((answer) => answer === '')).toHaveLength(10);
    const health = 'GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n';
    await expect.poll(() => raw(health)).toMatch(/^HTTP\/1.1 200 /);
  });
});

describe('a halted node', () => {
  test('says so, reads no more, and keeps why to its log', async () => {
    const storage = new MemoryStorage();
    const halted = await TestingCommunity.open({}, storage);
    storage.append = async () => {
      throw new Error('EIO: /var/lib/commonwatt');
    };
    await expect(halted.send('ana', ...[])).rejects.toThrow();
    const bytes = halted.sign(keyOf('registrar'), [{ type: 104, body: Uint8Array.of(0, 1) }]);
    const body = { transaction: Buffer.from(bytes).toString('hex') };
    const submitted = await halted.knock({ method: 'POST', url: '/api/transactions', body });
    expect([submitted.statusCode, submitted.json().code]).toEqual([503, 'node_halted']);
    const health = await halted.knock({ url: '/health' });
    expect([health.statusCode, health.json()]).toEqual([
      503,
      { status: 'halted', height: 0, reason: 'Error' },
    ]);
    const read = await halted.knock({ url: '/api/ledger' });
    expect([read.statusCode, read.json().code]).toEqual([503, 'node_halted']);
    await halted.server.close();
  });
});
