/** Parts of a bundle: the places whose leaves are proved, and entries as they stand in the file. */

import { type ReadingProof, slotLineCodec } from '@commonwatt/contracts';
import { toHex } from '@commonwatt/ledger';
import { BundleRefusedError } from './bundle-refused.ts';
import type { Place, SettledEntry } from './projections/projections.ts';
import type { KeptStatement } from './settlement/statement-book.ts';

/** Leaves of one bundle: beyond that ask for a shorter period. */
const ENTRIES_MAX = 50_000;

/** A settled period with what opens it. */
export interface Opened {
  readonly settled: SettledEntry;
  readonly kept: KeptStatement;
}

/** Places to prove, block by block. */
export class Places {
  readonly #byHeight = new Map<number, Set<number>>();
  #count = 0;

  add({ height, index }: Place): void {
    const known = this.#byHeight.get(height) ?? new Set();
    this.#byHeight.set(height, known);
    if (!known.has(index)) this.#count++;
    known.add(index);
    if (this.#count > ENTRIES_MAX) {
      const limit = { entries: this.#count, most: ENTRIES_MAX };
      throw new BundleRefusedError('span_too_long', limit);
    }
  }

  get heights(): readonly number[] {
    return [...this.#byHeight.keys()];
  }

  of(height: number): readonly number[] {
    return [...(this.#byHeight.get(height) ?? [])].sort((a, b) => a - b);
  }
}

export function readingEntry({ reading, index, size, proof }: ReadingProof) {
  return {
    meter: reading.meter,
    slotMs: reading.slotMs,
    importedWh: `${reading.imported}`,
    exportedWh: `${reading.exported}`,
    quality: reading.quality,
    source: reading.source,
    version: reading.version,
    salt: toHex(reading.salt),
    index,
    size,
    proof: proof.map(toHex),
  };
}

export function statementEntry({ settled, kept }: Opened) {
  const { bought, sold, renewable, salt } = kept.energy;
  return {
    periodFromMs: settled.periodFromMs,
    periodUntilMs: settled.periodUntilMs,
    runHash: toHex(settled.runHash),
    amount: `${settled.amount}`,
    linesRoot: toHex(settled.linesRoot),
    energyCommitment: toHex(settled.energyCommitment),
    energy: {
      bought: `${bought}`,
      sold: `${sold}`,
      renewable: `${renewable}`,
      salt: toHex(salt),
    },
    lines: kept.lines.map((line) => ({
      trade: toHex(line.trade),
      slotMs: line.slotMs,
      side: line.side,
      counterparty: line.counterparty,
      traded: `${line.traded}`,
      delivered: `${line.delivered}`,
      price: `${line.price}`,
      money: `${line.money}`,
      salt: toHex(line.salt),
    })),
    sequence: settled.sequence,
    charge: `${settled.charge}`,
    slotLinesRoot: toHex(settled.slotLinesRoot),
    slotLines: kept.slotLines.map((line) => slotLineCodec.toJson(line)),
  };
}
