import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { ownLots } from './own-lines.ts';

const SEED = '5'.repeat(64);
const STANDING = `${'a'.repeat(64)}:0`;
const SENT = `${'b'.repeat(64)}:3`;

function lot(name: string): string {
  return createHash('sha256').update(`${SEED}\0${name}`, 'utf8').digest('hex');
}

test('an order’s lot is the hash of the seed, a zero byte and its name', () => {
  const slotMs = Date.UTC(2026, 5, 18, 14, 15);
  const lots = ownLots(SEED, slotMs, { standing: [STANDING], sent: [SENT] });
  expect([...lots]).toEqual([lot(`${STANDING}@2026-06-18T14:15:00Z`), lot(SENT)]);
});

test('another slot’s order has another lot', () => {
  const orders = { standing: [STANDING], sent: [] };
  const [first] = ownLots(SEED, 900_000, orders);
  const [second] = ownLots(SEED, 1_800_000, orders);
  expect(first).not.toBe(second);
});
