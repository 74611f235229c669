import { expect, test } from 'vitest';
import { pegHolds } from './peg-view.tsx';

test('what is locked is what is minted and under way', () => {
  expect(pegHolds({ locked: '7', minted: '5', underWay: '2' })).toBe(true);
  expect(pegHolds({ locked: '7', minted: '7', underWay: '2' })).toBe(false);
  expect(pegHolds({ locked: '0', minted: '2', underWay: '-2' })).toBe(true);
});
