/**
 * The gateway's memory of who asks too much. An address pays for everything that comes from it and
 * for what fails authentication; a key pays only for what stands under its own valid signature.
 */

import { addressName, Quarantine, TokenBuckets } from '../rate-limit.ts';
import type { ServerLimits } from './limits.ts';
import { type Refused, refused } from './refused.ts';

type Limited = Refused<'rate_limited'>;

export class Gate {
  readonly #requests: TokenBuckets;
  readonly #failures: TokenBuckets;
  readonly #ofKey: TokenBuckets;
  readonly #quarantine: Quarantine;
  readonly #nowMs: () => number;

  /** `nowMs` only ever measures how much time has passed. */
  constructor(
    limits: Pick<ServerLimits, 'requests' | 'failures' | 'ofKey' | 'quarantine'>,
    nowMs: () => number,
  ) {
    this.#requests = new TokenBuckets(limits.requests);
    this.#failures = new TokenBuckets(limits.failures);
    this.#ofKey = new TokenBuckets(limits.ofKey);
    this.#quarantine = new Quarantine(limits.quarantine);
    this.#nowMs = nowMs;
  }

  /** Counts a request of an address; the refusal when there were too many, or too many forged. */
  admit(address: string): Limited | undefined {
    const name = addressName(address);
    const nowMs = this.#nowMs();
    if (!this.#failures.has(name, nowMs)) return limited(this.#failures.waitMs(name, nowMs));
    if (this.#requests.take(name, nowMs)) return undefined;
    return limited(this.#requests.waitMs(name, nowMs));
  }

  /** Something from this address failed authentication. */
  failed(address: string, count = 1): void {
    if (count > 0) this.#failures.take(addressName(address), this.#nowMs(), count);
  }

  /** Why nothing under this key is taken now. Asked before the signature is known to be valid. */
  refuseKey(key: string): Limited | undefined {
    const nowMs = this.#nowMs();
    const shutMs = this.#quarantine.shutMs(key, nowMs);
    if (shutMs !== undefined) return limited(shutMs);
    if (this.#ofKey.has(key, nowMs)) return undefined;
    return limited(this.#ofKey.waitMs(key, nowMs));
  }

  /** Counts something that stood under the key's own valid signature. */
  used(key: string): void {
    this.#ofKey.take(key, this.#nowMs());
  }

  /** Counts a refusal of something under the key's own valid signature, once for each message. */
  offended(key: string, message: string): void {
    this.#quarantine.offend(key, message, this.#nowMs());
  }
}

function limited(retryAfterMs: number): Limited {
  return refused('rate_limited', { retryAfterMs });
}
