/** Limits on connections, and the answer to what is not even HTTP. */

import { type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { addressName } from '../rate-limit.ts';
import type { ServerLimits } from './limits.ts';
import { refused } from './refused.ts';
import { refusalOfError } from './request-faults.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/** Closes connections beyond the limits as they come, in all and of one address. */
export function limitConnections(
  server: Server,
  limits: Pick<ServerLimits, 'connectionsMax' | 'connectionsPerAddressMax'>,
): void {
  server.maxConnections = limits.connectionsMax;
  const perAddress = new Map<string, number>();
  server.on('connection', (socket) => {
    const name = addressName(socket.remoteAddress ?? '');
    const open = perAddress.get(name) ?? 0;
    if (open >= limits.connectionsPerAddressMax) {
      socket.destroy();
      return;
    }
    perAddress.set(name, open + 1);
    socket.once('close', () => {
      const left = (perAddress.get(name) ?? 1) - 1;
      if (left > 0) perAddress.set(name, left);
      else perAddress.delete(name);
    });
  });
}

/** Answers a request that broke before it was one, and ends its connection. */
export function refuseBrokenRequest(error: Error, socket: Socket): void {
  if (!socket.writable || socket.destroyed) {
    socket.destroy();
    return;
  }
  const refusal = refusalOfError(error) ?? refused('malformed_request');
  const body = JSON.stringify(refusal.body);
  const headers = {
    ...SECURITY_HEADERS,
    'content-type': 'application/json; charset=utf-8',
    'content-length': `${Buffer.byteLength(body)}`,
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const { status } = refusal;
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
}
