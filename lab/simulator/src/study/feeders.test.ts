import { expect, test } from 'vitest';
import { FeederWatch } from './feeders.ts';
import type { World } from './world.ts';

const limits = { importLimitWh: 100, exportLimitWh: 50 };
const members = ['north', 'north', 'south', null].map((feeder) => ({ feeder }));
const watch = new FeederWatch({ members } as unknown as World, [
  { name: 'north', ...limits },
  { name: 'south', ...limits },
]);
const excess = (...nets: number[]) => watch.excessWh(Int32Array.from(nets));

test('members of a feeder weigh each other up; the worst feeder is told', () => {
  expect(excess(100, 0, 0, 0)).toBe(0);
  expect(excess(101, 0, 0, 0)).toBe(1);
  expect(excess(300, -200, 0, 0)).toBe(0);
  expect(excess(-30, -30, 0, 0)).toBe(10);
  expect(excess(-30, -30, 117, 0)).toBe(17);
});

test('who hangs on no feeder is on none, and slots do not add up', () => {
  expect(excess(0, 0, 0, 1_000_000)).toBe(0);
  expect(excess(150, 0, 0, 0)).toBe(50);
  expect(excess(150, 0, 0, 0)).toBe(50);
});
