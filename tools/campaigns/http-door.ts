/** The submit door over HTTP, on connections that stay open. */

import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { formatRequestProof, requestText } from '@commonwatt/api';
import { sha256 } from '@commonwatt/consensus';
import { type Signer, toHex } from '@commonwatt/ledger';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface HttpCall {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** The loopback address it comes from. */
  readonly from?: string;
  readonly timeoutMs?: number;
  /** Streams do not end: only their head is wanted. */
  readonly isHeadEnough?: boolean;
}

/** The header of a request that a member signs. */
export function authorizationOf(
  signer: Signer,
  chain: Uint8Array,
  parts: { readonly method: string; readonly target: string; readonly body: string },
  timeMs: number,
): string {
  const nonce = randomBytes(16).toString('hex');
  const proof = { key: toHex(signer.publicKey), timeMs, nonce };
  const bodyHash = toHex(sha256(Buffer.from(parts.body, 'utf8')));
  const { method, target } = parts;
  const text = requestText({ chain: toHex(chain), method, target, ...proof, bodyHash });
  const signature = toHex(signer.sign(Buffer.from(text, 'utf8')));
  return formatRequestProof({ ...proof, signature });
}

const BODY_BYTES_MAX = 64 * 1024 * 1024;

export class HttpDoor {
  readonly url: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });

  constructor(url: string) {
    this.url = url;
  }

  call(call: HttpCall): Promise<HttpAnswer> {
    const { method = 'GET', path, headers = {}, body, from, timeoutMs = 30_000 } = call;
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(this.url);
      const sent = request(
        {
          ...{ hostname, port, method, path, agent: this.#agent, timeout: timeoutMs },
          headers: {
            ...(body !== undefined && { 'content-length': `${Buffer.byteLength(body)}` }),
            ...headers,
          },
          ...(from !== undefined && { localAddress: from }),
        },
        (answer) => {
          const parts: Buffer[] = [];
          let length = 0;
          const done = () =>
            resolve({
              status: answer.statusCode ?? 0,
              headers: answer.headers,
              text: Buffer.concat(parts).toString('utf8'),
            });
          if (
            call.isHeadEnough === true &&
            answer.headers['content-type']?.includes('event-stream')
          ) {
            done();
            sent.destroy();
            return;
          }
          answer.on('data', (part: Buffer) => {
            length += part.length;
            if (length > BODY_BYTES_MAX) sent.destroy(new Error('the answer never ends'));
            else parts.push(part);
          });
          answer.on('end', done);
          answer.on('error', reject);
        },
      );
      sent.on('timeout', () => sent.destroy(new Error(`no answer within ${timeoutMs} ms`)));
      sent.on('error', reject);
      sent.end(body);
    });
  }

  /** Submits a signed batch. */
  submit(transaction: Uint8Array, from?: string): Promise<HttpAnswer> {
    return this.call({
      method: 'POST',
      path: '/api/transactions',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ transaction: toHex(transaction) }),
      ...(from !== undefined && { from }),
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
