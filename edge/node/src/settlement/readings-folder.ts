/** Exporting the readings of a ledger's folder, beside the node or without it, and auditing by them. */

import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  backupStore,
  LmdbStorage,
  NodeCrypto,
  nodeRandom,
  storeHolder,
  systemClock,
} from '@commonwatt/consensus';
import { members, ruleBook } from '@commonwatt/contracts';
import { type Crypto, Ledger } from '@commonwatt/ledger';
import { AccessLog, NO_KEY } from '../personal/access-log.ts';
import { openVault, openVaultBeside } from '../personal/open-vault.ts';
import { PersonalRecords } from '../personal/personal-records.ts';
import { type PersonalVault, VaultDamagedError } from '../personal/personal-vault.ts';
import { ReadingsStore, readingSlotLengthMs } from '../personal/readings-store.ts';
import { RecordsMovedError } from '../personal/record-snapshot.ts';
import { SharingStore } from '../personal/sharing-store.ts';
import { Projections } from '../projections/projections.ts';
import { auditReadings, type ReadingsAudit } from './readings-audit.ts';
import { readingsLines, readReadingsFile, writeReadingsFile } from './readings-file.ts';

/** The file's name inside the folder that an auditor is given. */
export const READINGS_FILE = 'readings.jsonl';

/** How often an export begins anew where somebody was erased, or joined, while it was read. */
const ATTEMPTS = 5;

/**
 * Writes OUT/readings.jsonl, by default DIR/readings/readings.jsonl: personal data in clear. A node may
 * work on the folder meanwhile: ledger and records are read as they are at one moment each, the
 * ledger first, so that whatever its blocks commit to is among the records.
 */
export async function exportReadings(
  dir: string,
  out: string = join(dir, 'readings'),
): Promise<{ readonly path: string; readonly readings: number }> {
  const crypto = new NodeCrypto();
  const [ledger, close] = await standingLedger(dir, crypto);
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        return await exportBeside(dir, out, ledger);
      } catch (error) {
        // The master key that was read belongs to the records before, or after, an erasure.
        const isPassing = error instanceof RecordsMovedError || error instanceof VaultDamagedError;
        if (!isPassing || attempt === ATTEMPTS) throw error;
      }
    }
  } finally {
    await close();
  }
}

/** The ledger to read: the one in the folder, or a copy of it where a process works on it. */
async function standingLedger(
  dir: string,
  crypto: Crypto,
): Promise<readonly [ledger: Ledger, close: () => Promise<void>]> {
  const scratch =
    storeHolder(dir) === undefined ? undefined : mkdtempSync(join(tmpdir(), 'commonwatt-export-'));
  const remove = () => scratch && rmSync(scratch, { recursive: true, force: true });
  try {
    if (scratch !== undefined) await backupStore(dir, scratch);
    const storage = new LmdbStorage(scratch ?? dir, { readOnly: true });
    const ledger = new Ledger({ crypto, storage, rules: ruleBook });
    ledger.open();
    const close = async (): Promise<void> => {
      await storage.close();
      remove();
    };
    return [ledger, close];
  } catch (error) {
    remove();
    throw error;
  }
}

async function exportBeside(
  dir: string,
  out: string,
  ledger: Ledger,
): Promise<{ readonly path: string; readonly readings: number }> {
  const crypto = new NodeCrypto();
  const hasRecords = existsSync(join(dir, 'personal'));
  const vault = hasRecords ? openVaultBeside(dir, crypto) : openVault(undefined, crypto);
  try {
    const clock = { nowMs: () => ledger.info().timeMs };
    const store = new ReadingsStore({ vault, ledger, crypto, clock, acceptanceMs: 0 });
    const records = new PersonalRecords(vault, nodeRandom);
    const sharing = new SharingStore({ vault, ledger, clock, readings: store });
    noteExport(vault, ledger);
    mkdirSync(out, { recursive: true, mode: 0o700 });
    const path = join(out, READINGS_FILE);
    const lines = readingsLines(ledger, crypto.sha256, {
      wordsOf: (member) => store.wordsOf(member, 0, Number.MAX_SAFE_INTEGER),
      secretOf: (member) => records.keptSecretOf(member),
      sharingWordsOf: (member) => sharing.wordsOf(member),
    });
    return { path, readings: writeReadingsFile(path, lines) };
  } finally {
    await vault.close();
  }
}

/** Every member can see that its readings were written out in clear, and when. */
function noteExport(vault: PersonalVault, ledger: Ledger): void {
  const numbers = ledger.state.entries(members).map(([number]) => number);
  const log = new AccessLog({ vault, clock: systemClock });
  log.note({
    members: numbers.filter((number) => vault.isKnown(number)),
    as: 'export',
    key: NO_KEY,
    reader: undefined,
    what: 'readings export',
    fromMs: 0,
    untilMs: ledger.info().timeMs,
  });
  log.flush();
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
    return await auditReadings({
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
