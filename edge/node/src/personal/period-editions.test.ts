import { NodeCrypto } from '@commonwatt/consensus';
import { beforeEach, expect, test } from 'vitest';
import { openVault } from './open-vault.ts';
import { PeriodEditions } from './period-editions.ts';
import type { PersonalVault } from './personal-vault.ts';

const HOUR_MS = 3_600_000;
const hour = (from: number, hours = 1) => ({
  periodFromMs: from * HOUR_MS,
  periodUntilMs: (from + hours) * HOUR_MS,
});

let vault: PersonalVault;
let editions: PeriodEditions;
beforeEach(() => {
  vault = openVault(undefined, new NodeCrypto());
  editions = new PeriodEditions(vault);
});

/** Notes a correction for a slot, as the store does when it keeps a late reading. */
function correct(slotMs: number): void {
  const noted = editions.noted(slotMs);
  if (noted !== undefined) vault.write([noted]);
}

test('an open period counts everything, a closed one what came before', () => {
  editions.close(hour(5));
  expect([4, 5, 6].map((at) => editions.of(at * HOUR_MS))).toEqual([0, 1, 0]);
  expect(editions.of(6 * HOUR_MS - 1)).toBe(1);
  expect(editions.counts(5 * HOUR_MS, 0)).toBe(true);
  expect(editions.counts(5 * HOUR_MS, 1)).toBe(false);
  expect(editions.counts(4 * HOUR_MS, 9)).toBe(true);
});

test('closing again changes nothing, and adopting nothing where there is no correction', () => {
  editions.close(hour(5));
  editions.close(hour(5));
  editions.adopt(hour(5));
  expect(editions.of(5 * HOUR_MS)).toBe(1);
});

test('corrections count once they are adopted, and the next ones wait again', () => {
  editions.close(hour(5));
  expect(editions.hasCorrections(hour(5))).toBe(false);
  correct(5 * HOUR_MS);
  correct(5 * HOUR_MS + 1);
  expect(editions.hasCorrections(hour(5))).toBe(true);
  editions.adopt(hour(5));
  expect(editions.hasCorrections(hour(5))).toBe(false);
  expect([0, 1, 2].map((edition) => editions.counts(5 * HOUR_MS, edition))).toEqual([
    true,
    true,
    false,
  ]);
});

test('periods share no instant, and only a closed one is corrected', () => {
  editions.close(hour(5, 2));
  editions.close(hour(3));
  editions.close(hour(9));
  for (const across of [hour(4, 2), hour(6), hour(5), hour(2, 2), hour(0, 24)]) {
    expect(() => editions.close(across)).toThrow('expected it apart from');
  }
  expect(() => editions.adopt(hour(12))).toThrow('expected it closed before it is corrected');
  expect([3, 4, 5, 6, 7, 9].map((at) => editions.of(at * HOUR_MS))).toEqual([1, 0, 1, 1, 0, 1]);
});

test('survive a restart', () => {
  for (const at of [11, 3, 7]) editions.close(hour(at));
  correct(7 * HOUR_MS);
  const again = new PeriodEditions(vault);
  expect(again.hasCorrections(hour(7))).toBe(true);
  expect(again.hasCorrections(hour(3))).toBe(false);
  again.adopt(hour(7));
  expect([3, 7, 11].map((at) => new PeriodEditions(vault).of(at * HOUR_MS))).toEqual([1, 2, 1]);
});
