/**
 * Members of a first scenario: each is a load or a plant that was measured; plants, batteries, feeders
 * and price limits that no file speaks of are dealt out by rules, one sentence each.
 */

import { QUARTER_HOUR_MS } from '@commonwatt/units';
import type { Profile } from '../households/profile-files.ts';
import { mixSeeds, SeededRandom } from '../households/seeded-random.ts';
import { ct, type RetailerTariffs } from './retailer-tariffs.ts';

/** What is written of a member; prices in ten-thousandths of a ct/kWh. */
export interface InitialMember {
  readonly name: string;
  readonly feeder: string;
  readonly buyLimit: number;
  readonly sellLimit: number | undefined;
  readonly loadFile: string | undefined;
  readonly solar: { readonly file: string | undefined; readonly installedW: number } | undefined;
  readonly battery:
    | { readonly capacityWh: number; readonly powerW: number; readonly schedule: 'rule' | 'lp' }
    | undefined;
}

export interface InitialFeeder {
  readonly name: string;
  /** Both ways. */
  readonly limitW: number;
}

/** A profile, and its file as the scenario names it. */
export interface PlacedProfile {
  readonly profile: Profile;
  readonly file: string;
}

/** Whoever was measured: a load, a plant of its own, or both. */
export interface MeasuredMember {
  readonly name: string;
  readonly load: PlacedProfile | undefined;
  readonly plant: (PlacedProfile & { readonly installedW: number }) | undefined;
}

export interface Measured {
  readonly members: readonly MeasuredMember[];
  /** Plants that belong to nobody yet: shapes, to be dealt out in the size that a member needs. */
  readonly plants: readonly PlacedProfile[];
}

/** Both of them instants at a quarter hour. */
export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

const SEED = 1;
const MEMBERS_PER_FEEDER = 10;
const NAMES_MAX = 20;
const BATTERIES = ['rule', 'lp'] as const;

export function dealtMembers(
  measured: Measured,
  { span, prices }: { readonly span: Span; readonly prices: RetailerTariffs },
): {
  readonly members: readonly InitialMember[];
  readonly feeders: readonly InitialFeeder[];
  readonly sentences: readonly string[];
} {
  const { plants } = measured;
  const limits = limitsOf(prices);
  const isDealt = plants.length > 0 || measured.members.every(({ plant }) => plant === undefined);
  let dealtCount = 0;
  let withoutOwn = 0;
  let batteries = 0;
  const members = measured.members.map((one, at): InitialMember => {
    const { load, plant: own } = one;
    let solar: InitialMember['solar'] = own && { file: own.file, installedW: own.installedW };
    if (load !== undefined && own === undefined) {
      if (isDealt && withoutOwn % 2 === 0) {
        const shape = plants.length === 0 ? undefined : plants[dealtCount % plants.length];
        const watts = installedW(load.profile, shape?.profile, span);
        solar = { file: shape?.file, installedW: watts };
        dealtCount += 1;
      }
      withoutOwn += 1;
    }
    const schedule = solar === undefined || load === undefined ? undefined : BATTERIES[batteries];
    if (schedule !== undefined) batteries += 1;
    const random = new SeededRandom(mixSeeds(SEED, at));
    return {
      name: one.name,
      feeder: `feeder-${Math.floor(at / MEMBERS_PER_FEEDER) + 1}`,
      buyLimit: limits.buy(random),
      sellLimit: solar === undefined ? undefined : limits.sell(random),
      loadFile: load?.file,
      solar,
      battery: schedule === undefined ? undefined : batteryBeside(solar!.installedW, schedule),
    };
  });
  const sentences = [...dealingSentences(members, measured, isDealt), ...limits.sentences];
  return { members, feeders: feedersOf(measured.members, span), sentences };
}

function dealingSentences(
  members: readonly InitialMember[],
  measured: Measured,
  isDealt: boolean,
): readonly string[] {
  const owners = measured.members.filter(({ plant }) => plant !== undefined);
  const ownNames = new Set(owners.map(({ name }) => name));
  const batteries = members
    .filter(({ battery }) => battery !== undefined)
    .map(({ name, battery }) => `${name} (${battery!.schedule})`);
  const who = owners.length === 0 ? 'Each load file' : 'Each load file or meter';
  const sentences = [`${who} is one member (${members.length}), in the order of the files' names.`];
  if (owners.length > 0) {
    const named = listed(owners.map(({ name, plant }) => `${name} (${plant!.installedW} W)`));
    const others = isDealt ? '' : '; nobody else is given a plant';
    sentences.push(`Plants of their own, as measured: ${named}${others}.`);
  }
  if (isDealt) {
    const dealt = members.filter(({ name, solar }) => solar !== undefined && !ownNames.has(name));
    const whose = owners.length === 0 ? 'Every second member' : 'Of the others every second member';
    const files = listed(measured.plants.map(({ profile }) => profile.file));
    const source =
      measured.plants.length === 0
        ? 'There is no file pv_*.csv: plants are modelled by sun and clouds over the middle of Germany, with a watt for each kWh of the yearly load'
        : `Plants follow ${files} in turn, and make over the time what their member uses`;
    sentences.push(
      `${whose}, from the first on, has a solar plant (${listed(dealt.map(({ name }) => name))}).`,
      `${source}, in whole 100 W from 1 to 100 kW.`,
    );
  }
  if (batteries.length > 0) {
    sentences.push(
      `${batteries.join(' and ')} ${batteries.length === 1 ? 'has a battery' : 'have batteries'}, of an hour of the plant's power, in whole 500 Wh; half of that can go in or out in an hour.`,
    );
  }
  const most = owners.length === 0 ? 'load that its members have' : 'load or measured feed-in';
  sentences.push(
    `Feeders hold ${MEMBERS_PER_FEEDER} members at most; each takes one and a half times the largest ${most} at once, in whole kW, both ways.`,
  );
  return sentences;
}

/** The first of many, and how many more. */
function listed(names: readonly string[]): string {
  const rest = names.length - NAMES_MAX;
  const named = names.slice(0, NAMES_MAX).join(', ');
  return rest > 0 ? `${named} and ${rest} more` : named;
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

function feedersOf(
  measured: readonly MeasuredMember[],
  { fromMs, untilMs }: Span,
): readonly InitialFeeder[] {
  const feeders: InitialFeeder[] = [];
  for (let at = 0; at < measured.length; at += MEMBERS_PER_FEEDER) {
    const own = measured.slice(at, at + MEMBERS_PER_FEEDER);
    let largest = 0n;
    for (let ms = fromMs; ms < untilMs; ms += QUARTER_HOUR_MS) {
      let load = 0n;
      let made = 0n;
      for (const { load: used, plant } of own) {
        if (used !== undefined) load += sampleAt(used.profile, ms);
        if (plant !== undefined) made += sampleAt(plant.profile, ms) * BigInt(plant.installedW);
      }
      if (load > largest) largest = load;
      if (made > largest) largest = made;
    }
    const watts = Number(largest / YOCTO_PER_WATT);
    const limitW = Math.max(1, Math.ceil((watts * 3) / 2_000)) * 1_000;
    feeders.push({ name: `feeder-${feeders.length + 1}`, limitW });
  }
  return feeders;
}

function sampleAt({ startMs, samples }: Profile, ms: number): bigint {
  return samples[(ms - startMs) / QUARTER_HOUR_MS]!;
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
