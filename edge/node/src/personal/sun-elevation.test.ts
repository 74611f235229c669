import { expect, test } from 'vitest';
import { isNight, NIGHT_ELEVATION, sunElevation } from './sun-elevation.ts';

const berlin = { latitude: 52.52, longitude: 13.405 };
const sydney = { latitude: -33.87, longitude: 151.21 };
const tromso = { latitude: 69.65, longitude: 18.96 };
const at = (text: string) => Date.parse(text);

/**
 * At noon of a solstice the elevation is 90 degrees less the distance to the tropic, at an equinox
 * 90 degrees less the latitude; local noon of Berlin is about 11:06 UTC.
 */
test.each([
  ['summer, Berlin', berlin, '2021-06-21T11:08:00Z', 90 - 52.52 + 23.44],
  ['winter, Berlin', berlin, '2021-12-21T11:04:00Z', 90 - 52.52 - 23.44],
  ['equinox, Berlin', berlin, '2021-03-20T11:14:00Z', 90 - 52.52],
  ['midnight of summer, Berlin', berlin, '2021-06-21T23:08:00Z', -(90 - 52.52) + 23.44],
  ['summer of the south', sydney, '2021-12-21T01:53:00Z', 90 - 33.87 + 23.44],
])('%s', (_name, site, instant, elevation) => {
  expect(Math.abs(sunElevation(site, at(instant)) - foldedAt90(elevation))).toBeLessThan(1);
});

/** Beyond the zenith the sun sinks again on the other side. */
function foldedAt90(elevation: number): number {
  return elevation > 90 ? 180 - elevation : elevation;
}

test('the sun rises and sets over Berlin when the almanac says so', () => {
  // 28 March 2021: sunrise 05:50 and sunset 18:33 of daylight saving time less its hour, to a minute
  // or two; refraction and the disc make up -0.83 degrees.
  for (const instant of ['2021-03-28T04:50:00Z', '2021-03-28T17:33:00Z']) {
    expect(Math.abs(sunElevation(berlin, at(instant)) + 0.83)).toBeLessThan(1);
  }
});

test('a slot is in the night when all of it is', () => {
  const quarter = (text: string): [number, number] => [at(text), at(text) + 900_000];
  expect(isNight(berlin, ...quarter('2021-03-28T00:00:00Z'))).toBe(true);
  expect(isNight(berlin, ...quarter('2021-03-28T11:00:00Z'))).toBe(false);
  expect(isNight(berlin, ...quarter('2021-03-28T05:00:00Z'))).toBe(false);
  // The end of civil twilight falls into this one.
  let slotMs = at('2021-03-28T17:30:00Z');
  while (sunElevation(berlin, slotMs + 900_000) >= NIGHT_ELEVATION) slotMs += 900_000;
  expect(isNight(berlin, slotMs, slotMs + 900_000)).toBe(false);
  expect(isNight(berlin, slotMs + 900_000, slotMs + 1_800_000)).toBe(true);
});

test('where the sun does not set there is no night', () => {
  for (let hour = 0; hour < 24; hour++) {
    const fromMs = at('2021-06-21T00:00:00Z') + hour * 3_600_000;
    expect(isNight(tromso, fromMs, fromMs + 900_000)).toBe(false);
  }
});
