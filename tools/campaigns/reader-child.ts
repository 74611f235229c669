/**
 * Reads ledgers whose folders it is told, one a line, and answers each with a verdict: opened as a
 * node opens it, executed again as an auditor does, and one block further where that went well.
 */

import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { EmbeddedEngine, openLmdbStorage, StoreDamagedError } from '@commonwatt/consensus';
import { ruleBook } from '@commonwatt/contracts';
import { auditLedger, Ledger, LedgerDamagedError, type Storage } from '@commonwatt/ledger';
import { COMMUNITY_FROM_MS, Device, oneThreadCrypto, Traffic } from '@commonwatt/simulator';

export interface ReaderSetting {
  readonly homes: number;
  readonly plant?: string;
}

export type ReaderVerdict =
  /** The digest of everything that was read. */
  | { readonly kind: 'read'; readonly digest: string }
  | {
      readonly kind: 'refused';
      readonly height: number | undefined;
      /** The refusal names a file of the store. */
      readonly isStore: boolean;
      readonly message: string;
    };

export async function readerChild(setting: ReaderSetting): Promise<void> {
  for await (const folder of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await verdictOn(folder, setting))}\n`);
  }
}

async function verdictOn(folder: string, setting: ReaderSetting): Promise<ReaderVerdict> {
  try {
    const digest = await readAll(folder, setting);
    // What comes next must not disturb what stands.
    await writeOne(folder, setting);
    const after = await readAll(folder, setting, digest.blocks);
    if (after.text !== digest.text)
      return refused(new Error('the next block disturbed the others'));
    return { kind: 'read', digest: digest.text };
  } catch (error) {
    return refused(error);
  }
}

function refused(error: unknown): ReaderVerdict {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const height = error instanceof LedgerDamagedError ? error.height : undefined;
  return { kind: 'refused', height, isStore: error instanceof StoreDamagedError, message };
}

/** The digest over genesis, head and the first `blocks` records, all of them unless given. */
async function readAll(folder: string, { plant }: ReaderSetting, blocks?: number) {
  const storage = openLmdbStorage(folder, { readOnly: true });
  try {
    if (plant === undefined) await judge(storage);
    const hash = createHash('sha256');
    hash.update(storage.genesis() ?? new Uint8Array());
    const count = blocks ?? (storage.lastHeight() ?? -1) + 1;
    for (let height = 0; height < count; height++) {
      hash.update(storage.record(height) ?? new Uint8Array());
    }
    return { text: hash.digest('hex'), blocks: count };
  } finally {
    await storage.close();
  }
}

/**
 * The auditor names the first height that is not what the rules make it; whoever opens the ledger
 * refuses it as well. @throws LedgerDamagedError with the auditor's height
 */
async function judge(storage: Storage): Promise<void> {
  const report = await auditLedger(storage, ruleBook, oneThreadCrypto);
  const opened = refusalOfOpening(storage);
  if (report.clean) {
    if (opened !== undefined) throw opened;
    return;
  }
  if (opened === undefined) throw new Error(`an altered ledger was opened: ${report.reason}`);
  if (opened.height !== report.height)
    throw new Error(`audit: height ${report.height}; opened: ${opened.message}`);
  throw new LedgerDamagedError(report.height, report.reason);
}

function refusalOfOpening(storage: Storage): LedgerDamagedError | undefined {
  try {
    new Ledger({ crypto: oneThreadCrypto, storage, rules: ruleBook }).open();
    return undefined;
  } catch (error) {
    if (error instanceof LedgerDamagedError) return error;
    throw error;
  }
}

async function writeOne(folder: string, { homes, plant }: ReaderSetting): Promise<void> {
  if (plant !== undefined) return;
  const storage = openLmdbStorage(folder);
  try {
    const ledger = new Ledger({ crypto: oneThreadCrypto, storage, rules: ruleBook });
    ledger.open();
    const engine = new EmbeddedEngine({ ledger, clock: { nowMs: () => COMMUNITY_FROM_MS } });
    const officer = new Device('officer', ledger.chain);
    officer.follow(ledger);
    const [first] = new Traffic(homes).opening();
    if (first === undefined) throw new Error('reader: no home');
    const meterOnly = first.actions.slice(1);
    const answer = await engine.submit(officer.sign(meterOnly, COMMUNITY_FROM_MS));
    if (answer.status === 'refused') throw new Error(`reader: ${answer.refusal.code}`);
    await engine.stop();
  } finally {
    await storage.close();
  }
}
