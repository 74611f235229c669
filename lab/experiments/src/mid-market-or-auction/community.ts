/** Measured homes as a community: who has which plant, and what everyone says a kWh is worth. */

import {
  mixSeeds,
  type Profile,
  ProfileFileError,
  readProfiles,
  type Scenario,
  SeededRandom,
} from '@commonwatt/simulator';
import { formatInstant } from '@commonwatt/units';
import parameters from './parameters.json' with { type: 'json' };

type Member = Scenario['members'][number];

export interface Community {
  readonly directory: string;
  readonly from: string;
  readonly until: string;
  readonly homes: readonly Home[];
  readonly plants: readonly Profile[];
}

interface Home {
  readonly name: string;
  readonly load: Profile;
}

export interface Tariffs {
  readonly supplyCtPerKwh: number;
  readonly feedInCtPerKwh: number;
  readonly localFeeCtPerKwh: number;
}

export interface Trial {
  readonly mechanism: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** What a plant makes over the time, in per cent of what its home uses. */
  readonly solarPercent: number;
  readonly tariffs: Tariffs;
  /** Draws who has a plant, and everyone's limits; without one, every second has, and nobody sets limits. */
  readonly seed?: number;
}

const QUARTER_HOUR_MS = 900_000;
const DAY_MS = 86_400_000;
const PLANT_STREAM = 1;
const LIMIT_STREAM = 2;
const PERMILLE = 1000;

/**
 * The time is what all files share, or so many days of it.
 * @throws ProfileFileError where the folder has not two loads, a plant's profile and a day that all share
 */
export function communityOf(directory: string, daysMax = Number.MAX_SAFE_INTEGER): Community {
  const { profiles } = readProfiles(directory);
  const plants = profiles.filter(({ kind }) => kind === 'solar-plant');
  const loads = profiles.filter(({ kind }) => kind !== 'solar-plant');
  if (loads.length < 2 || plants.length === 0) {
    throw unfit(
      directory,
      'two loads or more and a plant (pv_*.csv)',
      `${loads.length} and ${plants.length}`,
    );
  }
  const dark = plants.find(({ samples }) => samples.every((one) => one === 0n));
  if (dark !== undefined) throw unfit(dark.file, 'some sun', 'none');
  const fromMs = Math.max(...profiles.map(({ startMs }) => startMs));
  const endMs = Math.min(...profiles.map(endOf));
  if (endMs - fromMs < DAY_MS) throw unfit(directory, 'files that share a day', 'none');
  const untilMs = Math.min(endMs, fromMs + daysMax * DAY_MS);
  return {
    directory,
    from: formatInstant(fromMs),
    until: formatInstant(untilMs),
    homes: loads.map((load) => ({ name: load.file.replace(/\.csv$/, ''), load })),
    plants,
  };
}

function unfit(file: string, expected: string, got: string): ProfileFileError {
  return new ProfileFileError([{ file, expected, got }]);
}

function endOf({ startMs, samples }: Profile): number {
  return startMs + samples.length * QUARTER_HOUR_MS;
}

export function scenarioOf(community: Community, trial: Trial): Scenario {
  const { from, until, homes } = community;
  const { mechanism, settings = {}, tariffs, seed } = trial;
  const owners = ownersOf(homes.length, seed);
  return {
    schema: 'commonwatt-scenario/1',
    name: 'households',
    assumptions: [],
    seed: seed ?? 1,
    time: { from, until, zone: 'Europe/Berlin', slot_minutes: 15 },
    tariffs: {
      supply_ct_per_kwh: tariffs.supplyCtPerKwh,
      feed_in_ct_per_kwh: tariffs.feedInCtPerKwh,
      local_fee_ct_per_kwh: tariffs.localFeeCtPerKwh,
    },
    market: { mechanism, settings: { ...settings }, files: {}, rounds: 1 },
    traders: { trader: 'truthful' },
    forecast: { error_percent: 0 },
    network: { feeders: [] },
    ledger: 'off',
    members: homes.map(({ name, load }, at): Member => {
      const turn = owners.indexOf(at);
      return {
        name,
        load: { file: load.file, scale_percent: 100, later_slots: 0 },
        ...(turn < 0 ? {} : plantOf(load, community.plants, turn, trial.solarPercent)),
        ...(seed === undefined ? {} : limitsOf(at, seed, tariffs)),
      };
    }),
    outputs: { orders: false, positions: false },
  };
}

/** Every second home from the first on, or as many drawn. */
function ownersOf(count: number, seed: number | undefined): readonly number[] {
  const all = Array.from({ length: count }, (_, at) => at);
  if (seed === undefined) return all.filter((at) => at % 2 === 0);
  const random = new SeededRandom(mixSeeds(seed, PLANT_STREAM));
  const drawn = all.map((at) => ({ at, lot: random.fraction() }));
  return drawn
    .sort((a, b) => a.lot - b.lot || a.at - b.at)
    .slice(0, Math.ceil(count / 2))
    .map(({ at }) => at)
    .sort((a, b) => a - b);
}

/** Profiles of plants in turn; sizes in whole 100 W. */
function plantOf(
  load: Profile,
  plants: readonly Profile[],
  turn: number,
  solarPercent: number,
): Pick<Member, 'solar'> {
  const plant = plants[turn % plants.length];
  if (plant === undefined) throw new RangeError('plants: expected one, got none');
  const watts = Number((sum(load) * BigInt(solarPercent)) / (sum(plant) * 100n));
  return {
    solar: { file: plant.file, installed_w: Math.max(1, Math.round(watts / 100)) * 100 },
  };
}

function sum({ samples }: Profile): bigint {
  return samples.reduce((total: bigint, one) => total + one, 0n);
}

/** Within what leaves both sides a gain against the supplier, in whole tenths of a ct/kWh. */
function limitsOf(
  at: number,
  seed: number,
  { supplyCtPerKwh, feedInCtPerKwh: least, localFeeCtPerKwh }: Tariffs,
): Pick<Member, 'buy_limit_ct_per_kwh' | 'sell_limit_ct_per_kwh'> {
  const { buyFrom, sellUntil } = parameters.limitsPermille;
  const width = supplyCtPerKwh - localFeeCtPerKwh - least;
  const random = new SeededRandom(mixSeeds(seed, LIMIT_STREAM, at));
  const limit = (permille: number) =>
    Math.round(least * 10 + (width * 10 * permille) / PERMILLE) / 10;
  return {
    buy_limit_ct_per_kwh: limit(buyFrom + random.below(PERMILLE - buyFrom + 1)),
    sell_limit_ct_per_kwh: limit(random.below(sellUntil + 1)),
  };
}
