/**
 * What the community charges for energy that its members did not have from each other, where it is
 * itself their supplier. Every price is per Wh, so that a charge is exact: Wh times nano per Wh. One
 * series of prices; tariffs by the hour of a local day are resolved into instants off the ledger.
 */

import {
  type Codec,
  grouping,
  priceNano,
  type State,
  struct,
  table,
  u16,
  u64,
} from '@commonwatt/ledger';
import type { Price } from '@commonwatt/units';
import type { Period } from '../metering/period.ts';
import { DAY_MS, dayOf } from '../metering/state.ts';

export interface Tariff {
  /** From the slots that begin here on, up to those that begin at the end. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** What a residual Wh from the supplier costs, and what one fed in to it earns. */
  readonly supplyPrice: Price;
  readonly feedInPrice: Price;
  /** For a Wh from the supplier, and for one from another member. */
  readonly gridFee: Price;
  readonly communityGridFee: Price;
  /** For a Wh from the supplier. */
  readonly levy: Price;
  readonly tax: Price;
}
export const tariffCodec: Codec<Tariff> = struct<Tariff>({
  fromMs: u64,
  untilMs: u64,
  supplyPrice: priceNano,
  feedInPrice: priceNano,
  gridFee: priceNano,
  communityGridFee: priceNano,
  levy: priceNano,
  tax: priceNano,
});

export interface KeptTariff extends Tariff {
  /** 1 for the first that began at this instant, rising with every one that replaced it. */
  readonly version: number;
}

/** By the instant from which they hold; no two share an instant. */
export const tariffs = table<number, KeptTariff>(
  54,
  'tariffs',
  u64,
  struct<KeptTariff>({
    fromMs: u64,
    untilMs: u64,
    supplyPrice: priceNano,
    feedInPrice: priceNano,
    gridFee: priceNano,
    communityGridFee: priceNano,
    levy: priceNano,
    tax: priceNano,
    version: u16,
  }),
);
/** By the UTC day in which they begin. */
export const tariffsOfDay = grouping(tariffs, (fromMs) => dayOf(fromMs));

/** The longest validity of one entry; how many a ledger keeps, and how many one message sets. */
export const TARIFF_MS_MAX = 31 * DAY_MS;
export const TARIFFS_MAX = 100_000;
export const TARIFFS_AT_ONCE_MAX = 200;

/** The tariffs that hold in a part of a period, by rising instant. Looks at 64 days at most. */
export function tariffsOf(state: State, period: Period): readonly KeptTariff[] {
  const found: KeptTariff[] = [];
  const firstMs = Math.max(0, period.periodFromMs - TARIFF_MS_MAX);
  for (let atMs = firstMs; atMs < period.periodUntilMs + DAY_MS; atMs += DAY_MS) {
    for (const [, one] of state.group(tariffsOfDay, dayOf(atMs))) {
      if (one.fromMs < period.periodUntilMs && one.untilMs > period.periodFromMs) found.push(one);
    }
  }
  return found.sort((a, b) => a.fromMs - b.fromMs);
}

/** The tariff of a slot: that which holds when it begins. */
export function tariffAt<T extends Tariff>(series: readonly T[], slotMs: number): T | undefined {
  return series.find(({ fromMs, untilMs }) => fromMs <= slotMs && slotMs < untilMs);
}

/** What one slot is charged for: sums over a community, or one member's own. */
export interface ChargedEnergy {
  /** Metered and not allocated. */
  readonly residualImport: bigint;
  readonly residualExport: bigint;
  /** What was had from other members. */
  readonly communityImport: bigint;
}

/** Money by the community account it is posted to; positive where the member receives. */
export interface TariffCharges {
  readonly supply: bigint;
  readonly grid: bigint;
  readonly levies: bigint;
  readonly taxes: bigint;
}

export const NO_CHARGES: TariffCharges = { supply: 0n, grid: 0n, levies: 0n, taxes: 0n };

/** Exact and linear: the charges of a sum are the sum of the charges. */
export function chargesOf(tariff: Tariff | undefined, energy: ChargedEnergy): TariffCharges {
  if (tariff === undefined) return NO_CHARGES;
  const { residualImport, residualExport, communityImport } = energy;
  return {
    supply: residualExport * tariff.feedInPrice - residualImport * tariff.supplyPrice,
    grid: -(residualImport * tariff.gridFee + communityImport * tariff.communityGridFee),
    levies: -(residualImport * tariff.levy),
    taxes: -(residualImport * tariff.tax),
  };
}

/** Why entries cannot be set together; nothing when they can. */
export function flawOfSeries(series: readonly Tariff[]): string | undefined {
  if (series.length === 0) return 'expected one entry or more';
  let last = 0;
  for (const [at, one] of series.entries()) {
    const { fromMs, untilMs } = one;
    if (fromMs < last) return `series[${at}].fromMs: expected ${last} or later, got ${fromMs}`;
    if (untilMs <= fromMs || untilMs - fromMs > TARIFF_MS_MAX) {
      return `series[${at}].untilMs: expected up to ${TARIFF_MS_MAX} ms after fromMs, got ${untilMs}`;
    }
    // Only what energy itself costs or earns may be negative: fees and taxes take.
    for (const name of ['gridFee', 'communityGridFee', 'levy', 'tax'] as const) {
      if (one[name] < 0n) return `series[${at}].${name}: expected 0 or more, got ${one[name]}`;
    }
    last = untilMs;
  }
  return undefined;
}

/**
 * Writes entries that lie ahead. Each takes the place of what was set for its instants: an entry that
 * begins within it goes, one that reaches into it ends where it begins, and one that reaches beyond
 * it goes on behind it. Expects `flawOfSeries` to pass.
 */
export function writeSeries(state: State, series: readonly Tariff[]): void {
  for (const one of series) {
    const { fromMs, untilMs } = one;
    const replaced = tariffsOf(state, { periodFromMs: fromMs, periodUntilMs: untilMs });
    for (const old of replaced) {
      if (old.fromMs < fromMs) state.set(tariffs, old.fromMs, { ...old, untilMs: fromMs });
      else state.delete(tariffs, old.fromMs);
      if (old.untilMs > untilMs) state.set(tariffs, untilMs, { ...old, fromMs: untilMs });
    }
    const before = replaced.find((old) => old.fromMs === fromMs)?.version ?? 0;
    state.set(tariffs, fromMs, { ...one, version: Math.min(before + 1, 0xffff) });
  }
}
