/**
 * The audit in a process of its own. The store's reader is native code that follows what stands in
 * the file: where a damaged file makes it crash, the crash is the verdict, and not the end of us.
 */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { storeHolder } from '@commonwatt/consensus';
import { STATUS, type Status } from '../terminal/status.ts';
import { print, printJson, remark, type Terminal } from '../terminal/terminal.ts';
import type { AuditOptions } from './audit-options.ts';
import { requireLedger } from './ledger-folder.ts';

const COMMAND = fileURLToPath(new URL('../../bin/commonwatt.js', import.meta.url));
const OUTPUT_CHARACTERS_MAX = 1_048_576;
const REMARKS_CHARACTERS_MAX = 2_000;

interface Ended {
  /** The exit status, or the signal that ended it. */
  readonly how: number | NodeJS.Signals;
  readonly out: string;
  /** The end of what it said on standard error. */
  readonly err: string;
}

export async function auditInProcess(
  terminal: Terminal,
  directory: string,
  options: AuditOptions,
): Promise<Status> {
  requireLedger(directory);
  const holder = storeHolder(directory);
  if (holder === undefined)
    return judged(terminal, options, await run(terminal, directory, options));
  remark(terminal, `process ${holder} works on this ledger: auditing a backup of this moment`);
  const scratch = mkdtempSync(join(tmpdir(), 'commonwatt-audit-'));
  try {
    return judged(terminal, options, await run(terminal, directory, { ...options, scratch }));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function judged(terminal: Terminal, options: AuditOptions, { how, out, err }: Ended): Status {
  const status = Object.values(STATUS).find((one) => one === how);
  // A verdict of no says why; without a word it is no verdict.
  if (status !== undefined && (status !== STATUS.no || out !== '')) {
    terminal.stdout.write(out);
    return status;
  }
  const last = err.trimEnd().split('\n').at(-1) ?? '';
  const ended = typeof how === 'number' ? `ended with status ${how}` : `was ended by ${how}`;
  const reason = `the store could not be read: its reader ${ended}${last === '' ? '' : `: ${last}`}`;
  if (options.json) printJson(terminal, { clean: false, height: 0, reason });
  else print(terminal, `not clean: height 0: ${reason}`);
  return STATUS.no;
}

function wordsOf(terminal: Terminal, directory: string, options: AuditOptions): string[] {
  const { checkpoint, keys = [], threshold, readings, scratch, json } = options;
  const option = (name: string, value: string | undefined) =>
    value === undefined ? [] : [name, value];
  return [
    'audit',
    directory,
    ...option('--checkpoint', checkpoint),
    ...keys.flatMap((key) => ['--keys', key]),
    ...option('--threshold', threshold),
    ...option('--readings', readings),
    ...option('--scratch', scratch),
    ...option('--in-process', terminal.isWatched ? 'watched' : 'silent'),
    ...(json ? ['--json'] : []),
  ];
}

function run(terminal: Terminal, directory: string, options: AuditOptions): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const words = wordsOf(terminal, directory, options);
    const child = spawn(process.execPath, [COMMAND, ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out = (out + text).slice(0, OUTPUT_CHARACTERS_MAX);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      terminal.stderr.write(text);
      err = (err + text).slice(-REMARKS_CHARACTERS_MAX);
    });
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ how: code ?? signal ?? 'SIGKILL', out, err }));
  });
}
