import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeCrypto } from '@commonwatt/consensus';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MemoryRecordStore, type RecordChange } from '../personal/record-store.ts';
import {
  archiveIn,
  type BillArchive,
  type FinalDocument,
  openBillArchive,
} from './bill-archive.ts';
import { type BillRow, DELIVERY_STEPS_MAX } from './bill-row.ts';

const crypto = new NodeCrypto();
const row = (number: string, changes: Partial<BillRow> = {}): BillRow => ({
  number,
  type: 'invoice',
  member: 7,
  fromMs: 0,
  untilMs: 1,
  issued: '2026-06-02',
  grossCents: 132n,
  dueCents: 122n,
  textHash: new Uint8Array(32),
  corrects: undefined,
  correctedBy: undefined,
  year: 2026,
  delivery: [{ state: 'prepared', atMs: 5, note: '' }],
  ...changes,
});
const document = (number: string, changes: Partial<BillRow> = {}): FinalDocument => ({
  row: row(number, changes),
  prefix: 'RE-',
  text: `text of ${number} for Anna Müller`,
  seal: `seal of ${number}`,
  basis: '{}',
});
const series = { type: 'invoice', prefix: 'RE-' } as const;

describe('in a folder', () => {
  let dir: string;
  let archive: BillArchive;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'commonwatt-bills-'));
    archive = openBillArchive(dir, crypto);
  });
  afterEach(async () => {
    await archive.close();
    rmSync(dir, { recursive: true });
  });

  test('documents are there again after a restart, and nobody else reads them', async () => {
    archive.add([document('RE-1'), document('RE/2', { member: 9, issued: '2026-06-01' })]);
    archive.keepPdf('RE-1', Uint8Array.of(1, 2, 3));
    await archive.close();
    archive = openBillArchive(dir, crypto);
    expect(archive.count(series)).toBe(2);
    expect(archive.rows().map(({ number }) => number)).toEqual(['RE/2', 'RE-1']);
    expect(archive.rowsOf(7)).toEqual([row('RE-1')]);
    expect(archive.text('RE/2')).toBe('text of RE/2 for Anna Müller');
    expect(archive.seal('RE-1')).toBe('seal of RE-1');
    expect(archive.pdf('RE-1')).toEqual(Uint8Array.of(1, 2, 3));
    const folder = join(dir, 'bills');
    expect(statSync(folder).mode & 0o077).toBe(0);
    for (const name of readdirSync(folder)) {
      expect(readFileSync(join(folder, name)).includes('Anna')).toBe(false);
    }
  });

  test('a year that is over goes with its key; its numbers are not given again', async () => {
    archive.add([document('RE-1', { year: 2019, issued: '2019-12-31' }), document('RE-2')]);
    expect(archive.forgetBefore(2020)).toEqual([2019]);
    expect(archive.text('RE-1')).toBeUndefined();
    await archive.close();
    archive = openBillArchive(dir, crypto);
    expect(archive.rows().map(({ number }) => number)).toEqual(['RE-2']);
    expect(archive.count(series)).toBe(2);
    expect(archive.forgetBefore(2020)).toEqual([]);
    expect(() => archive.add([document('RE-3', { year: 2019, issued: '2019-12-31' })])).toThrow();
    expect(archive.count(series)).toBe(2);
  });
});

/** A store whose process ends at a write: before it is on disk, or after. */
class EndingStore extends MemoryRecordStore {
  endsBefore = false;
  endsAfter = false;
  override write(changes: readonly RecordChange[]): void {
    if (this.endsBefore) throw new Error('the process ends before the write');
    super.write(changes);
    if (this.endsAfter) throw new Error('the process ends after the write');
  }
}

test.each(['endsBefore', 'endsAfter'] as const)('a crash that %s a write leaves no gap', (when) => {
  const store = new EndingStore();
  const archive = archiveIn(store, crypto);
  archive.add([document('RE-1')]);
  store[when] = true;
  expect(() => archive.add([document('RE-2'), document('RE-3')])).toThrow(/the process ends/);
  store[when] = false;
  // The counter and the documents stand and fall together.
  const kept = when === 'endsAfter' ? 3 : 1;
  expect(archive.count(series)).toBe(kept);
  const texts = ['RE-1', 'RE-2', 'RE-3'].filter((number) =>
    [...store.range('p/', 'p/~', 1000)].some(({ key }) => key.endsWith(`text/${number}`)),
  );
  expect(texts).toHaveLength(kept);
});

test('a number is given once', () => {
  const archive = archiveIn(new MemoryRecordStore(), crypto);
  archive.add([document('RE-1')]);
  expect(() => archive.add([document('RE-2'), document('RE-2')])).toThrow(/got RE-2 again/);
  expect(() => archive.add([document('RE-1')])).toThrow(/got RE-1 again/);
  expect(archive.count(series)).toBe(1);
  archive.keepPdf('RE-1', Uint8Array.of(1));
  expect(() => archive.keepPdf('RE-1', Uint8Array.of(2))).toThrow(/without pages/);
});

test('a correction marks what it takes back', () => {
  const archive = archiveIn(new MemoryRecordStore(), crypto);
  archive.add([document('RE-1')]);
  archive.add([document('RK-1', { type: 'invoice correction', corrects: 'RE-1' })]);
  expect(archive.row('RE-1')?.correctedBy).toBe('RK-1');
});

test('delivery is noted for the named documents alone, and its history is bounded', () => {
  const archive = archiveIn(new MemoryRecordStore(), crypto);
  archive.add([document('RE-1'), document('RE-2'), document('RE-3')]);
  archive.note(['RE-1', 'RE-3', 'RE-9'], { state: 'sent', atMs: 9, note: 'by mail' });
  const last = (number: string) => archive.row(number)?.delivery.at(-1)?.state;
  expect(['RE-1', 'RE-2', 'RE-3'].map(last)).toEqual(['sent', 'prepared', 'sent']);
  for (let at = 0; at < 2 * DELIVERY_STEPS_MAX; at++) {
    archive.note(['RE-2'], { state: 'failed', atMs: at, note: '' });
  }
  const delivery = archive.row('RE-2')?.delivery ?? [];
  expect(delivery).toHaveLength(DELIVERY_STEPS_MAX);
  expect(delivery[0]?.state).toBe('prepared');
  expect(delivery.at(-1)?.atMs).toBe(2 * DELIVERY_STEPS_MAX - 1);
});
