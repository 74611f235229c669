/** What the node keeps of readings, as it shows it. */

import type { Standing } from '@commonwatt/contracts';
import type { Energy } from '@commonwatt/units';
import type { ReadingFlag } from './personal/plausibility.ts';

/** The reading that counts for a slot. */
export interface StoredReading extends Standing {
  readonly meter: number;
  readonly slotMs: number;
  readonly imported: Energy;
  readonly exported: Energy;
}

/** One word on a slot: all of them are kept, and at most one rules. */
export interface ReadingVersion extends StoredReading {
  readonly counter: number;
  /** When the node took it, by the node's clock. */
  readonly receivedMs: number;
  readonly key: Uint8Array;
  readonly signature: Uint8Array;
  /** It came after its period was closed. */
  readonly isCorrection: boolean;
  /** Whether it is the one that counts, corrections included. */
  readonly rules: boolean;
  /** Why it is suspicious. A flag moves no money. */
  readonly flags: readonly ReadingFlag[];
}

/** One word as an auditor has it: what was signed, and in which of its period's runs it can count. */
export interface SignedWord extends StoredReading {
  readonly counter: number;
  /** How often its period had been closed when it came: it counts from the next closing on. */
  readonly edition: number;
  /** Whether it is the one that counts in a run now. */
  readonly counts: boolean;
  readonly key: Uint8Array;
  readonly signature: Uint8Array;
}
