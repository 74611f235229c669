/**
 * A member's lines of a run: what each of its trades delivered and cost. They reveal readings, so
 * they stay off the ledger under a salted root, and so do the member's energy totals.
 */

import {
  asciiBytes,
  type Codec,
  concatBytes,
  encode,
  energyWh,
  equalBytes,
  fixedBytes,
  hash32,
  inclusionProof,
  leafHash,
  moneyNano,
  priceNano,
  type RootHost,
  rootOf,
  type Sha256,
  struct,
  u32,
  u64,
  unrolled,
} from '@commonwatt/ledger';
import { type Energy, type Money, money, type Price } from '@commonwatt/units';
import { type Side, sideCodec } from '../market/messages.ts';
import type { Period } from '../metering/period.ts';
import { SALT_LENGTH } from './salts.ts';

/** One trade as its seller or its buyer sees it settled. */
export interface SettledLine {
  readonly trade: Uint8Array;
  readonly slotMs: number;
  readonly counterparty: number;
  /** The member's own side of the trade. */
  readonly side: Side;
  readonly traded: Energy;
  readonly delivered: Energy;
  readonly price: Price;
  /** Delivered times price: positive where the member receives, negative where it pays. */
  readonly money: Money;
  readonly salt: Uint8Array;
}
const saltCodec = fixedBytes(SALT_LENGTH);
export const settledLineCodec: Codec<SettledLine> = unrolled(
  struct<SettledLine>({
    salt: saltCodec,
    trade: hash32,
    slotMs: u64,
    counterparty: u32,
    side: sideCodec,
    traded: energyWh,
    delivered: energyWh,
    price: priceNano,
    money: moneyNano,
  }),
  {
    write(writer, line) {
      saltCodec.write(writer, line.salt);
      hash32.write(writer, line.trade);
      writer.u64(line.slotMs);
      writer.u32(line.counterparty);
      sideCodec.write(writer, line.side);
      energyWh.write(writer, line.traded);
      energyWh.write(writer, line.delivered);
      writer.bigI64(line.price);
      writer.bigI128(line.money);
    },
  },
);

/** What opens a member's energy commitment. */
export interface EnergyOpening extends Period {
  readonly member: number;
  readonly bought: Energy;
  readonly sold: Energy;
  /** The part of `sold` that came from meters marked renewable. */
  readonly renewable: Energy;
  readonly salt: Uint8Array;
}
export const energyOpeningCodec: Codec<EnergyOpening> = struct<EnergyOpening>({
  salt: saltCodec,
  member: u32,
  periodFromMs: u64,
  periodUntilMs: u64,
  bought: energyWh,
  sold: energyWh,
  renewable: energyWh,
});

const LINE_DOMAIN = asciiBytes('commonwatt/line/1');
const ENERGY_DOMAIN = asciiBytes('commonwatt/energy/1');

/** The root over a member's lines in their order. */
export function linesRootOf(host: RootHost, lines: readonly SettledLine[]): Uint8Array {
  return rootOf(host, lines, (writer, line) => {
    writer.raw(LINE_DOMAIN);
    settledLineCodec.write(writer, line);
  });
}

/** The hash of one line as a leaf under its member's root. */
export function lineLeafHash(sha256: Sha256, line: SettledLine): Uint8Array {
  return leafHash(sha256, concatBytes(LINE_DOMAIN, encode(settledLineCodec, line)));
}

/** RFC 6962 inclusion of one line under its member's root. @throws RangeError beyond the lines. */
export function lineProof(
  sha256: Sha256,
  lines: readonly SettledLine[],
  index: number,
): Uint8Array[] {
  return inclusionProof(sha256, lineHashes(sha256, lines), index);
}

function lineHashes(sha256: Sha256, lines: readonly SettledLine[]): Uint8Array[] {
  return lines.map((line) => lineLeafHash(sha256, line));
}

/** The commitment that stands on the ledger for an opening. */
export function energyCommitmentOf(sha256: Sha256, opening: EnergyOpening): Uint8Array {
  return sha256(concatBytes(ENERGY_DOMAIN, encode(energyOpeningCodec, opening)));
}

/** Whether an opening is the one that was committed to. */
export function opensEnergy(
  sha256: Sha256,
  opening: EnergyOpening,
  commitment: Uint8Array,
): boolean {
  return equalBytes(energyCommitmentOf(sha256, opening), commitment);
}

/** What a member's lines come to together. @throws RangeError beyond the 128 bits of money. */
export function amountOf(lines: readonly SettledLine[]): Money {
  return money(lines.reduce((sum, line) => sum + line.money, 0n));
}
