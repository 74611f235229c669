/** How high the sun stands, to about a degree: enough to tell night from day. */

export interface Site {
  /** Degrees, north positive. */
  readonly latitude: number;
  /** Degrees, east positive. */
  readonly longitude: number;
}

const DEGREE = Math.PI / 180;
const DAY_MS = 86_400_000;
/** 1 January 2000, 12:00 UTC: the epoch J2000. */
const J2000_MS = 946_728_000_000;

/**
 * Degrees above the horizon at an instant, refraction left out. Low-precision formulas of the
 * Astronomical Almanac (2010, page C5): mean longitude, mean anomaly, ecliptic longitude, obliquity.
 */
export function sunElevation({ latitude, longitude }: Site, instantMs: number): number {
  const days = (instantMs - J2000_MS) / DAY_MS;
  const meanLongitude = 280.46 + 0.985_647_4 * days;
  const anomaly = (357.528 + 0.985_600_3 * days) * DEGREE;
  const ecliptic =
    (meanLongitude + 1.915 * Math.sin(anomaly) + 0.02 * Math.sin(2 * anomaly)) * DEGREE;
  const obliquity = (23.439 - 0.000_000_4 * days) * DEGREE;
  const declination = Math.asin(Math.sin(obliquity) * Math.sin(ecliptic));
  const ascension = Math.atan2(Math.cos(obliquity) * Math.sin(ecliptic), Math.cos(ecliptic));
  // Greenwich mean sidereal time in degrees.
  const sidereal = 280.460_618_37 + 360.985_647_366_29 * days;
  const hourAngle = (sidereal + longitude) * DEGREE - ascension;
  const north = latitude * DEGREE;
  const sine =
    Math.sin(north) * Math.sin(declination) +
    Math.cos(north) * Math.cos(declination) * Math.cos(hourAngle);
  return Math.asin(sine) / DEGREE;
}

/** Below this no solar cell gives anything: the end of civil twilight. */
export const NIGHT_ELEVATION = -6;

/** Whether it is night from a slot's beginning to its end. */
export function isNight(site: Site, fromMs: number, untilMs: number): boolean {
  const middleMs = (fromMs + untilMs) / 2;
  return [fromMs, middleMs, untilMs].every((ms) => sunElevation(site, ms) < NIGHT_ELEVATION);
}
