import { describe, expect, test } from 'vitest';
import { axisMarks } from './axis-marks.ts';
import type { BookLine } from './book-line.ts';
import { byMerit } from './book-table.tsx';
import { stepsOf } from './merit-order.tsx';
import { countOf, gridOf, thickness } from './street-picture.tsx';
import { darknessOf, hourOf } from './street-sky.tsx';

const line = (side: 'buy' | 'sell', limit: number, energy: number): BookLine => ({
  side,
  limit: `${limit * 10_000}`,
  energy: `${energy}`,
});
const book = [
  line('sell', 20, 300),
  line('buy', 25, 100),
  line('sell', 10, 200),
  line('buy', 30, 50),
  line('sell', 10, 100),
];

describe('the curves', () => {
  test('offers rise, equal limits are one step', () => {
    expect(stepsOf(book, 'sell')).toEqual([
      { fromWh: 0, toWh: 300, cents: 10 },
      { fromWh: 300, toWh: 600, cents: 20 },
    ]);
  });

  test('requests fall', () => {
    expect(stepsOf(book, 'buy')).toEqual([
      { fromWh: 0, toWh: 50, cents: 30 },
      { fromWh: 50, toWh: 150, cents: 25 },
    ]);
  });

  test('the table has the order of the curves', () => {
    const order = byMerit(book).map(({ side, limit }) => `${side} ${Number(limit) / 10_000}`);
    expect(order).toEqual(['sell 10', 'sell 10', 'sell 20', 'buy 30', 'buy 25']);
  });

  test('marks stand at round numbers within the axis', () => {
    expect(axisMarks({ least: 0, most: 32, count: 4 })).toEqual([0, 10, 20, 30]);
    expect(axisMarks({ least: -5, most: 21, count: 3 })).toEqual([0, 10, 20]);
    expect(axisMarks({ least: 0, most: 0.7, count: 4 })).toEqual([0, 0.2, 0.4, 0.6]);
  });
});

describe('the street', () => {
  test('what neighbours do not take goes to the grid, what they lack comes from it', () => {
    expect(gridOf({ offeredWh: 500, requestedWh: 300, tradedWh: 300 })).toEqual({
      surplusWh: 200,
      missingWh: 0,
    });
    expect(gridOf({ offeredWh: 0, requestedWh: 300, tradedWh: 0 })).toEqual({
      surplusWh: 0,
      missingWh: 300,
    });
  });

  test('a line grows with its energy and is gone without any', () => {
    expect(thickness(0, 100)).toBe(0);
    expect(thickness(25, 100)).toBe(6);
    expect(thickness(100, 100)).toBe(11);
  });

  test('kinds are counted together', () => {
    const kinds = [
      { kind: 'household', members: 11 },
      { kind: 'home solar system', members: 5 },
    ];
    expect(countOf(kinds, 'household', 'home solar system', 'vehicle')).toBe(16);
  });

  test('noon is light, midnight dark', () => {
    const noon = hourOf(Date.UTC(2026, 5, 18, 12, 15));
    const midnight = hourOf(Date.UTC(2026, 5, 18));
    expect(noon.light).toBeCloseTo(1, 3);
    expect([darknessOf(noon), darknessOf(midnight)]).toEqual([0, 1]);
  });
});
