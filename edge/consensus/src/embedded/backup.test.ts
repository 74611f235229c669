import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { auditLedger } from '@commonwatt/ledger';
import { expect, test } from 'vitest';
import { copyOf, newFolder, writtenFolder } from '../testing/folders.ts';
import { GENESIS_MS, notebookRules, signedNotes } from '../testing/notebook.ts';
import { begunLedger, crypto, newSigner, openedLedger } from '../testing/worlds.ts';
import { backupStore, copyStore, isBackup, storeHolder } from './backup.ts';
import { EmbeddedEngine } from './engine.ts';
import { openLmdbStorage, storePaths } from './lmdb-storage.ts';
import { StoreDamagedError } from './store-errors.ts';

async function audited(folder: string) {
  const storage = openLmdbStorage(folder, { readOnly: true });
  try {
    return await auditLedger(storage, notebookRules, crypto);
  } finally {
    await storage.close();
  }
}

test('a backup holds every block, is whole, and is no ledger to go on with', async () => {
  const { folder, ledger } = await writtenFolder(9);
  const to = newFolder();
  const { head } = await backupStore(folder, to);
  expect(head).toEqual({ height: ledger.head?.height, hash: ledger.headHash });
  expect([isBackup(folder), isBackup(to)]).toEqual([false, true]);
  expect(await audited(to)).toMatchObject({ clean: true, blocks: 9 });
  expect(() => openLmdbStorage(to)).toThrow('this folder is a backup');
  expect(readFileSync(storePaths(to).head)).toEqual(readFileSync(storePaths(folder).head));
});

test('taken while blocks are made it ends at one moment, all of it whole', async () => {
  const folder = newFolder();
  const storage = openLmdbStorage(folder);
  const ledger = await begunLedger(storage);
  const engine = new EmbeddedEngine({ ledger, clock: { nowMs: () => GENESIS_MS } });
  const signer = newSigner();
  let sequence = 0;
  let isOver = false;
  const write = async () => {
    while (!isOver) {
      const notes = [{ key: `note ${sequence}`, text: 'x'.repeat((sequence * 37) % 900) }];
      const { chain } = ledger;
      await engine.submit(signedNotes(crypto, signer, { chain, sequence: sequence++, notes }));
    }
  };
  const writing = write();
  let last = -1;
  try {
    for (let copies = 0; copies < 8; copies++) {
      const acknowledged = ledger.head?.height ?? -1;
      const to = newFolder();
      const { head } = await backupStore(folder, to);
      const height = head?.height ?? -1;
      expect(height).toBeGreaterThanOrEqual(Math.max(acknowledged, last));
      last = height;
      expect(await audited(to)).toMatchObject({ clean: true, blocks: height + 1 });
    }
  } finally {
    isOver = true;
    await writing;
    await engine.stop();
    await storage.close();
  }
  expect(last).toBeGreaterThan(0);
});

test('a copy goes on where the backup ended', async () => {
  const { folder } = await writtenFolder(4);
  const [backup, to] = [newFolder(), newFolder()];
  await backupStore(folder, backup);
  await copyStore(backup, to);
  const storage = openLmdbStorage(to);
  expect(openedLedger(storage).head?.height).toBe(3);
  expect(storeHolder(to)).toBe(process.pid);
  await storage.close();
  expect(storeHolder(to)).toBeUndefined();
});

test('nothing is written over, and nothing is made of half a ledger', async () => {
  const { folder } = await writtenFolder(4);
  await expect(backupStore(folder, copyOf(folder))).rejects.toThrow('without a ledger');
  await expect(backupStore(newFolder(), newFolder())).rejects.toThrow(StoreDamagedError);
});

test('a source that was altered is found out', async () => {
  const { folder } = await writtenFolder(4);
  const { folder: other } = await writtenFolder(6);
  const mixed = copyOf(folder);
  writeFileSync(storePaths(mixed).head, readFileSync(storePaths(other).head));
  await expect(backupStore(mixed, newFolder())).rejects.toThrow(StoreDamagedError);
  const head = copyOf(folder);
  truncateSync(storePaths(head).head, 60);
  await expect(backupStore(head, newFolder())).rejects.toThrow('this is not a head file');
});
