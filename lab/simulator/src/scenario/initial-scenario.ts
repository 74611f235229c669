/**
 * A first scenario from a folder of profiles: runnable as it stands, and commented so that it can be
 * changed. The folder says what members use and how the sun shone; all else is assumed by rules that are
 * written out, one sentence each.
 */

import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { formatInstant, QUARTER_HOUR_MS } from '@commonwatt/units';
import {
  describeFinding,
  type Profile,
  type ProfileSet,
  readProfiles,
} from '../households/profile-files.ts';
import { ProfileFileError } from '../households/profile-rows.ts';
import { mixSeeds, SeededRandom } from '../households/seeded-random.ts';
import { initialText } from './initial-text.ts';
import { ct, type RetailerTariffs, retailerTariffs } from './retailer-tariffs.ts';
import { SCENARIO_MEMBERS_MAX, SCENARIO_SLOTS_MAX } from './scenario.ts';

export interface InitialScenario {
  /** YAML, to be written to the file it was made for. */
  readonly text: string;
  /** A sentence each. */
  readonly assumptions: readonly string[];
}

/** What is written of a member; prices in ten-thousandths of a ct/kWh. */
export interface InitialMember {
  readonly name: string;
  readonly feeder: string;
  readonly buyLimit: number;
  readonly sellLimit: number | undefined;
  readonly loadFile: string;
  readonly solar: { readonly file: string | undefined; readonly installedW: number } | undefined;
  readonly battery:
    | { readonly capacityWh: number; readonly powerW: number; readonly schedule: 'rule' | 'lp' }
    | undefined;
}

export interface InitialParts {
  readonly name: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly tariffs: RetailerTariffs;
  readonly feeders: readonly { readonly name: string; readonly limitW: number }[];
  readonly members: readonly InitialMember[];
}

const SEED = 1;
const DAY_MS = 86_400_000;
/** Ten-thousandths of a ct/kWh: the defaults of a scenario. */
const TARIFFS_ASSUMED: RetailerTariffs = { supply: 300_000, feedIn: 80_000, localFee: 0 };
const MEMBERS_PER_FEEDER = 10;
const BATTERIES = ['rule', 'lp'] as const;
const SENTENCES_MAX = 60;

/**
 * File names in the text lead from the folder of `outFile`, where the text is to be kept.
 * @throws ProfileFileError, or the file system's own error
 */
export function initialScenario(profilesDirectory: string, outFile: string): InitialScenario {
  const set = readProfiles(profilesDirectory);
  const tariffs = retailerTariffs(profilesDirectory);
  const assumptions = findings(set, tariffs.files);
  const loads = set.profiles.filter(({ kind }) => kind !== 'solar-plant');
  if (loads.length === 0) {
    const expected =
      'files hh_*.csv, office_*.csv or factory_*.csv with the columns timestamp,electricity (Unix seconds at the start of each quarter hour, mean watts)';
    throw new ProfileFileError([{ file: profilesDirectory, expected, got: 'none' }]);
  }
  const span = sharedSpan(set.profiles, profilesDirectory, assumptions);
  assumptions.push(...tariffs.sentences);
  if (tariffs.tariffs === undefined) {
    const { supply, feedIn } = TARIFFS_ASSUMED;
    assumptions.push(
      `Nothing says what energy costs: the supplier is taken to ask ${ct(supply)} and to pay ${ct(feedIn)}, and the community to be free of fees.`,
    );
  }
  const prices = tariffs.tariffs ?? TARIFFS_ASSUMED;
  const place = (file: string) => placeFrom(outFile, profilesDirectory, file);
  const { members, feeders } = dealt(set, { span, prices, place }, assumptions);
  const parts = { name: nameOf(outFile, 'study'), ...span, tariffs: prices, feeders, members };
  assumptions.push(
    'Local days are those of Europe/Berlin.',
    'Orders know their slot: the forecast has no error.',
    'Every member states its true limits (trader truthful) to a call auction with one price (mechanism uniform), once for each slot of 15 minutes.',
  );
  return { text: initialText(parts, assumptions), assumptions };
}

interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

function findings(set: ProfileSet, used: readonly string[]): string[] {
  const told = set.findings.filter(({ file }) => !used.includes(file)).map(describeFinding);
  if (told.length <= SENTENCES_MAX) return told.map((one) => `${one}.`);
  const rest = told.length - SENTENCES_MAX;
  return [
    ...told.slice(0, SENTENCES_MAX).map((one) => `${one}.`),
    `And ${rest} such findings more.`,
  ];
}

function endOf({ startMs, samples }: Profile): number {
  return startMs + samples.length * QUARTER_HOUR_MS;
}

function sharedSpan(profiles: readonly Profile[], folder: string, assumptions: string[]): Span {
  const fromMs = Math.max(...profiles.map(({ startMs }) => startMs));
  const endMs = Math.min(...profiles.map(endOf));
  if (endMs - fromMs < DAY_MS) {
    const latest = profiles.find(({ startMs }) => startMs === fromMs)?.file;
    const earliest = profiles.find((one) => endOf(one) === endMs)?.file;
    const got = `${latest} from ${formatInstant(fromMs)} and ${earliest} until ${formatInstant(endMs)}`;
    throw new ProfileFileError([{ file: folder, expected: 'files that share a day', got }]);
  }
  const untilMs = Math.min(endMs, fromMs + SCENARIO_SLOTS_MAX * QUARTER_HOUR_MS);
  const all = profiles.every((one) => one.startMs === fromMs && endOf(one) === untilMs);
  assumptions.push(
    `The time is ${formatInstant(fromMs)} until ${formatInstant(untilMs)}, ${all ? 'which every file holds' : 'the part that all files share'}.`,
  );
  return { fromMs, untilMs };
}

interface Dealing {
  readonly span: Span;
  readonly prices: RetailerTariffs;
  readonly place: (file: string) => string;
}

function dealt(
  { profiles }: ProfileSet,
  { span, prices, place }: Dealing,
  assumptions: string[],
): Pick<InitialParts, 'members' | 'feeders'> {
  const plants = profiles.filter(({ kind }) => kind === 'solar-plant');
  const loads = profiles
    .filter(({ kind }) => kind !== 'solar-plant')
    .slice(0, SCENARIO_MEMBERS_MAX);
  const names = uniqueNames(loads);
  const limits = limitsOf(prices);
  let solarCount = 0;
  const members = loads.map((profile, at): InitialMember => {
    const number = solarCount;
    const plant = plants.length === 0 ? undefined : plants[number % plants.length];
    const solar =
      at % 2 === 0
        ? {
            file: plant === undefined ? undefined : place(plant.file),
            installedW: installedW(profile, plant, span),
          }
        : undefined;
    if (solar !== undefined) solarCount += 1;
    const schedule = solar === undefined ? undefined : BATTERIES[number];
    const random = new SeededRandom(mixSeeds(SEED, at));
    return {
      name: names[at]!,
      feeder: `feeder-${Math.floor(at / MEMBERS_PER_FEEDER) + 1}`,
      buyLimit: limits.buy(random),
      sellLimit: solar === undefined ? undefined : limits.sell(random),
      loadFile: place(profile.file),
      solar,
      battery: schedule === undefined ? undefined : batteryBeside(solar!.installedW, schedule),
    };
  });
  assumptions.push(...dealingSentences(members, plants), ...limits.sentences);
  return { members, feeders: feedersOf(loads, span) };
}

function dealingSentences(members: readonly InitialMember[], plants: readonly Profile[]): string[] {
  const withPlants = members.filter(({ solar }) => solar !== undefined);
  const files = plants.map(({ file }) => file).join(', ');
  const source =
    plants.length === 0
      ? 'There is no file pv_*.csv: plants are modelled by sun and clouds over the middle of Germany, with a watt for each kWh of the yearly load'
      : `Plants follow ${files} in turn, and make over the time what their member uses`;
  const batteries = withPlants
    .filter(({ battery }) => battery !== undefined)
    .map(({ name, battery }) => `${name} (${battery!.schedule})`);
  return [
    `Each load file is one member (${members.length}), in the order of the files' names.`,
    `Every second member, from the first on, has a solar plant (${withPlants.map(({ name }) => name).join(', ')}).`,
    `${source}, in whole 100 W from 1 to 100 kW.`,
    `${batteries.join(' and ')} ${batteries.length === 1 ? 'has a battery' : 'have batteries'}, of an hour of the plant's power, in whole 500 Wh; half of that can go in or out in an hour.`,
    `Feeders hold ${MEMBERS_PER_FEEDER} members at most; each takes one and a half times the largest load that its members have at once, in whole kW, both ways.`,
  ];
}

/** Mean power summed over the span, in the unit of the samples. */
function sumOver({ startMs, samples }: Profile, { fromMs, untilMs }: Span): bigint {
  const first = (fromMs - startMs) / QUARTER_HOUR_MS;
  const last = (untilMs - startMs) / QUARTER_HOUR_MS;
  let sum = 0n;
  for (let at = first; at < last; at += 1) sum += samples[at]!;
  return sum;
}

/** What makes as much over the span as is used; without a plant's profile, a watt for each kWh a year. */
function installedW(load: Profile, plant: Profile | undefined, span: Span): number {
  const used = sumOver(load, span);
  const perWatt = plant === undefined ? 0n : sumOver(plant, span);
  const slots = BigInt((span.untilMs - span.fromMs) / QUARTER_HOUR_MS);
  const yearlyKwh = Number((used * HOURS_PER_YEAR) / slots / YOCTO_PER_KILO);
  const watts = perWatt === 0n ? yearlyKwh : Number(used / perWatt);
  return Math.min(100_000, Math.max(1_000, Math.round(watts / 100) * 100));
}

const HOURS_PER_YEAR = 8_760n;
/** Samples are in 10^-24 W. */
const YOCTO_PER_KILO = 10n ** 27n;
const YOCTO_PER_WATT = 10n ** 24n;

function batteryBeside(
  installedWatts: number,
  schedule: 'rule' | 'lp',
): NonNullable<InitialMember['battery']> {
  const capacityWh = Math.max(2_000, Math.round(installedWatts / 500) * 500);
  return { capacityWh, powerW: Math.round(capacityWh / 2), schedule };
}

function feedersOf(loads: readonly Profile[], { fromMs, untilMs }: Span): InitialParts['feeders'] {
  const feeders: { name: string; limitW: number }[] = [];
  for (let at = 0; at < loads.length; at += MEMBERS_PER_FEEDER) {
    const own = loads.slice(at, at + MEMBERS_PER_FEEDER);
    let largest = 0n;
    for (let ms = fromMs; ms < untilMs; ms += QUARTER_HOUR_MS) {
      let sum = 0n;
      for (const { startMs, samples } of own) sum += samples[(ms - startMs) / QUARTER_HOUR_MS]!;
      if (sum > largest) largest = sum;
    }
    const watts = Number(largest / YOCTO_PER_WATT);
    const limitW = Math.max(1, Math.ceil((watts * 3) / 2_000)) * 1_000;
    feeders.push({ name: `feeder-${feeders.length + 1}`, limitW });
  }
  return feeders;
}

/** Steps of 0.1 ct/kWh in ten-thousandths. */
const LIMIT_STEP = 1_000;
const PERMILLE = 1_000;
const BUY_FROM_PERMILLE = 400;
const SELL_UNTIL_PERMILLE = 600;

/**
 * Between what feeding in brings and what supply costs less the fee, so that no trade within the limits
 * is worse than the supplier. The two parts overlap, or every auction would do the same.
 */
function limitsOf({ supply, feedIn, localFee }: RetailerTariffs): {
  readonly buy: (random: SeededRandom) => number;
  readonly sell: (random: SeededRandom) => number;
  readonly sentences: readonly string[];
} {
  const top = Math.max(feedIn, supply - localFee);
  const at = (permille: number) => {
    const price = feedIn + Math.floor(((top - feedIn) * permille) / PERMILLE);
    return Math.max(feedIn, Math.floor(price / LIMIT_STEP) * LIMIT_STEP);
  };
  const draw = (random: SeededRandom, from: number, until: number) =>
    at(from + random.below(until - from + 1));
  return {
    buy: (random) => draw(random, BUY_FROM_PERMILLE, PERMILLE),
    sell: (random) => draw(random, 0, SELL_UNTIL_PERMILLE),
    sentences: [
      `Limits are drawn (seed ${SEED}) between the feed-in price, ${ct(feedIn)}, and the supply price less the fee, ${ct(top)}: to buy from the upper six tenths, to sell from the lower six tenths, in steps of 0.1 ct/kWh.`,
    ],
  };
}

/** A name of a scenario's pattern from that of a file. */
function nameOf(file: string, fallback: string): string {
  const stem = basename(file).replace(/\.[A-Za-z]+$/, '');
  const name = stem.replaceAll(/[^A-Za-z0-9_.-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  return name === '' ? fallback : name.slice(0, 64);
}

function uniqueNames(loads: readonly Profile[]): readonly string[] {
  const taken = new Set<string>();
  return loads.map(({ file }, at) => {
    const name = nameOf(file, `member-${at + 1}`);
    const own = taken.has(name) ? `${name.slice(0, 56)}-${at + 1}` : name;
    taken.add(own);
    return own;
  });
}

function placeFrom(outFile: string, directory: string, file: string): string {
  const path = relative(dirname(resolve(outFile)), resolve(directory, file));
  const slashed = path.split(sep).join('/');
  return isAbsolute(path) || slashed.startsWith('../') ? slashed : `./${slashed}`;
}
