/**
 * Readings and the roots that the ledger holds of them. A reading is personal and stays off the
 * ledger; the root over the salted readings of one meter and period stands on it, so that any
 * single reading can be opened and no other is shown (RFC 6962, section 2.1).
 */

import {
  asciiBytes,
  type Codec,
  choice,
  concatBytes,
  encode,
  energyWh,
  fixedBytes,
  inclusionProof,
  leafHash,
  type RootHost,
  rootOf,
  type Sha256,
  struct,
  u16,
  u32,
  u64,
  unrolled,
  verifyInclusion,
} from '@commonwatt/ledger';
import type { Energy } from '@commonwatt/units';
import { SOURCES } from '../metering/messages.ts';
import { QUALITIES, type Standing } from '../metering/ruling.ts';
import {
  type Commitment,
  type CommitmentKey,
  commitmentCodec,
  commitmentKeyCodec,
} from '../metering/state.ts';
import { SALT_LENGTH, saltOf } from './salts.ts';

/** What one meter counted in one slot, in both directions; how that is known, and who signed it. */
export interface Reading extends Standing {
  readonly meter: number;
  readonly slotMs: number;
  readonly imported: Energy;
  readonly exported: Energy;
  readonly salt: Uint8Array;
}

/** The most readings under one root: a month of five-second slots has fewer. */
export const READINGS_MAX = 600_000;

const READING_DOMAIN = asciiBytes('commonwatt/reading/1');
const COMMITMENT_DOMAIN = asciiBytes('commonwatt/commitment/1');

const saltCodec = fixedBytes(SALT_LENGTH);
const qualityCodec = choice(...QUALITIES);
const sourceCodec = choice(...SOURCES);
const readingLeafCodec: Codec<Reading> = unrolled(
  struct<Reading>({
    salt: saltCodec,
    meter: u32,
    slotMs: u64,
    imported: energyWh,
    exported: energyWh,
    quality: qualityCodec,
    source: sourceCodec,
    version: u16,
  }),
  {
    write(writer, reading) {
      saltCodec.write(writer, reading.salt);
      writer.u32(reading.meter);
      writer.u64(reading.slotMs);
      energyWh.write(writer, reading.imported);
      energyWh.write(writer, reading.exported);
      qualityCodec.write(writer, reading.quality);
      sourceCodec.write(writer, reading.source);
      writer.u16(reading.version);
    },
  },
);

/**
 * Purpose, salt, meter, slot, import, export, quality, signer, version: the bytes whose hash is the
 * reading's leaf.
 */
export function readingLeafBytes(reading: Reading): Uint8Array {
  return concatBytes(READING_DOMAIN, encode(readingLeafCodec, reading));
}

/** The salt of a meter's reading of one slot, from its member's secret. */
export function readingSalt(
  sha256: Sha256,
  secret: Uint8Array,
  place: { readonly meter: number; readonly slotMs: number },
): Uint8Array {
  return saltOf(sha256, secret, 'reading', place.meter, place.slotMs);
}

/**
 * The root over the readings of one meter in one period, by rising slot, whatever their order here.
 * @throws RangeError for readings of two meters, two of one slot, or more than READINGS_MAX.
 */
export function readingsRootOf(host: RootHost, readings: readonly Reading[]): Uint8Array {
  return rootOf(host, inSlotOrder(readings), (writer, reading) => {
    writer.raw(READING_DOMAIN);
    readingLeafCodec.write(writer, reading);
  });
}

function leafHashes(sha256: Sha256, readings: readonly Reading[]): Uint8Array[] {
  return readings.map((reading) => leafHash(sha256, readingLeafBytes(reading)));
}

function inSlotOrder(readings: readonly Reading[]): readonly Reading[] {
  const flaw = flawOfReadings(readings);
  if (flaw !== undefined) throw new RangeError(`readings: ${flaw}`);
  const isOrdered = readings.every(
    ({ slotMs }, at) => at === 0 || (readings[at - 1]?.slotMs ?? 0) < slotMs,
  );
  return isOrdered ? readings : [...readings].sort((a, b) => a.slotMs - b.slotMs);
}

/** Why readings cannot stand under one root; nothing when they can. */
export function flawOfReadings(readings: readonly Reading[]): string | undefined {
  if (readings.length > READINGS_MAX) {
    return `expected at most ${READINGS_MAX}, got ${readings.length}`;
  }
  const slots = new Set<number>();
  for (const { meter, slotMs } of readings) {
    if (meter !== readings[0]?.meter) {
      return `expected meter ${readings[0]?.meter} alone, got ${meter}`;
    }
    if (slots.has(slotMs)) return `expected one of slot ${slotMs}, got two`;
    slots.add(slotMs);
  }
  return undefined;
}

/** One reading opened: with it anyone who knows the meter's root can check the reading. */
export interface ReadingProof {
  readonly reading: Reading;
  readonly index: number;
  readonly size: number;
  readonly proof: readonly Uint8Array[];
}

/** @throws RangeError when the slot has no reading, and as `readingsRootOf` does. */
export function readingProof(
  sha256: Sha256,
  readings: readonly Reading[],
  slotMs: number,
): ReadingProof {
  const ordered = inSlotOrder(readings);
  const index = ordered.findIndex((one) => one.slotMs === slotMs);
  const reading = ordered[index];
  if (reading === undefined) throw new RangeError(`readings: expected slot ${slotMs}, got none`);
  const proof = inclusionProof(sha256, leafHashes(sha256, ordered), index);
  return { reading, index, size: ordered.length, proof };
}

/** Whether an opened reading stands under a meter's root. Total: the answer is yes or no. */
export function verifyReading(sha256: Sha256, opened: ReadingProof, root: Uint8Array): boolean {
  const { reading, index, size, proof } = opened;
  if (reading.salt.length !== SALT_LENGTH) return false;
  const hash = leafHash(sha256, readingLeafBytes(reading));
  return verifyInclusion(sha256, { leafHash: hash, index, size, proof, root });
}

/** A meter's commitment as the ledger keeps it. */
export type MeterCommitment = readonly [key: CommitmentKey, commitment: Commitment];

/**
 * A run's readings root: over the ledger's own commitments of the period by rising meter. It says
 * which readings, in which versions, the run was computed from.
 */
export function commitmentsRootOf(
  host: RootHost,
  commitments: readonly MeterCommitment[],
): Uint8Array {
  // The ledger lists them in this order already.
  const isOrdered = commitments.every(
    ([key], at) => at === 0 || (commitments[at - 1]?.[0].meter ?? 0) <= key.meter,
  );
  const ordered = isOrdered ? commitments : [...commitments].sort(([a], [b]) => a.meter - b.meter);
  return rootOf(host, ordered, (writer, [key, commitment]) => {
    writer.raw(COMMITMENT_DOMAIN);
    commitmentKeyCodec.write(writer, key);
    commitmentCodec.write(writer, commitment);
  });
}
