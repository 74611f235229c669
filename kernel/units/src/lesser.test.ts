import { expect, test } from 'vitest';
import { greater, lesser } from './lesser.ts';

test('the lesser and the greater of two, in either order and of equals', () => {
  expect([lesser(1n, 2n), lesser(2n, 1n), lesser(-1n, 1n), lesser(3n, 3n)]).toEqual([
    1n,
    1n,
    -1n,
    3n,
  ]);
  expect([greater(1n, 2n), greater(2n, 1n), greater(-1n, 1n), greater(3n, 3n)]).toEqual([
    2n,
    2n,
    1n,
    3n,
  ]);
});
