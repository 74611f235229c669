import { expect, test } from 'vitest';
import { amountOf } from './trades.tsx';

test('a purchase takes from the balance, a sale adds to it, and what was paid counts once it is known', () => {
  expect(amountOf({ side: 'buy', money: '37', paid: null })).toBe(-37n);
  expect(amountOf({ side: 'sell', money: '37', paid: null })).toBe(37n);
  expect(amountOf({ side: 'buy', money: '37', paid: '-14' })).toBe(-14n);
});
