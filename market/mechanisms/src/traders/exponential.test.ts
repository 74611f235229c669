import { describe, expect, test } from 'vitest';
import { EXPONENTIAL_ONE, exponential, roughLogarithm } from './exponential.ts';

describe('exponential', () => {
  test('is what the platform computes, to ten digits', () => {
    for (let at = -16_000_000; at <= 16_000_000; at += 250_000) {
      const ours = Number(exponential(BigInt(at))) / Number(EXPONENTIAL_ONE);
      const theirs = Math.exp(at / 1e6);
      expect(Math.abs(ours / theirs - 1)).toBeLessThan(1e-10);
    }
    expect(exponential(0n)).toBe(EXPONENTIAL_ONE);
  });

  test('says beyond which arguments it does not go', () => {
    expect(() => exponential(16_000_001n)).toThrow('-16 to 16');
    expect(() => exponential(-16_000_001n)).toThrow('-16 to 16');
  });
});

describe('rough logarithm', () => {
  test('undoes the exponential to about 20 millionths', () => {
    for (let at = -16_000_000n; at <= 16_000_000n; at += 250_000n) {
      const off = roughLogarithm(exponential(at)) - at;
      expect(off >= -21n && off <= 1n, `${at}: ${off}`).toBe(true);
    }
    expect(roughLogarithm(EXPONENTIAL_ONE)).toBe(0n);
  });
});
