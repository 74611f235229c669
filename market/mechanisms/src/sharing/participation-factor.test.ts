import { energy } from '@commonwatt/units';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { factorAt, participating } from './participation-factor.ts';

describe('what takes part', () => {
  test('is rounded down to whole Wh', () => {
    expect(participating(energy(999n), 500)).toBe(499n);
    expect(participating(energy(7n), 0)).toBe(0n);
    expect(participating(energy(7n), 1000)).toBe(7n);
  });

  test('in several communities is never more than was metered', () => {
    const parts = fc.array(fc.nat({ max: 200 }), { maxLength: 5 });
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1n << 40n }), parts, (wh, factors) => {
        const sum = factors.reduce((all, one) => all + participating(energy(wh), one), 0n);
        expect(sum).toBeLessThanOrEqual(wh);
      }),
    );
  });

  test.each([-1, 1001, 0.5])('refuses a factor of %s', (factor) => {
    expect(() => participating(energy(1n), factor)).toThrow(
      'participation factor: expected 0 to 1000',
    );
  });
});

test('a factor holds until the next; before the first everything takes part', () => {
  const history = [
    { fromMs: 100, thousandths: 400 },
    { fromMs: 200, thousandths: 700 },
  ];
  expect([0, 99, 100, 199, 200, 999].map((at) => factorAt(history, at))).toEqual([
    1000, 1000, 400, 400, 700, 700,
  ]);
  expect(factorAt([...history].reverse(), 150)).toBe(400);
  expect(factorAt([], 5)).toBe(1000);
});
