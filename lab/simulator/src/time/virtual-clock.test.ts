import { expect, test } from 'vitest';
import { VirtualClock } from './virtual-clock.ts';

test('time passes and goes back as it is told', () => {
  const clock = new VirtualClock(1000);
  clock.step(500);
  clock.step(-700);
  expect(clock.nowMs()).toBe(800);
  clock.set(5);
  expect(clock.nowMs()).toBe(5);
});

test.each([-1, 0.5, Number.NaN])('there is no instant %d', (ms) => {
  expect(() => new VirtualClock(ms)).toThrow('expected whole milliseconds >= 0');
});
