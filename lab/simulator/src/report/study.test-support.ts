/** A study made up from a seed: ten homes, fourteen days, two mechanisms. It looks like one that was run. */

import { SeededRandom } from '../households/seeded-random.ts';
import { pairedDifferences } from '../metrics/comparison.ts';
import type { PairedDifference } from '../metrics/metric.ts';
import { METRICS, metricsOf } from '../metrics/metrics.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { MemberResult, RunResult, SlotResult } from '../study/results.ts';
import type { StudyReport, StudyRun } from './study-report.ts';

export interface MadeStudy {
  readonly mechanisms?: readonly string[];
  readonly days?: number;
  readonly homes?: number;
  readonly slotMinutes?: 15 | 30 | 60;
  readonly from?: string;
  /** Swept values of the feed-in price, and seeds of each. */
  readonly feedIns?: readonly number[];
  readonly seeds?: number;
}

const SUPPLY = 300_000;
export function madeStudy(options: MadeStudy = {}): StudyReport {
  const { mechanisms = ['uniform', 'pay-as-bid'], feedIns = [8], seeds = 1 } = options;
  const runs = feedIns.flatMap((feedIn) =>
    Array.from({ length: seeds }, (_, index) => index + 1).flatMap((seed) =>
      mechanisms.map((mechanism, place) =>
        madeRun(options, { mechanism, place, seed, feedIn, swept: feedIns.length > 1 }),
      ),
    ),
  );
  return {
    title: 'street-of-ten',
    scenarioText: 'schema: commonwatt-scenario/1\nname: street-of-ten\nseed: 1\n',
    scenario: madeScenario(options),
    inputs: [{ file: 'households/household_1.csv', sha256: 'ab'.repeat(32) }],
    assumptions: [
      'All homes hang on one feeder without a limit.',
      'Limits lie between the feed-in price and the supply price, drawn from the seed.',
    ],
    runs,
    differences:
      mechanisms.length < 2
        ? []
        : madeDifferences(
            mechanisms,
            runs.map(({ result }) => result),
          ),
    definitions: METRICS,
  };
}

function madeScenario({ days = 14, homes = 10, slotMinutes = 15, from }: MadeStudy): Scenario {
  const start = from ?? '2021-05-10T00:00:00Z';
  return {
    schema: 'commonwatt-scenario/1',
    name: 'street-of-ten',
    assumptions: [],
    seed: 1,
    time: {
      from: start,
      until: new Date(Date.parse(start) + days * 86_400_000).toISOString(),
      zone: 'Europe/Berlin',
      slot_minutes: slotMinutes,
    },
    tariffs: { supply_ct_per_kwh: 30, feed_in_ct_per_kwh: 8, local_fee_ct_per_kwh: 2 },
    market: { mechanism: 'uniform', settings: {}, files: {}, rounds: 1 },
    traders: { trader: 'truthful' },
    forecast: { error_percent: 5 },
    network: { feeders: [] },
    ledger: 'off',
    members: Array.from({ length: homes }, (_, index) => ({
      name: `home-${index + 1}`,
      load: { model: 'home' as const, annual_kwh: 3_000 + index * 150 },
      ...(index % 2 === 0
        ? {
            solar: {
              model: 'sun' as const,
              installed_w: 5_000,
              tilt_degrees: 35,
              azimuth_degrees: 0,
            },
          }
        : {}),
    })),
    outputs: { orders: true, positions: true },
  };
}

interface RunPlan {
  readonly mechanism: string;
  readonly place: number;
  readonly seed: number;
  readonly feedIn: number;
  readonly swept: boolean;
}

function madeRun(options: MadeStudy, plan: RunPlan): StudyRun {
  const { days = 14, slotMinutes = 15, homes = 10, from = '2021-05-10T00:00:00Z' } = options;
  const slotMs = slotMinutes * 60_000;
  const random = new SeededRandom(plan.seed);
  const sky = { clear: 0.6 };
  const slots = Array.from({ length: (days * 1440) / slotMinutes }, (_, index) =>
    madeSlot(Date.parse(from) + index * slotMs, { random, plan, homes, slotMinutes, sky }),
  );
  const result: RunResult = {
    run: '0123456789abcdef',
    scenario: 'street-of-ten',
    mechanism: plan.mechanism,
    seed: plan.seed,
    point: plan.swept ? { 'tariffs.feed_in_ct_per_kwh': plan.feedIn } : {},
    slotMs,
    zone: 'Europe/Berlin',
    slots,
    members: madeMembers(slots, homes, plan),
    misreports: [],
    ledger: null,
  };
  return { result, metrics: metricsOf(result) };
}

interface SlotPlan {
  readonly random: SeededRandom;
  readonly plan: RunPlan;
  readonly homes: number;
  readonly slotMinutes: number;
  readonly sky: { clear: number };
}

function madeSlot(
  startMs: number,
  { random, plan, homes, slotMinutes, sky }: SlotPlan,
): SlotResult {
  const hour = (startMs / 3_600_000 + 2) % 24;
  if (hour === 0) sky.clear = 0.25 + 0.75 * random.fraction();
  const sun = hour > 5 && hour < 21 ? ((hour - 5) * (21 - hour)) / 64 : 0;
  const evening = hour > 17 && hour < 22 ? 1.9 : hour > 6 && hour < 9 ? 1.4 : 0.8;
  const loadWh = Math.round(homes * 6 * slotMinutes * evening * (0.85 + 0.3 * random.fraction()));
  const generationWh = Math.round(homes * 22 * slotMinutes * sun * sun * sky.clear);
  const own = Math.round(Math.min(loadWh * 0.45, generationWh * 0.55));
  const reach = plan.place === 0 ? 1 : 0.86;
  const tradedWh = Math.round(
    Math.max(0, Math.min(loadWh - own, generationWh - own)) *
      reach *
      (0.8 + 0.2 * random.fraction()),
  );
  const equilibrium = Math.round(80_000 + (140_000 * loadWh) / (loadWh + 2 * generationWh + 1));
  const noise = Math.round((random.fraction() - 0.5) * (plan.place === 0 ? 12_000 : 30_000));
  const price = tradedWh === 0 ? null : equilibrium + noise + (plan.place === 0 ? 0 : 9_000);
  const importWh = loadWh - own - tradedWh;
  const exportWh = Math.max(0, generationWh - own - tradedWh);
  const feedIn = plan.feedIn * 10_000;
  const supplierOnlyBill = (importWh + tradedWh) * SUPPLY - (exportWh + tradedWh) * feedIn;
  return {
    startMs,
    loadWh,
    generationWh,
    bidWh: loadWh - own,
    askWh: generationWh - own,
    bidOrders: homes,
    askOrders: generationWh === 0 ? 0 : Math.ceil(homes / 2),
    unmatchedOrders: 2,
    tradedWh,
    price: plan.place === 0 ? price : null,
    meanPrice: price,
    priceLow: null,
    priceHigh: null,
    bestBid: null,
    bestAsk: null,
    equilibriumPrice: generationWh === 0 ? null : equilibrium,
    welfare: tradedWh * 100_000,
    optimumWelfare: tradedWh * 110_000,
    surplus: 0,
    importWh,
    exportWh,
    bill: importWh * SUPPLY - exportWh * feedIn + tradedWh * 20_000,
    supplierOnlyBill,
    staticSharingBill: supplierOnlyBill - tradedWh * 60_000,
    feederExcessWh: 0,
  };
}

function madeMembers(
  slots: readonly SlotResult[],
  homes: number,
  plan: RunPlan,
): readonly MemberResult[] {
  const sum = (field: 'loadWh' | 'generationWh' | 'tradedWh') =>
    slots.reduce((total, slot) => total + slot[field], 0);
  const [load, generation, traded] = [sum('loadWh'), sum('generationWh'), sum('tradedWh')];
  return Array.from({ length: homes }, (_, index) => {
    const weight = (0.6 + (0.8 * index) / homes) / homes;
    const hasSolar = index % 2 === 0;
    const loadWh = Math.round(load * weight);
    const generationWh = hasSolar ? Math.round((2 * generation) / homes) : 0;
    const selfConsumedWh = Math.round(Math.min(loadWh * 0.3, generationWh * 0.4));
    const soldWh = hasSolar ? Math.round((2 * traded) / homes) : 0;
    const boughtWh = hasSolar ? 0 : Math.round((2 * traded) / homes);
    const importWh = Math.max(0, loadWh - selfConsumedWh - boughtWh);
    const exportWh = Math.max(0, generationWh - selfConsumedWh - soldWh);
    const price = 160_000 + (plan.place === 0 ? 0 : 14_000);
    const marketMoney = (boughtWh - soldWh) * price;
    const supplyMoney = importWh * SUPPLY - exportWh * plan.feedIn * 10_000;
    const feeMoney = boughtWh * 20_000;
    const supplierOnlyBill =
      (importWh + boughtWh) * SUPPLY - (exportWh + soldWh) * plan.feedIn * 10_000;
    return {
      name: `home-${index + 1}`,
      feeder: null,
      loadWh,
      generationWh,
      selfConsumedWh,
      boughtWh,
      soldWh,
      importWh,
      exportWh,
      batteryChargedWh: 0,
      batteryDischargedWh: 0,
      batteryLossWh: 0,
      unmetWh: 0,
      marketMoney,
      supplyMoney,
      feeMoney,
      bill: marketMoney + supplyMoney + feeMoney,
      supplierOnlyBill,
      staticSharingBill: supplierOnlyBill - 1_000_000_000,
      gain: (boughtWh + soldWh) * 50_000,
      buyerGain: boughtWh * 50_000,
      shapleySaving: 1_000_000_000,
      slotsWanted: slots.length,
      slotsTraded: Math.floor(slots.length / 3),
      peakImportWh: 900,
      peakExportWh: hasSolar ? 1_100 : 0,
    };
  });
}

function madeDifferences(
  [first, ...others]: readonly string[],
  results: readonly RunResult[],
): readonly PairedDifference[] {
  const of = (wanted: string | undefined) =>
    results.filter(({ mechanism }) => mechanism === wanted);
  return others.flatMap((second) => pairedDifferences(of(first), of(second)));
}
