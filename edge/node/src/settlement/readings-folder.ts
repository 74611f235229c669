/** Exporting and auditing the readings of a ledger's folder, while no node works on it. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { LmdbStorage, NodeCrypto, nodeRandom, systemClock } from '@commonwatt/consensus';
import { members, ruleBook } from '@commonwatt/contracts';
import { Ledger } from '@commonwatt/ledger';
import { AccessLog, NO_KEY } from '../personal/access-log.ts';
import { openVault } from '../personal/open-vault.ts';
import { PersonalRecords } from '../personal/personal-records.ts';
import type { PersonalVault } from '../personal/personal-vault.ts';
import { READINGS_MAX, ReadingsStore, readingSlotLengthMs } from '../personal/readings-store.ts';
import { Projections } from '../projections/projections.ts';
import { auditReadings, type ReadingsAudit } from './readings-audit.ts';
import { readingsLines, readReadingsFile, writeReadingsFile } from './readings-file.ts';

/** The file's name inside the folder that an auditor is given. */
export const READINGS_FILE = 'readings.jsonl';

/**
 * Writes OUT/readings.jsonl, by default DIR/readings/readings.jsonl: personal data in clear.
 * @throws StoreLockedError while a node has the folder open.
 */
export async function exportReadings(
  dir: string,
  out: string = join(dir, 'readings'),
): Promise<{ readonly path: string; readonly readings: number }> {
  const crypto = new NodeCrypto();
  const storage = new LmdbStorage(dir);
  try {
    const ledger = new Ledger({ crypto, storage, rules: ruleBook });
    ledger.open();
    const vault = openVault(dir, crypto);
    try {
      const clock = { nowMs: () => ledger.info().timeMs };
      const store = new ReadingsStore({ vault, ledger, crypto, clock, acceptanceMs: 0 });
      const records = new PersonalRecords(vault, nodeRandom);
      noteExport(vault, ledger);
      mkdirSync(out, { recursive: true, mode: 0o700 });
      const path = join(out, READINGS_FILE);
      const lines = readingsLines(ledger, crypto.sha256, {
        readingsOf: (member, { periodFromMs, periodUntilMs }) =>
          store.of(member, periodFromMs, periodUntilMs, READINGS_MAX),
        secretOf: (member) => records.secretOf(member),
        isErased: (member) => vault.isErased(member),
      });
      return { path, readings: writeReadingsFile(path, lines) };
    } finally {
      await vault.close();
    }
  } finally {
    await storage.close();
  }
}

/** Every member can see that its readings were written out in clear, and when. */
function noteExport(vault: PersonalVault, ledger: Ledger): void {
  const numbers = ledger.state.entries(members).map(([number]) => number);
  new AccessLog({ vault, clock: systemClock }).note({
    members: numbers,
    as: 'export',
    key: NO_KEY,
    reader: undefined,
    what: 'readings export',
    fromMs: 0,
    untilMs: ledger.info().timeMs,
  });
}

/** Executes every settlement run of DIR again from READINGS/readings.jsonl. */
export async function auditReadingsFolder(options: {
  readonly dir: string;
  readonly readings: string;
  readonly progress?: (height: number, of: number) => void;
}): Promise<ReadingsAudit> {
  const crypto = new NodeCrypto();
  const storage = new LmdbStorage(options.dir, { readOnly: true });
  try {
    const ledger = new Ledger({ crypto, storage, rules: ruleBook });
    ledger.open();
    const projections = new Projections(ledger, crypto);
    const file = await readReadingsFile(join(options.readings, READINGS_FILE), crypto.sha256);
    const { progress } = options;
    const slotLengthMs = readingSlotLengthMs(ledger);
    return auditReadings({
      ledger,
      crypto,
      projections,
      file,
      slotLengthMs,
      ...(progress && { progress }),
    });
  } finally {
    await storage.close();
  }
}
