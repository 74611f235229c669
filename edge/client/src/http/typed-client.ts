/**
 * One method per route, made from the routes themselves: what is sent and what is answered has the
 * types of its schemas and is checked against them, and a member's calls carry its signature.
 */
import {
  type JsonValue,
  type RefusalBody,
  type RouteBody,
  type RouteName,
  type RouteParams,
  type RouteQuery,
  type RouteResponse,
  readStrictJson,
  refusalBody,
  routes,
  type StreamRouteName,
} from '@commonwatt/api';
import type { Crypto, Random, Signer } from '@commonwatt/ledger';
import { browserCrypto, browserRandom } from '../crypto/browser-crypto.ts';
import { ClientError, type ClientFault } from './client-error.ts';
import { type Deadline, deadline } from './deadline.ts';
import { EventStreamError, readEvents, type ServerEvent } from './event-stream.ts';
import { type ByteStream, readLimitedBody } from './limited-body.ts';
import {
  type AnyRequest,
  type Caller,
  type NamedRoute,
  type Prepared,
  prepare,
} from './prepared-request.ts';
import { schemaFault } from './schema-check.ts';

export const ANSWER_BYTES_MAX = 32 * 1_048_576;
const TIMEOUT_MS_DEFAULT = 30_000;

/** Path and query travel as text; a number may be given as one. */
type AsText<Fields> = {
  readonly [Name in keyof Fields]: Exclude<Fields[Name], undefined> | number;
};

type None = Readonly<Record<never, never>>;
/** A part that a route does not have, or whose fields may all be left out, may be left out. */
type Part<Name extends string, Value, IsThere> = IsThere extends true
  ? None extends Value
    ? { readonly [Key in Name]?: Value }
    : { readonly [Key in Name]: Value }
  : unknown;
type Has<Name extends RouteName, Field extends string> = (typeof routes)[Name] extends {
  readonly [Key in Field]: unknown;
}
  ? true
  : false;

/** What a route is called with: `params`, `query` and `body` as it has them. */
export type RouteRequest<Name extends RouteName> = Part<
  'params',
  AsText<RouteParams<Name>>,
  Has<Name, 'params'>
> &
  Part<'query', AsText<RouteQuery<Name>>, Has<Name, 'query'>> &
  Part<'body', RouteBody<Name>, Has<Name, 'body'>>;

/** What a route answers with. A stream of events ends when the loop over it is left. */
export type RouteAnswer<Name extends RouteName> = Name extends StreamRouteName
  ? AsyncGenerator<ServerEvent, void, void>
  : RouteResponse<Name>;

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Until the whole answer is there, or the first byte of a stream; half a minute unless given. */
  readonly timeoutMs?: number;
  /** Where a stream of events goes on. */
  readonly lastEventId?: string;
}

type Call<Name extends RouteName> =
  None extends RouteRequest<Name>
    ? (request?: RouteRequest<Name>, options?: CallOptions) => Promise<RouteAnswer<Name>>
    : (request: RouteRequest<Name>, options?: CallOptions) => Promise<RouteAnswer<Name>>;

/** @throws ClientError from every method, for whatever keeps it from its answer. */
export type Client = { readonly [Name in RouteName]: Call<Name> };

export type Fetch = typeof globalThis.fetch;

export interface ClientOptions {
  /** Such as `http://localhost:8080`; empty for the page's own origin. */
  readonly baseUrl: string;
  /** The host's own unless given. */
  readonly fetch?: Fetch;
  /** Signs the calls that are not for everyone. */
  readonly signer?: Signer;
  /** The ledger that signed calls are meant for, in hex: needed with a signer. */
  readonly chain?: string;
  readonly crypto?: Crypto;
  readonly random?: Random;
  /** The machine's own clock: a signed call is good for about a minute. */
  readonly nowMs?: () => number;
}

interface Host extends Caller {
  readonly fetch: Fetch;
}

/** @throws RangeError when a signer comes without the chain that it signs for. */
export function createClient(options: ClientOptions): Client {
  const { signer, chain } = options;
  if (signer !== undefined && !/^[0-9a-f]{64}$/.test(chain ?? '')) {
    throw new RangeError(`chain: expected 64 lower-case hex digits, got '${chain ?? 'nothing'}'`);
  }
  const fetch = options.fetch ?? globalThis.fetch;
  const host: Host = {
    baseUrl: options.baseUrl.replace(/\/$/, ''),
    // Called bare: a browser's fetch refuses to be a method of anything else.
    fetch: (input, init) => fetch(input, init),
    signed: signer === undefined || chain === undefined ? undefined : { signer, chain },
    crypto: options.crypto ?? browserCrypto,
    random: options.random ?? browserRandom,
    nowMs: options.nowMs ?? Date.now,
  };
  const methods = Object.entries(routes).map(([name, route]) => [
    name,
    (request: AnyRequest = {}, call: CallOptions = {}) =>
      callRoute(host, { name, route }, request, call),
  ]);
  return Object.fromEntries(methods) as Client;
}

async function callRoute(
  host: Host,
  named: NamedRoute,
  request: AnyRequest,
  options: CallOptions,
): Promise<unknown> {
  const prepared = prepare(host, named, request, options);
  const { signal, timeoutMs = TIMEOUT_MS_DEFAULT } = options;
  const giveUp = deadline({ signal, timeoutMs });
  try {
    const answer = await send(host, named, prepared, giveUp.signal);
    if (answer.ok && named.route.contentType === 'text/event-stream') {
      giveUp.stopClock();
      return eventsOf(named, answer, giveUp);
    }
    const bytes = await bodyOf(named, answer);
    giveUp.settle();
    return answer.ok ? readAnswer(named, answer, bytes) : refuse(named, answer, bytes);
  } catch (cause) {
    giveUp.settle();
    if (cause instanceof ClientError) throw cause;
    throw lost(named, giveUp, cause);
  }
}

interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly contentType: string;
  readonly body: ByteStream | null;
}

async function send(
  host: Host,
  { route }: NamedRoute,
  { url, headers, body }: Prepared,
  signal: AbortSignal,
): Promise<Answer> {
  const init = {
    method: route.method,
    headers,
    signal,
    // A signature is for one node alone, and cookies say nothing here.
    redirect: 'error',
    credentials: 'omit',
    cache: 'no-store',
    ...(body === undefined ? {} : { body }),
  } as const;
  const response = await host.fetch(url, init);
  const contentType = (response.headers.get('content-type') ?? '').split(';', 1)[0] ?? '';
  return {
    ok: response.status === 200,
    status: response.status,
    contentType: contentType.trim().toLowerCase(),
    body: response.body,
  };
}

async function bodyOf(named: NamedRoute, answer: Answer): Promise<Uint8Array> {
  const bytes = await readLimitedBody(answer.body, ANSWER_BYTES_MAX);
  if (bytes !== undefined) return bytes;
  const { status } = answer;
  throw malformed(named, { status, facts: { expected: `at most ${ANSWER_BYTES_MAX} bytes` } });
}

function eventsOf(
  named: NamedRoute,
  answer: Answer,
  giveUp: Deadline,
): AsyncGenerator<ServerEvent, void, void> {
  requireContentType(named, answer);
  if (answer.body === null) throw malformed(named, { status: answer.status, facts: {} });
  return followed(named, answer.body, giveUp);
}

/** The events, with whatever ends them early told as every other fault of a call. */
async function* followed(
  named: NamedRoute,
  body: ByteStream,
  giveUp: Deadline,
): AsyncGenerator<ServerEvent, void, void> {
  try {
    yield* readEvents(body);
  } catch (cause) {
    if (cause instanceof EventStreamError) {
      throw malformed(named, { facts: { reason: cause.message }, cause });
    }
    throw lost(named, giveUp, cause);
  } finally {
    giveUp.settle();
  }
}

function readAnswer(named: NamedRoute, answer: Answer, bytes: Uint8Array): unknown {
  const { route } = named;
  const { status } = answer;
  requireContentType(named, answer);
  if (route.contentType === 'text/plain') return new TextDecoder().decode(bytes);
  if (route.contentType !== undefined) return bytes;
  const reading = readStrictJson(bytes, { bytes: ANSWER_BYTES_MAX });
  if (!reading.ok) throw malformed(named, { status, facts: { ...reading } });
  if (route.response === undefined) return reading.value;
  const fault = schemaFault(route.response, reading.value, 'answer');
  if (fault !== undefined) throw malformed(named, { status, facts: { ...fault } });
  return reading.value;
}

function requireContentType(named: NamedRoute, { status, contentType }: Answer): void {
  const expected = named.route.contentType ?? 'application/json';
  if (contentType === expected) return;
  throw malformed(named, { status, facts: { field: 'content-type', expected, got: contentType } });
}

/** Codes under which a node says for certain that it did not do what was asked. */
const DONE_NOTHING = new Set(['pool_full', 'rate_limited']);

function refuse(named: NamedRoute, { status }: Answer, bytes: Uint8Array): never {
  const reading = readStrictJson(bytes, { bytes: ANSWER_BYTES_MAX });
  const refusal = reading.ok ? refusalOf(reading.value) : undefined;
  if (refusal === undefined) throw malformed(named, { status, facts: {} });
  const { code, facts } = refusal;
  // A node that broke down in the middle cannot say what became of a change.
  if (status >= 500 && changes(named) && !DONE_NOTHING.has(code)) {
    throw new ClientError(named.name, {
      code: 'outcome_unknown',
      facts: { code, ...facts },
      status,
    });
  }
  throw new ClientError(named.name, { code, facts, status });
}

function refusalOf(value: JsonValue): RefusalBody | undefined {
  if (schemaFault(refusalBody, value, 'refusal') !== undefined) return undefined;
  return value as JsonValue & RefusalBody;
}

function changes({ route }: NamedRoute): boolean {
  return route.method === 'POST';
}

function malformed(named: NamedRoute, fault: Omit<ClientFault, 'code'>): ClientError {
  const code = changes(named) ? 'outcome_unknown' : 'answer_malformed';
  return new ClientError(named.name, { ...fault, code });
}

function lost(named: NamedRoute, giveUp: Deadline, cause: unknown): ClientError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const facts = { reason: giveUp.signal.aborted && !giveUp.isAborted() ? 'timeout' : reason };
  if (changes(named)) return new ClientError(named.name, { code: 'outcome_unknown', facts, cause });
  const code = giveUp.isAborted() ? 'aborted' : 'unreachable';
  return new ClientError(named.name, { code, facts, cause });
}
