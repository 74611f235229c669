/** Every limit of the HTTP doors in one place. */

import type { BucketOptions, QuarantineOptions } from '../rate-limit.ts';

export interface ServerLimits {
  /** Bodies of transactions and readings. */
  readonly largeBodyBytesMax: number;
  readonly bodyBytesMax: number;
  readonly bodyDepthMax: number;
  readonly headerBytesMax: number;
  readonly queryLengthMax: number;
  /** Until all headers must be there. */
  readonly headersTimeoutMs: number;
  /** Until the whole request must be there. */
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  /** How often the two are looked at. */
  readonly timeoutCheckMs: number;
  readonly connectionsMax: number;
  readonly connectionsPerAddressMax: number;
  /** Nonces remembered at once; beyond it signed requests wait. */
  readonly noncesMax: number;
  readonly streamsMax: number;
  readonly streamsPerAddressMax: number;
  /** Bytes that may wait for one slow subscriber. */
  readonly streamBufferBytesMax: number;
  /** Blocks a subscriber may be behind before it is dropped. */
  readonly streamLagBlocksMax: number;
  readonly streamHeartbeatMs: number;
  /** A subscriber that takes nothing for so long is gone. */
  readonly streamStallMs: number;
  /** All requests of an address. */
  readonly requests: BucketOptions;
  /** Requests of an address that failed authentication. */
  readonly failures: BucketOptions;
  /** Signed requests and transactions of a key. */
  readonly ofKey: BucketOptions;
  readonly quarantine: QuarantineOptions;
}

export const SERVER_LIMITS: ServerLimits = {
  // A transaction of 512 KiB is twice as long in hex; the rest is the JSON around it.
  largeBodyBytesMax: 1_048_576 + 4096,
  bodyBytesMax: 65_536,
  bodyDepthMax: 8,
  headerBytesMax: 16_384,
  queryLengthMax: 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 20_000,
  keepAliveTimeoutMs: 30_000,
  timeoutCheckMs: 2000,
  connectionsMax: 2000,
  connectionsPerAddressMax: 500,
  noncesMax: 200_000,
  streamsMax: 1000,
  streamsPerAddressMax: 32,
  streamBufferBytesMax: 262_144,
  streamLagBlocksMax: 512,
  streamHeartbeatMs: 15_000,
  streamStallMs: 60_000,
  requests: { capacity: 5000, refillPerSecond: 1000, namesMax: 10_000 },
  failures: { capacity: 100, refillPerSecond: 1, namesMax: 10_000 },
  ofKey: { capacity: 500, refillPerSecond: 50, namesMax: 20_000 },
  quarantine: { offencesMax: 20, decayMs: 15_000, keysMax: 10_000 },
};
