import { expect, test } from 'vitest';
import { consumerWatts, type DayWatts, solarWatts } from './member-power.ts';
import { SeededRandom } from './seeded-random.ts';
import { MIDDLE_OF_GERMANY } from './solar-plant.ts';
import { surroundings } from './surroundings.ts';

/** Monday, 5 May 2025, 00:00 in Germany. */
const START_MS = Date.UTC(2025, 4, 4, 22);
const QUARTER_HOURS = 7 * 96;
const UNLIMITED = { laterQuarterHours: 0, connectionW: Number.MAX_SAFE_INTEGER };

const around = surroundings({
  startMs: START_MS,
  place: MIDDLE_OF_GERMANY,
  weather: new SeededRandom(5),
});

const home = (annualKwh: number, seed: number) =>
  consumerWatts({ kind: 'home', annualKwh, seed, ...UNLIMITED }, around);
const roof = (azimuthDegrees: number) =>
  solarWatts({ installedW: 10_000, tiltDegrees: 35, azimuthDegrees }, around);

const PROFILES: readonly (readonly [string, DayWatts, 'watts' | 'per-unit'])[] = [
  ['hh_1', home(2_400, 1), 'watts'],
  ['hh_2', home(3_600, 2), 'watts'],
  ['hh_3', home(4_800, 3), 'watts'],
  ['hh_4', home(3_000, 4), 'watts'],
  ['hh_5', home(2_100, 6), 'watts'],
  [
    'office_1',
    consumerWatts({ kind: 'office', annualKwh: 9_000, seed: 7, ...UNLIMITED }, around),
    'watts',
  ],
  ['pv_south', roof(0), 'per-unit'],
  ['pv_west', roof(80), 'per-unit'],
];

/** The recipe of examples/profiles: `npx vitest run` on this file with `-u` makes them anew. */
test.each(PROFILES)(
  'examples/profiles/%s.csv is what the models make',
  async (name, watts, unit) => {
    const days = Array.from({ length: QUARTER_HOURS / 96 }, (_, day) => watts(day * 96)).flat();
    const rows = days.map((value, at) => {
      const seconds = START_MS / 1000 + at * 900;
      return `${seconds},${unit === 'watts' ? value : value / 10_000}`;
    });
    const text = `${['timestamp,electricity', ...rows].join('\n')}\n`;
    await expect(text).toMatchFileSnapshot(`../../../../examples/profiles/${name}.csv`);
  },
);
