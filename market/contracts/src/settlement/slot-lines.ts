/**
 * A member's slot lines of a run: what one metered slot came to beside its trades. They reveal
 * readings, residuals and deviations, so they stay off the ledger under a salted root.
 */

import {
  asciiBytes,
  type Codec,
  concatBytes,
  encode,
  energyWh,
  fixedBytes,
  inclusionProof,
  leafHash,
  moneyNano,
  type RootHost,
  rootOf,
  type Sha256,
  struct,
  u64,
  unrolled,
} from '@commonwatt/ledger';
import { type Energy, type Money, money } from '@commonwatt/units';
import { SALT_LENGTH } from './salts.ts';

/** Energies in Wh over all of the member's meters; money positive where the member receives. */
export interface SlotLine {
  readonly slotMs: number;
  /** The part of what was metered that takes part in the community (OBIS G.01T). */
  readonly imported: Energy;
  readonly exported: Energy;
  /** What trades took of this slot's readings. */
  readonly bought: Energy;
  readonly sold: Energy;
  /** What sharing allotted, before the own use capped it (OBIS G.02). */
  readonly allotted: Energy;
  /** What was shared after delivery (OBIS G.03, as far as it was not traded). */
  readonly received: Energy;
  readonly given: Energy;
  /** The own deviation on either side, at the slot with which the trades begin. */
  readonly sellerShort: Energy;
  readonly buyerShort: Energy;
  readonly sharedMoney: Money;
  readonly deviation: Money;
  /** Zero where the community only shows these. */
  readonly supply: Money;
  readonly grid: Money;
  readonly levies: Money;
  readonly taxes: Money;
  readonly salt: Uint8Array;
}
const saltCodec = fixedBytes(SALT_LENGTH);
export const slotLineCodec: Codec<SlotLine> = unrolled(
  struct<SlotLine>({
    salt: saltCodec,
    slotMs: u64,
    imported: energyWh,
    exported: energyWh,
    bought: energyWh,
    sold: energyWh,
    allotted: energyWh,
    received: energyWh,
    given: energyWh,
    sellerShort: energyWh,
    buyerShort: energyWh,
    sharedMoney: moneyNano,
    deviation: moneyNano,
    supply: moneyNano,
    grid: moneyNano,
    levies: moneyNano,
    taxes: moneyNano,
  }),
  {
    write(writer, line) {
      saltCodec.write(writer, line.salt);
      writer.u64(line.slotMs);
      energyWh.write(writer, line.imported);
      energyWh.write(writer, line.exported);
      energyWh.write(writer, line.bought);
      energyWh.write(writer, line.sold);
      energyWh.write(writer, line.allotted);
      energyWh.write(writer, line.received);
      energyWh.write(writer, line.given);
      energyWh.write(writer, line.sellerShort);
      energyWh.write(writer, line.buyerShort);
      writer.bigI128(line.sharedMoney);
      writer.bigI128(line.deviation);
      writer.bigI128(line.supply);
      writer.bigI128(line.grid);
      writer.bigI128(line.levies);
      writer.bigI128(line.taxes);
    },
  },
);

const SLOT_LINE_DOMAIN = asciiBytes('commonwatt/slot-line/1');

/** What was metered and neither traded nor shared: the supplier's. */
export function residualOf(line: Omit<SlotLine, 'salt'>): {
  readonly residualImport: bigint;
  readonly residualExport: bigint;
} {
  return {
    residualImport: line.imported - line.bought - line.received,
    residualExport: line.exported - line.sold - line.given,
  };
}

/** Where the money of a slot line goes, or comes from. */
export const CHARGE_KINDS = [
  'sharedMoney',
  'deviation',
  'supply',
  'grid',
  'levies',
  'taxes',
] as const;

/** What a member's slot lines come to together. @throws RangeError beyond the 128 bits of money. */
export function chargeOf(lines: readonly SlotLine[]): Money {
  let sum = 0n;
  for (const line of lines) for (const kind of CHARGE_KINDS) sum += line[kind];
  return money(sum);
}

export function slotLinesRootOf(host: RootHost, lines: readonly SlotLine[]): Uint8Array {
  return rootOf(host, lines, (writer, line) => {
    writer.raw(SLOT_LINE_DOMAIN);
    slotLineCodec.write(writer, line);
  });
}

export function slotLineLeafHash(sha256: Sha256, line: SlotLine): Uint8Array {
  return leafHash(sha256, concatBytes(SLOT_LINE_DOMAIN, encode(slotLineCodec, line)));
}

/** RFC 6962 inclusion of one slot line under its member's root. @throws RangeError beyond them. */
export function slotLineProof(
  sha256: Sha256,
  lines: readonly SlotLine[],
  index: number,
): Uint8Array[] {
  const hashes = lines.map((line) => slotLineLeafHash(sha256, line));
  return inclusionProof(sha256, hashes, index);
}
