/**
 * The head, kept apart from the blocks: which block was the last to be acknowledged. A store whose
 * newest blocks are lost or cut off is still a well-formed store; only this file knows better.
 *
 * It is replaced whole: written beside, synced, renamed over, and the directory synced. A crash
 * leaves the old file or the new one, never a mixture, so any other content was not made by a crash
 * and is refused.
 */

import { readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fromHex, type StoredHead, toHex } from '@commonwatt/ledger';
import { sha256 } from './node-crypto.ts';
import { StoreDamagedError } from './store-errors.ts';

/** The chain the file belongs to and, once a block was acknowledged, the last of them. */
export interface HeadContent {
  /** The SHA-256 of the genesis document: the chain's name. */
  readonly genesisHash: Uint8Array;
  readonly head: StoredHead | undefined;
}

const TITLE = 'commonwatt head 1';
const LAYOUT =
  /^commonwatt head 1\ngenesis ([0-9a-f]{64})\nheight (0|[1-9][0-9]{0,15}|none)\nhash ([0-9a-f]{64}|none)\ncheck ([0-9a-f]{64})\n$/;

const MEND =
  'Restore the file from a backup of the same moment as the blocks, or the whole folder from a ' +
  'backup or another node; do not delete it: it alone knows where the ledger ended';

/** The file's text: readable by people, and exactly one text for every content. */
export function headText({ genesisHash, head }: HeadContent): string {
  const body =
    `${TITLE}\ngenesis ${toHex(genesisHash)}\n` +
    `height ${head === undefined ? 'none' : head.height}\n` +
    `hash ${head === undefined ? 'none' : toHex(head.hash)}\n`;
  return `${body}check ${checksum(body)}\n`;
}

function checksum(body: string): string {
  return toHex(sha256(Buffer.from(body, 'latin1')));
}

/** @throws StoreDamagedError unless the text is one that `headText` makes. */
export function parseHeadText(file: string, text: string): HeadContent {
  const parts = LAYOUT.exec(text);
  if (parts === null) throw new StoreDamagedError(file, 'this is not a head file', MEND);
  const [, genesis = '', height = '', hash = '', check = ''] = parts;
  if (checksum(text.slice(0, text.lastIndexOf('check '))) !== check) {
    throw new StoreDamagedError(file, 'its checksum does not match: it was altered', MEND);
  }
  const isEmpty = height === 'none';
  if (isEmpty !== (hash === 'none') || (!isEmpty && !Number.isSafeInteger(Number(height)))) {
    throw new StoreDamagedError(file, `height ${height} and hash ${hash} do not agree`, MEND);
  }
  return {
    genesisHash: fromHex(genesis),
    head: isEmpty ? undefined : { height: Number(height), hash: fromHex(hash) },
  };
}

/** What the file says; nothing where there is none. @throws StoreDamagedError when it is altered. */
export function readHeadFile(file: string): HeadContent | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return parseHeadText(file, text);
}

/**
 * Replaces the file. Resolves when the new content, and the name that leads to it, are on disk.
 * Runs on the thread pool: the next transactions are taken in meanwhile.
 */
export async function writeHeadFile(file: string, content: HeadContent): Promise<void> {
  const beside = `${file}.new`;
  const handle = await open(beside, 'w', 0o644);
  try {
    await handle.writeFile(headText(content), 'latin1');
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(beside, file);
  await syncDirectory(dirname(file));
}

/** Makes the names in a directory durable. */
export async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return; // Windows cannot sync a directory; NTFS journals names
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
