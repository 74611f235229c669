/**
 * `commonwatt audit DIR`: executes every block of a stored ledger again, from its bytes alone, and
 * compares what comes out with what is stored. Takes no lock and writes nothing to the ledger; one
 * that a node works on is copied first. See audit-process.ts for the process in which it runs.
 */

import { readFileSync } from 'node:fs';
import {
  NodeCrypto,
  openLmdbStorage,
  quickestCrypto,
  StoreDamagedError,
} from '@commonwatt/consensus';
import { ruleBook } from '@commonwatt/contracts';
import { type AuditReport, auditLedger, type CleanAudit, toHex } from '@commonwatt/ledger';
import {
  auditReadingsFolder,
  backupLedgers,
  type PegFigures,
  type ReadingsAudit,
} from '@commonwatt/node';
import { formatInstant } from '@commonwatt/units';
import { Progress } from '../terminal/progress.ts';
import { STATUS, type Status } from '../terminal/status.ts';
import { print, printJson, type Terminal } from '../terminal/terminal.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { auditCertificates } from './audit-certificates.ts';
import { type CheckpointFinding, checkpointFinding } from './audit-checkpoint.ts';
import type { AuditOptions } from './audit-options.ts';
import { requireLedger } from './ledger-folder.ts';

export async function audit(
  given: Terminal,
  folder: string,
  options: AuditOptions,
): Promise<Status> {
  if (options.inProcess === undefined) {
    const { auditInProcess } = await import('./audit-process.ts');
    return auditInProcess(given, folder, options);
  }
  const terminal: Terminal = { ...given, isWatched: options.inProcess === 'watched' };
  requireLedger(folder);
  const directory = options.scratch ?? folder;
  const damage = options.scratch && (await copied(folder, options.scratch));
  if (damage) return answerNo(terminal, options, { height: 0, reason: damage });
  const note = options.checkpoint === undefined ? undefined : readNote(options.checkpoint);
  const report = await execute(terminal, directory);
  if (!report.clean) return answerNo(terminal, options, report);
  const checkpoint =
    note === undefined
      ? undefined
      : checkpointFinding(new NodeCrypto(), report.ledger, {
          note,
          keys: options.keys ?? [],
          threshold: thresholdOf(options),
        });
  if (checkpoint?.ok === false) {
    return answerNo(terminal, options, { height: checkpoint.height, reason: checkpoint.reason });
  }
  const beside = await auditCertificates(terminal, directory, execute);
  if (beside?.clean === false) return answerNo(terminal, options, beside);
  const settlements = await settlementsOf(terminal, directory, options.readings);
  const [different] = settlements?.findings ?? [];
  if (different !== undefined) {
    const { height, reason } = different;
    return answerNo(terminal, options, { height, reason: `settlement run: ${reason}` });
  }
  const [unsigned] = settlements?.unsigned ?? [];
  if (unsigned !== undefined) {
    const { meter, slotMs, version, reason } = unsigned;
    const where = `meter ${meter}, slot ${formatInstant(slotMs)}, version ${version}`;
    const height = report.ledger.head?.height ?? 0;
    return answerNo(terminal, options, { height, reason: `reading: ${where}: ${reason}` });
  }
  const clean = figuresOf(report);
  const signers = checkpoint?.signers;
  if (options.json) {
    const readings = settlements && { readings: settlementFacts(settlements) };
    const certificates = beside && besideFacts(beside.report, beside.peg);
    const facts = { ...checkpointFacts(checkpoint), ...readings, ...certificates };
    printJson(terminal, { clean: true, ...clean, ...facts });
  } else {
    print(terminal, `clean: ${clean.name}, ${clean.blocks} blocks up to ${clean.hash ?? 'none'}`);
    print(
      terminal,
      `${clean.transactions} transactions (${clean.refused} refused, as the rules want it) and ` +
        `${clean.events} events come out the same, byte for byte`,
    );
    if (checkpoint !== undefined) {
      const by = signers?.length
        ? `signed by ${signers.join(', ')}`
        : 'its signatures not asked for';
      print(terminal, `the checkpoint of ${checkpoint.size} blocks stands in this ledger; ${by}`);
    }
    if (beside !== undefined) {
      const { name, blocks, hash } = figuresOf(beside.report);
      const { locked, minted, underWay } = beside.peg;
      print(terminal, `clean: ${name}, ${blocks} blocks up to ${hash ?? 'none'}`);
      print(terminal, `locked ${locked} nano-coin: ${minted} minted there, ${underWay} under way`);
    }
    if (settlements !== undefined) print(terminal, settlementWords(settlements));
  }
  return STATUS.done;
}

async function settlementsOf(
  terminal: Terminal,
  dir: string,
  readings: string | undefined,
): Promise<ReadingsAudit | undefined> {
  if (readings === undefined) return undefined;
  const progress = new Progress(terminal, 'settling again');
  try {
    const told = (height: number, last: number): void => progress.at(height + 1, last + 1);
    return await auditReadingsFolder({ dir, readings, progress: told });
  } catch (error) {
    // The auditor's file is what this command was given: a fault in it is a fault of the input.
    if (error instanceof Error && (error.name === 'ReadingsFileError' || 'code' in error)) {
      throw new UsageError(`--readings ${readings}`, "an auditor's file", error.message);
    }
    if (error instanceof RangeError) {
      throw new UsageError(`--readings ${readings}`, 'readings of this ledger', error.message);
    }
    throw error;
  } finally {
    progress.end();
  }
}

function settlementFacts(found: ReadingsAudit): object {
  const { runs, corrected, later, lines, readings, unopened } = found;
  return { runs, corrected, later, lines, readings, unopened: unopened.length };
}

function settlementWords(found: ReadingsAudit): string {
  const { runs, corrected, later, lines, readings, unopened } = found;
  const before = corrected === 0 ? '' : `, ${corrected} of them corrected since,`;
  const open = unopened.length === 0 ? '' : `; ${unopened.length} runs concern erased members`;
  const after = later === 0 ? '' : `; ${later} runs took effect after the readings were exported`;
  return (
    `${runs} settlement runs${before} with ${lines} lines come out the same from ` +
    `${readings} signed readings${open}${after}`
  );
}

function checkpointFacts(finding: (CheckpointFinding & { ok: true }) | undefined): object {
  return finding === undefined
    ? {}
    : { checkpoint: { size: finding.size, signers: finding.signers } };
}

function readNote(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`--checkpoint ${path}`, 'a file that can be read', messageOf(error));
  }
}

/** What is wrong with a ledger that cannot be copied. */
async function copied(from: string, to: string): Promise<string | undefined> {
  try {
    await backupLedgers(from, to);
    return undefined;
  } catch (error) {
    if (error instanceof StoreDamagedError) return error.message;
    throw error;
  }
}

function thresholdOf({ threshold, keys }: AuditOptions): number {
  const text = threshold ?? '1';
  const value = Number(text);
  if (/^[1-9][0-9]{0,2}$/.test(text) && value <= Math.max(1, keys?.length ?? 0)) return value;
  throw new UsageError('--threshold', 'a number from 1 to that of the keys', text);
}

async function execute(terminal: Terminal, directory: string): Promise<AuditReport> {
  const progress = new Progress(terminal, 'executing again');
  let storage: ReturnType<typeof openLmdbStorage>;
  try {
    storage = openLmdbStorage(directory, { readOnly: true });
  } catch (error) {
    // Nothing of it can be read, so the first height that is not proven is the first of all.
    if (error instanceof StoreDamagedError) {
      return { clean: false, height: 0, reason: `the store refuses to open: ${error.message}` };
    }
    throw error;
  }
  try {
    return await auditLedger(storage, ruleBook, quickestCrypto(), (height, last) =>
      progress.at(height + 1, last + 1),
    );
  } finally {
    progress.end();
    await storage.close();
  }
}

function figuresOf({ ledger, blocks, transactions, refused, events }: CleanAudit) {
  const { height } = ledger.info();
  return {
    name: ledger.genesis.name,
    chain: toHex(ledger.chain),
    blocks,
    height: height ?? null,
    hash: height === undefined ? null : toHex(ledger.headHash),
    transactions,
    refused,
    events,
  };
}

function besideFacts(report: CleanAudit, { locked, minted, underWay, ...counts }: PegFigures) {
  const peg = { locked: `${locked}`, minted: `${minted}`, underWay: `${underWay}`, ...counts };
  return { certificates: figuresOf(report), peg };
}

function answerNo(
  terminal: Terminal,
  { json }: AuditOptions,
  { height, reason }: { readonly height: number; readonly reason: string },
): Status {
  if (json) printJson(terminal, { clean: false, height, reason });
  else print(terminal, `not clean: height ${height}: ${reason}`);
  return STATUS.no;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
