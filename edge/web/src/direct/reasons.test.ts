import { expect, test } from 'vitest';
import { cutWords } from './reasons.ts';

test('the limit that bound is told by its corridor', () => {
  expect(cutWords('limit of corridor ["A","D"]')).toBe('limit of corridor A–D');
  expect(cutWords('bundling')).toBe('not enough wind to bundle it with');
  expect(cutWords('something new')).toBe('something new');
});
