import { expect, test } from 'vitest';
import { barLook, inPanels, lineLook, MECHANISMS_DRAWN_MAX } from './mechanism-looks.ts';

test('no two mechanisms look alike, as a line or as a bar', () => {
  for (const lookOf of [lineLook, barLook]) {
    const looks = Array.from({ length: MECHANISMS_DRAWN_MAX }, (_, place) => lookOf(place));
    expect(new Set(looks.map((look) => JSON.stringify(look))).size).toBe(8);
  }
  expect(() => lineLook(MECHANISMS_DRAWN_MAX)).toThrow(RangeError);
});

test.each([
  [[], []],
  [[1, 2, 3, 4], [[1, 2, 3, 4]]],
  [
    [1, 2, 3, 4, 5],
    [
      [1, 2, 3],
      [4, 5],
    ],
  ],
  [
    [1, 2, 3, 4, 5, 6],
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
  ],
])('%j are drawn in panels %j', (items, panels) => {
  expect(inPanels(items)).toEqual(panels);
});
