/** The HTTP server in front of the desks. */

import type { Clock } from '@commonwatt/ledger';
import Fastify from 'fastify';
import type { Logger } from 'pino';
import type { Desks } from '../desks.ts';

export interface ServerOptions {
  /** Loopback unless the operator says otherwise. */
  readonly host?: string;
  /** 8080 unless given; 0 takes any free port. */
  readonly port?: number;
  /** The built web app; nothing is served at / without it. */
  readonly webRoot?: string;
  /** The clock of signed requests: the machine's own, also where the market's is accelerated. */
  readonly requestClock?: Clock;
  readonly logger?: Logger;
}

export interface HttpServer {
  /** Binds the address. Resolves with its URL. */
  listen(): Promise<string>;
  /** Ends every connection and stream. */
  close(): Promise<void>;
}

export async function createServer(
  desks: Desks,
  options: ServerOptions = {},
): Promise<HttpServer> {
  const server = Fastify({ logger: false });
  server.get('/health', () => {
    const halted = desks.engine.halted;
    return {
      status: halted === undefined ? 'ok' : 'halted',
      height: desks.ledger.head?.height ?? null,
      reason: halted?.message ?? null,
    };
  });
  return {
    listen: () =>
      server.listen({ host: options.host ?? '127.0.0.1', port: options.port ?? 8080 }),
    close: () => server.close(),
  };
}
