import { expect, test } from 'vitest';
import { DemoClock } from './demo-clock.ts';

test('set by hand it jumps to an instant, and never back', async () => {
  const clock = new DemoClock(1_000);
  await clock.until(5_000);
  expect(clock.nowMs()).toBe(5_000);
  await clock.until(2_000);
  expect(clock.nowMs()).toBe(5_000);
});

test('let go it runs so many times faster than the machine', async () => {
  let machineMs = 100;
  const clock = new DemoClock(1_000, () => machineMs);
  clock.letGo(60);
  machineMs += 1_000;
  expect(clock.nowMs()).toBe(61_000);
  await clock.until(61_000);
  const stopped = new AbortController();
  stopped.abort();
  await clock.until(1e12, stopped.signal);
});
