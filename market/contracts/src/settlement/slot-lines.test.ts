import { equalBytes, verifyInclusion } from '@commonwatt/ledger';
import { energy, money } from '@commonwatt/units';
import { expect, test } from 'vitest';
import {
  CHARGE_KINDS,
  chargeOf,
  residualOf,
  type SlotLine,
  slotLineLeafHash,
  slotLineProof,
  slotLinesRootOf,
} from './slot-lines.ts';
import { FROM_MS, hashOf, QUARTER_MS, sha256 } from './testing/street.ts';

const line = (slot: number): SlotLine => ({
  slotMs: FROM_MS + slot * QUARTER_MS,
  imported: energy(100n),
  exported: energy(20n),
  bought: energy(30n),
  sold: energy(10n),
  allotted: energy(50n),
  received: energy(25n),
  given: energy(4n),
  sellerShort: energy(3n),
  buyerShort: energy(2n),
  sharedMoney: money(1n),
  deviation: money(-20n),
  supply: money(-300n),
  grid: money(-4000n),
  levies: money(-50_000n),
  taxes: money(-600_000n),
  salt: hashOf(`salt ${slot}`).slice(0, 16),
});
const lines = [0, 1, 2].map(line);

test('what is neither traded nor shared is the supplier’s', () => {
  expect(residualOf(line(0))).toEqual({ residualImport: 45n, residualExport: 6n });
});

test('a charge is the sum of every kind of every line', () => {
  expect(chargeOf([line(0)])).toBe(-654_319n);
  expect(chargeOf(lines)).toBe(3n * -654_319n);
  expect(chargeOf([])).toBe(0n);
});

test('each line can be opened alone under the root', () => {
  const root = slotLinesRootOf(sha256, lines);
  lines.forEach((one, index) => {
    const proof = slotLineProof(sha256, lines, index);
    const leafHash = slotLineLeafHash(sha256, one);
    expect(verifyInclusion(sha256, { leafHash, index, size: 3, proof, root })).toBe(true);
  });
  expect(() => slotLineProof(sha256, lines, 3)).toThrow(RangeError);
});

test('whatever changes in a line changes its leaf', () => {
  const leaf = slotLineLeafHash(sha256, line(0));
  const names = Object.keys(line(0)).filter((name) => name !== 'salt') as (keyof SlotLine)[];
  for (const name of names) {
    const value = line(0)[name] as bigint | number;
    const changed = { ...line(0), [name]: typeof value === 'bigint' ? value + 1n : value + 1 };
    expect(equalBytes(slotLineLeafHash(sha256, changed), leaf), name).toBe(false);
  }
  expect(names).toEqual(expect.arrayContaining([...CHARGE_KINDS]));
});
