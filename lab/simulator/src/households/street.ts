/**
 * The street of the living demo: homes, some with solar roofs, an office, a factory, two solar
 * plants and a water mill, all fixed by one seed. No member has a battery. Names, sizes and limit
 * prices are ours; loads come from published standard profiles or from measured files.
 */

import {
  type Energy,
  energy,
  type Power,
  type Price,
  power,
  price,
  QUARTER_HOUR_MS,
  type Slot,
  slot,
} from '@commonwatt/units';
import { type DayPower, energySeries } from './energy-series.ts';
import { type MeasuredProfiles, measuredProfiles } from './measured.ts';
import { type MemberKind, type MemberRole, rolesOf } from './member.ts';
import { consumerPower, noPower, solarPower, waterPower } from './member-power.ts';
import type { ProfileSet } from './profile-files.ts';
import { mixSeeds, SeededRandom } from './seeded-random.ts';
import { MIDDLE_OF_GERMANY } from './solar-plant.ts';
import { connectionFor, type MemberPlan, planStreet } from './street-plan.ts';
import { type Surroundings, surroundings } from './surroundings.ts';

export interface StreetOptions {
  /** Any safe integer; the same seed gives the same street to the last Wh. */
  readonly seed: number;
  /** 1 to HOMES_MAX; HOMES_DEFAULT unless said otherwise. */
  readonly homes?: number;
  /** Measured profiles for the kinds they hold; other members keep the standard profiles. */
  readonly profiles?: ProfileSet;
  /** Start of slot 0; by default a Monday in May, or where the measured profiles begin. */
  readonly startMs?: number;
  /** What the supplier pays for surplus and asks for supply: all limit prices lie between. */
  readonly feedInPrice?: Price;
  readonly supplierPrice?: Price;
}

export interface StreetMember {
  readonly label: string;
  readonly kind: MemberKind;
  readonly roles: readonly MemberRole[];
  readonly connectionPowerW: Power;
  /** Installed solar power, 0 for none. */
  readonly solarW: Power;
  /** Where load and generation come from: words for a model, the file's name for a measurement. */
  readonly loadSource?: string;
  readonly generationSource?: string;
  /** What a consumer pays at most, what a producer takes at least; none without the role. */
  readonly limits: { readonly buy?: Price; readonly sell?: Price };
  /** Load in the slot before the member's own generation is taken off. */
  loadWhAt(slotIndex: number): Energy;
  generationWhAt(slotIndex: number): Energy;
}

export interface Street {
  readonly name: string;
  /** The name as an identifier: lower-case letters. */
  readonly zone: string;
  readonly feedInPrice: Price;
  readonly supplierPrice: Price;
  readonly members: readonly StreetMember[];
  /** The quarter hour number `slotIndex`, counted from 0. */
  slotAt(slotIndex: number): Slot;
}

export const HOMES_DEFAULT = 20;
export const HOMES_MAX = 500;
/** 8 and 30 ct/kWh: about what German homes were paid and asked in 2024. */
export const FEED_IN_PRICE_DEFAULT: Price = price(80_000n);
export const SUPPLIER_PRICE_DEFAULT: Price = price(300_000n);
/** Monday, 5 May 2025, 06:00 in Germany. */
export const STREET_START_MS_DEFAULT = Date.UTC(2025, 4, 5, 4);

/** Limit prices lie whole steps of 0.1 ct/kWh above the feed-in price. */
const PRICE_STEP = 1000n;
/** Streams of chance that must not touch one another. */
const PLAN_STREAM = 1;
const WEATHER_STREAM = 2;
const MEMBER_STREAM = 3;

/** @throws RangeError for options out of range, or profiles without a day in common. */
export function buildStreet(options: StreetOptions): Street {
  const { seed, homes = HOMES_DEFAULT, profiles } = options;
  const { feedInPrice = FEED_IN_PRICE_DEFAULT, supplierPrice = SUPPLIER_PRICE_DEFAULT } = options;
  if (!Number.isInteger(homes) || homes < 1 || homes > HOMES_MAX) {
    throw new RangeError(`homes: expected 1 to ${HOMES_MAX}, got ${homes}`);
  }
  if (supplierPrice - feedInPrice < 10n * PRICE_STEP) {
    const least = feedInPrice + 10n * PRICE_STEP;
    throw new RangeError(`supplierPrice: expected at least ${least}, got ${supplierPrice}`);
  }
  const measured = profiles === undefined ? undefined : measuredProfiles(profiles, options.startMs);
  const startMs = measured?.startMs ?? options.startMs ?? STREET_START_MS_DEFAULT;
  slot({ startMs, lengthMs: QUARTER_HOUR_MS }); // refuses a start that begins no quarter hour
  const plan = planStreet(homes, stream(seed, PLAN_STREAM));
  const weather = stream(seed, WEATHER_STREAM);
  const around = surroundings({ startMs, place: MIDDLE_OF_GERMANY, weather });
  const assign = assigner(around, measured);
  const members = plan.members.map((member, number): StreetMember => {
    const { load, generation } = assign(member, mixSeeds(seed, MEMBER_STREAM, number));
    const roles = rolesOf(member.kind);
    const peakW = Math.max(load?.peakW ?? 0, generation?.peakW ?? 0, member.solar?.installedW ?? 0);
    const connectionW = Math.max(member.connectionW, connectionFor(peakW));
    return {
      label: member.label,
      kind: member.kind,
      roles,
      connectionPowerW: power(BigInt(connectionW)),
      solarW: power(BigInt(member.solar?.installedW ?? 0)),
      ...(load === undefined ? {} : { loadSource: load.source }),
      ...(generation === undefined ? {} : { generationSource: generation.source }),
      limits: limitsFor(roles, stream(seed, MEMBER_STREAM, number), { feedInPrice, supplierPrice }),
      loadWhAt: energySeries(load?.power ?? noPower),
      generationWhAt: energySeries(generation?.power ?? noPower),
    };
  });
  const slotAt = (slotIndex: number) =>
    slot({ startMs: startMs + slotIndex * QUARTER_HOUR_MS, lengthMs: QUARTER_HOUR_MS });
  return { name: plan.name, zone: plan.zone, feedInPrice, supplierPrice, members, slotAt };
}

/** What is left for the market once a member has used its own generation: one of the two is 0. */
export function exchangeWhAt(
  member: StreetMember,
  slotIndex: number,
): { readonly surplusWh: Energy; readonly demandWh: Energy } {
  const load = member.loadWhAt(slotIndex);
  const generation = member.generationWhAt(slotIndex);
  return {
    surplusWh: energy(generation > load ? generation - load : 0n),
    demandWh: energy(load > generation ? load - generation : 0n),
  };
}

interface Source {
  readonly source: string;
  readonly peakW: number;
  readonly power: DayPower;
}

/** Gives each member its load and generation; measured files are dealt out in turn. */
function assigner(around: Surroundings, measured: MeasuredProfiles | undefined) {
  const dealt = { home: 0, office: 0, factory: 0, 'solar-plant': 0 };
  return (member: MemberPlan, seed: number): { load?: Source; generation?: Source } => {
    const { load, solar, waterW, connectionW } = member;
    const sources: { load?: Source; generation?: Source } = {};
    if (load !== undefined) {
      const file = measured?.source(load.kind, dealt[load.kind], 1);
      dealt[load.kind] += 1;
      sources.load = file ?? {
        source: 'VDEW standard load profile',
        peakW: 0, // cut at the connection that is planned
        power: consumerPower({ ...load, seed, connectionW }, around),
      };
    }
    if (solar !== undefined) {
      const file = measured?.source('solar-plant', dealt['solar-plant'], solar.installedW);
      dealt['solar-plant'] += 1;
      sources.generation = file ?? {
        source: 'sun and clouds of the model',
        peakW: solar.installedW,
        power: solarPower(solar, around),
      };
    }
    if (waterW !== undefined) {
      const source = 'water of the model';
      sources.generation = { source, peakW: 0, power: waterPower(waterW, seed) };
    }
    return sources;
  };
}

/**
 * Everybody gains against the supplier: a buyer pays less than it asks, a seller takes more than it
 * pays. Buyers lie in the upper 45 to 95 percent of the span between, sellers in the lower 5 to 55.
 */
function limitsFor(
  roles: readonly MemberRole[],
  random: SeededRandom,
  { feedInPrice, supplierPrice }: { feedInPrice: Price; supplierPrice: Price },
): { readonly buy?: Price; readonly sell?: Price } {
  const at = (perMille: number): Price => {
    const above = ((supplierPrice - feedInPrice) * BigInt(perMille)) / 1000n;
    return price(feedInPrice + above - (above % PRICE_STEP));
  };
  const buy = at(450 + random.below(501));
  const sell = at(50 + random.below(501));
  return {
    ...(roles.includes('consumer') ? { buy } : {}),
    ...(roles.includes('producer') ? { sell } : {}),
  };
}

function stream(...seeds: readonly number[]): SeededRandom {
  return new SeededRandom(mixSeeds(...seeds));
}
