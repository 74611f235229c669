import { expect, test } from 'vitest';
import { servedSlots } from './served-slots.ts';
import { FROM_MS, line, QUARTER_MS, reading } from './testing/street-month.ts';

const served = (lines: Parameters<typeof servedSlots>[0]['lines']) =>
  servedSlots({
    slotLengthMs: QUARTER_MS,
    readings: [reading(0, 100n), reading(1, 50n), reading(2, 80n, 10n)],
    lines,
    deviations: [],
    qualityOf: () => 'measured',
  });

test('every Wh of a reading is taken once, by shorter slots first', () => {
  const { slots, aboveMetered } = served([
    line(0, 'buy', 120n, { slots: 3 }),
    line(1, 'buy', 30n),
    line(0, 'buy', 20n, { slots: 2 }),
  ]);
  expect(slots.map(({ bought }) => bought)).toEqual([100n, 50n, 20n]);
  expect(slots.map(({ residualImport }) => residualImport)).toEqual([0n, 0n, 60n]);
  expect(aboveMetered).toEqual([]);
});

test('what no reading holds is told and stands in the first slot, so that no energy is lost', () => {
  const { slots, aboveMetered } = served([line(0, 'sell', 15n, { slots: 3 })]);
  expect(slots.map(({ sold, residualExport }) => [sold, residualExport])).toEqual([
    [5n, 0n],
    [0n, 0n],
    [10n, 0n],
  ]);
  expect(aboveMetered).toEqual([FROM_MS]);
});

test('traded energy and money stand in the slot in which the trade begins', () => {
  const { slots } = served([line(1, 'buy', 40n, { traded: 70n, slots: 2 })]);
  expect(slots[1]).toMatchObject({ tradedBuy: 70n, bought: 40n, amount: -40n * 160_000n });
  expect(slots[2]).toMatchObject({ tradedBuy: 0n, bought: 0n, amount: 0n });
});
