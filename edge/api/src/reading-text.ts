/**
 * The text that a meter, its gateway or a data provider signs for one reading, so that a reading is
 * worth nothing on another ledger, for another meter, in another slot or a second time.
 */

export interface ReadingParts {
  /** The ledger, in hex. */
  readonly chain: string;
  readonly meter: number;
  /** Start of the slot. */
  readonly slotMs: number;
  /** Strictly rising per meter, so that an old reading cannot come back. */
  readonly counter: number;
  /** Energy over the slot in whole Wh. */
  readonly importedWh: bigint;
  readonly exportedWh: bigint;
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
  ].join('\n');
}
