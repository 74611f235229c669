import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { LedgerDamagedError, toHex } from '@commonwatt/ledger';
import { open } from 'lmdb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { copyOf, newFolder, writtenFolder } from '../testing/folders.ts';
import { notebookGenesis, notes, sequences } from '../testing/notebook.ts';
import { begunLedger, openedLedger } from '../testing/worlds.ts';
import { writeHeadFile } from './head-file.ts';
import { type LmdbStorageOptions, openLmdbStorage, storePaths } from './lmdb-storage.ts';
import { sha256 } from './node-crypto.ts';
import { StoreDamagedError, StoreFailedError, StoreLockedError } from './store-errors.ts';

/** Opens the ledger of a folder and closes it again; throws what opening throws. */
async function opened(folder: string, options: LmdbStorageOptions = {}) {
  const storage = openLmdbStorage(folder, options);
  try {
    return openedLedger(storage);
  } finally {
    await storage.close();
  }
}

/** Changes the stored values behind the back of the store. */
async function tamper(
  folder: string,
  change: (put: (key: Uint8Array, value: Uint8Array | undefined) => void) => void,
): Promise<void> {
  const environment = open<Uint8Array, Uint8Array>({
    path: storePaths(folder).blocks,
    keyEncoding: 'binary',
    encoding: 'binary',
    overlappingSync: false,
    maxDbs: 1,
  });
  environment.transactionSync(() => {
    change((key, value) => {
      if (value === undefined) environment.remove(key);
      else environment.put(key, value);
    });
  });
  await environment.close();
}

function blockKey(height: number): Uint8Array {
  return Uint8Array.of(1, 0, 0, 0, 0, 0, 0, height >> 8, height & 255);
}

describe('a ledger in a folder', () => {
  test('is the same ledger after it was closed and opened again', async () => {
    const { folder, ledger } = await writtenFolder(6);
    const again = await opened(folder);
    expect(again.info()).toEqual(ledger.info());
    expect(again.history.root()).toEqual(ledger.history.root());
    expect(again.state.entries(notes)).toEqual(ledger.state.entries(notes));
    expect(again.state.entries(sequences)).toEqual(ledger.state.entries(sequences));
    expect(readdirSync(folder).sort()).toEqual(['blocks', 'head']);
  });

  test('gives plain arrays that stay what they were', async () => {
    const { folder } = await writtenFolder(3);
    const storage = openLmdbStorage(folder);
    const record = storage.record(1) as Uint8Array;
    const before = toHex(record);
    expect(record.constructor).toBe(Uint8Array);
    for (const height of [0, 1, 2]) storage.record(height);
    record.slice().fill(0);
    expect(toHex(record)).toBe(before);
    expect(storage.record(3)).toBeUndefined();
    await storage.close();
  });

  test('an empty folder is a store without a ledger; a document is written once', async () => {
    const storage = openLmdbStorage(newFolder());
    expect([storage.genesis(), storage.head(), storage.lastHeight()]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    await storage.putGenesis(notebookGenesis());
    await expect(storage.putGenesis(notebookGenesis())).rejects.toThrow('stands already');
    expect(storage.genesis()).toEqual(notebookGenesis());
    await storage.close();
  });

  test('a beginning that was cut off before the document was written may begin again', async () => {
    const folder = newFolder();
    const storage = openLmdbStorage(folder);
    await writeHeadFile(storePaths(folder).head, {
      genesisHash: sha256(notebookGenesis()),
      head: undefined,
    });
    await storage.close();
    const again = openLmdbStorage(folder);
    await begunLedger(again);
    await again.close();
    expect((await opened(folder)).genesis.name).toBe('commonwatt/notebook');
  });

  test('another height than the next is not written', async () => {
    const storage = openLmdbStorage(newFolder());
    await storage.putGenesis(notebookGenesis());
    await expect(storage.append(1, new Uint8Array(32), Uint8Array.of(1))).rejects.toThrow(
      'the store expects height 0, not 1',
    );
    await storage.close();
  });
});

describe('a store that is not what it was', () => {
  test('shortened: refused, naming the height', async () => {
    const { folder } = await writtenFolder(5);
    for (const cut of [4, 3, 0]) {
      const copy = copyOf(folder);
      await tamper(copy, (put) => {
        for (let height = cut; height < 5; height++) put(blockKey(height), undefined);
      });
      await expect(opened(copy)).rejects.toThrow(
        `height ${cut}: the store ends before the head at height 4: it was shortened`,
      );
    }
  });

  test('with a block missing in the middle: refused, naming the height', async () => {
    const { folder } = await writtenFolder(5);
    await tamper(folder, (put) => put(blockKey(2), undefined));
    await expect(opened(folder)).rejects.toThrow('height 2: the block is missing');
  });

  test('with one byte of a block altered: refused, naming the height', async () => {
    const { folder } = await writtenFolder(3);
    const storage = openLmdbStorage(folder, { readOnly: true });
    const records = [0, 1, 2].map((height) => storage.record(height) as Uint8Array);
    await storage.close();
    for (const [height, record] of records.entries()) {
      for (let offset = height; offset < record.length; offset += 97) {
        const altered = record.slice();
        altered[offset] = (altered[offset] as number) ^ 0x10;
        await tamper(folder, (put) => put(blockKey(height), altered));
        const error = await opened(folder, { readOnly: true }).catch((fault: unknown) => fault);
        expect(error, `height ${height}, byte ${offset}`).toBeInstanceOf(LedgerDamagedError);
        // A header's own byte may only show where the next block, or the head, points at it.
        expect([height, height + 1]).toContain((error as LedgerDamagedError).height);
      }
      await tamper(folder, (put) => put(blockKey(height), record));
    }
    expect((await opened(folder)).info().height).toBe(2);
  });

  test('ahead of the head: accepted, for the last block was only not acknowledged', async () => {
    let oldHead = '';
    const { folder, ledger } = await writtenFolder(4, (written) => {
      oldHead = readFileSync(storePaths(written).head, 'latin1');
    });
    writeFileSync(storePaths(folder).head, oldHead, 'latin1');
    expect((await opened(folder)).info()).toEqual(ledger.info());
  });

  test('behind a head that names a later block: refused, naming the height', async () => {
    const { folder, ledger } = await writtenFolder(3);
    await writeHeadFile(storePaths(folder).head, {
      genesisHash: ledger.chain,
      head: { height: 7, hash: ledger.headHash },
    });
    await expect(opened(folder)).rejects.toThrow('height 3: the store ends before the head');
  });

  test('with a head that names another block of that height: refused, naming the height', async () => {
    const { folder, ledger } = await writtenFolder(3);
    await writeHeadFile(storePaths(folder).head, {
      genesisHash: ledger.chain,
      head: { height: 1, hash: ledger.headHash },
    });
    await expect(opened(folder)).rejects.toThrow(
      'height 1: the block is not the one the head names',
    );
  });

  test('with any byte of the head altered, added or cut: refused, naming the file', async () => {
    const { folder } = await writtenFolder(2);
    const { head } = storePaths(folder);
    const text = readFileSync(head);
    const altered = [...text.keys()].map((at) => {
      const copy = Buffer.from(text);
      copy[at] = (copy[at] as number) ^ 1;
      return copy;
    });
    const shorter = [...text.keys()].map((length) => text.subarray(0, length));
    for (const bytes of [...altered, ...shorter, Buffer.concat([text, Buffer.from('\n')])]) {
      writeFileSync(head, bytes);
      expect(() => openLmdbStorage(folder)).toThrow(StoreDamagedError);
      expect(() => openLmdbStorage(folder)).toThrow(head);
    }
    writeFileSync(head, text);
    await opened(folder);
  });

  test('without its head: refused, naming the file', async () => {
    const { folder } = await writtenFolder(2);
    rmSync(storePaths(folder).head);
    expect(() => openLmdbStorage(folder)).toThrow(
      `${storePaths(folder).head}: the file is missing, though the folder holds a ledger`,
    );
    expect(existsSync(storePaths(folder).lock)).toBe(false);
  });

  test('with another genesis document, or none: refused, naming the file', async () => {
    const { folder } = await writtenFolder(2);
    const { data } = storePaths(folder);
    await tamper(folder, (put) => put(Uint8Array.of(0), notebookGenesis(2)));
    expect(() => openLmdbStorage(folder)).toThrow(`${data}: the genesis document is not the one`);
    await tamper(folder, (put) => put(Uint8Array.of(0), undefined));
    expect(() => openLmdbStorage(folder)).toThrow(`${data}: the genesis document is missing`);
  });

  test('with the blocks of another ledger beside its own head: refused', async () => {
    const { folder } = await writtenFolder(2);
    const other = await writtenFolder(2);
    copyFileSync(storePaths(other.folder).head, storePaths(folder).head);
    await expect(opened(folder)).rejects.toThrow(
      'height 1: the block is not the one the head names',
    );
  });
});

describe('one process per folder', () => {
  test('a second opening is refused until the first is closed', async () => {
    const folder = newFolder();
    const first = openLmdbStorage(folder);
    expect(() => openLmdbStorage(folder)).toThrow(StoreLockedError);
    await first.close();
    const second = openLmdbStorage(folder);
    await second.close();
    await second.close();
  });

  test('a live process keeps its lock; the lock of a killed one is stale', async ({ skip }) => {
    skip(process.platform !== 'linux', 'only Linux tells when a process started');
    const { folder } = await writtenFolder(1);
    const { lock } = storePaths(folder);
    const child: ChildProcess = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    await once(child, 'spawn');
    // The lock as that process would have written it.
    const started = readFileSync(`/proc/${child.pid}/stat`, 'latin1')
      .split(') ')[1]
      ?.split(' ')[19];
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    writeFileSync(lock, '');
    const { ino } = statSync(lock);
    writeFileSync(lock, `${child.pid} ${boot}/${started} ${ino}\n`);
    expect(() => openLmdbStorage(folder)).toThrow(
      `${lock}: process ${child.pid} has this ledger open`,
    );
    // The same number, given out again to a process that started later, holds nothing.
    writeFileSync(lock, `${child.pid} ${boot}/1 ${ino}\n`);
    await opened(folder);
    writeFileSync(lock, '');
    const after = statSync(lock).ino;
    writeFileSync(lock, `${child.pid} ${boot}/${started} ${after}\n`);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await opened(folder);
    expect(existsSync(lock)).toBe(false);
  });

  test('a torn lock, and the lock in a copy of the folder, hold nobody', async () => {
    const { folder } = await writtenFolder(1);
    const storage = openLmdbStorage(folder);
    const copy = copyOf(folder);
    await opened(copy);
    await storage.close();
    writeFileSync(storePaths(folder).lock, '12');
    await opened(folder);
  });
});

describe('opening for reading alone', () => {
  test('looks at a ledger that another works on, and changes no file', async () => {
    const { folder, ledger } = await writtenFolder(2);
    const writer = openLmdbStorage(folder);
    const { data, head, lock } = storePaths(folder);
    const before = [data, head, lock].map((file) => readFileSync(file).toString('hex'));
    const reader = openLmdbStorage(folder, { readOnly: true });
    expect(openedLedger(reader).info()).toEqual(ledger.info());
    await expect(reader.append(2, new Uint8Array(32), new Uint8Array(1))).rejects.toThrow(
      'reading alone',
    );
    await reader.close();
    expect([data, head, lock].map((file) => readFileSync(file).toString('hex'))).toEqual(before);
    await writer.close();
  });

  test('a folder without a ledger is refused and not made', () => {
    const folder = join(newFolder(), 'nothing');
    expect(() => openLmdbStorage(folder, { readOnly: true })).toThrow('there is no ledger here');
    expect(existsSync(folder)).toBe(false);
  });

  test('nor is an empty file taken for a ledger: the native reader would end the process', async () => {
    const { folder } = await writtenFolder(1);
    truncateSync(storePaths(folder).data, 0);
    expect(() => openLmdbStorage(folder, { readOnly: true })).toThrow('there is no ledger here');
  });
});

test('a write that fails is fatal: nothing more is taken, and nothing acknowledged is lost', async () => {
  const { folder, ledger } = await writtenFolder(2);
  const storage = openLmdbStorage(folder);
  const record = storage.record(1) as Uint8Array;
  const { head } = storePaths(folder);
  mkdirSync(`${head}.new`); // the head cannot be written beside
  const hash = ledger.headHash;
  const failure = await storage.append(2, hash, record).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(StoreFailedError);
  expect((failure as Error).message).toContain(`${head}: block 2 was not made durable: EISDIR`);
  rmdirSync(`${head}.new`);
  await expect(storage.append(3, hash, record)).rejects.toBe(failure);
  expect(storage.head()?.height).toBe(1);
  await storage.close();
});
