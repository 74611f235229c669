/**
 * The way of every request: limits, form, signature, policy, handler, and the check that the answer
 * holds the route's fields and no others. A route is registered once, from its definition.
 */

import { type Route, type RouteName, routes, schemaFault } from '@commonwatt/api';
import { EngineHaltedError } from '@commonwatt/consensus';
import { isReadingGranted } from '@commonwatt/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Desks } from '../desks.ts';
import type { NodeMetrics } from '../metrics.ts';
import { RecordStoreFailedError } from '../personal/record-store.ts';
import type { Authenticated, Authentication } from './authentication.ts';
import { untilCommitted } from './committed-state.ts';
import type { EventSource, EventStreams } from './event-streams.ts';
import type { Gate } from './gate.ts';
import { type Handlers, WithStatus } from './handler.ts';
import type { ServerLimits } from './limits.ts';
import { decide, type Requester } from './policy.ts';
import { noteOfficersRead, noteRead } from './read-notes.ts';
import { MalformedRequest, Refused, refused } from './refused.ts';
import { type ReadInput, readInput } from './request-input.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { targetOf } from './targets.ts';

export interface Dispatch {
  readonly desks: Desks;
  readonly handlers: Handlers;
  readonly authentication: Authentication;
  readonly gate: Gate;
  readonly streams: EventStreams;
  readonly metrics: NodeMetrics;
  readonly limits: ServerLimits;
}

const LARGE_BODIES: ReadonlySet<RouteName> = new Set([
  'submitTransaction',
  'postReadings',
  'postSharing',
]);
/** What these answer is not in the state, so they need not wait for a block being written. */
const STATELESS: ReadonlySet<RouteName> = new Set([
  'health',
  'metrics',
  'openapi',
  'submitTransaction',
  'postReadings',
]);
/** Who says which clock is right goes by either: by the one in use the right one may look wrong. */
const ABOUT_CLOCKS: ReadonlySet<RouteName> = new Set(['clockStatus', 'confirmClock']);
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** Paths in braces become paths with colons. */
function routerPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

/** Which routes, and what stands before their paths: all of them and nothing unless given. */
export interface Mount {
  readonly prefix: string;
  readonly names: ReadonlySet<RouteName>;
}

export function registerRoutes(server: FastifyInstance, dispatch: Dispatch, mount?: Mount): void {
  const methodsOf = new Map<string, string[]>();
  for (const [name, route] of Object.entries<Route>(routes)) {
    if (mount?.names.has(name as RouteName) === false) continue;
    const path = `${mount?.prefix ?? ''}${route.path}`;
    const bodyLimit = LARGE_BODIES.has(name as RouteName)
      ? dispatch.limits.largeBodyBytesMax
      : dispatch.limits.bodyBytesMax;
    server.route({
      method: route.method,
      url: routerPath(path),
      bodyLimit,
      config: { routeName: name },
      handler: (request, reply) => answer(dispatch, name as RouteName, request, reply),
    });
    const also = route.method === 'GET' ? ['GET', 'HEAD'] : [route.method];
    methodsOf.set(path, [...(methodsOf.get(path) ?? []), ...also]);
  }
  for (const [path, methods] of methodsOf) refuseOtherMethods(server, path, methods);
}

function refuseOtherMethods(server: FastifyInstance, path: string, methods: string[]): void {
  server.route({
    method: METHODS.filter((method) => !methods.includes(method)),
    url: routerPath(path),
    exposeHeadRoute: false,
    // Answered before a body is looked at.
    onRequest: (_request, reply, done) => {
      void reply.header('allow', methods.join(', '));
      sendRefusal(reply, refused('method_not_allowed', { allow: methods }));
      done();
    },
    handler: () => undefined,
  });
}

export function sendRefusal(reply: FastifyReply, refusal: Refused): void {
  const { retryAfterMs } = refusal.facts;
  if (typeof retryAfterMs === 'number') {
    void reply.header('retry-after', `${Math.ceil(retryAfterMs / 1000)}`);
  }
  reply.refusalCode = refusal.code;
  void reply.header('cache-control', 'no-store');
  void reply.code(refusal.status).type('application/json; charset=utf-8');
  void reply.send(JSON.stringify(refusal.body));
}

async function answer(
  dispatch: Dispatch,
  name: RouteName,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const route: Route = routes[name];
  const result = await resultOf(dispatch, name, request);
  if (result instanceof Refused) {
    sendRefusal(reply, result);
    return reply;
  }
  if (route.contentType === 'text/event-stream') {
    return openStream(dispatch, result as EventSource, request, reply);
  }
  const { status, body } =
    result instanceof WithStatus ? result : { status: 200, body: result as unknown };
  return sendBody(reply, name, status, body);
}

async function resultOf(
  dispatch: Dispatch,
  name: RouteName,
  request: FastifyRequest,
): Promise<unknown> {
  try {
    return await handled(dispatch, name, request);
  } catch (error) {
    if (error instanceof MalformedRequest) return error.refusal;
    const isHalt = error instanceof EngineHaltedError || error instanceof RecordStoreFailedError;
    if (isHalt) return refused('node_halted');
    throw error;
  }
}

async function handled(
  dispatch: Dispatch,
  name: RouteName,
  request: FastifyRequest,
): Promise<unknown> {
  const { desks, gate, limits, authentication } = dispatch;
  const route: Route = routes[name];
  const body = request.body instanceof Uint8Array ? request.body : undefined;
  const raw = { target: request.url, params: request.params, body };
  // Nothing is read of anyone's state between the end of this wait and the handler's own reads.
  if (!STATELESS.has(name)) await untilCommitted(desks);
  let by: Authenticated | undefined;
  if (route.access.kind !== 'public') {
    const authenticated = authentication.authenticate({
      method: request.method,
      target: request.url,
      authorization: request.headers.authorization,
      body: body ?? new Uint8Array(),
      address: request.ip,
      machineMs: ABOUT_CLOCKS.has(name) ? desks.clockWatch?.machineMs : undefined,
    });
    if (authenticated instanceof Refused) return authenticated;
    by = authenticated;
  }
  const input = readInput(route, raw, limits);
  if (!isAllowed(desks, name, input, by?.requester)) {
    if (by !== undefined) gate.offended(keyName(by.requester), by.nonce);
    return refused('forbidden');
  }
  if (by !== undefined) noteRead(desks, name, input, by.requester);
  const handler = dispatch.handlers[name] as (call: unknown) => unknown;
  const params: unknown = input.params;
  const call = { ...input, params, requester: by?.requester, address: request.ip };
  const result: unknown = await handler(call);
  if (by !== undefined) noteOfficersRead(desks, name, { input, result }, by.requester);
  return result;
}

function keyName(requester: Requester): string {
  return Buffer.from(requester.key).toString('hex');
}

/** Asks the policy, for a request now and for a stream at every block. */
export function isAllowed(
  desks: Desks,
  name: RouteName,
  input: ReadInput,
  requester: Requester | undefined,
): boolean {
  const { ledger, clock } = desks;
  const timeMs = clock.nowMs();
  const verdict = decide({
    route: routes[name],
    requester,
    target: targetOf(desks, name, input.params),
    isGranted: (member, scope) =>
      requester !== undefined &&
      isReadingGranted(ledger.state, { member, key: requester.key, scope, timeMs }),
  });
  return verdict === 'allow';
}

function sendBody(
  reply: FastifyReply,
  name: RouteName,
  status: number,
  body: unknown,
): FastifyReply {
  const route: Route = routes[name];
  void reply.header('cache-control', 'no-store');
  if (route.response === undefined) {
    if (typeof body !== 'string') throw new Error(`${name}: expected text, got ${typeof body}`);
    return reply.code(status).type(`${route.contentType}; charset=utf-8`).send(body);
  }
  // A field too many is a leak, a field too few a broken promise: both are mistakes of ours.
  const fault = schemaFault(route.response, body, 'answer');
  if (fault !== undefined) {
    throw new Error(`${name}: ${fault.field}: expected ${fault.expected}, got ${fault.got}`);
  }
  return reply.code(status).type('application/json; charset=utf-8').send(JSON.stringify(body));
}

const STREAM_HEADERS = {
  ...SECURITY_HEADERS,
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
};

function openStream(
  { streams }: Dispatch,
  source: EventSource,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const tooMany = streams.refuse(request.ip);
  if (tooMany !== undefined) {
    sendRefusal(reply, tooMany);
    return reply;
  }
  void reply.hijack();
  const response = reply.raw;
  response.writeHead(200, STREAM_HEADERS);
  if (request.method === 'HEAD') {
    response.end();
    return reply;
  }
  response.flushHeaders();
  const lastHeight = lastSeen(request.headers['last-event-id']);
  streams.open(response, { source, address: request.ip, lastHeight });
  return reply;
}

/** The height a reconnecting subscriber saw last; nothing where it says none that could be one. */
function lastSeen(header: string | string[] | undefined): number | undefined {
  if (typeof header !== 'string' || !/^(0|[1-9][0-9]{0,15})$/.test(header)) return undefined;
  const height = Number(header);
  return Number.isSafeInteger(height) ? height : undefined;
}
