import { expect, test } from 'vitest';
import { conserve } from './conserve.ts';
import { type CampaignWorld, runCampaign } from './run-campaign.ts';

const world: CampaignWorld = {
  say: () => undefined,
  progress: () => undefined,
  nowMs: () => 0,
  load: () => undefined,
  store: () => undefined,
};
const order = { seed: 1, isSmall: true, cases: undefined, only: undefined, plant: undefined };

test('2,500 random operations conserve money and energy', async () => {
  const verdict = await runCampaign(conserve, order, world);
  expect(verdict, JSON.stringify(verdict)).toMatchObject({ verdict: 'kept' });
});

test.each(conserve.plants)('the second bookkeeper finds a planted fault: %s', async (plant) => {
  const verdict = await runCampaign(conserve, { ...order, plant }, world);
  expect(verdict).toMatchObject({ verdict: 'broken', case: 0 });
  expect(verdict.verdict === 'broken' && verdict.reason).toContain('the books differ');
});
