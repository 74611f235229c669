import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { scenarioOf } from './studies.test-support.ts';
import { netWh, type World, worldOf } from './world.ts';

const folder = mkdtempSync(join(tmpdir(), 'world-'));
afterAll(() => rmSync(folder, { recursive: true }));

const FROM = Date.parse('2025-05-05T22:00:00Z');
/** A load of 4 W more in each quarter hour: 0, 1, 2, ... Wh. */
const rows = Array.from({ length: 100 }, (_, at) => `${FROM / 1000 + at * 900},${at * 4}`);
writeFileSync(join(folder, 'rising.csv'), `timestamp,electricity\n${rows.join('\n')}\n`);

const time = { from: '2025-05-05T22:00:00Z', until: '2025-05-06T04:00:00Z' };
const worldWith = (changes: object, load: object = { file: 'rising.csv' }): World =>
  worldOf(scenarioOf({ time, members: [{ name: 'one', load }], ...changes }), {
    directory: folder,
  });
const loadOf = (world: World) => [...(world.members[0]?.loadWh ?? [])];
const sum = (list: readonly number[]) => list.reduce((total, one) => total + one, 0);

describe('a world', () => {
  test('a file is read from its slot on, later and scaled', () => {
    expect(loadOf(worldWith({})).slice(0, 5)).toEqual([0, 1, 2, 3, 4]);
    expect(loadOf(worldWith({}, { file: 'rising.csv', later_slots: 8 })).slice(0, 3)).toEqual([
      8, 9, 10,
    ]);
    const half = loadOf(worldWith({}, { file: 'rising.csv', scale_percent: 50 }));
    expect(half.slice(0, 8)).toEqual([0, 0, 1, 2, 2, 2, 3, 4].map((_, at) => half[at]));
    expect(Math.abs(sum(half) - sum(loadOf(worldWith({}))) / 2)).toBeLessThanOrEqual(1);
  });

  test.each([
    ['a file', { file: 'rising.csv' }],
    ['a model', { model: 'home', annual_kwh: 3000 }],
  ])('longer slots of %s hold what the quarter hours in them do', (_, load) => {
    const quarters = loadOf(worldWith({}, load));
    for (const minutes of [30, 60] as const) {
      const parts = minutes / 15;
      const longer = loadOf(worldWith({ time: { ...time, slot_minutes: minutes } }, load));
      expect(longer.length).toBe(24 / parts);
      expect(longer).toEqual(
        longer.map((_one, at) => sum(quarters.slice(at * parts, (at + 1) * parts))),
      );
    }
  });

  test('no fraction of a Wh is lost: a year of a model comes to what it says', () => {
    const year = { from: '2025-01-01T00:00:00Z', until: '2026-01-01T00:00:00Z', slot_minutes: 60 };
    const kwh = sum(loadOf(worldWith({ time: year }, { model: 'home', annual_kwh: 3000 }))) / 1000;
    expect(kwh).toBeGreaterThan(2700);
    expect(kwh).toBeLessThan(3300);
  });

  test('a file that does not hold the whole time is refused with both times', () => {
    const later = { from: '2025-05-05T22:00:00Z', until: '2025-05-08T22:00:00Z' };
    expect(() => worldWith({ time: later })).toThrow('until 2025-05-06T23:00:00.000Z');
  });

  test('a member of its own: no plant, no load is nothing', () => {
    const world = worldWith({
      members: [{ name: 'one', solar: { model: 'sun', installed_w: 5000 } }],
    });
    const [member] = world.members;
    const nets = Array.from({ length: world.slots }, (_, slot) => netWh(member!, slot));
    expect(nets.every((net) => net <= 0)).toBe(true);
  });
});
