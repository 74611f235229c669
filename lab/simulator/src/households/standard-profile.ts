/**
 * Load of homes, offices and factories from published figures.
 *
 * Source: the representative load profiles of the Verband der Elektrizitätswirtschaft (VDEW 1999,
 * "Repräsentative VDEW-Lastprofile"; since published by the BDEW): H0 households, G1 businesses on
 * workdays 8 to 18 h, G3 continuous businesses. The publication gives 96 quarter hours per season
 * and kind of day; the table below holds their hourly means in whole watts, interpolated linearly
 * between the middles of the hours. H0 is made dynamic by the polynomial of the same source.
 *
 * Profiles are in floating point; only plus, minus, times and division are used, which give the
 * same bits on every machine. They leave this room as whole watts.
 */

import type { DayKind, LocalTime, Season } from './local-calendar.ts';

export type LoadKind = 'home' | 'office' | 'factory';

/**
 * Mean power of a quarter hour in watts, for a consumer of 1000 kWh a year (not rounded).
 * @throws RangeError when the quarter hour is not 0 to 95.
 */
export function standardLoadW(kind: LoadKind, time: LocalTime): number {
  const { quarterHour } = time;
  if (!Number.isInteger(quarterHour) || quarterHour < 0 || quarterHour > 95) {
    throw new RangeError(`quarterHour: expected 0 to 95, got ${quarterHour}`);
  }
  const hours = HOURLY_MEANS_W[kind][time.season][time.dayKind];
  // Middle of this quarter hour, counted in hours from the middle of the first hour.
  const position = (quarterHour + 0.5) / 4 - 0.5;
  const before = Math.floor(position);
  const share = position - before;
  const here = hours[(before + 24) % 24] ?? 0;
  const next = hours[(before + 25) % 24] ?? 0;
  const watts = here + (next - here) * share;
  return kind === 'home' ? watts * dynamisation(time.dayOfYear) : watts;
}

/** VDEW 1999: the seasonal factor of households on day 1 to 366 of the year. */
export function dynamisation(dayOfYear: number): number {
  const t = dayOfYear;
  return (((-3.92e-10 * t + 3.2e-7) * t - 7.02e-5) * t + 2.1e-3) * t + 1.24;
}

/** Watts at 1000 kWh a year; element h is the mean from h to h + 1 o'clock, legal time. */
const HOURLY_MEANS_W: Readonly<
  Record<LoadKind, Readonly<Record<Season, Readonly<Record<DayKind, readonly number[]>>>>>
> = {
  home: {
    winter: {
      workday: [
        58, 43, 40, 38, 39, 47, 90, 129, 134, 123, 116, 118, 131, 129, 115, 105, 105, 129, 166, 187,
        168, 141, 117, 86,
      ],
      saturday: [
        67, 53, 42, 40, 38, 40, 53, 82, 120, 142, 148, 155, 167, 166, 153, 144, 145, 180, 209, 210,
        172, 134, 122, 104,
      ],
      sunday: [
        78, 56, 45, 41, 39, 39, 41, 50, 89, 138, 174, 203, 207, 173, 136, 117, 107, 126, 156, 176,
        160, 136, 115, 85,
      ],
    },
    summer: {
      workday: [
        74, 55, 50, 47, 49, 59, 98, 130, 142, 144, 139, 142, 158, 153, 132, 119, 115, 122, 142, 165,
        167, 158, 144, 112,
      ],
      saturday: [
        83, 64, 52, 50, 50, 52, 64, 93, 128, 156, 165, 171, 182, 176, 157, 148, 145, 149, 166, 180,
        173, 154, 149, 125,
      ],
      sunday: [
        90, 67, 54, 51, 50, 49, 51, 70, 112, 160, 187, 206, 209, 175, 144, 124, 108, 110, 127, 152,
        159, 150, 140, 108,
      ],
    },
    transition: {
      workday: [
        67, 49, 44, 43, 44, 53, 93, 130, 137, 136, 132, 133, 150, 146, 127, 113, 106, 116, 145, 172,
        168, 156, 136, 100,
      ],
      saturday: [
        73, 56, 46, 44, 43, 45, 59, 93, 130, 150, 163, 172, 181, 177, 161, 149, 147, 159, 183, 198,
        180, 147, 139, 116,
      ],
      sunday: [
        84, 62, 49, 44, 43, 43, 46, 66, 111, 160, 185, 205, 208, 169, 136, 121, 107, 112, 138, 161,
        155, 144, 128, 94,
      ],
    },
  },
  office: {
    winter: {
      workday: [
        26, 26, 27, 25, 25, 28, 34, 206, 440, 487, 480, 467, 409, 314, 319, 338, 268, 162, 91, 55,
        40, 34, 30, 27,
      ],
      saturday: [
        25, 26, 25, 25, 24, 27, 29, 30, 40, 52, 58, 55, 50, 40, 34, 34, 33, 33, 34, 34, 32, 28, 28,
        28,
      ],
      sunday: [
        25, 26, 25, 25, 24, 27, 29, 28, 30, 30, 30, 32, 31, 29, 29, 32, 32, 32, 35, 34, 32, 30, 28,
        27,
      ],
    },
    summer: {
      workday: [
        22, 21, 21, 21, 22, 22, 55, 163, 295, 339, 336, 328, 287, 234, 250, 236, 170, 101, 55, 38,
        31, 28, 26, 26,
      ],
      saturday: [
        22, 21, 21, 21, 21, 22, 24, 26, 31, 41, 48, 48, 38, 30, 27, 25, 25, 23, 24, 24, 22, 24, 24,
        23,
      ],
      sunday: [
        22, 21, 21, 21, 21, 22, 23, 20, 19, 20, 21, 22, 24, 24, 23, 23, 23, 24, 23, 24, 23, 24, 24,
        23,
      ],
    },
    transition: {
      workday: [
        20, 19, 19, 19, 19, 26, 30, 164, 350, 392, 394, 392, 355, 274, 282, 297, 235, 135, 65, 43,
        33, 27, 23, 22,
      ],
      saturday: [
        21, 20, 19, 20, 19, 21, 23, 28, 50, 62, 62, 62, 53, 38, 31, 29, 27, 25, 24, 25, 24, 27, 26,
        23,
      ],
      sunday: [
        22, 19, 20, 21, 19, 20, 21, 20, 19, 19, 19, 20, 21, 19, 20, 21, 20, 19, 21, 23, 23, 22, 21,
        21,
      ],
    },
  },
  factory: {
    winter: {
      workday: [
        94, 99, 94, 88, 85, 96, 103, 105, 130, 145, 150, 154, 154, 148, 134, 135, 140, 145, 152,
        141, 117, 108, 104, 97,
      ],
      saturday: [
        96, 100, 94, 89, 85, 96, 102, 104, 129, 142, 145, 147, 146, 136, 113, 101, 102, 110, 116,
        120, 110, 97, 93, 88,
      ],
      sunday: [
        89, 92, 88, 84, 81, 94, 98, 97, 99, 101, 102, 100, 101, 102, 95, 92, 93, 95, 104, 116, 107,
        96, 92, 86,
      ],
    },
    summer: {
      workday: [
        99, 96, 94, 93, 91, 90, 104, 108, 125, 140, 143, 146, 148, 139, 131, 136, 139, 142, 140,
        135, 126, 114, 107, 101,
      ],
      saturday: [
        100, 97, 95, 92, 90, 88, 99, 106, 129, 143, 141, 144, 145, 135, 117, 110, 112, 114, 110,
        118, 119, 108, 102, 96,
      ],
      sunday: [
        96, 93, 92, 92, 90, 89, 104, 105, 103, 105, 104, 104, 109, 106, 101, 101, 100, 101, 100,
        112, 115, 103, 97, 92,
      ],
    },
    transition: {
      workday: [
        90, 89, 90, 85, 81, 82, 93, 102, 122, 132, 134, 140, 139, 136, 133, 133, 133, 135, 137, 128,
        121, 111, 101, 95,
      ],
      saturday: [
        93, 94, 95, 90, 85, 87, 97, 103, 129, 140, 138, 143, 141, 135, 120, 108, 104, 109, 108, 108,
        113, 107, 97, 91,
      ],
      sunday: [
        87, 89, 91, 86, 83, 85, 94, 98, 104, 101, 96, 97, 95, 96, 97, 95, 96, 98, 100, 106, 112,
        103, 93, 88,
      ],
    },
  },
};
