import { expect, test } from 'vitest';
import { hasTwoPrices } from './parts/day-chart.tsx';
import { sentence } from './parts/merit-order.tsx';
import { gainWords } from './screens/street-screen.tsx';
import { roomForPrice } from './slot/result.tsx';
import { pricesWords, twoPrices } from './slot-prices.ts';

const GAP = '\u202f';
const two = { price: '230000', sellerPrice: '141000' };
const one = { price: '230000', sellerPrice: '230000' };
const none = { price: null, sellerPrice: null };

test('two prices are both said, one once, none as none', () => {
  expect([twoPrices(two), twoPrices(one), twoPrices(none)]).toEqual([two, undefined, undefined]);
  expect(pricesWords(two)).toBe('23.0 ct/kWh for buyers and 14.1 ct/kWh for sellers');
  expect(pricesWords(one)).toBe(`23.0${GAP}ct/kWh`);
  expect(pricesWords(none)).toBe('no price');
});

test('neighbours gain by the price that is theirs, and the rest is named', () => {
  const bounds = { supplierPrice: '300000', feedInPrice: '80000' };
  const words = gainWords({ price: two.price, two, ...bounds });
  expect(words).toContain(`costs 7.0${GAP}ct/kWh less`);
  expect(words).toContain(`pays its maker 6.1${GAP}ct/kWh more`);
  expect(words).toContain(`The 8.9${GAP}ct/kWh between the two go to the community.`);
  const same = gainWords({ price: one.price, two: undefined, ...bounds });
  expect(same).toContain(`pays its maker 15.0${GAP}ct/kWh more`);
  expect(same).not.toContain('community');
});

const lines = [{ side: 'sell', limit: '100000', energy: '500' }] as const;

test('who hears the drawing hears what it shows, also where nothing traded', () => {
  const curves = { lines, volume: '500' };
  expect(sentence({ ...curves, ...one })).toMatch(/^1 order\. The lines cross at 0\.50.kWh and 23/);
  expect(sentence({ ...curves, ...one, isMean: true })).toMatch(
    /trade at 23\.00.ct.kWh on average/,
  );
  expect(sentence({ ...curves, ...two, isMean: true })).toMatch(/for buyers and 14\.10 ct.kWh for/);
  expect(sentence({ lines, volume: '0', ...none })).toBe('1 order. Nothing traded.');
  expect(sentence({ lines, volume: '0', ...none, isOpen: true })).toMatch(/If the gate closed now/);
});

test('room for the price is told only where all have one', () => {
  const cleared = {
    ...{ market: 1, slotMs: 0, mechanism: 'pay-as-bid', mechanismVersion: 1, kThousandths: 500 },
    ...{ settings: [], network: [], seed: '', lines: [], volume: '500', price: null },
    ...{ low: '140000', high: '140000' },
  };
  expect(roomForPrice(cleared, true)).toMatch(/a price for its buyer and a lower one/);
  expect(roomForPrice(cleared, false)).toBe('Each trade has its own price.');
  expect(roomForPrice({ ...cleared, price: '140000' }, false)).toMatch(/^Only this price/);
  expect(roomForPrice({ ...cleared, price: '140000', low: '120000' }, false)).toMatch(/^Any price/);
  expect(roomForPrice({ ...cleared, price: '1', low: null }, false)).toBe('The rule names none.');
  expect(roomForPrice({ ...cleared, volume: '0' }, true)).toBe('Nothing traded.');
});

test('a day has two lines of prices where a slot of it has two prices', () => {
  expect([hasTwoPrices([one, none]), hasTwoPrices([none, two])]).toEqual([false, true]);
});
