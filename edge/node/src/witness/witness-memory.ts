/**
 * What a witness must never forget: the last checkpoint it cosigned of each log, as a note under its
 * own cosignature. An LMDB environment, whose write transactions the operating system grants to one
 * process at a time: two witnesses on one folder cannot cosign past each other.
 */

import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { open, type RootDatabase } from 'lmdb';

export interface WitnessMemory {
  /** The note that was cosigned last of a log; nothing where none ever was. */
  get(origin: string): string | undefined;
  /** Replaces `previous`, and only that: false, and no change, where something else is kept. Durable when it returns. */
  put(origin: string, note: string, previous: string | undefined): boolean;
  /** Keeps a line that convicts a log. Durable when it returns. */
  keepEvidence(line: string): void;
  close(): Promise<void>;
}

const OWNER_ONLY = 0o700;
const EVIDENCE_LINES_MAX = 1_000;

/** An origin may be longer than a key can be. */
function keyOf(origin: string): string {
  return createHash('sha256').update(origin, 'utf8').digest('hex');
}

export class WitnessFolder implements WitnessMemory {
  readonly #environment: RootDatabase<string, string>;
  readonly #evidence: string;

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true, mode: OWNER_ONLY });
    this.#evidence = join(directory, 'forks.jsonl');
    this.#environment = open<string, string>({
      path: join(directory, 'cosigned'),
      encoding: 'string',
      // `transactionSync` returns after the commit is on disk.
      overlappingSync: false,
      maxDbs: 1,
    });
  }

  get(origin: string): string | undefined {
    return this.#environment.get(keyOf(origin));
  }

  put(origin: string, note: string, previous: string | undefined): boolean {
    return this.#environment.transactionSync(() => {
      if (this.get(origin) !== previous) return false;
      // Inside a transaction it takes effect at once; its promise is the transaction's.
      void this.#environment.put(keyOf(origin), note);
      return true;
    });
  }

  keepEvidence(line: string): void {
    const kept = existsSync(this.#evidence) ? readFileSync(this.#evidence, 'utf8').split('\n') : [];
    if (kept.includes(line) || kept.length > EVIDENCE_LINES_MAX) return;
    const descriptor = openSync(this.#evidence, 'a', 0o644);
    try {
      writeSync(descriptor, `${line}\n`);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }

  close(): Promise<void> {
    return this.#environment.close();
  }
}
