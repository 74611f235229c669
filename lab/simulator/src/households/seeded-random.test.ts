import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mixSeeds, SeededRandom } from './seeded-random.ts';

describe('the seeded stream', () => {
  test('is the same on every machine: the first numbers of seed 1', () => {
    const random = new SeededRandom(1);
    expect(Array.from({ length: 4 }, () => random.next())).toMatchInlineSnapshot(`
      [
        2035261409,
        900976338,
        595854039,
        1922891869,
      ]
    `);
  });

  test('continues from its state', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.nat(20), (seed, steps) => {
        const random = new SeededRandom(seed);
        for (let i = 0; i < steps; i += 1) random.next();
        const continued = SeededRandom.from(random.state);
        expect([continued.next(), continued.next()]).toEqual([random.next(), random.next()]);
      }),
    );
  });

  test('different seeds, homes and days draw differently', () => {
    const mixed = new Set<number>();
    for (let seed = -50; seed < 50; seed += 1) {
      for (let home = 0; home < 30; home += 1) mixed.add(mixSeeds(seed, home, 7));
    }
    expect(mixed.size).toBe(100 * 30);
    expect(mixSeeds(1, 2)).not.toBe(mixSeeds(2, 1));
    expect(mixSeeds(2 ** 40)).not.toBe(mixSeeds(0));
  });

  test('fractions are even, normals have mean 0 and variance 1', () => {
    const random = new SeededRandom(3);
    const count = 20_000;
    let sum = 0;
    let normals = 0;
    let squares = 0;
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < count; i += 1) {
      const fraction = random.fraction();
      sum += fraction;
      const tenth = random.below(10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
      const normal = random.normal();
      normals += normal;
      squares += normal * normal;
      expect(fraction).toBeGreaterThanOrEqual(0);
      expect(fraction).toBeLessThan(1);
    }
    expect(Math.abs(sum / count - 0.5)).toBeLessThan(0.01);
    expect(Math.abs(normals / count)).toBeLessThan(0.03);
    expect(Math.abs(squares / count - 1)).toBeLessThan(0.05);
    for (const tenth of tenths) expect(Math.abs(tenth - count / 10)).toBeLessThan(200);
  });

  test('a seed that is no whole number is refused', () => {
    expect(() => new SeededRandom(0.5)).toThrow('seed: expected a safe integer, got 0.5');
  });
});
