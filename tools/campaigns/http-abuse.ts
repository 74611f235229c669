/**
 * Every route of the OpenAPI document is called as its schemas say and as they do not. The node
 * answers each with a status of its own, never with a fault, and shows nothing of its insides.
 */

import { connect } from 'node:net';
import {
  type Campaign,
  type Figures,
  IDLE,
  type OpenCampaign,
  promise,
  type SeededRandom,
  signerOf,
} from '@commonwatt/simulator';
import { authorizationOf, type HttpAnswer } from './http-door.ts';
import { fitting, odd, pick, type Schema, spoiled, spoiledJson, textOf } from './schema-values.ts';
import { ANA, ThreeDoors } from './three-doors.ts';

const REQUESTS = 400;
const REQUESTS_SMALL = 25;
/** The document has fewer routes; the last case sends what is hardly HTTP. */
const ROUTES_MAX = 128;

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly schema: Schema;
}
interface Operation {
  readonly path: string;
  readonly method: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  };
  readonly responses: Readonly<Record<string, unknown>>;
}

export const httpAbuse: Campaign = {
  name: 'http-abuse',
  promise: 'no request, however wrong, brings out a fault of the node or anything of its insides',
  cases: { whole: ROUTES_MAX, small: ROUTES_MAX },
  ofCase: `${REQUESTS} requests to one route (${REQUESTS_SMALL} in a small case)`,
  plants: ['a handler that throws', 'an answer with a stack trace'],
  async open({ isSmall, plant }) {
    const doors = await ThreeDoors.open();
    plantInto(doors, plant);
    const { text } = await doors.http.call({ path: '/openapi.json' });
    const document = JSON.parse(text) as {
      readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
    };
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, one]) => ({
        ...one,
        path,
        method: method.toUpperCase(),
      })),
    );
    promise(
      operations.length > 20 && operations.length < ROUTES_MAX,
      `${operations.length} routes`,
    );
    return new AbusedRoutes(doors, operations, isSmall ? REQUESTS_SMALL : REQUESTS);
  },
};

class AbusedRoutes implements OpenCampaign {
  readonly #doors: ThreeDoors;
  readonly #operations: readonly Operation[];
  readonly #requests: number;

  constructor(doors: ThreeDoors, operations: readonly Operation[], requests: number) {
    this.#doors = doors;
    this.#operations = operations;
    this.#requests = requests;
  }

  async check(index: number, random: SeededRandom): Promise<Figures> {
    if (index % ROUTES_MAX === ROUTES_MAX - 1) return this.#raw(random);
    const operation = this.#operations[index % ROUTES_MAX];
    if (operation === undefined) return {};
    const counts = { routes: 1, requests: 0, answered: 0, refused: 0 };
    for (let at = 0; at < this.#requests; at++) {
      const call = this.#drawCall(operation, random);
      const answer = await this.#doors.http.call(call).catch((error: NodeJS.ErrnoException) => {
        // The client itself does not let some of these out of the door.
        const isOurs = /ERR_(?:INVALID|UNESCAPED)/.test(error.code ?? '');
        if (isOurs || error.code === 'ECONNRESET' || error.code === 'EPIPE') return undefined;
        throw error;
      });
      counts.requests++;
      if (answer === undefined) continue;
      judge(
        `${call.method} ${call.path.slice(0, 300)} ${call.body?.slice(0, 600) ?? ''}`,
        answer,
        call.isDeclared ? operation : undefined,
      );
      if (answer.status < 300) counts.answered++;
      else counts.refused++;
    }
    return counts;
  }

  #drawCall(operation: Operation, random: SeededRandom) {
    const isSpoiled = random.below(4) > 0;
    let path = operation.path;
    const query: string[] = [];
    for (const { name, in: place, required, schema } of operation.parameters ?? []) {
      const isOdd = isSpoiled && random.below(3) === 0;
      const value = textOf(isOdd ? odd(random) : fitting(schema, random)).slice(0, 300);
      if (place === 'path') path = path.replace(`{${name}}`, encodeURIComponent(value) || '%20');
      else if (required ? random.below(8) > 0 : random.below(2) === 0) {
        query.push(`${name}=${encodeURIComponent(value)}`);
        if (isSpoiled && random.below(10) === 0) query.push(`${name}=1`);
      }
    }
    if (isSpoiled && random.below(8) === 0)
      query.push(pick(random, ['x=1', '%', '=', '&&', '__proto__=1', 'limit=']));
    const target = query.length === 0 ? path : `${path}?${query.join('&')}`;
    const isOtherMethod = isSpoiled && random.below(12) === 0;
    const method = isOtherMethod
      ? pick(random, [
          'DELETE',
          'PUT',
          'PATCH',
          'OPTIONS',
          'HEAD',
          'TRACE',
          'PROPFIND',
          'POST',
          'GET',
        ])
      : operation.method;
    const schema = operation.requestBody?.content['application/json']?.schema;
    const body = this.#drawBody(schema, isSpoiled, random);
    const signed = this.#authorization(random, { method, target, body: body ?? '' });
    const type =
      isSpoiled && random.below(8) === 0
        ? pick(random, [
            'text/plain',
            'application/json; charset=latin1',
            '',
            'application/x-www-form-urlencoded',
            'multipart/form-data',
          ])
        : 'application/json';
    return {
      method,
      path: target,
      isHeadEnough: true,
      isDeclared: method === operation.method,
      headers: {
        ...(body !== undefined && { 'content-type': type }),
        ...(signed !== undefined && { authorization: signed }),
        ...(isSpoiled && random.below(15) === 0 && { 'content-encoding': 'gzip' }),
        ...(random.below(10) === 0 && {
          'last-event-id': textOf(odd(random))
            .replaceAll(/[^\x20-\x7e]/g, '')
            .slice(0, 50),
        }),
      },
      ...(body !== undefined && { body }),
    };
  }

  #drawBody(
    schema: Schema | undefined,
    isSpoiled: boolean,
    random: SeededRandom,
  ): string | undefined {
    if (schema === undefined) return isSpoiled && random.below(10) === 0 ? '{}' : undefined;
    if (!isSpoiled) return JSON.stringify(fitting(schema, random));
    if (random.below(20) === 0) return 'y'.repeat(2_000_000);
    return spoiledJson(spoiled(schema, random), random);
  }

  /** Of a member, of one without a role, of the officer, of nobody, or hardly one at all. */
  #authorization(
    random: SeededRandom,
    parts: { readonly method: string; readonly target: string; readonly body: string },
  ): string | undefined {
    const fate = random.below(8);
    if (fate === 0) return undefined;
    if (fate === 1)
      return pick(random, [
        '',
        'Bearer x',
        'Commonwatt',
        'Commonwatt key=,time=,nonce=,signature=',
        'Basic Og==',
      ]);
    const signer = signerOf(pick(random, [ANA, ANA, IDLE, 'officer', 'officer', 'stranger']));
    const timeMs = Date.now() - (fate === 2 ? 3_600_000 : 0);
    return authorizationOf(signer, this.#doors.node.ledger.chain, parts, timeMs);
  }

  /** Bytes on the socket that are HTTP no more, or only just. */
  async #raw(random: SeededRandom): Promise<Figures> {
    const { port } = new URL(this.#doors.http.url);
    const raws = [
      'GET\r\n\r\n',
      'GET / HTTP/9.9\r\n\r\n',
      'GET /api/ledger HTTP/1.1\r\n\r\n',
      'GET http://[::1 HTTP/1.1\r\nhost: a\r\n\r\n',
      'GET /%zz HTTP/1.1\r\nhost: a\r\n\r\n',
      'GET //api//ledger HTTP/1.1\r\nhost: a\r\n\r\n',
      `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`,
      `GET / HTTP/1.1\r\nhost: a\r\nx: ${'b'.repeat(40_000)}\r\n\r\n`,
      'POST /api/transactions HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello',
      'POST /api/transactions HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n',
      'POST /api/transactions HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
      'POST /api/transactions HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      'GET /api/events HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
      'CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n',
      'GET / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\n\r\n',
      'GET / HTTP/1.1\r\nhost : a\r\n\r\n',
      'GET /api/ledger\u0000 HTTP/1.1\r\nhost: a\r\n\r\n',
      '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
      ...Array.from({ length: 20 }, () =>
        String.fromCharCode(
          ...Array.from({ length: 1 + random.below(300) }, () => random.below(256)),
        ),
      ),
    ];
    for (const raw of raws) {
      const text = await sendRaw(Number(port), raw);
      const what = JSON.stringify(raw.slice(0, 60));
      const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
      promise(status === undefined || Number(status) < 500, `${what}: ${text.slice(0, 300)}`);
      expectNothingInside(what, text);
    }
    return { rawRequests: raws.length };
  }

  conclude({ answered = 0, refused = 0 }: Figures): void {
    promise(
      answered > refused / 50 && refused > answered / 50,
      `${answered} answered, ${refused} refused`,
    );
    promise(this.#doors.node.engine.halted === undefined, 'the node halted');
  }

  async close(): Promise<void> {
    await this.#doors.close();
  }
}

/** What came back until the other side ended, or went quiet: it may keep a sound connection open. */
function sendRaw(port: number, raw: string): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.from(raw, 'latin1')));
    socket.setTimeout(300, () => socket.destroy());
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', () => undefined); // a reset is an answer too
    socket.on('close', () => resolve(text));
  });
}

function judge(what: string, answer: HttpAnswer, operation: Operation | undefined): void {
  const { status, text, headers } = answer;
  promise(status < 500, `${what}: ${status} ${text.slice(0, 500)}`);
  expectNothingInside(what, text);
  expectNothingInside(what, JSON.stringify(headers));
  if (operation !== undefined) {
    promise(
      `${status}` in operation.responses,
      `${what}: ${status} is not in the document: ${text.slice(0, 200)}`,
    );
  }
  if (status < 400 || text === '') return;
  const refusal = JSON.parse(text) as Record<string, unknown>;
  const isWhole = typeof refusal.code === 'string' && typeof refusal.message === 'string';
  promise(
    isWhole && typeof refusal.facts === 'object',
    `${what}: ${text.slice(0, 300)} is no refusal`,
  );
}

function expectNothingInside(what: string, text: string): void {
  const inside = /\n\s+at |node:internal|node_modules|\.[jt]s:\d+|\/work\/|\/home\//.exec(
    text,
  )?.[0];
  promise(inside === undefined, `${what}: the answer shows ${JSON.stringify(inside)}`);
}

function plantInto({ node }: ThreeDoors, plant: string | undefined): void {
  if (plant === 'a handler that throws') {
    node.community = () => {
      throw new TypeError('planted');
    };
  } else if (plant !== undefined) {
    node.words = () => [new Error('planted').stack ?? ''];
  }
}
