/** The HTTP server in front of the desks. */

import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { systemClock } from '@commonwatt/consensus';
import type { Clock } from '@commonwatt/ledger';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Desks } from '../desks.ts';
import { NodeMetrics } from '../metrics.ts';
import { Authentication } from './authentication.ts';
import { mountCertificates } from './certificate-mount.ts';
import { limitConnections, refuseBrokenRequest } from './connections.ts';
import { type Dispatch, registerRoutes, sendRefusal } from './dispatch.ts';
import { EventStreams } from './event-streams.ts';
import { Gate } from './gate.ts';
import type { Handlers } from './handler.ts';
import { accessHandlers } from './handlers/access-handlers.ts';
import { billingHandlers } from './handlers/billing-handlers.ts';
import { certificateHandlers } from './handlers/certificate-handlers.ts';
import { clockHandlers } from './handlers/clock-handlers.ts';
import { directHandlers } from './handlers/direct-handlers.ts';
import { doorHandlers } from './handlers/door-handlers.ts';
import { ledgerHandlers } from './handlers/ledger-handlers.ts';
import { marketHandlers } from './handlers/market-handlers.ts';
import { memberHandlers } from './handlers/member-handlers.ts';
import { meteringHandlers } from './handlers/metering-handlers.ts';
import { sharingHandlers } from './handlers/sharing-handlers.ts';
import { streamHandlers } from './handlers/stream-handlers.ts';
import { transactionHandlers } from './handlers/transaction-handlers.ts';
import { SERVER_LIMITS, type ServerLimits } from './limits.ts';
import { createLogger } from './logging.ts';
import { type Refused, refused } from './refused.ts';
import { refusalOfError } from './request-faults.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { serveWebApp } from './web-app.ts';

export interface ServerOptions {
  /** Loopback unless the operator says otherwise. */
  readonly host?: string;
  /** 8080 unless given; 0 takes any free port. */
  readonly port?: number;
  /** The built web app; nothing is served at / without it. */
  readonly webRoot?: string;
  /** The clock of signed requests: the machine's own, also where the market's is accelerated. */
  readonly requestClock?: Clock;
  /** Addresses of proxies whose word on the caller's address is taken; none unless given. */
  readonly trustedProxies?: readonly string[];
  readonly limits?: Partial<ServerLimits>;
  readonly logger?: Logger;
}

export interface HttpServer {
  /** Binds the address. Resolves with its URL. */
  listen(): Promise<string>;
  /** Ends every connection and stream. */
  close(): Promise<void>;
  /** For tests, which knock without a socket. */
  readonly fastify: FastifyInstance;
}

declare module 'fastify' {
  interface FastifyReply {
    /** Why the request was refused, for the log and the figures. */
    refusalCode: string | undefined;
    startedAtMs: number;
  }
  interface FastifyContextConfig {
    routeName?: string;
  }
}

export async function createServer(desks: Desks, options: ServerOptions = {}): Promise<HttpServer> {
  const limits: ServerLimits = { ...SERVER_LIMITS, ...options.limits };
  const logger = options.logger ?? createLogger({ level: 'silent' });
  const fastify = makeFastify(limits, options.trustedProxies);
  const dispatch = makeDispatch(desks, limits, options.requestClock ?? systemClock);
  const { streams, metrics, gate } = dispatch;
  limitConnections(fastify.server, limits);
  addHooks(fastify, { gate, metrics, logger });
  readBodiesAsBytes(fastify);
  registerRoutes(fastify, dispatch);
  const stopCertificates = mountCertificates(fastify, dispatch);
  const webApp = await serveWebApp(fastify, options.webRoot);
  fastify.setNotFoundHandler((request, reply) => {
    if (webApp?.answerPage(request, reply) !== true) sendRefusal(reply, refused('not_found'));
  });
  const stopFollowing = desks.projections.onBlock(() => streams.follow());
  await fastify.ready();
  const host = options.host ?? '127.0.0.1';
  return {
    fastify,
    listen: () => fastify.listen({ host, port: options.port ?? 8080 }),
    async close() {
      stopFollowing();
      stopCertificates();
      streams.close();
      await fastify.close();
    },
  };
}

function makeFastify(
  limits: ServerLimits,
  trustedProxies: readonly string[] | undefined,
): FastifyInstance {
  const fastify = Fastify({
    logger: false,
    trustProxy: trustedProxies === undefined ? false : [...trustedProxies],
    bodyLimit: limits.bodyBytesMax,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    forceCloseConnections: true,
    return503OnClosing: false,
    exposeHeadRoutes: true,
    http: {
      maxHeaderSize: limits.headerBytesMax,
      headersTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: limits.timeoutCheckMs,
    },
    routerOptions: {
      ignoreTrailingSlash: false,
      ignoreDuplicateSlashes: false,
      caseSensitive: true,
      maxParamLength: 128,
      // The query is read strictly, once, by the dispatcher.
      querystringParser: () => ({}),
    },
    clientErrorHandler: (error, socket) => refuseBrokenRequest(error, socket as Socket),
    frameworkErrors: (error, _request, reply) => {
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) void reply.header(name, value);
      sendRefusal(reply, refusalOfError(error) ?? refused('malformed_request'));
    },
  });
  fastify.decorateReply('refusalCode', undefined);
  fastify.decorateReply('startedAtMs', 0);
  return fastify as unknown as FastifyInstance;
}

function makeDispatch(desks: Desks, limits: ServerLimits, requestClock: Clock): Dispatch {
  const nowMs = () => performance.now();
  const gate = new Gate(limits, nowMs);
  const { ledger, crypto, clock } = desks;
  const streams = new EventStreams({
    limits,
    headHeight: () => ledger.head?.height ?? -1,
    nowMs,
  });
  const metrics = new NodeMetrics({ desks, streamCount: () => streams.count });
  const authentication = new Authentication({
    ledger,
    crypto,
    marketClock: clock,
    requestClock,
    gate,
    limits,
  });
  const handlers: Handlers = {
    ...ledgerHandlers(desks),
    ...transactionHandlers(desks, gate, metrics),
    ...marketHandlers(desks),
    ...memberHandlers(desks),
    ...accessHandlers(desks),
    ...meteringHandlers(desks),
    ...doorHandlers(desks, gate, metrics),
    ...billingHandlers(desks),
    ...sharingHandlers(desks),
    ...directHandlers(desks),
    ...certificateHandlers(desks),
    ...clockHandlers(desks),
    ...streamHandlers(desks, authentication),
  };
  return { desks, handlers, authentication, gate, streams, metrics, limits };
}

interface Watch {
  readonly gate: Gate;
  readonly metrics: NodeMetrics;
  readonly logger: Logger;
}

function addHooks(fastify: FastifyInstance, { gate, metrics, logger }: Watch): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.startedAtMs = performance.now();
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) void reply.header(name, value);
    const refusal = refuseEarly(gate, request);
    if (refusal === undefined) {
      done();
      return;
    }
    sendRefusal(reply, refusal);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const { statusCode, refusalCode, startedAtMs } = reply;
    const route = request.routeOptions.config.routeName ?? 'other';
    const seconds = (performance.now() - startedAtMs) / 1000;
    metrics.answered(route, statusCode, seconds);
    if (refusalCode !== undefined) metrics.refused(refusalCode);
    // Neither address nor path: both may say who asked for whom.
    const { method } = request;
    logger.info({ method, route, status: statusCode, code: refusalCode, seconds }, 'request');
    done();
  });
  fastify.setErrorHandler((error, request, reply) => {
    const known = refusalOfError(error);
    if (known === undefined) {
      const route = request.routeOptions.config.routeName ?? 'other';
      logger.error({ err: error, route }, 'a request failed');
    }
    sendRefusal(reply, known ?? refused('internal_error'));
  });
}

/** What is refused on the headers alone, before a byte of the body is read. */
function refuseEarly(gate: Gate, request: FastifyRequest): Refused | undefined {
  if (request.url === '/health') return undefined;
  const { 'content-encoding': encoding, 'content-length': length } = request.headers;
  const takesNoBody = request.method === 'GET' || request.method === 'HEAD';
  const hasBody = (length ?? '0') !== '0' || request.headers['transfer-encoding'] !== undefined;
  if (takesNoBody && hasBody) {
    const facts = { field: 'body', expected: 'no body', got: 'a body' };
    return refused('malformed_request', facts);
  }
  const isEncoded = encoding !== undefined && encoding !== 'identity';
  if (isEncoded && !takesNoBody) return refused('media_type_unsupported');
  return gate.admit(request.ip);
}

/** JSON alone is taken, and only as bytes: the dispatcher reads them, strictly. */
function readBodiesAsBytes(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    /^application\/json(?:\s*;\s*charset="?utf-8"?)?\s*$/i,
    { parseAs: 'buffer' },
    (_request, body, done) => done(null, body),
  );
}
