/**
 * Where the energy came from and went to.
 *
 * How batteries count: energy counts once, when it reaches a load, whether straight from the plant or through a
 * battery. What a battery loses was neither consumed nor demanded. Energy that a battery took from the supplier
 * stays the supplier's, and what it held at the start of the run counts as local.
 */

import { greater, lesser } from '@commonwatt/units';
import type { RunResult, SlotResult } from '../study/results.ts';
import { kilowattHours, quotient, ratio, total } from './exact.ts';
import type { MetricRule } from './metric-rule.ts';

const HOUR_MS = 3_600_000n;

export const ENERGY_METRICS: readonly MetricRule[] = [
  {
    name: 'demand',
    unit: 'kWh',
    meaning: 'What all members used, batteries aside.',
    better: null,
    byDay: true,
    value: ({ slots }) => kilowattHours(loadOf(slots)),
  },
  {
    name: 'generation',
    unit: 'kWh',
    meaning: 'What all plants made.',
    better: null,
    byDay: true,
    value: ({ slots }) => kilowattHours(generationOf(slots)),
  },
  {
    name: 'import',
    unit: 'kWh',
    meaning: 'What members took from the supplier.',
    better: 'less',
    byDay: true,
    value: ({ slots }) => kilowattHours(total(slots, ({ importWh }) => importWh)),
  },
  {
    name: 'export',
    unit: 'kWh',
    meaning: 'What members fed in for the supplier.',
    better: null,
    byDay: true,
    value: ({ slots }) => kilowattHours(total(slots, ({ exportWh }) => exportWh)),
  },
  {
    name: 'traded_volume',
    unit: 'kWh',
    meaning: 'Energy traded or shared between members.',
    better: 'more',
    byDay: true,
    value: ({ slots }) => kilowattHours(total(slots, ({ tradedWh }) => tradedWh)),
  },
  {
    name: 'self_sufficiency',
    unit: 'share',
    meaning:
      'Local energy that reached a load by demand, the community as one: demand less import, by demand (gsy-e documentation, Self-Sufficiency and Self-Consumption).',
    better: 'more',
    byDay: true,
    value: ({ slots }) => ratio(coveredWh(slots), loadOf(slots)),
  },
  {
    name: 'self_consumption',
    unit: 'share',
    meaning:
      'Local energy that reached a load by generation, the community as one; at most 1 (gsy-e documentation, Self-Sufficiency and Self-Consumption).',
    better: 'more',
    byDay: true,
    value: ({ slots }) => cappedRatio(coveredWh(slots), generationOf(slots)),
  },
  {
    name: 'own_self_sufficiency',
    unit: 'share',
    meaning:
      'What members covered from their own plants, own batteries included, by demand: the share without a market (gsy-e documentation, for each house).',
    better: 'more',
    byDay: false,
    value: ({ members }) =>
      ratio(
        total(members, ({ selfConsumedWh }) => selfConsumedWh),
        total(members, ({ loadWh }) => loadWh),
      ),
  },
  {
    name: 'own_self_consumption',
    unit: 'share',
    meaning:
      'What members used of their own generation, own batteries included, by generation; at most 1 (gsy-e documentation, for each house).',
    better: 'more',
    byDay: false,
    value: ({ members }) =>
      cappedRatio(
        total(members, ({ selfConsumedWh }) => selfConsumedWh),
        total(members, ({ generationWh }) => generationWh),
      ),
  },
  {
    name: 'demand_covered_locally',
    unit: 'share',
    meaning:
      'Own use and purchases from members by demand, at most 1: the measure of Quartierstrom (Walenstadt 2019: 0.33).',
    better: 'more',
    byDay: false,
    value: ({ members }) =>
      cappedRatio(
        total(members, locallyCoveredWh),
        total(members, ({ loadWh }) => loadWh),
      ),
  },
  {
    name: 'local_coverage_growth',
    unit: '',
    meaning:
      'Own use and purchases from members by own use alone: how many times the share that is covered without a market (Walenstadt 2019: about 2).',
    better: 'more',
    byDay: false,
    value: ({ members }) =>
      ratio(
        total(members, locallyCoveredWh),
        total(members, ({ selfConsumedWh }) => selfConsumedWh),
      ),
  },
  {
    name: 'battery_loss',
    unit: 'kWh',
    meaning: 'What batteries took and did not give back, their content at the end aside.',
    better: 'less',
    byDay: false,
    value: ({ members }) =>
      members.length === 0
        ? null
        : kilowattHours(total(members, ({ batteryLossWh }) => batteryLossWh)),
  },
  {
    name: 'peak_import',
    unit: 'kW',
    meaning:
      'Mean power of the slot in which most flowed into the community: import less export, for what one feeds in while another draws does not cross its connection.',
    better: 'less',
    byDay: true,
    value: (run) => kilowatts(largest(run.slots, netImportWh), run),
  },
  {
    name: 'peak_export',
    unit: 'kW',
    meaning:
      'Mean power of the slot in which most flowed out of the community: export less import.',
    better: 'less',
    byDay: true,
    value: (run) => kilowatts(largest(run.slots, netExportWh), run),
  },
  {
    name: 'peak_import_of_baseline',
    unit: 'share',
    meaning:
      'peak_import by the largest load less generation of a slot: the peak with the supplier only, without batteries.',
    better: 'less',
    byDay: true,
    value: ({ slots }) => ratio(largest(slots, netImportWh), largest(slots, netLoadWh)),
  },
  {
    name: 'peak_export_of_baseline',
    unit: 'share',
    meaning:
      'peak_export by the largest generation less load of a slot: the peak with the supplier only, without batteries.',
    better: 'less',
    byDay: true,
    value: ({ slots }) =>
      ratio(
        largest(slots, netExportWh),
        largest(slots, (slot) => -netLoadWh(slot)),
      ),
  },
];

/** Local energy that reached a load; nothing where batteries took more from the supplier than loads used. */
export function coveredWh(slots: readonly SlotResult[]): bigint {
  return greater(loadOf(slots) - total(slots, ({ importWh }) => importWh), 0n);
}

const loadOf = (slots: readonly SlotResult[]) => total(slots, ({ loadWh }) => loadWh);
const generationOf = (slots: readonly SlotResult[]) =>
  total(slots, ({ generationWh }) => generationWh);
const netImportWh = ({ importWh, exportWh }: SlotResult) => importWh - exportWh;
const netExportWh = ({ importWh, exportWh }: SlotResult) => exportWh - importWh;
const netLoadWh = ({ loadWh, generationWh }: SlotResult) => loadWh - generationWh;
const locallyCoveredWh = (member: { selfConsumedWh: number; boughtWh: number }) =>
  member.selfConsumedWh + member.boughtWh;

/** Batteries that buy, or start full, could else cover more than all. */
function cappedRatio(part: bigint, whole: bigint): number | null {
  return ratio(lesser(part, whole), whole);
}

/** Not below zero. */
function largest(slots: readonly SlotResult[], of: (slot: SlotResult) => number): bigint {
  let most = 0;
  for (const slot of slots) most = Math.max(most, of(slot));
  return BigInt(most);
}

function kilowatts(energyWh: bigint, { slots, slotMs }: RunResult): number | null {
  return slots.length === 0 ? null : quotient(energyWh * HOUR_MS, BigInt(slotMs) * 1_000n);
}
