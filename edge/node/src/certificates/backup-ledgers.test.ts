import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyStore } from '@commonwatt/consensus';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RestoreError, restoreLedger } from '../restore.ts';
import { signerOf } from '../testing/community.ts';
import { agree, backupLedgers, CERTIFICATES_FOLDER } from './backup-ledgers.ts';
import { auditStoredPeg } from './stored-ledgers.ts';
import { TwoLedgers } from './testing/two-ledgers.ts';

let folder: string;
let two: TwoLedgers;
const place = (name: string) => join(folder, name);
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'commonwatt-two-backup-'));
  two = await TwoLedgers.open({ dir: place('ledger') });
  await two.enrol('ana', 1000n);
  await two.node.tick();
  await two.lock('ana', 400n);
  await two.blocks();
  await two.node.tick();
});
afterEach(async () => {
  await two.node.stop();
  rmSync(folder, { recursive: true });
});

/** What is burnt comes back; both heads go on. */
async function bringBack(amount: bigint): Promise<void> {
  await two.burn('ana', amount);
  await two.blocks();
  await two.node.tick();
}

test('a copy of both while the node works agrees, and is gone on from in epochs of both', async () => {
  await two.lock('ana', 50n);
  await backupLedgers(place('ledger'), place('backup'));
  await bringBack(100n);
  const copies = [place('backup'), join(place('backup'), CERTIFICATES_FOLDER)] as const;
  expect(await auditStoredPeg(...copies)).toEqual({
    clean: true,
    figures: { locked: 450n, minted: 400n, underWay: 50n, crossings: 2, arrived: 1 },
  });
  await two.node.stop();
  const dir = place('restored');
  const restored = await restoreLedger({
    backup: place('backup'),
    dir,
    operator: signerOf('officer'),
    clock: two.community.clock,
  });
  expect(restored).toMatchObject({ epoch: 2, certificates: { epoch: 2, named: true } });
  await two.community.restart(dir);
  await two.blocks();
  await two.node.tick();
  // What was under way arrives by the new logs, and what came back after the backup is still there.
  expect(two.pegged()).toEqual({ locked: 450n, minted: 450n });
  await bringBack(450n);
  expect([two.pegged(), two.free('ana', 'market')]).toEqual([{ locked: 0n, minted: 0n }, 1000n]);
  expect(two.certificates.relay).toMatchObject({ standing: undefined, refused: [] });
});

test('copies of two moments do not agree: the audit names the ledger, and nothing goes on', async () => {
  cpSync(place('ledger'), place('older'), { recursive: true });
  await bringBack(100n);
  cpSync(place('ledger'), place('newer'), { recursive: true });
  const older = join(place('older'), CERTIFICATES_FOLDER);
  expect(await agree(place('older'), older)).toBe(true);
  expect(await agree(place('newer'), older)).toBe(false);
  expect(await auditStoredPeg(place('newer'), older)).toMatchObject({
    clean: false,
    ledger: 'market',
    reason: expect.stringMatching(/^it took a head of \d+ blocks that the ledger of certificates/),
  });
  await backupLedgers(place('newer'), place('mixed'));
  const mixed = join(place('mixed'), CERTIFICATES_FOLDER);
  rmSync(mixed, { recursive: true });
  await copyStore(older, mixed);
  const { clock } = two.community;
  const operator = signerOf('officer');
  const restoring = restoreLedger({ backup: place('mixed'), dir: place('no'), operator, clock });
  await expect(restoring).rejects.toThrow(RestoreError);
});
