/**
 * How much one connection or one key may ask for. What fails authentication counts against the
 * address it came from, never against the member it names; only what stands under a member's own
 * valid signature counts against its key. Every table here is bounded.
 */

export interface BucketOptions {
  /** What may come at once. */
  readonly capacity: number;
  /** What comes back in a second. */
  readonly refillPerSecond: number;
  /** Names kept; the one that was used longest ago gives way. */
  readonly namesMax: number;
}

interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

/** Token buckets by name. A name without an entry has a full bucket. */
export class TokenBuckets {
  readonly #options: BucketOptions;
  /** In order of use. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(options: BucketOptions) {
    for (const [field, value] of Object.entries(options)) {
      if (!(value > 0)) throw new RangeError(`bucket.${field}: expected > 0, got ${value}`);
    }
    this.#options = options;
  }

  get size(): number {
    return this.#buckets.size;
  }

  #tokens(name: string, nowMs: number): number {
    const { capacity, refillPerSecond } = this.#options;
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) return capacity;
    const elapsedMs = Math.max(nowMs - bucket.atMs, 0);
    return Math.min(capacity, bucket.tokens + (elapsedMs * refillPerSecond) / 1000);
  }

  /** Whether a token is left. Takes none. */
  has(name: string, nowMs: number): boolean {
    return this.#tokens(name, nowMs) >= 1;
  }

  /** Takes what is there of `count` tokens, and says whether that was enough. */
  take(name: string, nowMs: number, count = 1): boolean {
    const left = this.#tokens(name, nowMs) - count;
    this.#buckets.delete(name);
    this.#buckets.set(name, { tokens: Math.max(left, 0), atMs: nowMs });
    if (this.#buckets.size > this.#options.namesMax) {
      for (const oldest of this.#buckets.keys()) {
        this.#buckets.delete(oldest);
        break;
      }
    }
    return left >= 0;
  }

  /** Until the next token is there. */
  waitMs(name: string, nowMs: number): number {
    const missing = 1 - this.#tokens(name, nowMs);
    return missing <= 0 ? 0 : Math.ceil((missing * 1000) / this.#options.refillPerSecond);
  }
}

export interface QuarantineOptions {
  /** Offences at which a key is shut out. */
  readonly offencesMax: number;
  /** An offence is forgotten after this long; a key is let in again at half of `offencesMax`. */
  readonly decayMs: number;
  readonly keysMax: number;
}

interface Offender {
  readonly offences: number;
  readonly atMs: number;
  readonly isShut: boolean;
  /** What was counted already: the same message sent again, by whomever, counts once. */
  readonly counted: ReadonlySet<string>;
}

/**
 * Keys that sent refused messages under their own valid signature again and again. Whoever caught
 * such a message and sends it once more adds nothing: a message counts once.
 */
export class Quarantine {
  readonly #options: QuarantineOptions;
  readonly #records = new Map<string, Offender>();

  constructor(options: QuarantineOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#records.size;
  }

  #record(key: string, nowMs: number): Offender | undefined {
    const record = this.#records.get(key);
    if (record === undefined) return undefined;
    const forgiven = Math.max(nowMs - record.atMs, 0) / this.#options.decayMs;
    const offences = Math.max(record.offences - forgiven, 0);
    const isShut = record.isShut && offences > this.#options.offencesMax / 2;
    return { ...record, offences, isShut, atMs: nowMs };
  }

  /** Until the key is let in again; nothing when it is not shut out. */
  shutMs(key: string, nowMs: number): number | undefined {
    const record = this.#record(key, nowMs);
    if (record === undefined || !record.isShut) return undefined;
    return Math.ceil((record.offences - this.#options.offencesMax / 2) * this.#options.decayMs);
  }

  /** Counts a refused message of the key's own, named so that it counts once. */
  offend(key: string, message: string, nowMs: number): void {
    const known = this.#record(key, nowMs);
    if (known?.counted.has(message)) return;
    const offences = Math.min((known?.offences ?? 0) + 1, this.#options.offencesMax);
    const counted = [...(known?.counted ?? []), message].slice(-4 * this.#options.offencesMax);
    this.#records.delete(key);
    this.#records.set(key, {
      offences,
      atMs: nowMs,
      isShut: (known?.isShut ?? false) || offences >= this.#options.offencesMax,
      counted: new Set(counted),
    });
    if (this.#records.size > this.#options.keysMax) this.#forgetOne();
  }

  /** The key whose last offence is the oldest gives way. */
  #forgetOne(): void {
    for (const oldest of this.#records.keys()) {
      this.#records.delete(oldest);
      return;
    }
  }
}

/** The part of an address that one party holds: all of IPv4, the first 64 bits of IPv6. */
export function addressName(address: string): string {
  const plain = address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
  if (!plain.includes(':')) return plain;
  const [head = '', tail = ''] = plain.split('%')[0]?.split('::') ?? [];
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(8 - left.length - right.length, 0) }, () => '0');
  const groups = [...left, ...(plain.includes('::') ? zeros : []), ...right].slice(0, 4);
  return `${groups.map((group) => group.toLowerCase().replace(/^0+(?=.)/, '')).join(':')}::/64`;
}
