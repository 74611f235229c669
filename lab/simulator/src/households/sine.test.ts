import { expect, test } from 'vitest';
import { cosineOfTurns, sineOfTurns } from './sine.ts';

test('sine and cosine agree with the true values to 1e-11 over many turns', () => {
  for (let step = -4000; step <= 4000; step += 1) {
    const turns = step / 1000;
    const radians = turns * 2 * Math.PI;
    expect(Math.abs(sineOfTurns(turns) - Math.sin(radians))).toBeLessThan(2e-11);
    expect(Math.abs(cosineOfTurns(turns) - Math.cos(radians))).toBeLessThan(2e-11);
  }
});

test('the quarter turns are the bounds', () => {
  expect(sineOfTurns(0)).toBe(0);
  expect(sineOfTurns(0.25)).toBeCloseTo(1, 10);
  expect(sineOfTurns(-0.25)).toBeCloseTo(-1, 10);
  expect(sineOfTurns(1 / 12)).toBeCloseTo(0.5, 10);
});
