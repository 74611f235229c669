import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ACTION,
  disputes,
  openRuns,
  type ProposeRun,
  proposeRunCodec,
  type Run,
  settledPeriods,
} from '@commonwatt/contracts';
import type { Energy } from '@commonwatt/units';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { actionOf, Officer } from '../officer.ts';
import { HOUR_MS, NOON_MS, SLOT_MS, signerOf, TestCommunity } from '../testing/community.ts';
import { answerTo, checkOpenRuns, type OpenRunCheck } from './open-runs.ts';
import { exportReadings } from './readings-folder.ts';

const ONE_O_CLOCK = NOON_MS + HOUR_MS;
let folder: string;
let community: TestCommunity;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'commonwatt-open-runs-'));
  community = await TestCommunity.open({ dir: folder }, undefined, ['zoe']);
});
afterEach(async () => {
  await community.node.stop();
  rmSync(folder, { recursive: true });
});

async function tradedHour(): Promise<void> {
  await community.enrol('ana');
  await community.enrol('ben', 'household');
  await community.stand('ana', 'sell', 800n, 100_000n);
  await community.stand('ben', 'buy', 800n, 300_000n);
  for (let slot = 0; slot < 8; slot++) await community.advance(SLOT_MS);
  for (let at = ONE_O_CLOCK; at < ONE_O_CLOCK + HOUR_MS; at += SLOT_MS) {
    await community.deliver(community.reading('ana', at, { exported: 800n }));
    await community.deliver(community.reading('ben', at, { imported: 800n }));
  }
}

/** What a checker finds about the hour's run, with the auditor's file and the ledger's folder alone. */
async function looked(): Promise<OpenRunCheck | undefined> {
  await community.node.stop();
  const { path } = await exportReadings(folder);
  const { runs } = await checkOpenRuns({ dir: folder, readings: path });
  await community.restart();
  return runs.find(({ run }) => run.periodFromMs === ONE_O_CLOCK);
}

/** The second checker says on the ledger what it found. */
async function answered(one: OpenRunCheck | undefined): Promise<void> {
  if (one === undefined || 'unopened' in one.check) throw new Error('expected a check');
  const { engine, crypto, clock } = community.node;
  const zoe = new Officer({ engine, crypto, clock, signer: signerOf('zoe') });
  await zoe.submit([answerTo(one, one.check)]);
}

/** As the run, but with one Wh more in one slot: the ledger alone cannot tell. */
function tampered(run: Run): Run {
  const [first, ...rest] = run.slotTotals;
  if (first === undefined) throw new Error('expected a slot');
  const more = {
    ...first,
    imported: (first.imported + 1n) as Energy,
    residualImport: (first.residualImport + 1n) as Energy,
  };
  return { ...run, slotTotals: [more, ...rest] };
}

test('of two checkers one disputes a tampered run, and an honest one takes effect', async () => {
  await tradedHour();
  await community.advance(SLOT_MS);
  const entries = () => community.node.ledger.state.entries(openRuns);
  const honest = entries().find(([key]) => key.periodFromMs === ONE_O_CLOCK)?.[1].run as Run;
  const message: ProposeRun = { run: tampered(honest) };
  await community.node.officer.submit([actionOf(ACTION.proposeRun, proposeRunCodec, message)]);
  const wrong = await looked();
  expect(wrong?.check).toMatchObject({
    agrees: false,
    differences: [`slotTotals of ${ONE_O_CLOCK}`],
    first: `slot ${ONE_O_CLOCK}: imported: expected 800, got 801`,
  });
  await answered(wrong);
  const settled = () => community.node.ledger.state.get(settledPeriods, ONE_O_CLOCK);
  expect(community.node.ledger.state.entries(disputes)).toHaveLength(1);
  expect(settled()).toBeUndefined();
  // The service, started again, proposes what the readings say.
  await community.advance(0);
  const right = await looked();
  expect(right?.check).toMatchObject({ agrees: true, differences: [], first: undefined });
  await answered(right);
  expect(settled()?.runHash).toEqual(right?.runHash);
  expect(settled()?.signedBy).toHaveLength(2);
});

test('a run of a member of whom the file holds nothing cannot be executed again', async () => {
  await tradedHour();
  await community.advance(SLOT_MS);
  const { number } = community.member('ben');
  await community.node.personal.erase(number);
  expect((await looked())?.check).toEqual({
    unopened: `the file holds nothing of member ${number}`,
  });
});
