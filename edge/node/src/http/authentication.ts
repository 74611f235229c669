/**
 * Whose request it is. The checks stand in order of precedence: the form of the header, the time,
 * whether the key is known, the signature, and whether it was sent before. Nothing before the
 * signature says anything about the member whose key is named.
 */

import {
  parseRequestProof,
  REQUEST_SKEW_MS_MAX,
  type RequestProof,
  requestText,
} from '@commonwatt/api';
import {
  type Clock,
  type Crypto,
  fromHex,
  type Ledger,
  toHex,
  utf8Bytes,
  verifyRegistered,
} from '@commonwatt/ledger';
import type { Gate } from './gate.ts';
import { holderOf, isGrantedKey } from './identity.ts';
import type { ServerLimits } from './limits.ts';
import { NonceCache } from './nonce-cache.ts';
import type { Requester } from './policy.ts';
import { type Refused, refused } from './refused.ts';

export interface IncomingRequest {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly target: string;
  readonly authorization: string | undefined;
  /** The body's bytes; empty where there is none. */
  readonly body: Uint8Array;
  readonly address: string;
  /** Another instant at which the request may be dated, besides that of the request clock. */
  readonly machineMs?: number | undefined;
}

export type AuthenticationRefusal = Refused<
  | 'unauthenticated'
  | 'signature_wrong'
  | 'request_stale'
  | 'request_replayed'
  | 'key_unknown'
  | 'rate_limited'
>;

export interface Authenticated {
  readonly requester: Requester;
  /** Names this one request, so that what is counted against its key counts once. */
  readonly nonce: string;
}

function isFresh({ timeMs }: RequestProof, atMs: number): boolean {
  return Math.abs(timeMs - atMs) <= REQUEST_SKEW_MS_MAX;
}

export class Authentication {
  readonly #ledger: Ledger;
  readonly #crypto: Crypto;
  readonly #marketClock: Clock;
  readonly #requestClock: Clock;
  readonly #gate: Gate;
  readonly #nonces: NonceCache;

  constructor(options: {
    readonly ledger: Ledger;
    readonly crypto: Crypto;
    /** What grants to read expire by. */
    readonly marketClock: Clock;
    /** What the time of a request is compared with. */
    readonly requestClock: Clock;
    readonly gate: Gate;
    readonly limits: Pick<ServerLimits, 'noncesMax'>;
  }) {
    this.#ledger = options.ledger;
    this.#crypto = options.crypto;
    this.#marketClock = options.marketClock;
    this.#requestClock = options.requestClock;
    this.#gate = options.gate;
    // A request dated ahead by the most that is allowed stays good for twice as long.
    this.#nonces = new NonceCache({
      keepMs: 2 * REQUEST_SKEW_MS_MAX + 1,
      countMax: options.limits.noncesMax,
    });
  }

  /** The requester, or why the request is nobody's. Nothing signed at all is not a failure. */
  authenticate(request: IncomingRequest): Authenticated | AuthenticationRefusal {
    if (request.authorization === undefined) return refused('unauthenticated');
    const proof = parseRequestProof(request.authorization);
    if (proof === undefined) return this.#failed(request, refused('unauthenticated'));
    const nowMs = this.#requestClock.nowMs();
    if (![nowMs, request.machineMs ?? nowMs].some((atMs) => isFresh(proof, atMs))) {
      return this.#failed(
        request,
        refused('request_stale', { nowMs, skewMsMax: REQUEST_SKEW_MS_MAX }),
      );
    }
    const key = fromHex(proof.key);
    const requester = this.#requesterOf(key);
    if (requester === undefined) return this.#failed(request, refused('key_unknown'));
    if (!this.#isSigned(request, proof, key)) {
      return this.#failed(request, refused('signature_wrong'));
    }
    const limited = this.#gate.refuseKey(proof.key);
    if (limited !== undefined) return limited;
    const seen = this.#nonces.add(`${proof.key}/${proof.nonce}`, nowMs);
    // Whoever listened can send it again: that is no offence of the key's holder.
    if (seen === 'seen') return this.#failed(request, refused('request_replayed'));
    if (seen === 'full') return refused('rate_limited', { retryAfterMs: 1000 });
    this.#gate.used(proof.key);
    return { requester, nonce: proof.nonce };
  }

  /** The requester behind a key as of now; nothing once it may no longer ask. */
  #requesterOf(key: Uint8Array): Requester | undefined {
    const holder = holderOf(this.#ledger, key);
    if (holder !== undefined) return { key, ...holder };
    const timeMs = this.#marketClock.nowMs();
    if (!isGrantedKey(this.#ledger, key, timeMs)) return undefined;
    return { key, member: undefined, roles: new Set() };
  }

  /** The same requester asked again later: a stream outlives what let it in. */
  again(requester: Requester): Requester | undefined {
    return this.#requesterOf(requester.key);
  }

  #isSigned(request: IncomingRequest, proof: RequestProof, key: Uint8Array): boolean {
    const text = requestText({
      chain: toHex(this.#ledger.chain),
      method: request.method,
      target: request.target,
      timeMs: proof.timeMs,
      nonce: proof.nonce,
      bodyHash: toHex(this.#crypto.sha256(request.body)),
    });
    return verifyRegistered(this.#crypto, key, utf8Bytes(text), fromHex(proof.signature));
  }

  #failed<R extends AuthenticationRefusal>(request: IncomingRequest, refusal: R): R {
    this.#gate.failed(request.address);
    return refusal;
  }
}
