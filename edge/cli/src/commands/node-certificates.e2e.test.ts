/** A node as `commonwatt node` runs it, with a ledger of certificates in its configuration. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { RunningNode } from './running-node.test-support.ts';

let node: RunningNode;
beforeAll(async () => {
  node = await RunningNode.start('info', 'certificates: { finalityBlocks: 2 }\n');
}, 60_000);
afterAll(() => node.remove());

test('it names the ledger of certificates on the market; both are kept, backed up and audited', async () => {
  await expect.poll(() => node.log, { timeout: 15_000 }).toMatch(/"height":1,.*"msg":"block"/);
  const backup = await node.json('backup', node.place('ledger'), '--out', node.place('backup'));
  // Nothing has gone there, so there is no block yet.
  const certificates = { height: null, hash: null };
  expect([backup.status, backup.answer.certificates]).toEqual([0, certificates]);
  expect(await node.stop()).toBe(0);
  const { status, answer } = await node.json('audit', node.place('ledger'));
  expect([status, answer.clean]).toEqual([0, true]);
  expect(answer.certificates.name).toBe(`${answer.name}/certificates`);
  const peg = { locked: '0', minted: '0', underWay: '0', crossings: 0, arrived: 0 };
  expect(answer.peg).toEqual(peg);
});
