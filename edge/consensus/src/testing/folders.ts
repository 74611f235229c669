/** Folders that vanish after the test, and ledgers in them. */

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { EmbeddedEngine } from '../embedded/engine.ts';
import { openLmdbStorage } from '../embedded/lmdb-storage.ts';
import { signedNotes } from './notebook.ts';
import { begunLedger, crypto, newSigner, SetClock } from './worlds.ts';

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'commonwatt-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What a restored backup would be: the same files in another place. */
export function copyOf(folder: string): string {
  const copy = newFolder();
  cpSync(folder, copy, { recursive: true });
  return copy;
}

/** A closed ledger of `blocks` blocks in a folder; `beforeLast` runs before the last is made. */
export async function writtenFolder(blocks: number, beforeLast?: (folder: string) => void) {
  const folder = newFolder();
  const storage = openLmdbStorage(folder);
  const ledger = await begunLedger(storage);
  const clock = new SetClock();
  const engine = new EmbeddedEngine({ ledger, clock });
  const signer = newSigner();
  for (let sequence = 0; sequence < blocks; sequence++) {
    if (sequence === blocks - 1) beforeLast?.(folder);
    clock.ms += 1000;
    const notes = [{ key: `note ${sequence}`, text: `${sequence}`.repeat(50) }];
    await engine.submit(signedNotes(crypto, signer, { chain: ledger.chain, sequence, notes }));
  }
  await engine.stop();
  await storage.close();
  return { folder, ledger };
}
