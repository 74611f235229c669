/** Messages of the metering module: meters, and commitments to readings that stay off the ledger. */

import {
  type Codec,
  choice,
  hash32,
  list,
  powerW,
  struct,
  textUpTo,
  u16,
  u32,
  u64,
} from '@commonwatt/ledger';
import type { Power } from '@commonwatt/units';
import { keyCodec } from '../identity/messages.ts';

/** Who signs a meter's readings: the device, its gateway, or a data provider. */
export const SOURCES = ['device', 'gateway', 'provider'] as const;
export type Source = (typeof SOURCES)[number];

/** What a meter counts: energy drawn from the grid, energy fed into it, or both apart. */
export const DIRECTIONS = ['import', 'export', 'both'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** Whether it counts one member's connection, or a whole feeder for comparison alone. */
export const MEASURES = ['connection', 'feeder'] as const;
export type Measures = (typeof MEASURES)[number];

/** Where the meter stands in the grid, by the grid operator's names; empty where not told. */
export interface GridPosition {
  readonly feeder: string;
  readonly transformer: string;
}
export const gridPositionCodec: Codec<GridPosition> = struct<GridPosition>({
  feeder: textUpTo(64),
  transformer: textUpTo(64),
});

/** The device itself: who signs for it, and how much its connection carries. */
export interface MeterDevice {
  readonly source: Source;
  /** The device's or gateway's key, or a registered key of the data provider. */
  readonly key: Uint8Array;
  readonly direction: Direction;
  /** The connection's size in each direction; zero in one that the meter does not count. */
  readonly importLimitW: Power;
  readonly exportLimitW: Power;
}
const deviceFields = {
  source: choice(...SOURCES),
  key: keyCodec,
  direction: choice(...DIRECTIONS),
  importLimitW: powerW,
  exportLimitW: powerW,
};

/** A connection that counts both directions, where the grid operator's names are not told. */
export const PLAIN_CONNECTION: Pick<RegisterMeter, 'direction' | 'measures' | 'position'> = {
  direction: 'both',
  measures: 'connection',
  position: { feeder: '', transformer: '' },
};

/** Registers a member's meter and the key that speaks for it. Authority: registrars. */
export interface RegisterMeter extends MeterDevice {
  readonly member: number;
  readonly measures: Measures;
  readonly position: GridPosition;
  /** Whether what it exports is renewable. */
  readonly renewable: 'yes' | 'no';
}
export const registerMeterCodec: Codec<RegisterMeter> = struct<RegisterMeter>({
  member: u32,
  ...deviceFields,
  measures: choice(...MEASURES),
  position: gridPositionCodec,
  renewable: choice('no', 'yes'),
});

/**
 * Puts another device in a meter's place from the beginning of a slot on. Owner, position and
 * participation carry over. Authority: registrars.
 */
export interface ReplaceMeter extends MeterDevice {
  readonly meter: number;
  /** The first slot that the new device counts; the old one counted those before. */
  readonly fromMs: number;
}
export const replaceMeterCodec: Codec<ReplaceMeter> = struct<ReplaceMeter>({
  meter: u32,
  fromMs: u64,
  ...deviceFields,
});

/** A meter's key is no longer trusted from an instant on, which may be past. Authority: registrars. */
export interface RevokeMeter {
  readonly meter: number;
  readonly fromMs: number;
}
export const revokeMeterCodec: Codec<RevokeMeter> = struct<RevokeMeter>({
  meter: u32,
  fromMs: u64,
});

/** The share of a meter's energy that takes part in the community, from a slot on. Registrars. */
export interface SetParticipation {
  readonly meter: number;
  readonly fromMs: number;
  /** 0 to 1000. */
  readonly thousandths: number;
}
export const setParticipationCodec: Codec<SetParticipation> = struct<SetParticipation>({
  meter: u32,
  fromMs: u64,
  thousandths: u16,
});

export interface RetireMeter {
  readonly meter: number;
}
export const retireMeterCodec: Codec<RetireMeter> = struct<RetireMeter>({ meter: u32 });

/** The root over one meter's salted readings of a period: see settlement/readings.ts. */
export interface ReadingsRoot {
  readonly meter: number;
  readonly root: Uint8Array;
}

/** Commits to readings of a period. Sent by a provider, or by a meter's own key. */
export interface CommitReadings {
  readonly periodFromMs: number;
  readonly periodUntilMs: number;
  readonly roots: readonly ReadingsRoot[];
}
export const commitReadingsCodec: Codec<CommitReadings> = struct<CommitReadings>({
  periodFromMs: u64,
  periodUntilMs: u64,
  roots: list(struct<ReadingsRoot>({ meter: u32, root: hash32 }), 5000),
});
