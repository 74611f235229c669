/** The household week as its scenario states it: who takes part, and what their meters count. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Profile, profilesFrom } from '@commonwatt/simulator';
import { type Price, parsePrice, QUARTER_HOUR_MS } from '@commonwatt/units';
import { readCsv } from '../terminal/csv-table.ts';

export const PROFILES = fileURLToPath(
  new URL('../../../../../shared/data/households/', import.meta.url),
);
const SCENARIO = new URL('../../../../lab/simulator/scenarios/household-week/', import.meta.url);
/** Monday and the Monday after, 00:00 in Berlin: the clock is put forward on the Sunday. */
export const FROM_MS = Date.parse('2021-03-22T00:00+01:00');
export const UNTIL_MS = Date.parse('2021-03-29T00:00+02:00');
const WEEK_MS = 7 * 86_400_000;
const SLOTS_PER_DAY = 96;
const YOCTOWATTS_PER_WATT = 10n ** 24n;

export type Side = 'buy' | 'sell';

export interface Household {
  readonly name: string;
  /** On the ledger; the officer is the first member, and has no meter. */
  readonly meter: number;
  readonly member: number;
  readonly connectionW: bigint;
  readonly solarW: bigint;
  readonly limits: Readonly<Record<Side, Price | undefined>>;
  /** Watts that it takes from the grid in a quarter hour; below zero it gives. */
  takenW(slotMs: number): bigint;
}

/** The node's configuration. */
export function communityText(): string {
  return readFileSync(new URL('node.yaml', SCENARIO), 'utf8');
}

export function weekSlots(): readonly number[] {
  const count = (UNTIL_MS - FROM_MS) / QUARTER_HOUR_MS;
  return Array.from({ length: count }, (_, at) => FROM_MS + at * QUARTER_HOUR_MS);
}

const COLUMNS = ['profile', 'connection_w', 'solar_w', 'solar_profile'] as const;
const LIMITS = ['buy_limit_ct_kwh', 'sell_limit_ct_kwh'] as const;

export function readHouseholds(): readonly Household[] {
  const text = readFileSync(new URL('households.csv', SCENARIO), 'utf8');
  const columns = [...COLUMNS, ...LIMITS];
  const layout = { place: 'households.csv', columns, further: [], rowsMax: 100 };
  const rows = readCsv(text, layout, (row) => ({
    name: row.cell('profile'),
    connectionW: BigInt(row.cell('connection_w')),
    solarW: BigInt(row.cell('solar_w')),
    plant: row.cell('solar_profile'),
    limits: { buy: limitOf(row.cell(LIMITS[0])), sell: limitOf(row.cell(LIMITS[1])) },
  }));
  return rows.map(({ plant, ...row }, at) => {
    const load = profile(row.name);
    const sun = plant === '' ? undefined : profile(plant);
    return {
      ...row,
      meter: at + 1,
      member: at + 2,
      takenW: (slotMs) =>
        wattsAt(load, slotMs, 1n) - (sun === undefined ? 0n : wattsAt(sun, slotMs, row.solarW)),
    };
  });
}

function limitOf(text: string): Price | undefined {
  return text === '' ? undefined : parsePrice(text, 'ct/kWh');
}

/** One file alone: that the office's or a factory's equals a home's does not matter here. */
function profile(name: string): Profile {
  const { profiles } = profilesFrom([`${name}.csv`], (file) =>
    readFileSync(`${PROFILES}${file}`, 'utf8'),
  );
  const [found] = profiles;
  if (found === undefined) throw new Error(`${name}: expected a profile`);
  return found;
}

/** In whole watts, rounded down. */
function wattsAt({ file, startMs, samples }: Profile, slotMs: number, factor: bigint): bigint {
  const sample = samples[(slotMs - startMs) / QUARTER_HOUR_MS];
  if (sample === undefined) throw new RangeError(`${file}: expected a sample at ${slotMs}`);
  return (sample * factor) / YOCTOWATTS_PER_WATT;
}

/** Quarters of a Wh in a quarter hour: watts are whole. */
export function quarterWhOf(household: Household, slotMs: number): Readonly<Record<Side, bigint>> {
  const taken = household.takenW(slotMs);
  return taken >= 0n ? { buy: taken, sell: 0n } : { buy: 0n, sell: -taken };
}

/** The mean of each quarter hour of the day (UTC) in the week before, in whole Wh. */
export function habitOf(household: Household, side: Side): readonly bigint[] {
  const quarterWh = Array<bigint>(SLOTS_PER_DAY).fill(0n);
  for (let slotMs = FROM_MS - WEEK_MS; slotMs < FROM_MS; slotMs += QUARTER_HOUR_MS) {
    const at = (slotMs / QUARTER_HOUR_MS) % SLOTS_PER_DAY;
    quarterWh[at] = (quarterWh[at] ?? 0n) + quarterWhOf(household, slotMs)[side];
  }
  return quarterWh.map((sum) => sum / (4n * 7n));
}
