import { expect, test } from 'vitest';
import { nextReading } from './market-clock.tsx';

test('the first answer runs at the pace of this device', () => {
  expect(nextReading(undefined, 5000, 100)).toMatchObject({ nowMs: 5000, atMs: 100, speed: 1 });
});

test('a demonstration’s pace shows between two answers', () => {
  const first = nextReading(undefined, 0, 0);
  expect(nextReading(first, 120_000, 2000).speed).toBe(60);
});

test('answers that come close together say nothing of the pace', () => {
  const first = nextReading(undefined, 0, 0);
  expect(nextReading(first, 90_000, 400).speed).toBe(1);
});

test('the pace settles: a late answer matters less the longer the clock is watched', () => {
  const first = nextReading(undefined, 0, 0);
  const second = nextReading(first, 60 * 10_000, 10_000);
  expect(nextReading(second, 60 * 10_100, 11_000).speed).toBeCloseTo(55.1, 1);
  expect(nextReading(second, 60 * 99_100, 100_000).speed).toBeCloseTo(59.5, 1);
});

test('what the way of an answer adds is no pace', () => {
  const first = nextReading(undefined, 0, 0);
  expect(nextReading(first, 2100, 2000).speed).toBe(1);
});

test('a clock that went back begins anew', () => {
  const first = nextReading(undefined, 1_000_000, 0);
  const second = nextReading(first, 2_000_000, 5000);
  expect(nextReading(second, 500_000, 6000)).toMatchObject({ speed: 1, nowMs: 500_000 });
});
