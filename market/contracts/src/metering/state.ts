/** Meters, commitments to their readings, and closed periods. Tables 40 to 42. */

import {
  type Codec,
  choice,
  grouping,
  hash32,
  optional,
  struct,
  table,
  u16,
  u32,
  u64,
} from '@commonwatt/ledger';
import { keyCodec } from '../identity/messages.ts';
import { SOURCES, type Source } from './messages.ts';

export interface Meter {
  readonly member: number;
  readonly source: Source;
  readonly key: Uint8Array;
  readonly renewable: 'yes' | 'no';
  readonly status: 'active' | 'retired';
  /** When it was retired: it still answers for periods that began before. */
  readonly retiredMs: number | undefined;
}
export const meters = table<number, Meter>(
  40,
  'meters',
  u32,
  struct<Meter>({
    member: u32,
    source: choice(...SOURCES),
    key: keyCodec,
    renewable: choice('no', 'yes'),
    status: choice('active', 'retired'),
    retiredMs: optional(u64),
  }),
);
export const metersOfMember = grouping(meters, (_number, meter) => `${meter.member}`);

export interface CommitmentKey {
  readonly periodFromMs: number;
  readonly meter: number;
}
export interface Commitment {
  readonly periodUntilMs: number;
  readonly root: Uint8Array;
  /** 1 for the first, rising with every later one that supersedes it. */
  readonly version: number;
  /** The member whose key signed. */
  readonly signedBy: number;
}
export const commitmentKeyCodec: Codec<CommitmentKey> = struct<CommitmentKey>({
  periodFromMs: u64,
  meter: u32,
});
export const commitmentCodec: Codec<Commitment> = struct<Commitment>({
  periodUntilMs: u64,
  root: hash32,
  version: u16,
  signedBy: u32,
});
export const commitments = table<CommitmentKey, Commitment>(
  41,
  'commitments',
  commitmentKeyCodec,
  commitmentCodec,
);
export const commitmentsOfPeriod = grouping(commitments, (key) => `${key.periodFromMs}`);

/** Periods whose readings are final because they were settled, by their beginning. */
export const closedPeriods = table<number, { readonly periodUntilMs: number }>(
  42,
  'closed periods',
  u64,
  struct<{ readonly periodUntilMs: number }>({ periodUntilMs: u64 }),
);
/** By the UTC day in which they begin, so that neighbours are found without a search. */
export const closedPeriodsOfDay = grouping(closedPeriods, (fromMs) => dayOf(fromMs));

export const DAY_MS = 86_400_000;

/** The UTC day of an instant, as groups of periods are named. */
export function dayOf(instantMs: number): string {
  return `${Math.floor(instantMs / DAY_MS)}`;
}
