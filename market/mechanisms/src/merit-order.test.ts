import { expect, test } from 'vitest';
import { clearLines } from './clear-lines.ts';
import { byMerit, meritOrder } from './merit-order.ts';
import { line } from './testing/book.ts';

const LINES = [
  line('0c', 'buy', 20n, 6n),
  line('0f', 'buy', 30n, 2n),
  line('0b', 'buy', 30n, 4n),
  line('00', 'buy', 99n, 0n),
  line('0d', 'sell', 25n, 9n),
  line('0a', 'sell', -10n, 9n),
];

test('bids stand dearest first, asks cheapest first, equal limits by lot, the empty not at all', () => {
  const lots = (side: 'buy' | 'sell') => byMerit(LINES, side).map(({ lot }) => lot);
  expect(lots('buy')).toEqual(['0b', '0f', '0c']);
  expect(lots('sell')).toEqual(['0a', '0d']);
});

test('the curve has one step for each limit, each beginning where the last one ended', () => {
  expect(meritOrder(LINES)).toEqual({
    bids: [
      { limit: 30n, from: 0n, to: 6n, lines: 2 },
      { limit: 20n, from: 6n, to: 12n, lines: 1 },
    ],
    asks: [
      { limit: -10n, from: 0n, to: 9n, lines: 1 },
      { limit: 25n, from: 9n, to: 18n, lines: 1 },
    ],
  });
});

test('the curves cross at the cleared volume, on the rationed step', () => {
  const { volume, rationed } = clearLines(LINES);
  const step = meritOrder(LINES).bids.find(({ from, to }) => from < volume && volume < to);
  expect(volume).toBe(9n);
  expect(step?.limit).toBe(rationed?.limit);
});

test('no lines make no steps', () => {
  expect(meritOrder([])).toEqual({ bids: [], asks: [] });
});
