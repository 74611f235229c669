/** The options of the living street, checked. */

import { existsSync, statSync } from 'node:fs';
import { UsageError } from '../../terminal/usage-error.ts';
import { requireNewFolder } from '../new-folder.ts';

export interface StreetOptions {
  readonly profiles?: string;
  readonly dir?: string;
  readonly slots?: string;
  readonly speed?: string;
  readonly headless?: boolean;
  readonly json?: boolean;
}

export interface StreetPlan {
  readonly profiles: string | undefined;
  readonly dir: string | undefined;
  /** Nothing: until it is stopped. */
  readonly slots: number | undefined;
  /** Nothing: as fast as it goes. */
  readonly speed: number | undefined;
  readonly headless: boolean;
  readonly json: boolean;
  readonly port: number;
}

const HEADLESS_SLOTS = 96;
const SLOTS_MAX = 100_000;
/** A quarter hour takes fifteen seconds. */
const LIVE_SPEED = 60;
const SPEED_MAX = 10_000;
const PORT = 8080;

/** @throws UsageError naming the option. */
export function streetPlan(options: StreetOptions, port: string | undefined): StreetPlan {
  const { profiles, dir, slots, speed, headless = false, json = false } = options;
  if (dir !== undefined) requireNewFolder('--dir', dir);
  if (profiles !== undefined && !(existsSync(profiles) && statSync(profiles).isDirectory())) {
    throw new UsageError('--profiles', 'a folder with CSV files', profiles);
  }
  return {
    profiles,
    dir,
    slots:
      slots === undefined
        ? headless
          ? HEADLESS_SLOTS
          : undefined
        : whole('--slots', slots, { least: 1, most: SLOTS_MAX }),
    speed:
      speed === undefined
        ? headless
          ? undefined
          : LIVE_SPEED
        : whole('--speed', speed, { least: 1, most: SPEED_MAX }),
    headless,
    json,
    port: port === undefined ? PORT : whole('PORT', port, { least: 0, most: 65_535 }),
  };
}

function whole(name: string, text: string, range: { least: number; most: number }): number {
  const value = Number(text);
  if (/^[0-9]{1,6}$/.test(text) && value >= range.least && value <= range.most) return value;
  throw new UsageError(name, `a whole number from ${range.least} to ${range.most}`, text);
}
