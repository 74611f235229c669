/** `commonwatt backup` and `commonwatt restore`: a copy of a ledger and its records, and how to go on. */

import { readFileSync } from 'node:fs';
import { type StoreCopy, StoreDamagedError, systemClock } from '@commonwatt/consensus';
import { type Checkpoint, parseCheckpoint, parseNote, toHex } from '@commonwatt/ledger';
import {
  backupLedgers,
  copyRecords,
  OfficerRefusedError,
  type Restored,
  RestoreError,
  restoreLedger,
  VaultDamagedError,
} from '@commonwatt/node';
import { requireNewFolder } from '../demo/new-folder.ts';
import { tellRefusal } from '../terminal/refusal.ts';
import { STATUS, type Status } from '../terminal/status.ts';
import { print, printJson, type Terminal } from '../terminal/terminal.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { openSigner } from './keystore-signer.ts';
import { requireLedger } from './ledger-folder.ts';

export interface BackupOptions {
  readonly out: string;
  /** Where the keys of personal records and bills go; into the backup itself unless given. */
  readonly keys?: string;
  readonly json?: boolean;
}

/**
 * May run while a node works on the folder: the blocks are those of one moment, and each store of
 * records beside them of one moment after it.
 */
export async function backup(
  terminal: Terminal,
  directory: string,
  { out, keys, json }: BackupOptions,
): Promise<Status> {
  requireLedger(directory);
  requireNewFolder('--out', out);
  if (keys !== undefined) requireNewFolder('--keys', keys);
  try {
    const { market, certificates } = await backupLedgers(directory, out);
    const { head } = market;
    const records = await copyRecords({ from: directory, to: out, keysTo: keys });
    const facts = { ...headFacts(head), records };
    const beside = certificates && { certificates: headFacts(certificates.head) };
    if (json) printJson(terminal, { out, ...facts, keys: keys ?? null, ...beside });
    else {
      print(terminal, `${out} holds the ledger up to block ${facts.height}, ${facts.hash}`);
      if (beside !== undefined) {
        const { height, hash } = beside.certificates;
        print(terminal, `and the ledger of certificates up to block ${height}, ${hash}`);
      }
      if (records.length > 0) print(terminal, recordsWords(records, out, keys));
    }
    return STATUS.done;
  } catch (error) {
    const isNo = error instanceof StoreDamagedError || error instanceof VaultDamagedError;
    if (!isNo) throw error;
    return refuse(terminal, error);
  }
}

function headFacts(head: StoreCopy['head']): { height: number | null; hash: string | null } {
  return { height: head?.height ?? null, hash: head ? toHex(head.hash) : null };
}

function recordsWords(records: readonly string[], out: string, keys: string | undefined): string {
  const names = records.join(', ');
  return keys === undefined
    ? `and of its records: ${names}, with their keys: whoever has ${out} can read them`
    : `and of its records: ${names}, sealed; their keys are in ${keys}, to be kept apart`;
}

export interface RestoreCommandOptions {
  readonly keys?: string;
  readonly dir: string;
  readonly acceptLoss?: boolean;
  readonly keystore: string;
  readonly passwordFile?: string;
  readonly checkpoint?: string;
  readonly epoch?: string;
  readonly json?: boolean;
}

export async function restore(
  terminal: Terminal,
  from: string,
  options: RestoreCommandOptions,
): Promise<Status> {
  requireLedger(from);
  requireNewFolder('--dir', options.dir);
  if (options.acceptLoss !== true) {
    const got = 'nothing: every block after the backup is given up, and members will see that';
    throw new UsageError('--accept-loss', 'your word', got);
  }
  const checkpoint = options.checkpoint === undefined ? undefined : readNote(options.checkpoint);
  const epoch = options.epoch === undefined ? undefined : epochOf(options.epoch);
  const { keystore, passwordFile } = options;
  const operator = await openSigner(terminal, {
    keystore,
    password:
      passwordFile === undefined ? { environment: 'COMMONWATT_PASSWORD' } : { file: passwordFile },
    keystoreOption: '--keystore',
    passwordOption: '--password-file',
    prompt: 'password of the operator',
  });
  try {
    const { dir } = options;
    const asked = {
      backup: from,
      dir,
      operator,
      clock: systemClock,
      checkpoint,
      epoch,
      keys: options.keys,
    };
    tell(terminal, options, await restoreLedger(asked));
    return STATUS.done;
  } catch (error) {
    const isNo =
      error instanceof RestoreError ||
      error instanceof StoreDamagedError ||
      error instanceof OfficerRefusedError;
    if (!isNo) throw error;
    return refuse(terminal, error);
  }
}

function codeOf(error: Error): string {
  if (error instanceof OfficerRefusedError) return error.refusal.code;
  const isDamaged = error instanceof StoreDamagedError || error instanceof VaultDamagedError;
  return isDamaged ? 'store_damaged' : 'backup_unusable';
}

function refuse(terminal: Terminal, error: Error): Status {
  tellRefusal(terminal, { code: codeOf(error), reason: error.message });
  return STATUS.no;
}

function tell(terminal: Terminal, { dir, json }: RestoreCommandOptions, restored: Restored): void {
  if (json) {
    const { lost = null, certificates = null } = restored;
    printJson(terminal, { dir, ...restored, lost, certificates });
    return;
  }
  const { name, epoch, origin, keptHeight, lost, height, records, certificates } = restored;
  print(terminal, `${dir} holds ${name} up to block ${keptHeight}`);
  print(
    terminal,
    lost === undefined
      ? `lost: every block after ${keptHeight}; no checkpoint was given that says how many`
      : `lost: blocks ${lost.first} to ${lost.last}, and whatever came after them`,
  );
  print(
    terminal,
    `block ${height} begins epoch ${epoch}; its checkpoints are of the log ${origin}`,
  );
  if (records.length > 0) {
    print(terminal, `its records came back: ${records.join(', ')}`);
    print(terminal, 'whoever was erased after the backup is among them: erase them again');
  }
  if (certificates !== undefined) tellCertificates(terminal, certificates);
  print(terminal, 'witnesses need that log in their configuration, and members will be asked');
}

function tellCertificates(
  terminal: Terminal,
  { name, epoch, origin, keptHeight, named }: NonNullable<Restored['certificates']>,
): void {
  print(terminal, `and ${name} up to block ${keptHeight}: epoch ${epoch}, of the log ${origin}`);
  if (named) return;
  print(terminal, 'nothing crosses until operators of both ledgers named the other by its new log');
}

function readNote(path: string): Checkpoint {
  const field = `--checkpoint ${path}`;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    throw new UsageError(field, 'a file that can be read', got);
  }
  const note = parseNote(text);
  const parsed = note.ok ? parseCheckpoint(note.text) : note;
  if (!parsed.ok) throw new UsageError(field, 'a signed checkpoint', parsed.reason);
  return parsed.checkpoint;
}

function epochOf(text: string): number {
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text);
  throw new UsageError('--epoch', 'a number from 2 on', text);
}
