/** `commonwatt sharing import`: what sharing is computed from beside readings, from CSV files. */

import { readFile } from 'node:fs/promises';
import { SHARING_ENTRIES_MAX } from '@commonwatt/api';
import { Progress } from '../../terminal/progress.ts';
import { STATUS, type Status } from '../../terminal/status.ts';
import { print, printJson, type Terminal } from '../../terminal/terminal.ts';
import { UsageError } from '../../terminal/usage-error.ts';
import { answered, openSession, type Session, type SessionOptions } from '../member/session.ts';
import { readSharing, type SharingKind, type SharingRow } from './sharing-csv.ts';

export interface SharingImportOptions extends SessionOptions {
  readonly shares?: string;
  readonly limits?: string;
  readonly allocated?: string;
  readonly dryRun?: boolean;
}

/** A row that the node did not keep. */
interface RefusedRow {
  readonly file: string;
  readonly line: number;
  readonly code: string;
}

const FILE_BYTES_MAX = 500_000_000;
const REFUSED_SHOWN = 20;

export async function importSharing(
  terminal: Terminal,
  options: SharingImportOptions,
): Promise<Status> {
  const { file, kind } = fileOf(options);
  const rows = readSharing(kind, file, await textOf(file));
  if (options.dryRun === true) {
    tell(terminal, { file, kind, rows: rows.length, stored: 0, refused: [] }, options);
    return STATUS.done;
  }
  return answered(terminal, async () => {
    const session = await openSession(terminal, options);
    const refused = await sendAll(session, file, rows);
    const stored = rows.length - refused.length;
    tell(terminal, { file, kind, rows: rows.length, stored, refused }, options);
    return refused.length === 0 ? STATUS.done : STATUS.no;
  });
}

/** @throws UsageError unless exactly one file is named */
function fileOf({ shares, limits, allocated }: SharingImportOptions) {
  const named: { readonly file: string; readonly kind: SharingKind }[] = [];
  if (shares !== undefined) named.push({ file: shares, kind: 'share' });
  if (limits !== undefined) named.push({ file: limits, kind: 'limit' });
  if (allocated !== undefined) named.push({ file: allocated, kind: 'allocated' });
  const [one, ...others] = named;
  if (one !== undefined && others.length === 0) return one;
  throw new UsageError(
    'sharing import',
    'one of --shares, --limits, --allocated',
    `${named.length}`,
  );
}

async function textOf(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(file, 'a file to read', error.code ?? error.message);
  });
  if (bytes.length > FILE_BYTES_MAX) {
    throw new UsageError(file, `at most ${FILE_BYTES_MAX} bytes`, `${bytes.length}`);
  }
  return bytes.toString('utf8');
}

/** Sent again it changes nothing: an entry takes the place of what was said before. */
async function sendAll(
  { client, terminal }: Session,
  file: string,
  rows: readonly SharingRow[],
): Promise<readonly RefusedRow[]> {
  // An interval's parts go out together, for they are judged by their sum.
  const rising = rows.toSorted((a, b) => a.entry.slotMs - b.entry.slotMs);
  const progress = new Progress(terminal, 'entries sent');
  const refused: RefusedRow[] = [];
  for (let at = 0; at < rising.length; ) {
    const part = rising.slice(at, endOfPart(rising, at));
    const { results } = await client.postSharing({
      body: { entries: part.map(({ entry }) => entry) },
    });
    results.forEach((code, index) => {
      const row = part[index];
      if (code !== 'stored' && row !== undefined) refused.push({ file, line: row.line, code });
    });
    at += part.length;
    progress.at(at, rising.length);
  }
  progress.end();
  return refused.sort((a, b) => a.line - b.line);
}

/** As many whole intervals as fit a request; of one that does not fit, as much as does. */
function endOfPart(rows: readonly SharingRow[], from: number): number {
  const most = Math.min(from + SHARING_ENTRIES_MAX, rows.length);
  if (most === rows.length) return most;
  const next = rows[most]?.entry.slotMs;
  let end = most;
  while (end > from && rows[end - 1]?.entry.slotMs === next) end--;
  return end === from ? most : end;
}

interface Imported {
  readonly file: string;
  readonly kind: SharingKind;
  readonly rows: number;
  readonly stored: number;
  readonly refused: readonly RefusedRow[];
}

function tell(terminal: Terminal, done: Imported, { json, dryRun }: SharingImportOptions): void {
  const { file, kind, rows, stored, refused } = done;
  if (json === true) {
    printJson(terminal, { dryRun: dryRun === true, ...done });
    return;
  }
  print(terminal, `${file}: ${rows} rows of the kind ${kind}`);
  if (dryRun === true) return;
  print(terminal, `  ${stored} stored, ${refused.length} refused`);
  for (const { line, code } of refused.slice(0, REFUSED_SHOWN)) {
    print(terminal, `  line ${line}: ${code}`);
  }
  if (refused.length > REFUSED_SHOWN) {
    print(terminal, `  and ${refused.length - REFUSED_SHOWN} more`);
  }
}
