/**
 * The text that a meter, its gateway or a data provider signs for one reading, so that a reading is
 * worth nothing on another ledger, for another meter, in another slot or a second time.
 */

/** How a value came to be, as its signer says. */
export type ReadingQuality = 'measured' | 'substituted' | 'estimated' | 'missing';

export interface ReadingParts {
  /** The ledger, in hex. */
  readonly chain: string;
  readonly meter: number;
  /** Start of the slot. */
  readonly slotMs: number;
  /** Rising with every reading that the key signs for the meter; no number is used twice. */
  readonly counter: number;
  /** Energy over the slot in whole Wh. */
  readonly importedWh: bigint;
  readonly exportedWh: bigint;
  readonly quality: ReadingQuality;
  /** 1 for the signer's first word on the slot; a higher one supersedes what it said before. */
  readonly version: number;
}

/** The text whose UTF-8 bytes are signed. */
export function readingText(reading: ReadingParts): string {
  return [
    'commonwatt/reading/1',
    reading.chain,
    `${reading.meter}`,
    `${reading.slotMs}`,
    `${reading.counter}`,
    `${reading.importedWh}`,
    `${reading.exportedWh}`,
    reading.quality,
    `${reading.version}`,
  ].join('\n');
}
