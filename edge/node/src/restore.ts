/**
 * Goes on from a backup although later blocks are lost. The restored ledger says so itself: its first
 * own block begins a new epoch, and its checkpoints are of another log from then on. Nothing is in
 * the folder until all of that is on disk: a ledger that went on unsaid would sign a second history.
 */

import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  copyStore,
  EmbeddedEngine,
  NodeCrypto,
  openLmdbStorage,
  quickestCrypto,
} from '@commonwatt/consensus';
import {
  ACTION,
  type BeginEpoch,
  beginEpochCodec,
  correctables,
  namePeerCodec,
  peers,
  presentEpoch,
  ruleBook,
} from '@commonwatt/contracts';
import {
  auditLedger,
  type Checkpoint,
  type Clock,
  epochOfOrigin,
  epochOrigin,
  equalBytes,
  Ledger,
  type Signer,
} from '@commonwatt/ledger';
import { agree, CERTIFICATES_FOLDER, certificatesFolderOf } from './certificates/backup-ledgers.ts';
import { actionOf, Officer, OfficerRefusedError } from './officer.ts';
import { openVault } from './personal/open-vault.ts';
import { PeriodEditions } from './personal/period-editions.ts';
import { VaultDamagedError } from './personal/personal-vault.ts';
import { copyRecords, type RecordStoreName } from './personal/record-backup.ts';

export interface RestoreOptions {
  readonly backup: string;
  /** Absent or empty. */
  readonly dir: string;
  /** The key of an operator of the ledger. */
  readonly operator: Signer;
  readonly clock: Clock;
  /** The newest checkpoint that anybody kept: it tells which blocks are lost, and of which epoch. */
  readonly checkpoint?: Checkpoint | undefined;
  /** The epoch to begin, where more were begun than backup and checkpoint know of. */
  readonly epoch?: number | undefined;
  /** Where the keys of the backup's records are, when they were written apart. */
  readonly keys?: string | undefined;
}

export interface Restored {
  readonly name: string;
  readonly epoch: number;
  /** The first line of its checkpoints from now on. */
  readonly origin: string;
  /** The last block of the backup. */
  readonly keptHeight: number;
  /** The blocks that are known to be lost; nothing where none is known. */
  readonly lost: { readonly first: number; readonly last: number } | undefined;
  /** The block that begins the epoch. */
  readonly height: number;
  /** The stores that came back with it. */
  readonly records: readonly RecordStoreName[];
  /** The ledger of certificates that came back with it. */
  readonly certificates: RestoredCertificates | undefined;
}

export interface RestoredCertificates
  extends Pick<Restored, 'name' | 'epoch' | 'origin' | 'keptHeight' | 'height'> {
  /** Whether each names the other's new log; else operators decide that, and nothing crosses before. */
  readonly named: boolean;
}

/** The backup cannot be gone on from. The message says why. */
export class RestoreError extends Error {
  override readonly name = 'RestoreError';
}

/** @throws RestoreError, StoreDamagedError, or OfficerRefusedError when the key is no operator's. */
export async function restoreLedger(options: RestoreOptions): Promise<Restored> {
  const beside = `${options.dir}.restoring`;
  if (existsSync(beside)) {
    throw new RestoreError(`${beside}: expected nothing there, got what another restore left`);
  }
  try {
    await copyStore(options.backup, beside);
    await demandWhole(beside);
    const records = await restoreRecords(beside, options);
    const folder = await copyCertificates(beside, options.backup);
    const market = await goOn(beside, options);
    const certificates =
      folder === undefined ? undefined : await goOnBeside(beside, folder, market, options);
    const restored = { ...market, records, certificates };
    renameSync(beside, options.dir);
    return restored;
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}

/** Executed again from its first byte: what is gone on from is what the rules make of it. */
async function demandWhole(folder: string): Promise<void> {
  const storage = openLmdbStorage(folder, { readOnly: true });
  try {
    const report = await auditLedger(storage, ruleBook, quickestCrypto());
    if (!report.clean) {
      throw new RestoreError(`the backup is not clean: height ${report.height}: ${report.reason}`);
    }
  } finally {
    await storage.close();
  }
}

/** A ledger of certificates that came with the backup, whole and of one mind with the market's. */
async function copyCertificates(beside: string, backup: string): Promise<string | undefined> {
  const from = certificatesFolderOf(backup);
  if (from === undefined) return undefined;
  const folder = join(beside, CERTIFICATES_FOLDER);
  await copyStore(from, folder);
  await demandWhole(folder);
  if (await agree(beside, folder)) return folder;
  throw new RestoreError('the two ledgers of the backup are not of one moment: use another');
}

async function goOnBeside(
  market: string,
  folder: string,
  { origin }: Pick<Restored, 'origin'>,
  options: RestoreOptions,
): Promise<RestoredCertificates> {
  const { operator, clock } = options;
  const begun = await goOn(folder, { ...options, checkpoint: undefined, epoch: undefined });
  const there = await nameAnew(folder, { operator, clock, origin });
  const here = await nameAnew(market, { operator, clock, origin: begun.origin });
  const { name, epoch, keptHeight, height } = begun;
  return { name, epoch, origin: begun.origin, keptHeight, height, named: here && there };
}

/** Names the new log of the only peer, where one operator may do so alone. */
async function nameAnew(
  folder: string,
  { operator, clock, origin }: Pick<RestoreOptions, 'operator' | 'clock'> & { origin: string },
): Promise<boolean> {
  const crypto = new NodeCrypto();
  const storage = openLmdbStorage(folder);
  try {
    const ledger = new Ledger({ crypto, storage, rules: ruleBook });
    ledger.open();
    const [known, ...others] = ledger.state.entries(peers);
    // Which of several it is, operators know.
    if (known === undefined || others.length > 0) return false;
    const [peer, { chain, keys, threshold, finalityBlocks }] = known;
    const message = { peer, chain, origin, keys, threshold, finalityBlocks };
    const engine = new EmbeddedEngine({ ledger, clock });
    const officer = new Officer({ engine, crypto, clock, signer: operator });
    try {
      await officer.submit([actionOf(ACTION.namePeer, namePeerCodec, message)]);
      return true;
    } catch (error) {
      if (error instanceof OfficerRefusedError) return false;
      throw error;
    } finally {
      await engine.stop();
    }
  } finally {
    await storage.close();
  }
}

async function restoreRecords(
  folder: string,
  { backup, keys }: RestoreOptions,
): Promise<readonly RecordStoreName[]> {
  try {
    return await copyRecords({ from: backup, to: folder, keysFrom: keys });
  } catch (error) {
    if (!(error instanceof VaultDamagedError)) throw error;
    throw new RestoreError(`${error.message}: name the folder of the backup's keys`);
  }
}

/** The records may tell of runs in blocks that are lost. */
async function doubtRuns(folder: string, ledger: Ledger): Promise<void> {
  if (!existsSync(join(folder, 'personal'))) return;
  const vault = openVault(folder, new NodeCrypto());
  try {
    const periods = ledger.state
      .entries(correctables)
      .map(([periodFromMs, { periodUntilMs }]) => ({ periodFromMs, periodUntilMs }));
    new PeriodEditions(vault).doubt(periods);
  } finally {
    await vault.close();
  }
}

async function goOn(
  folder: string,
  options: RestoreOptions,
): Promise<Omit<Restored, 'records' | 'certificates'>> {
  const { operator, clock, checkpoint } = options;
  const crypto = new NodeCrypto();
  const storage = openLmdbStorage(folder);
  try {
    const ledger = new Ledger({ crypto, storage, rules: ruleBook });
    ledger.open();
    const kept = ledger.head?.height;
    if (kept === undefined) throw new RestoreError('the backup holds no block to go on from');
    const keptHash = ledger.headHash;
    const { name } = ledger.genesis;
    const epoch = nextEpoch(ledger, options);
    const lostSize = checkpoint && lostBy(ledger, checkpoint);
    const message: BeginEpoch = { epoch, keptHeight: kept, keptHash, lostSize };
    const engine = new EmbeddedEngine({ ledger, clock });
    const officer = new Officer({ engine, crypto, clock, signer: operator });
    const { height } = await officer.submit([
      actionOf(ACTION.beginEpoch, beginEpochCodec, message),
    ]);
    await engine.stop();
    await doubtRuns(folder, ledger);
    const lost = lostSize === undefined ? undefined : { first: kept + 1, last: lostSize - 1 };
    return { name, epoch, origin: epochOrigin(name, epoch), keptHeight: kept, lost, height };
  } finally {
    await storage.close();
  }
}

function nextEpoch(ledger: Ledger, { checkpoint, epoch }: RestoreOptions): number {
  const { name } = ledger.genesis;
  const seen = checkpoint === undefined ? 0 : epochOfOrigin(name, checkpoint.origin);
  if (seen === undefined) {
    throw new RestoreError(`checkpoint: expected the log ${name}, got ${checkpoint?.origin}`);
  }
  const next = Math.max(presentEpoch(ledger.state), seen) + 1;
  if (epoch !== undefined && epoch < next) {
    throw new RestoreError(`epoch: expected ${next} or more, got ${epoch}`);
  }
  return epoch ?? next;
}

/** How many blocks there were, if the checkpoint holds some that the backup lacks. */
function lostBy(ledger: Ledger, checkpoint: Checkpoint): number | undefined {
  const { size, root, origin } = checkpoint;
  const { history } = ledger;
  if (size > history.size) return size;
  const isSameEpoch = epochOfOrigin(ledger.genesis.name, origin) === presentEpoch(ledger.state);
  if (isSameEpoch && !equalBytes(history.root(size), root)) {
    throw new RestoreError(`the ${size} blocks of the backup are not those of the checkpoint`);
  }
  return undefined;
}
