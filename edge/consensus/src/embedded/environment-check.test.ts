import { randomBytes } from 'node:crypto';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LedgerDamagedError } from '@commonwatt/ledger';
import { open } from 'lmdb';
import { expect, test } from 'vitest';
import { newFolder, writtenFolder } from '../testing/folders.ts';
import { notes, sequences } from '../testing/notebook.ts';
import { openedLedger } from '../testing/worlds.ts';
import { checkEnvironment } from './environment-check.ts';
import { openLmdbStorage, storePaths } from './lmdb-storage.ts';
import { StoreDamagedError } from './store-errors.ts';

/** Every byte by `FLIP_STRIDE=1`, which takes minutes. */
const STRIDE = Number(process.env.FLIP_STRIDE ?? '151');

test('every page of a healthy file is accounted for, whatever was written', async () => {
  const folder = newFolder();
  const environment = open<Uint8Array, Uint8Array>({
    path: folder,
    keyEncoding: 'binary',
    encoding: 'binary',
    overlappingSync: false,
    noSync: true,
    maxDbs: 1,
  });
  const data = join(folder, 'data.mdb');
  for (let height = 0; height < 700; height++) {
    const key = new Uint8Array(9);
    key[0] = 1;
    new DataView(key.buffer).setBigUint64(1, BigInt(height));
    const length = height % 7 === 0 ? (height * 977) % 60_000 : (height * 131) % 1500;
    environment.transactionSync(() => {
      environment.put(key, randomBytes(length));
    });
    if (height % 10 !== 3 && height > 40) continue;
    const report = checkEnvironment(data);
    if (typeof report !== 'object') throw new Error(`height ${height}: ${report}`);
    expect(report.usedPages + report.freePages, `height ${height}`).toBe(report.pages);
  }
  await environment.close();
});

test('no file, or an empty one, has nothing to check', () => {
  const file = join(newFolder(), 'data.mdb');
  expect(checkEnvironment(file)).toBeUndefined();
  writeFileSync(file, '');
  expect(checkEnvironment(file)).toBeUndefined();
});

/** What a folder's ledger serves; nothing when it is refused by name. */
async function served(folder: string) {
  let storage: ReturnType<typeof openLmdbStorage> | undefined;
  try {
    storage = openLmdbStorage(folder, { readOnly: true });
    const ledger = openedLedger(storage);
    const height = ledger.info().height as number;
    return {
      info: ledger.info(),
      records: Array.from({ length: height + 1 }, (_, at) => ledger.record(at)),
      notes: ledger.state.entries(notes),
      sequences: ledger.state.entries(sequences),
    };
  } catch (error) {
    const isNamed = error instanceof StoreDamagedError || error instanceof LedgerDamagedError;
    if (!isNamed) throw error;
    return undefined;
  } finally {
    await storage?.close();
  }
}

test('a file cut short is refused before LMDB maps it, unless only free pages are missing', async () => {
  const { folder } = await writtenFolder(4);
  const { data } = storePaths(folder);
  const whole = readFileSync(data);
  const before = await served(folder);
  expect(before?.records).toHaveLength(4);
  let refused = 0;
  for (let length = whole.length - 1; length > 0; length -= 1021) {
    writeFileSync(data, whole);
    truncateSync(data, length);
    const found = await served(folder);
    if (found === undefined) refused++;
    else expect(found, `${length} bytes`).toEqual(before);
  }
  expect(refused).toBeGreaterThan(whole.length / 1021 / 2);
});

test(`a file with one bit turned over is refused, or serves every block as it was (1 byte in ${STRIDE})`, async () => {
  const { folder } = await writtenFolder(5);
  const { data } = storePaths(folder);
  const whole = readFileSync(data);
  const before = await served(folder);
  expect(before?.records).toHaveLength(5);
  let refused = 0;
  for (let offset = 0; offset < whole.length; offset += STRIDE) {
    const altered = Buffer.from(whole);
    altered[offset] = (altered[offset] as number) ^ (1 << (offset % 8));
    writeFileSync(data, altered);
    const found = await served(folder);
    if (found === undefined) refused++;
    else expect(found, `byte ${offset}`).toEqual(before);
  }
  expect(refused).toBeGreaterThan(whole.length / STRIDE / 20);
}, 1_800_000);
