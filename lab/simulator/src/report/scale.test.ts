import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scaleOf } from './scale.ts';

test.each([
  [[3, 17], { min: 0, max: 20, step: 5, decimals: 0 }],
  [[-40, 95], { min: -50, max: 100, step: 50, decimals: 0 }],
  [[0, 0, null], { min: 0, max: 1, step: 0.2, decimals: 1 }],
  [[], { min: 0, max: 1, step: 0.2, decimals: 1 }],
])('%j', (values, scale) => {
  expect(scaleOf(values)).toEqual(scale);
});

test('an axis of prices need not begin at zero', () => {
  expect(scaleOf([12.1, 13.4], { fromZero: false })).toMatchObject({ min: 12, max: 13.5 });
});

test('every value stands within, between few ticks', () => {
  const values = fc.array(fc.double({ min: -1e12, max: 1e12, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(values, fc.boolean(), (drawn, fromZero) => {
      const known = drawn.map((value) => Math.round(value * 1e3) / 1e3);
      const { min, max, step } = scaleOf(known, { fromZero });
      const slack = step * 1e-9;
      for (const value of known) {
        expect(value).toBeGreaterThanOrEqual(min - slack);
        expect(value).toBeLessThanOrEqual(max + slack);
      }
      if (fromZero) expect(min <= 0 && max >= 0).toBe(true);
      expect(Math.round((max - min) / step)).toBeGreaterThanOrEqual(1);
      expect(Math.round((max - min) / step)).toBeLessThanOrEqual(5);
    }),
  );
});
