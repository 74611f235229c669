/** A day of a living street, billed by its node and checked by its members from proof files alone. */

import { verifyBundle } from '@commonwatt/client';
import { NodeCrypto } from '@commonwatt/consensus';
import { buildStreet } from '@commonwatt/simulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { beginStreet } from './street-demo.ts';

const SLOTS = 8;
const HOUR_MS = 3_600_000;
const DAY = { from: '2025-05-05', until: '2025-05-06', accept: ['readings_missing'] } as const;

let living: Awaited<ReturnType<typeof beginStreet>>;

beforeAll(async () => {
  const options = { slots: SLOTS, headless: true, port: 0 };
  living = await beginStreet(buildStreet({ seed: 1 }), options, undefined);
  const { run, life, node, street } = living;
  for (let slot = 0; slot < SLOTS; slot++) await run.slot(life.firstSlotIndex + slot);
  const end = street.slotAt(life.firstSlotIndex + SLOTS).startMs;
  await life.clock.until(end);
  await run.deliver(life.firstSlotIndex + SLOTS - 1);
  await life.clock.until(end + 24 * HOUR_MS);
  await node.tick();
}, 60_000);
afterAll(() => living.node.stop());

test('everyone is billed, and every bill is computed again from its member’s file', async () => {
  const { billing, statements, ledger, checkpoints } = living.node;
  const preview = await billing.preview(DAY);
  if ('code' in preview) return expect.fail(`${preview.code}`);
  expect(preview.exceptions).toEqual([]);
  const done = await billing.finalise({ ...DAY, hash: preview.hash });
  if ('code' in done) return expect.fail(`${done.code}`);
  const invoices = done.documents.filter(({ type }) => type === 'invoice');
  expect(invoices.length).toBe(living.life.residents.length);
  expect(done.documents.length).toBeGreaterThan(invoices.length);

  const keys = [checkpoints.verifierKey];
  const asker = { chain: ledger.chain, keys, threshold: 1, crypto: new NodeCrypto() };
  let bills = 0;
  for (const { member } of living.life.residents) {
    const file = statements.bundle(member, preview.fromMs, preview.untilMs);
    const verdict = verifyBundle(JSON.parse(JSON.stringify(file)), asker);
    if (!verdict.ok) return expect.fail(`member ${member}: ${verdict.reason}`);
    bills += verdict.summary.bills;
  }
  expect(bills).toBe(done.documents.length);
}, 60_000);
