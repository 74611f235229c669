import { expect, test } from 'vitest';
import { type CampaignWorld, runCampaign } from './run-campaign.ts';
import { settlement } from './settlement.ts';

const world: CampaignWorld = {
  say: () => undefined,
  progress: () => undefined,
  nowMs: () => 0,
  load: () => undefined,
  store: () => undefined,
};
const order = { seed: 1, isSmall: true, cases: undefined, only: undefined, plant: undefined };

test('a settled hour is the same in any order, and sent again it changes nothing', async () => {
  const verdict = await runCampaign(settlement, order, world);
  expect(verdict, JSON.stringify(verdict)).toMatchObject({
    verdict: 'kept',
    cases: 3,
  });
});

test.each([
  ['the last row counts', 'in another order the run is'],
  ['one price for both', 'in another order the run is'],
  ['pay again', 'a run of a settled period was taken'],
  ['lose the spread', 'the books differ'],
  ['pay a seller the price of its buyer', 'the books differ: spread'],
])('it finds a planted fault: %s', async (plant, reason) => {
  expect(settlement.plants).toContain(plant);
  const verdict = await runCampaign(settlement, { ...order, plant }, world);
  expect(verdict).toMatchObject({ verdict: 'broken', case: 0 });
  expect(verdict.verdict === 'broken' && verdict.reason).toContain(reason);
});
