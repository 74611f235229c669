import { describe, expect, test } from 'vitest';
import type { Comparison } from '../reproduction.ts';
import { reproduceZipConvergence } from './experiment.ts';
import { alphaPercent, dayFigures, MARKETS } from './sessions.ts';

const market = MARKETS.find(({ name }) => name === 'excess supply');
if (market === undefined) throw new Error('expected the market of excess supply');

describe('a few runs of one market', () => {
  const few = { 'zi-c': 10, zip: 10, 'adaptive-aggressive': 1, 'gjerstad-dickhaut': 15 };
  const { parts } = reproduceZipConvergence(few, [market]);
  const rows: readonly Comparison[] = parts.flatMap(({ comparisons }) => comparisons);

  test('come out as the folder expects, as far as so few can tell', () => {
    const wrong = rows.filter(({ found, expected }) => found !== expected);
    // Whole cents cost something only where some buyers have less to gain than others.
    expect(wrong.map(({ name }) => name)).toEqual(['excess supply: zip loses by whole cents']);
  });

  test('have a row for each day', () => {
    expect(rows.filter(({ name }) => name.startsWith('day ')).length).toBe(10);
  });
});

test("Smith's alpha is the deviation from 200 in per cent of it", () => {
  expect(alphaPercent([190, 210])).toBe(5);
  expect(alphaPercent([200])).toBe(0);
});

test('one seed, the same figures; random shouts meet by acceptance farther off than by the book', () => {
  const sessions = { market, trader: 'zi-c', runs: 5, stepsPerCent: 1000 } as const;
  const book = dayFigures({ ...sessions, meeting: 'book' });
  expect(dayFigures({ ...sessions, meeting: 'book' })).toEqual(book);
  const [first] = dayFigures({ ...sessions, meeting: 'acceptance' });
  expect(first?.meanCents.mean).toBeGreaterThan((book[0]?.meanCents.mean ?? 0) + 5);
  expect(first?.efficiencyPercent).toEqual({ mean: 100, halfWidth: 0 });
});

test('days without a trade have no price, and gain nothing', () => {
  const thin = { ...market, buyers: [201], sellers: [200] };
  const sessions = { market: thin, trader: 'zi-c', runs: 30, stepsPerCent: 1000 } as const;
  for (const day of dayFigures({ ...sessions, meeting: 'book' })) {
    expect(day.meanCents.mean).toBeGreaterThanOrEqual(200);
    expect(day.meanCents.mean).toBeLessThanOrEqual(201);
    expect(day.efficiencyPercent.mean).toBeGreaterThan(0);
    expect(day.efficiencyPercent.mean).toBeLessThan(100);
  }
});
