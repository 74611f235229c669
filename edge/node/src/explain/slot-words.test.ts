import type { Savings, SlotStatement } from '@commonwatt/contracts';
import type { Energy, Money } from '@commonwatt/units';
import { expect, test } from 'vitest';
import { savingsWords } from './savings-words.ts';
import { type RunOfSlot, slotWords } from './slot-words.ts';

const zero = 0n as Energy;
const slot: SlotStatement = {
  slotMs: 0,
  imported: zero,
  exported: zero,
  bought: zero,
  sold: zero,
  residualImport: zero,
  residualExport: zero,
  tradedBuy: zero,
  tradedSell: zero,
  deviationBuy: zero,
  deviationSell: zero,
  amount: 0n as Money,
  quality: 'measured',
};
const Wh = (amount: bigint) => amount as Energy;
const nano = (amount: bigint) => amount as Money;

const nothingMore: RunOfSlot['line'] = {
  deviation: nano(0n),
  supply: nano(0n),
  grid: nano(0n),
  levies: nano(0n),
  taxes: nano(0n),
};
const final: RunOfSlot = { stage: 'final', line: nothingMore };

test.each<[RunOfSlot | undefined, string]>([
  [undefined, '; it is not settled yet.'],
  [{ stage: 'provisional', line: nothingMore }, '; this is provisional.'],
  [final, '.'],
  [{ stage: 'adjusting', line: nothingMore }, '; this was adjusted after it was final.'],
])('how far a slot is settled, case %#', (run, end) => {
  expect(slotWords(slot, 'EUR', run)).toBe(`Nothing was metered, and nothing is due for it${end}`);
});

test('a deviation that is charged says what it costs, and a posted residual what it comes to', () => {
  const short = { ...slot, tradedBuy: Wh(100n), deviationBuy: Wh(20n), amount: nano(-9_000_000n) };
  const charged = { ...nothingMore, deviation: nano(-1_000_000n), supply: nano(-3_000_000n) };
  expect(slotWords(short, 'EUR', { stage: 'final', line: charged })).toBe(
    'Nothing was metered; your meter stayed 0.02 kWh below what you had traded: your own deviation, which costs 0.001 EUR; in all the slot costs you 0.009 EUR; the rest, grid fees, levies and taxes cost 0.003 EUR.',
  );
  const fedIn = { ...nothingMore, supply: nano(3_000_000n), grid: nano(-1_000_000n) };
  expect(slotWords(slot, 'EUR', { stage: 'final', line: fedIn })).toBe(
    'Nothing was metered, and nothing is due for it; the rest went to the grid for 0.002 EUR.',
  );
});

test.each<[Partial<SlotStatement>, string]>([
  [{}, 'Nothing was metered, and nothing is due for it.'],
  [
    {
      imported: Wh(500n),
      bought: Wh(200n),
      tradedBuy: Wh(200n),
      residualImport: Wh(300n),
      amount: nano(-32_000_000n),
    },
    'You used 0.5 kWh, 0.2 kWh of it from neighbours, which costs you 0.032 EUR.',
  ],
  [
    {
      exported: Wh(500n),
      sold: Wh(500n),
      tradedSell: Wh(500n),
      amount: nano(80_000_000n),
      quality: 'estimated',
    },
    'You fed in 0.5 kWh, all of it to neighbours, which brings you 0.08 EUR; the reading was estimated.',
  ],
  [
    { imported: Wh(500n), residualImport: Wh(500n), tradedBuy: Wh(100n) },
    'You used 0.5 kWh, none of it from neighbours; 0.1 kWh of what was traded was not delivered, and only what was is due; nothing is due.',
  ],
  [
    {
      imported: Wh(80n),
      bought: Wh(80n),
      tradedBuy: Wh(100n),
      deviationBuy: Wh(20n),
      amount: nano(-9_000_000n),
    },
    'You used 0.08 kWh, all of it from neighbours; your meter stayed 0.02 kWh below what you had traded: your own deviation, which is free here; in all the slot costs you 0.009 EUR.',
  ],
  [
    { quality: 'missing' },
    'Nothing was metered, and nothing is due for it; a reading is missing and counts as zero.',
  ],
])('a slot, case %#', (changes, sentence) => {
  expect(slotWords({ ...slot, ...changes }, 'EUR', final)).toBe(sentence);
});

test('savings are shown as the sum that they are', () => {
  const savings: Savings = {
    supply: nano(251_000_000n),
    feedIn: nano(134_000_000n),
    gridAndTaxes: nano(76_300_000n),
    baseFees: nano(0n),
    supplierOnly: nano(193_300_000n),
    withCommunity: nano(-10_000_000n),
    saved: nano(203_300_000n),
  };
  expect(savingsWords(savings, 'EUR')).toBe(
    'supplier only = supply 0.251 - feed-in 0.134 + grid fees, levies and taxes 0.0763 + base fees 0 = 0.1933 EUR; saved = 0.1933 - with the community (-0.01) = 0.2033 EUR',
  );
});
