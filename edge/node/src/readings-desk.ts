/** What the doors ask of the readings: taking signed ones, and showing what counts and what was said. */

import type { Source, Standing } from '@commonwatt/contracts';
import type { Energy } from '@commonwatt/units';
import type { DeskRefusal } from './desk-refusal.ts';
import type { FeederBalance, MeterQuality } from './personal/data-quality.ts';
import type { ReadingVersion, StoredReading } from './stored-reading.ts';

export type { ReadingVersion, SignedWord, StoredReading } from './stored-reading.ts';

/** A reading as its meter, gateway or provider signed it. */
export interface SignedReading {
  readonly meter: number;
  readonly slotMs: number;
  readonly counter: number;
  readonly imported: Energy;
  readonly exported: Energy;
  readonly quality: Standing['quality'];
  readonly version: number;
  readonly key: Uint8Array;
  readonly signature: Uint8Array;
}

export interface ReadingsDesk {
  /** What one reading covers. */
  readonly slotLengthMs: number;
  /** Each reading's own answer: nothing when it was stored. Resolves when they are on disk. */
  take(readings: readonly SignedReading[]): Promise<readonly (DeskRefusal | undefined)[]>;
  /**
   * The readings that count in a period, by slot and meter: what a run is computed from. Nothing
   * left once the member is erased.
   */
  of(member: number, fromMs: number, untilMs: number, limit: number): readonly StoredReading[];
  /** Every word on the slots of a period, by slot, meter, source and version. */
  historyOf(
    member: number,
    fromMs: number,
    untilMs: number,
    limit: number,
  ): readonly ReadingVersion[];
  /** One meter's, by slot, source and version. */
  historyOfMeter(
    meter: number,
    fromMs: number,
    untilMs: number,
    limit: number,
    source?: Source,
  ): readonly ReadingVersion[];
  /** Counts, gaps and flags of some meters, without energies. */
  qualityOf(meters: readonly number[], fromMs: number, untilMs: number): readonly MeterQuality[];
  /** Where the sum of a feeder's connections and the feeder's own meter disagree. */
  balanceOfFeeders(fromMs: number, untilMs: number): readonly FeederBalance[];
}
