import { describe, expect, test } from 'vitest';
import { studentQuantile } from './student-t.ts';

/** The density of Student's t. Its factor goes up by two degrees as the gamma function does. */
function densityOf(degrees: number): (at: number) => number {
  let factor = degrees % 2 === 1 ? 1 / Math.PI : 1 / (2 * Math.SQRT2);
  for (let known = degrees % 2 === 1 ? 1 : 2; known < degrees; known += 2) {
    factor *= ((known + 1) / known) * Math.sqrt(known / (known + 2));
  }
  return (at) => factor * (1 + (at * at) / degrees) ** (-(degrees + 1) / 2);
}

/** Simpson's rule from 0 on; half of the weight lies below. */
function cumulative(degrees: number, upTo: number): number {
  const density = densityOf(degrees);
  const steps = 2_000;
  const width = upTo / steps;
  let sum = density(0) + density(upTo);
  for (let step = 1; step < steps; step++) sum += density(step * width) * (step % 2 === 1 ? 4 : 2);
  return 0.5 + (sum * width) / 3;
}

describe('the quantile of Student’s t', () => {
  test('leaves 2.5 per cent above, tabulated or between', () => {
    const degrees = [...Array(34).keys()].map((one) => one + 1);
    for (const one of [...degrees, 40, 47, 60, 90, 120, 150, 365, 2_000]) {
      expect(Math.abs(cumulative(one, studentQuantile(one)) - 0.975), `${one}`).toBeLessThan(1e-4);
    }
  });

  test('falls with degrees', () => {
    for (let degrees = 2; degrees < 400; degrees++) {
      expect(studentQuantile(degrees)).toBeLessThan(studentQuantile(degrees - 1));
    }
  });

  test('has no degrees below one', () => {
    expect(() => studentQuantile(0)).toThrow('studentQuantile: expected degrees >= 1, got 0');
    expect(() => studentQuantile(1.5)).toThrow(RangeError);
  });
});
