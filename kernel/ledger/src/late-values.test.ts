import { expect, test } from 'vitest';
import { LateValues } from './late-values.ts';

test('a value is known until another row takes its place, or it is dropped', () => {
  const late = new LateValues();
  expect(late.of(5)).toBeUndefined();
  late.keep(5, 'five');
  late.keep(6, 'six');
  expect([late.of(5), late.of(6), late.of(5 + 64)]).toEqual(['five', 'six', undefined]);
  late.keep(5 + 64, 'another');
  expect([late.of(5), late.of(5 + 64)]).toEqual([undefined, 'another']);
  late.drop(5);
  expect(late.of(5 + 64)).toBe('another');
  late.drop(5 + 64);
  expect(late.of(5 + 64)).toBeUndefined();
  late.clear();
  expect(late.of(6)).toBeUndefined();
});
