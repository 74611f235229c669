import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backupStore } from '@commonwatt/consensus';
import { settledPeriods } from '@commonwatt/contracts';
import { toHex } from '@commonwatt/ledger';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyRecords } from './personal/record-backup.ts';
import { RestoreError, restoreLedger } from './restore.ts';
import { auditReadingsFolder, exportReadings } from './settlement/readings-folder.ts';
import { HOUR_MS, NOON_MS, SLOT_MS, signerOf, TestCommunity } from './testing/community.ts';

const ONE_O_CLOCK = NOON_MS + HOUR_MS;
const TIMES = { periodMs: HOUR_MS, graceMs: SLOT_MS, correctionEveryMs: HOUR_MS };

let folder: string;
let community: TestCommunity;
const place = (name: string): string => join(folder, name);
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'commonwatt-restore-'));
  community = await TestCommunity.open({ dir: place('ledger'), settlement: TIMES });
  await community.enrol('ana');
  await community.enrol('ben', 'household');
  await community.stand('ana', 'sell', 800n, 100_000n);
  await community.stand('ben', 'buy', 800n, 300_000n);
  for (let slot = 0; slot < 8; slot++) await community.advance(SLOT_MS);
  for (let at = ONE_O_CLOCK; at < ONE_O_CLOCK + HOUR_MS; at += SLOT_MS) {
    await community.deliver(community.reading('ben', at, { imported: 800n }));
    await community.deliver(community.reading('ana', at, { exported: 800n }));
  }
  await community.node.personal.putLabel(community.member('ana').number, 'Ana Kanarek');
  await community.advance(SLOT_MS);
});
afterEach(async () => {
  await community.node.stop();
  rmSync(folder, { recursive: true });
});

async function restored(keys?: string): Promise<void> {
  await restoreLedger({
    backup: place('backup'),
    dir: place('restored'),
    operator: signerOf('officer'),
    clock: community.clock,
    keys,
  });
}

test('records are copied while the node works, and come back with the ledger', async () => {
  const ana = community.member('ana').number;
  const statementsOf = () =>
    community.node.statements
      .of(ana, 0, 2 ** 50, 10)
      .map((one) => ({ ...one, runHash: toHex(one.runHash) }));
  const before = statementsOf();
  expect(before.length).toBeGreaterThan(0);
  await backupStore(place('ledger'), place('backup'));
  const copied = await copyRecords({ from: place('ledger'), to: place('backup') });
  expect(copied).toEqual(['personal', 'bills', 'mailbox']);
  expect(statSync(place('backup/personal')).mode & 0o777).toBe(0o700);
  expect(statSync(place('backup/personal/master.key')).mode & 0o777).toBe(0o600);
  await community.node.personal.putLabel(ana, 'Ana after the backup');
  await restored();
  await community.restart(place('restored'));
  expect(community.node.personal.label(ana)).toBe('Ana Kanarek');
  expect(statementsOf()).toEqual(before);
  // The node goes on with them: it settles, and an auditor finds every run right.
  await community.advance(HOUR_MS);
  await exportReadings(place('restored'));
  const readings = place('restored/readings');
  const audit = await auditReadingsFolder({ dir: place('restored'), readings });
  expect(audit).toMatchObject({ findings: [], unsigned: [], readings: 8 });
});

test('with the keys apart the copy alone opens nothing, and both together open all', async () => {
  await backupStore(place('ledger'), place('backup'));
  await copyRecords({ from: place('ledger'), to: place('backup'), keysTo: place('keys') });
  for (const name of ['personal', 'bills']) {
    expect(readdirSync(place(`keys/${name}`))).toEqual(['master.key']);
    expect(existsSync(place(`backup/${name}/master.key`))).toBe(false);
  }
  await expect(restored()).rejects.toThrow(RestoreError);
  expect(existsSync(place('restored'))).toBe(false);
  await restored(place('keys'));
  await community.restart(place('restored'));
  expect(community.node.personal.label(community.member('ana').number)).toBe('Ana Kanarek');
});

test('a correction whose run is among the lost blocks is settled again', async () => {
  const changed = community.reading('ben', ONE_O_CLOCK, { imported: 300n }, { version: 2 });
  expect(await community.deliver(changed)).toBeUndefined();
  await backupStore(place('ledger'), place('backup'));
  const sequence = () => community.node.ledger.state.get(settledPeriods, ONE_O_CLOCK)?.sequence;
  expect(sequence()).toBe(0);
  await community.advance(HOUR_MS);
  expect(sequence()).toBe(1);
  // The records are of a later moment than the blocks: they tell of a run that is lost.
  await copyRecords({ from: place('ledger'), to: place('backup') });
  await restored();
  await community.restart(place('restored'));
  expect(sequence()).toBe(0);
  await community.advance(SLOT_MS);
  expect(sequence()).toBe(1);
});
