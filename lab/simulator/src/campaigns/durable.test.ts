import { expect, test } from 'vitest';
import { durable } from './durable.ts';
import { type CampaignWorld, runCampaign } from './run-campaign.ts';

const world: CampaignWorld = {
  say: () => undefined,
  progress: () => undefined,
  nowMs: () => 0,
  load: () => undefined,
  store: () => undefined,
};
const order = { seed: 1, isSmall: true, cases: undefined, only: undefined, plant: undefined };

test('nothing acknowledged is lost on a disk that forgets what it was not told to sync', async () => {
  const verdict = await runCampaign(durable, order, world);
  expect(verdict, JSON.stringify(verdict)).toMatchObject({ verdict: 'kept' });
});

test.each(durable.plants)('a store that would %s is caught', async (plant) => {
  expect(await runCampaign(durable, { ...order, plant }, world)).toMatchObject({
    verdict: 'broken',
  });
});
