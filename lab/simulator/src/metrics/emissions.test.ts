import { expect, test } from 'vitest';
import { metric, run, slot } from './run.test-support.ts';

test('local energy that reached a load spares what the grid emits', () => {
  const slots = [slot({ loadWh: 10_000, generationWh: 20_000, importWh: 6_000, exportWh: 16_000 })];
  // 4 kWh at 363 g, and 6.
  expect(metric('co2_avoided', run({ slots }))).toBe(1.452);
  expect(metric('co2_of_import', run({ slots }))).toBe(2.178);
});

test('energy matches within an hour, not beyond', () => {
  const slots = [
    slot({ loadWh: 0, generationWh: 400 }),
    slot({ loadWh: 300 }),
    slot(),
    slot(),
    slot({ loadWh: 700, generationWh: 900 }),
    slot(),
    slot(),
    slot(),
    slot({ loadWh: 1_000 }),
  ];
  // 300 of 300 in the first hour, all 700 in the second, none of 1000 in the third.
  expect(metric('hourly_matching', run({ slots }))).toBe(0.5);
  expect(metric('hourly_matching', run({ slots: [slot()] }))).toBeNull();
});
