import { expect, test } from 'vitest';
import { drawFrom } from './draw.ts';

test('draws what splitmix64 draws from 0 and from 1234567', () => {
  const whole = 1n << 64n;
  const zero = drawFrom(0n);
  expect([zero(whole), zero(whole)]).toEqual([0xe220a8397b1dcdafn, 0x6e789e6aa1b965f4n]);
  expect(drawFrom(1234567n)(whole)).toBe(6457827717110365317n);
});

test('one seed, one row of numbers, each below its bound', () => {
  const [draw, again] = [drawFrom(7n), drawFrom(7n)];
  for (let at = 0; at < 100; at++) {
    const drawn = draw(6n);
    expect(drawn).toBe(again(6n));
    expect(drawn >= 0n && drawn < 6n).toBe(true);
  }
});
