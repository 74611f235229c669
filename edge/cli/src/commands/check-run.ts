/**
 * `commonwatt check-run`: a checker executes the open runs of a ledger again from an auditor's
 * readings. Equal, or the first part that differs; with a key it signs or disputes at a node.
 */

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { toHex } from '@commonwatt/ledger';
import { answerTo, checkOpenRuns, type OpenRunCheck, READINGS_FILE } from '@commonwatt/node';
import { STATUS, type Status } from '../terminal/status.ts';
import { print, printJson, type Terminal } from '../terminal/terminal.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { requireLedger } from './ledger-folder.ts';
import { answered, openSession, type SessionOptions } from './member/session.ts';

export interface CheckRunOptions extends SessionOptions {
  readonly ledger: string;
  readonly readings: string;
}

interface Verdict {
  readonly periodFromMs: number;
  readonly periodUntilMs: number;
  readonly runHash: string;
  readonly stage: string;
  readonly sequence: number;
  readonly signatures: number;
  readonly agrees: boolean;
  /** Where it does not agree: the parts that differ, and the first of them field by field. */
  readonly differences?: readonly string[];
  readonly first?: string | undefined;
  readonly unopened?: string;
  /** What the ledger said to the signature or dispute; nothing where none was sent. */
  readonly sent?: string;
}

export function checkRuns(terminal: Terminal, options: CheckRunOptions): Promise<Status> {
  requireLedger(options.ledger);
  return answered(terminal, async () => {
    const { chain, runs } = await executed(options);
    const keystore = options.keystore ?? terminal.environment.COMMONWATT_KEYSTORE;
    const send =
      keystore === undefined
        ? undefined
        : await sender(terminal, { ...options, keystore, chain: toHex(chain) });
    const verdicts: Verdict[] = [];
    for (const one of runs) verdicts.push(await verdictOn(one, send));
    if (options.json) printJson(terminal, { chain: toHex(chain), runs: verdicts });
    else if (verdicts.length === 0) print(terminal, 'no run is open');
    else for (const verdict of verdicts) print(terminal, wordsOf(verdict));
    const holds = verdicts.every(({ agrees, sent }) => agrees && (sent ?? 'done') === 'done');
    return holds ? STATUS.done : STATUS.no;
  });
}

async function executed({ ledger, readings }: CheckRunOptions) {
  const isFolder = statSync(readings, { throwIfNoEntry: false })?.isDirectory() === true;
  const path = isFolder ? join(readings, READINGS_FILE) : readings;
  try {
    return await checkOpenRuns({ dir: ledger, readings: path });
  } catch (error) {
    const isInput =
      error instanceof Error &&
      (error.name === 'ReadingsFileError' || error instanceof RangeError || 'code' in error);
    if (!isInput) throw error;
    throw new UsageError(`--readings ${readings}`, 'readings of this ledger', error.message);
  }
}

type Send = (one: OpenRunCheck) => Promise<string | undefined>;

async function sender(terminal: Terminal, options: SessionOptions): Promise<Send> {
  const { memberClient } = await openSession(terminal, options);
  return async (one) => {
    if ('unopened' in one.check) return undefined;
    const submission = await memberClient.submit([answerTo(one, one.check)]);
    return submission.code === 'done' ? submission.actions[0] : submission.code;
  };
}

async function verdictOn(one: OpenRunCheck, send: Send | undefined): Promise<Verdict> {
  const { run, runHash, signedBy, check } = one;
  const { periodFromMs, periodUntilMs, stage, sequence } = run;
  const period = { periodFromMs, periodUntilMs, runHash: toHex(runHash), stage, sequence };
  const facts = { ...period, signatures: signedBy.length };
  if ('unopened' in check) return { ...facts, agrees: false, unopened: check.unopened };
  const sent = await send?.(one);
  const { agrees, differences, first } = check;
  return {
    ...facts,
    agrees,
    ...(agrees ? {} : { differences, first }),
    ...(sent !== undefined && { sent }),
  };
}

function wordsOf(verdict: Verdict): string {
  const { periodFromMs, periodUntilMs, runHash, agrees, differences = [], unopened } = verdict;
  const span = [periodFromMs, periodUntilMs].map((ms) => new Date(ms).toISOString()).join(' to ');
  const head = `run ${runHash.slice(0, 16)} of ${span}`;
  if (unopened !== undefined) return `${head}: cannot be executed again: ${unopened}`;
  const done = agrees ? 'signed' : 'disputed';
  const sent = verdict.sent && ` (${verdict.sent === 'done' ? done : verdict.sent})`;
  if (agrees) return `${head}: equal${sent ?? ''}`;
  return `${head}: differs in ${differences.length} parts, first ${verdict.first}${sent ?? ''}`;
}
