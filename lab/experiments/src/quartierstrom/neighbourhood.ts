/** A neighbourhood like that of Walenstadt: what is published of it, and what had to be assumed. */

import { mixSeeds, type Scenario, SeededRandom } from '@commonwatt/simulator';
import parameters from './parameters.json' with { type: 'json' };

type Member = Scenario['members'][number];

/** What differs from the neighbourhood as it is thought to be. */
export interface Change {
  readonly batteries?: number;
  readonly heatPumps?: number;
  readonly loadPercent?: number;
  /** In place of the parameters: kWh a year. */
  readonly homeKwh?: number;
  readonly retirementHomeKwh?: number;
  readonly solarPercent?: number;
  /** Everyone states the supplier's own prices instead of limits between them. */
  readonly withoutLimits?: boolean;
}

export interface Span {
  readonly from: string;
  readonly until: string;
}

const MEMBER_STREAM = 1;
const PERMILLE = 1000;

export function neighbourhood(seed: number, change: Change, { from, until }: Span): Scenario {
  const { prosumers, consumers, supplyCtPerKwh, feedInCtPerKwh } = parameters;
  const count = prosumers.count + consumers.count + 1;
  return {
    schema: 'commonwatt-scenario/1',
    name: 'quartierstrom',
    assumptions: [],
    seed,
    time: { from, until, zone: 'Europe/Zurich', slot_minutes: 15 },
    tariffs: {
      supply_ct_per_kwh: supplyCtPerKwh,
      feed_in_ct_per_kwh: feedInCtPerKwh,
      local_fee_ct_per_kwh: 0,
    },
    market: { mechanism: 'uniform', settings: {}, files: {}, rounds: 1 },
    traders: { trader: 'truthful' },
    forecast: { error_percent: 0 },
    network: { feeders: [] },
    ledger: 'off',
    members: Array.from({ length: count }, (_, at) => memberOf(at, seed, change)),
    outputs: { orders: false, positions: false },
  };
}

/** Homes with a plant come first, then those without one, the retirement home last. */
function memberOf(at: number, seed: number, change: Change): Member {
  const { prosumers, consumers, retirementHome } = parameters;
  const random = new SeededRandom(mixSeeds(seed, MEMBER_STREAM, at));
  const load = change.loadPercent ?? 100;
  const limits = limitsOf(random, change);
  if (at === prosumers.count + consumers.count) {
    const annual_kwh = percentOf(change.retirementHomeKwh ?? retirementHome.annualKwh, load);
    return { name: 'retirement-home', load: { model: 'factory', annual_kwh }, ...limits };
  }
  const hasPlant = at < prosumers.count;
  const mean = change.homeKwh ?? (hasPlant ? prosumers : consumers).annualKwh;
  const annualKwh = percentOf(aboutOf(random, mean, parameters.spreadPermille.load), load);
  return {
    name: `home-${at + 1}`,
    load: { model: 'home', annual_kwh: annualKwh },
    ...limits,
    ...(hasPlant ? plantOf(random, change) : {}),
    ...(hasPlant ? assetsOf(at, change) : {}),
  };
}

function plantOf(random: SeededRandom, { solarPercent = 100 }: Change): Pick<Member, 'solar'> {
  const { solarW, tiltDegrees } = parameters.prosumers;
  const watts = aboutOf(random, solarW, parameters.spreadPermille.solar);
  return {
    solar: {
      model: 'sun',
      installed_w: percentOf(watts, solarPercent),
      tilt_degrees: tiltDegrees,
      // From south-east to south-west.
      azimuth_degrees: random.below(121) - 60,
    },
  };
}

/** Batteries go to the first homes with a plant, heat pumps to the last ones. */
function assetsOf(at: number, change: Change): Pick<Member, 'battery' | 'heat_pump'> {
  const { batteries, heatPumps, prosumers } = parameters;
  const hasBattery = at < (change.batteries ?? batteries.count);
  const hasHeatPump = at >= prosumers.count - (change.heatPumps ?? heatPumps.count);
  return {
    ...(hasBattery
      ? {
          battery: {
            capacity_wh: batteries.capacityWh,
            power_w: batteries.powerW,
            charge_efficiency_percent: 95,
            discharge_efficiency_percent: 95,
            initial_wh: 0,
            schedule: 'rule',
          },
        }
      : {}),
    ...(hasHeatPump
      ? {
          heat_pump: {
            annual_heat_kwh: heatPumps.annualHeatKwh,
            power_w: heatPumps.powerW,
            coefficient_of_performance_percent: heatPumps.coefficientOfPerformancePercent,
            storage_wh: 0,
            schedule: 'on-demand',
          },
        }
      : {}),
  };
}

/** Drawn between the supplier's prices: to buy from the upper part, to sell from the lower one. */
function limitsOf(
  random: SeededRandom,
  { withoutLimits = false }: Change,
): Pick<Member, 'buy_limit_ct_per_kwh' | 'sell_limit_ct_per_kwh'> {
  const { feedInCtPerKwh: least, supplyCtPerKwh: most, limitsPermille } = parameters;
  const { buyFrom, sellUntil } = limitsPermille;
  const buy = between(least, most, buyFrom + random.below(PERMILLE - buyFrom + 1));
  const sell = between(least, most, random.below(sellUntil + 1));
  return withoutLimits ? {} : { buy_limit_ct_per_kwh: buy, sell_limit_ct_per_kwh: sell };
}

/** In whole tenths of a ct/kWh. */
function between(least: number, most: number, permille: number): number {
  return Math.round(least * 10 + ((most - least) * 10 * permille) / PERMILLE) / 10;
}

/** Within so many parts in 1000 of the mean, all alike likely, in whole hundreds. */
function aboutOf(random: SeededRandom, mean: number, spreadPermille: number): number {
  const permille = PERMILLE - spreadPermille + random.below(2 * spreadPermille + 1);
  return Math.round((mean * permille) / PERMILLE / 100) * 100;
}

function percentOf(value: number, percent: number): number {
  return Math.max(1, Math.round((value * percent) / 100));
}
