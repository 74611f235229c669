/** The witness's one door: POST /add-checkpoint, on loopback unless its operator says otherwise. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { REQUEST_BYTES_MAX } from './add-checkpoint.ts';
import type { Witness } from './witness.ts';

export interface WitnessServerOptions {
  readonly witness: Witness;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly logger: Logger;
}

export interface WitnessServer {
  readonly url: string;
  close(): Promise<void>;
}

const CONNECTIONS_MAX = 128;
const REQUEST_TIMEOUT_MS = 10_000;
const HEADER_BYTES_MAX = 8_192;
const PATH = '/add-checkpoint';

export async function startWitnessServer(options: WitnessServerOptions): Promise<WitnessServer> {
  const { witness, host, port, logger } = options;
  const limits = {
    maxHeaderSize: HEADER_BYTES_MAX,
    headersTimeout: REQUEST_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: REQUEST_TIMEOUT_MS / 4,
  };
  const server = createServer(limits, (request, response) => {
    answer(witness, request, response).catch((fault: unknown) => {
      logger.error({ err: fault }, 'a request failed');
      if (response.headersSent) response.destroy();
      else send(response, { status: 500, body: 'the witness is at fault\n' });
    });
  });
  server.maxConnections = CONNECTIONS_MAX;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  witness: Witness,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [path] = (request.url ?? '').split('?', 1);
  if (path !== PATH) return end(response, { status: 404, body: `expected ${PATH}\n` });
  if (request.method !== 'POST') return end(response, { status: 405, body: 'expected POST\n' });
  const bytes = await bodyOf(request);
  if (bytes === undefined) {
    const body = `expected at most ${REQUEST_BYTES_MAX} bytes\n`;
    return end(response, { status: 413, body });
  }
  const text = textOf(bytes);
  if (text === undefined) return end(response, { status: 400, body: 'expected UTF-8\n' });
  send(response, witness.addCheckpoint(text));
}

interface Sent {
  readonly status: number;
  readonly type?: string;
  readonly body: string;
}

function send(response: ServerResponse, { status, type, body }: Sent): void {
  response.writeHead(status, {
    'content-type': type ?? 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  response.end(body);
}

/** Answers without having read the body, so the connection cannot be used again. */
function end(response: ServerResponse, sent: Sent): void {
  response.setHeader('connection', 'close');
  send(response, sent);
}

/** The whole body, or nothing when it is too long. */
async function bodyOf(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > REQUEST_BYTES_MAX) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
