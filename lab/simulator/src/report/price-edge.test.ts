import { expect, test } from 'vitest';
import { edgeNote, priceEdge, withinEdge } from './price-edge.ts';

test('prices beyond three times what the supplier asks are drawn there, and counted', () => {
  const edge = priceEdge(30);
  expect(withinEdge([12, null, 7_600, -200, 90], edge)).toEqual([12, null, 90, -90, 90]);
  const prices = [
    { mechanism: 'uniform', values: [12, null, 90] },
    { mechanism: 'kelly', values: [12, 7_600, -200] },
  ];
  expect(edgeNote(prices, edge)).toContain('beyond 90 ct/kWh');
  expect(edgeNote(prices, edge)).toContain('(2 of kelly)');
  expect(edgeNote(prices.slice(0, 1), edge)).toBe('');
  expect(withinEdge([7_600], priceEdge(0))).toEqual([7_600]);
});
