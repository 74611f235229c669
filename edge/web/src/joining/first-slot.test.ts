import { expect, test } from 'vitest';
import { meanPriceOf } from './first-slot.tsx';

test('what trades of one slot come to by energy', () => {
  const trades = [
    { energy: '100', money: `${100n * 200_000n}` },
    { energy: '300', money: `${300n * 240_000n}` },
  ];
  expect(meanPriceOf(trades)).toBe(230_000n);
  expect(meanPriceOf([])).toBe(0n);
});
