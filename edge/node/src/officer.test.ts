import { ACTION, openLaneCodec, transferCodec } from '@commonwatt/contracts';
import type { Money } from '@commonwatt/units';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { actionOf, Officer } from './officer.ts';
import { signerOf, TestCommunity } from './testing/community.ts';

let community: TestCommunity;
beforeEach(async () => {
  community = await TestCommunity.open();
});
afterEach(() => community.node.stop());

const laneOf = (lane: number) => actionOf(ACTION.openLane, openLaneCodec, { lane });

test('batches of one lane follow each other, whoever asks at the same time', async () => {
  const { officer } = community.node;
  const answers = await Promise.all([3, 4, 5, 6].map((lane) => officer.submit([laneOf(lane)])));
  expect(answers.map((one) => one.status)).toEqual(Array.from({ length: 4 }, () => 'committed'));
  await Promise.all([officer.openLane(3), officer.openLane(7)]);
  const inLanes = [3, 7].map((lane) => officer.submit([laneOf(lane === 3 ? 1 : 2)], { lane }));
  expect(await Promise.all(inLanes)).toHaveLength(2);
});

test('a refusal is told with its code, and the next batch is taken', async () => {
  const { officer } = community.node;
  const transfer = actionOf(ACTION.transfer, transferCodec, { to: 99, amount: 1n as Money });
  await expect(officer.submit([transfer])).rejects.toThrow('member_unknown');
  await expect(officer.submit([laneOf(3)], { lane: 9 })).rejects.toThrow('lane_unknown');
  expect((await officer.submit([laneOf(3)])).status).toBe('committed');
});

test('it knows its member and roles, and a stranger has neither', () => {
  const { engine, crypto, clock, officer } = community.node;
  expect(officer.member).toBe(1);
  expect([officer.holds('checker'), officer.holds('consumer')]).toEqual([true, false]);
  const stranger = new Officer({ engine, crypto, clock, signer: signerOf('stranger') });
  expect(stranger.member).toBeUndefined();
  expect(stranger.holds('checker')).toBe(false);
});
