import { describe, expect, test } from 'vitest';
import { installedWatts, loadText, longestStretch, plantText } from './init-layout.ts';

const FROM_MS = 1_616_886_000_000;
const quarter = (at: number, importW = at, exportW = 0) => ({
  startMs: FROM_MS + at * 900_000,
  importW: BigInt(importW),
  exportW: BigInt(exportW),
});
const quarters = (...places: readonly number[]) => places.map((at) => quarter(at));

describe('the longest stretch', () => {
  test('keeps what has no gap, and fills what has one of a day with the value before', () => {
    expect(longestStretch(quarters(0, 1, 2))).toMatchObject({ filled: 0, leftOut: 0 });
    const { quarters: rows, ...told } = longestStretch(quarters(0, 1, 98, 100));
    expect(told).toEqual({
      filled: 97,
      filledGaps: 2,
      firstFilledMs: FROM_MS + 2 * 900_000,
      leftOut: 0,
    });
    expect(rows).toHaveLength(101);
    expect(rows[97]).toEqual({ ...quarter(97), importW: 1n });
    expect(rows.every(({ startMs }, at) => startMs === FROM_MS + at * 900_000)).toBe(true);
  });

  test('a gap of more than a day parts the rows; the longer part is used', () => {
    const { quarters: rows, leftOut } = longestStretch(quarters(0, 1, 99, 100, 101, 198, 300));
    expect([rows[0]?.startMs, rows.at(-1)?.startMs]).toEqual(
      [99, 198].map((at) => FROM_MS + at * 900_000),
    );
    expect(leftOut).toBe(3);
  });
});

test('watts, and shares that times the plant come to no less than they were', () => {
  const rows = [quarter(0, 240, 0), quarter(1, 0, 299), quarter(2, 4, 1)];
  expect(loadText(rows)).toBe(
    'timestamp,electricity\n1616886000,240\n1616886900,0\n1616887800,4\n',
  );
  expect(installedWatts(rows)).toBe(300n);
  expect(plantText(rows, 300n)).toBe(
    'timestamp,electricity\n1616886000,0\n1616886900,0.996666666666666667\n1616887800,0.003333333333333334\n',
  );
  expect(installedWatts([quarter(0, 0, 300)])).toBe(300n);
  expect(plantText([quarter(0, 0, 300)], 300n)).toContain(',1\n');
});
