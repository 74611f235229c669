import { describe, expect, test } from 'vitest';
import {
  DAYS_MAX,
  midwayPrice,
  moneyOfDay,
  powerOverSlot,
  readTerms,
  standingMessage,
  type TypedTerms,
} from './standing-terms.ts';

const typed: TypedTerms = { side: 'buy', limit: '19.5', energy: '0.25', days: '30' };
const QUARTER_HOUR_MS = 900_000;

describe('what was typed', () => {
  test('is read exactly', () => {
    expect(readTerms(typed)).toEqual({ side: 'buy', limit: 195_000n, energy: 250n, days: 30 });
  });

  test('may have a comma for the point', () => {
    expect(readTerms({ ...typed, limit: ' 19,5 ', energy: '0,25' })).toEqual(readTerms(typed));
  });

  test.each<[string, Partial<TypedTerms>]>([
    ['energy of nothing', { energy: '0' }],
    ['energy below nothing', { energy: '-1' }],
    ['energy finer than a watt-hour', { energy: '0.0001' }],
    ['energy in words', { energy: 'much' }],
    ['no limit', { limit: '' }],
    ['a limit finer than the ledger holds', { limit: '19.00001' }],
    ['no day', { days: '0' }],
    ['half a day', { days: '0.5' }],
    ['more than ten years', { days: `${DAYS_MAX + 1}` }],
  ])('%s is refused', (_what, wrong) => {
    expect(() => readTerms({ ...typed, ...wrong })).toThrow();
  });

  test('a negative price is a price', () => {
    expect(readTerms({ ...typed, limit: '-2' }).limit).toBe(-20_000n);
  });
});

test('the most of a day is the energy of every slot at the limit', () => {
  // 96 slots x 250 Wh x 195 000 nano per Wh.
  expect(moneyOfDay(readTerms(typed), QUARTER_HOUR_MS)).toBe(4_680_000_000n);
});

test('an order begins at the next gate and lasts whole days', () => {
  const market = { market: 1, nextSlotMs: 1_781_786_700_000 };
  expect(standingMessage(readTerms(typed), market)).toEqual({
    market: 1,
    side: 'buy',
    limit: 195_000n,
    energies: [250n],
    fromMs: 1_781_786_700_000,
    untilMs: 1_781_786_700_000 + 30 * 86_400_000,
  });
});

test('midway between feed-in and supplier, in whole tenths of a cent', () => {
  expect(midwayPrice('80000', '310000')).toBe(195_000n);
  expect(midwayPrice('81234', '310000')).toBe(195_000n);
  expect(midwayPrice(null, '310000')).toBe(200_000n);
});

test('1 kW over a quarter hour is 250 Wh', () => {
  expect(powerOverSlot(QUARTER_HOUR_MS)).toBe(250n);
  expect(powerOverSlot(300_000)).toBe(83n);
});
