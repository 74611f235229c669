import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFresh, type ReplayWindow, WINDOW_COUNTERS, withCounter } from './replay-window.ts';

/** Uses counters one after the other; answers which of them were taken. */
function use(counters: readonly number[]): { taken: number[]; window: ReplayWindow | undefined } {
  const taken: number[] = [];
  let window: ReplayWindow | undefined;
  for (const counter of counters) {
    if (!isFresh(window, counter)) continue;
    taken.push(counter);
    window = withCounter(window, counter);
  }
  return { taken, window };
}

describe('a counter', () => {
  test('is used once', () => {
    expect(use([0, 0, 5, 0, 5, 3, 3, 4]).taken).toEqual([0, 5, 3, 4]);
  });

  test('is told apart as far as the window reaches back', () => {
    const last = 10_000;
    const { window } = use([last]);
    expect(isFresh(window, last - WINDOW_COUNTERS + 1)).toBe(true);
    expect(isFresh(window, last - WINDOW_COUNTERS)).toBe(false);
    expect(isFresh(window, last + 1)).toBe(true);
  });

  test('that leaps far leaves nothing of the window', () => {
    const { window } = use([1, 2, 3, Number.MAX_SAFE_INTEGER]);
    expect(isFresh(window, Number.MAX_SAFE_INTEGER - 1)).toBe(true);
    expect(isFresh(window, 4)).toBe(false);
  });
});

test('no counter is taken twice, and none inside the window is lost, in whatever order', () => {
  const near = fc.array(fc.integer({ min: 0, max: WINDOW_COUNTERS - 1 }), { maxLength: 200 });
  fc.assert(
    fc.property(near, (counters) => {
      const { taken } = use(counters);
      expect(taken).toEqual([...new Set(counters)]);
    }),
  );
});

test('far apart, still none is taken twice', () => {
  const wide = fc.array(fc.integer({ min: 0, max: 5 * WINDOW_COUNTERS }), { maxLength: 300 });
  fc.assert(
    fc.property(wide, (counters) => {
      const { taken } = use([...counters, ...counters]);
      expect(new Set(taken).size).toBe(taken.length);
    }),
  );
});
