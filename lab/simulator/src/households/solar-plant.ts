/**
 * Output of a solar plant from geometry and clouds.
 *
 * Sun: declination by Cooper 1969; equation of time and angle of incidence as in Duffie and
 * Beckman, Solar Engineering of Thermal Processes, equations 1.5.3 and 1.6.2. Light: global
 * radiation of the clear and of the clouded sky by Kasten and Czeplak 1980, tilted under the
 * isotropic sky of Liu and Jordan 1960, without light from the ground. The share of diffuse light
 * and the performance ratio are our choices.
 *
 * Floating point with plus, minus, times and division only: the same bits on every machine. What
 * leaves is whole watts.
 */

import { cosineOfTurns, sineOfTurns } from './sine.ts';

export interface SolarPlant {
  /** Rated power at 1000 W/m2, whole watts. */
  readonly installedW: number;
  /** 0 flat, 90 upright. */
  readonly tiltDegrees: number;
  /** Where it looks: 0 south, -90 east, 90 west. */
  readonly azimuthDegrees: number;
}

export interface Place {
  readonly latitudeDegrees: number;
  /** East is positive. */
  readonly longitudeDegrees: number;
}

/** Sines and cosines of the sun's angles in the middle of a quarter hour. */
export interface Sun {
  readonly sineElevation: number;
  readonly sineDeclination: number;
  readonly cosineDeclination: number;
  /** The hour angle is 0 at solar noon, negative before. */
  readonly sineHour: number;
  readonly cosineHour: number;
}

/** The geographical middle of Germany, near Niederdorla. */
export const MIDDLE_OF_GERMANY: Place = { latitudeDegrees: 51.16, longitudeDegrees: 10.45 };

/** What is left of the module's rated output after heat, cables and inverter. */
const PERFORMANCE_RATIO = 0.84;
/** Share of diffuse light under a clear sky; under an overcast sky all of it is. */
const DIFFUSE_SHARE_CLEAR = 0.2;
/** Below 5 degrees the beam's ratio to the flat ground would grow beyond sense. */
const SINE_ELEVATION_LEAST = 0.0872;
/** Kasten and Czeplak 1980: 1 - 0.75 * (N / 8)^3.4 for N = 0 to 8 oktas. */
const LIGHT_LEFT_BY_OKTAS: readonly number[] = [
  1, 0.999362, 0.993269, 0.973284, 0.928951, 0.848276, 0.717987, 0.523691, 0.25,
];

const DAY_MS = 86_400_000;
const HALF_QUARTER_HOUR_MS = 450_000;

/** Where the sun stands in the middle of the quarter hour that begins at `startMs`. */
export function sunAt(startMs: number, place: Place): Sun {
  const middleMs = startMs + HALF_QUARTER_HOUR_MS;
  const yearMs = Date.UTC(new Date(middleMs).getUTCFullYear(), 0, 1);
  const dayOfYear = Math.floor((middleMs - yearMs) / DAY_MS) + 1;
  const declinationTurns = (23.45 / 360) * sineOfTurns((284 + dayOfYear) / 365);
  const yearTurns = (dayOfYear - 1) / 365;
  const equationOfTimeMinutes =
    229.2 *
    (0.000075 +
      0.001868 * cosineOfTurns(yearTurns) -
      0.032077 * sineOfTurns(yearTurns) -
      0.014615 * cosineOfTurns(2 * yearTurns) -
      0.04089 * sineOfTurns(2 * yearTurns));
  const minutesUtc = ((middleMs - yearMs) % DAY_MS) / 60_000;
  const solarMinutes = minutesUtc + 4 * place.longitudeDegrees + equationOfTimeMinutes;
  const hourTurns = (solarMinutes - 720) / 1440;
  const latitudeTurns = place.latitudeDegrees / 360;
  const sineDeclination = sineOfTurns(declinationTurns);
  const cosineDeclination = cosineOfTurns(declinationTurns);
  const cosineHour = cosineOfTurns(hourTurns);
  return {
    sineElevation:
      sineOfTurns(latitudeTurns) * sineDeclination +
      cosineOfTurns(latitudeTurns) * cosineDeclination * cosineHour,
    sineDeclination,
    cosineDeclination,
    sineHour: sineOfTurns(hourTurns),
    cosineHour,
  };
}

/** Mean output of the quarter hour in whole watts under `cloudOktas` (0 clear to 8 overcast). */
export function solarOutputW(
  plant: SolarPlant,
  { place, sun, cloudOktas }: { place: Place; sun: Sun; cloudOktas: number },
): number {
  if (!(cloudOktas >= 0 && cloudOktas <= 8)) {
    throw new RangeError(`cloudOktas: expected 0 to 8, got ${cloudOktas}`);
  }
  if (sun.sineElevation <= 0) return 0;
  const clearSky = Math.max(0, 910 * sun.sineElevation - 30);
  const global = clearSky * lightLeft(cloudOktas);
  const clouded = (cloudOktas / 8) * (cloudOktas / 8);
  const diffuse = global * (DIFFUSE_SHARE_CLEAR + (1 - DIFFUSE_SHARE_CLEAR) * clouded);
  const beamRatio =
    Math.max(0, cosineOfIncidence(plant, place, sun)) /
    Math.max(sun.sineElevation, SINE_ELEVATION_LEAST);
  const skySeen = (1 + cosineOfTurns(plant.tiltDegrees / 360)) / 2;
  const onPlane = (global - diffuse) * beamRatio + diffuse * skySeen;
  const share = Math.min(1, (onPlane / 1000) * PERFORMANCE_RATIO);
  return Math.round(plant.installedW * share);
}

/** Duffie and Beckman, equation 1.6.2. */
function cosineOfIncidence(plant: SolarPlant, place: Place, sun: Sun): number {
  const sineLatitude = sineOfTurns(place.latitudeDegrees / 360);
  const cosineLatitude = cosineOfTurns(place.latitudeDegrees / 360);
  const sineTilt = sineOfTurns(plant.tiltDegrees / 360);
  const cosineTilt = cosineOfTurns(plant.tiltDegrees / 360);
  const sineAzimuth = sineOfTurns(plant.azimuthDegrees / 360);
  const cosineAzimuth = cosineOfTurns(plant.azimuthDegrees / 360);
  return (
    sun.sineDeclination * sineLatitude * cosineTilt -
    sun.sineDeclination * cosineLatitude * sineTilt * cosineAzimuth +
    sun.cosineDeclination * cosineLatitude * cosineTilt * sun.cosineHour +
    sun.cosineDeclination * sineLatitude * sineTilt * cosineAzimuth * sun.cosineHour +
    sun.cosineDeclination * sineTilt * sineAzimuth * sun.sineHour
  );
}

/** The published curve between whole oktas, linearly. */
function lightLeft(cloudOktas: number): number {
  const below = Math.min(7, Math.floor(cloudOktas));
  const here = LIGHT_LEFT_BY_OKTAS[below] ?? 0;
  const next = LIGHT_LEFT_BY_OKTAS[below + 1] ?? 0;
  return here + (next - here) * (cloudOktas - below);
}
