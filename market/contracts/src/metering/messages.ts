/** Messages of the metering module: meters, and commitments to readings that stay off the ledger. */

import { type Codec, choice, hash32, list, struct, u32, u64 } from '@commonwatt/ledger';
import { keyCodec } from '../identity/messages.ts';

/** Who signs a meter's readings: the device, its gateway, or a data provider. */
export const SOURCES = ['device', 'gateway', 'provider'] as const;
export type Source = (typeof SOURCES)[number];

/** Registers a member's meter and the key that speaks for it. Authority: registrars. */
export interface RegisterMeter {
  readonly member: number;
  readonly source: Source;
  /** The device's or gateway's key, or a registered key of the data provider. */
  readonly key: Uint8Array;
  /** Whether what it exports is renewable. */
  readonly renewable: 'yes' | 'no';
}
export const registerMeterCodec: Codec<RegisterMeter> = struct<RegisterMeter>({
  member: u32,
  source: choice(...SOURCES),
  key: keyCodec,
  renewable: choice('no', 'yes'),
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
