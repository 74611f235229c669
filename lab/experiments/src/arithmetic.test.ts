import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { naturalLogarithm, square } from './arithmetic.ts';

describe('the natural logarithm', () => {
  test("is the platform's within three units of the last digit", () => {
    const positive = fc.double({ min: 1e-300, max: 1e300, noNaN: true });
    const near = fc.double({ min: 0.5, max: 2, noNaN: true });
    fc.assert(
      fc.property(fc.oneof(positive, near), (value) => {
        const theirs = Math.log(value);
        const off = Math.abs(naturalLogarithm(value) - theirs);
        expect(off).toBeLessThanOrEqual(3 * Number.EPSILON * Math.abs(theirs));
      }),
      { numRuns: 2_000 },
    );
    expect(naturalLogarithm(1)).toBe(0);
    expect(naturalLogarithm(2)).toBe(Math.LN2);
    expect(naturalLogarithm(5e-324)).toBeCloseTo(-1074 * Math.LN2, 10);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses %s', (value) => {
    expect(() => naturalLogarithm(value)).toThrow('expected a number above 0');
  });
});

test('a square is a product', () => {
  expect([square(-3), square(0.1)]).toEqual([9, 0.1 * 0.1]);
});

/** What IEEE 754 or plain integers fix to the last digit. */
const EXACT = new Set(['abs', 'ceil', 'floor', 'imul', 'max', 'min', 'round', 'sign', 'sqrt']);
const CONSTANT = /^(?:LN2|SQRT2|SQRT1_2)$/;

/** Functions and powers of floats in a text, comments aside, whose last digit is the engine's. */
function engineDigits(text: string): readonly string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const functions = [...code.matchAll(/\bMath\.(\w+)/g)].map(([, name = '']) => name);
  const powers = [...code.matchAll(/(\S+) \*\* (\S+)/g)]
    .filter(([, base = '', exponent = '']) => !/\dn$/.test(base) && !/^\d+n/.test(exponent))
    .map(([whole]) => whole);
  return [...functions.filter((name) => !EXACT.has(name) && !CONSTANT.test(name)), ...powers];
}

test('nothing in the lab computes a last digit that the engine chooses', () => {
  expect(
    engineDigits('/* Math.sin */ x = Math.exp(2) + y ** 2 + 10n ** 3n + Math.sqrt(3);'),
  ).toEqual(['exp', 'y ** 2']);
  const found: string[] = [];
  for (const room of ['experiments', 'simulator']) {
    const folder = join(import.meta.dirname, '../..', room, 'src');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const sources = files.filter((file) => /\.ts$/.test(file) && !/\.test/.test(file));
    expect(sources.length).toBeGreaterThan(30);
    for (const file of sources) {
      const digits = engineDigits(readFileSync(join(folder, file), 'utf8'));
      found.push(...digits.map((one) => `${room}/src/${file}: ${one}`));
    }
  }
  expect(found).toEqual([]);
});
