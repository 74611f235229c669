/** Meters and commitments to their readings. Tables 40 and 41. */

import {
  type Codec,
  choice,
  grouping,
  hash32,
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
