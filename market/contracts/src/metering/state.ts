/** Meters, commitments to their readings, closed periods, participation. Tables 40 to 43. */

import {
  type Codec,
  choice,
  grouping,
  hash32,
  list,
  optional,
  powerW,
  struct,
  table,
  u16,
  u32,
  u64,
  unrolled,
} from '@commonwatt/ledger';
import { keyCodec } from '../identity/messages.ts';
import {
  DIRECTIONS,
  gridPositionCodec,
  MEASURES,
  type RegisterMeter,
  SOURCES,
} from './messages.ts';

export interface Meter extends RegisterMeter {
  /** The meter whose place it took. */
  readonly predecessor: number | undefined;
  /** The first slot it counts; 0 for every slot. */
  readonly fromMs: number;
  /** From when on it counts no more: it still answers for slots that began before. */
  readonly retiredMs: number | undefined;
  /** From when on its own key is not trusted; what was committed before stands. */
  readonly revokedMs: number | undefined;
}
export const meters = table<number, Meter>(
  40,
  'meters',
  u32,
  struct<Meter>({
    member: u32,
    source: choice(...SOURCES),
    key: keyCodec,
    direction: choice(...DIRECTIONS),
    importLimitW: powerW,
    exportLimitW: powerW,
    measures: choice(...MEASURES),
    position: gridPositionCodec,
    renewable: choice('no', 'yes'),
    predecessor: optional(u32),
    fromMs: u64,
    retiredMs: optional(u64),
    revokedMs: optional(u64),
  }),
);

export type MeterStatus = 'active' | 'retired' | 'revoked';

/** What has been decided about a meter; a planned replacement counts from its decision on. */
export function meterStatus({ retiredMs, revokedMs }: Meter): MeterStatus {
  if (revokedMs !== undefined) return 'revoked';
  return retiredMs === undefined ? 'active' : 'retired';
}

/** Whether a meter is the one that counts a slot. */
export function countsSlot({ fromMs, retiredMs }: Meter, slotMs: number): boolean {
  return slotMs >= fromMs && (retiredMs === undefined || slotMs < retiredMs);
}

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
export const commitmentKeyCodec: Codec<CommitmentKey> = unrolled(
  struct<CommitmentKey>({ periodFromMs: u64, meter: u32 }),
  {
    write(writer, value) {
      writer.u64(value.periodFromMs);
      writer.u32(value.meter);
    },
  },
);
/** By hand: a run's readings root stands over a thousand of them. */
export const commitmentCodec: Codec<Commitment> = unrolled(
  struct<Commitment>({ periodUntilMs: u64, root: hash32, version: u16, signedBy: u32 }),
  {
    write(writer, value) {
      writer.u64(value.periodUntilMs);
      hash32.write(writer, value.root);
      writer.u16(value.version);
      writer.u32(value.signedBy);
    },
  },
);
export const commitments = table<CommitmentKey, Commitment>(
  41,
  'commitments',
  commitmentKeyCodec,
  commitmentCodec,
);
export const commitmentsOfPeriod = grouping(commitments, (key) => `${key.periodFromMs}`);

/** A settled period. */
export interface ClosedPeriod {
  readonly periodUntilMs: number;
  /** Until then late and corrected readings of it are taken; from then on they are final. */
  readonly readingsUntilMs: number;
}
/** Periods that were settled, by their beginning. */
export const closedPeriods = table<number, ClosedPeriod>(
  42,
  'closed periods',
  u64,
  struct<ClosedPeriod>({ periodUntilMs: u64, readingsUntilMs: u64 }),
);
/** By the UTC day in which they begin, so that neighbours are found without a search. */
export const closedPeriodsOfDay = grouping(closedPeriods, (fromMs) => dayOf(fromMs));

export const DAY_MS = 86_400_000;

/** The UTC day of an instant, as groups of periods are named. */
export function dayOf(instantMs: number): string {
  return `${Math.floor(instantMs / DAY_MS)}`;
}

/** From an instant on, until the next. */
export interface Participation {
  readonly fromMs: number;
  /** 0 to 1000. */
  readonly thousandths: number;
}
/** Planned and past changes that one meter may have. */
export const PARTICIPATIONS_MAX = 200;

/** A meter's share in the community, by rising instants. Without an entry it is all of it. */
export const participations = table<number, readonly Participation[]>(
  43,
  'participations',
  u32,
  list(struct<Participation>({ fromMs: u64, thousandths: u16 }), PARTICIPATIONS_MAX),
);
