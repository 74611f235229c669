import { concatBytes, encode, encodeRecord, energyWh, toHex } from '@commonwatt/ledger';
import { energy } from '@commonwatt/units';
import { beforeAll, expect, test } from 'vitest';
import { energyCommitmentOf } from './lines.ts';
import { readingsRootOf } from './readings.ts';
import type { ComputedRun } from './run.ts';
import { ANA, BEN, CLEO, DORA, SettlingLedger } from './testing/settling-ledger.ts';
import { sha256, type TerseMeter } from './testing/street.ts';

/** Figures that no other number on the ledger has by chance. */
const figure = (member: number, slot: number, way: number) =>
  1_000_003 + member * 70_001 + slot * 5003 + way * 331;

let ledger: SettlingLedger;
let computed: ComputedRun;
let stored: string;

beforeAll(async () => {
  ledger = await SettlingLedger.create();
  const meters = [ANA, BEN, CLEO, DORA].map(
    (member): TerseMeter => ({
      member,
      counted: [0, 1, 2, 3].map(
        (slot) => [figure(member, slot, 0), figure(member, slot, 1)] as const,
      ),
    }),
  );
  await ledger.plant(
    ...[0, 1, 2, 3].flatMap((slot) => [
      { name: `a${slot}`, slot, seller: ANA, buyer: BEN, energy: 2503, price: 10 },
      { name: `b${slot}`, slot, seller: DORA, buyer: CLEO, energy: 1709, price: 12 },
    ]),
  );
  await ledger.meter(...meters);
  await ledger.commit();
  computed = ledger.compute();
  expect(await ledger.propose('officer', computed.run)).toBe('done');
  const records = Array.from({ length: ledger.testing.height + 1 }, (_, height) => {
    const record = ledger.testing.ledger.record(height);
    if (record === undefined) throw new Error(`height ${height} is missing`);
    return encodeRecord(record);
  });
  stored = toHex(concatBytes(...records));
});

const holds = (bytes: Uint8Array): boolean => stored.includes(toHex(bytes));
const ascii = (text: string) => new Uint8Array(Buffer.from(text, 'ascii'));

test('S-8: no reading of a settled day stands on the ledger in clear', () => {
  const readings = [...ledger.readings.values()].flat();
  expect(readings).toHaveLength(16);
  for (const { imported, exported, salt } of readings) {
    for (const counted of [imported, exported]) {
      expect(holds(encode(energyWh, counted))).toBe(false);
      expect(holds(ascii(`${counted}`))).toBe(false);
    }
    expect(holds(salt)).toBe(false);
  }
});

test('the search would find a reading if one stood there', () => {
  const [total] = computed.run.slotTotals;
  expect(holds(encode(energyWh, total?.imported ?? energy(0n)))).toBe(true);
  expect(holds(computed.run.readingsRoot)).toBe(true);
});

test('S-8: neither lines nor energy totals nor their salts stand there', () => {
  for (const { lines, energy: opening, linesRoot } of computed.members) {
    expect(holds(linesRoot)).toBe(true);
    expect(holds(energyCommitmentOf(sha256, opening))).toBe(true);
    expect(holds(opening.salt)).toBe(false);
    expect(lines.filter((line) => holds(line.salt))).toEqual([]);
    for (const total of [opening.bought, opening.sold]) {
      if (total > 0n) expect(holds(encode(energyWh, total))).toBe(false);
    }
  }
});

test('S-8: what stands there cannot be guessed: every Wh tried, no root hit without the salt', () => {
  const readings = [...ledger.readings.values()][0] ?? [];
  const root = readingsRootOf(sha256, readings);
  expect(holds(root)).toBe(true);
  const known = readings.slice(1);
  const first = readings[0] ?? expect.fail('the first meter has no readings');
  // Even who knows all other readings of the day with their salts, and the export of this one.
  const guesses = (salt: Uint8Array) =>
    Array.from({ length: 2000 }, (_, more) => energy(first.imported - 1000n + BigInt(more))).filter(
      (imported) =>
        toHex(readingsRootOf(sha256, [{ ...first, imported, salt }, ...known])) === toHex(root),
    );
  expect(guesses(new Uint8Array(16))).toEqual([]);
  expect(guesses(known[0]?.salt ?? new Uint8Array(16))).toEqual([]);
  expect(guesses(first.salt)).toEqual([first.imported]);
});
