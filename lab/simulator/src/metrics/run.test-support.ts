/** Runs of a few slots and members for tests: what is not said is zero, or null. */

import type { MemberResult, RunResult, SlotResult } from '../study/results.ts';
import { metricsOf } from './metrics.ts';

/** Midnight in Berlin. */
export const START_MS = Date.UTC(2021, 2, 1) - 3_600_000;
export const QUARTER_HOUR_MS = 900_000;

export function slot(given: Partial<SlotResult> = {}): SlotResult {
  return {
    startMs: START_MS,
    loadWh: 0,
    generationWh: 0,
    bidWh: 0,
    askWh: 0,
    bidOrders: 0,
    askOrders: 0,
    unmatchedOrders: 0,
    tradedWh: 0,
    price: null,
    priceLow: null,
    priceHigh: null,
    meanPrice: null,
    bestBid: null,
    bestAsk: null,
    equilibriumPrice: null,
    welfare: 0,
    optimumWelfare: 0,
    surplus: 0,
    importWh: 0,
    exportWh: 0,
    bill: 0,
    supplierOnlyBill: 0,
    staticSharingBill: 0,
    feederExcessWh: 0,
    ...given,
  };
}

export function member(given: Partial<MemberResult> = {}): MemberResult {
  return {
    name: 'm',
    feeder: null,
    loadWh: 0,
    generationWh: 0,
    selfConsumedWh: 0,
    boughtWh: 0,
    soldWh: 0,
    importWh: 0,
    exportWh: 0,
    batteryChargedWh: 0,
    batteryDischargedWh: 0,
    batteryLossWh: 0,
    unmetWh: 0,
    marketMoney: 0,
    supplyMoney: 0,
    feeMoney: 0,
    bill: 0,
    supplierOnlyBill: 0,
    staticSharingBill: 0,
    gain: 0,
    buyerGain: 0,
    shapleySaving: 0,
    slotsWanted: 0,
    slotsTraded: 0,
    peakImportWh: 0,
    peakExportWh: 0,
    ...given,
  };
}

/** Slots follow each other from START_MS, whatever they say themselves. */
export function run(given: Partial<RunResult> = {}): RunResult {
  const slotMs = given.slotMs ?? QUARTER_HOUR_MS;
  return {
    run: '0123456789abcdef',
    scenario: 'test',
    mechanism: 'uniform',
    seed: 1,
    point: {},
    slotMs,
    zone: 'Europe/Berlin',
    members: [],
    misreports: [],
    ledger: null,
    ...given,
    slots: (given.slots ?? []).map((one, at) => ({ ...one, startMs: START_MS + at * slotMs })),
  };
}

/** @throws RangeError when there is no such metric. */
export function metric(name: string, measured: RunResult): number | null {
  const found = metricsOf(measured).find((one) => one.name === name);
  if (found === undefined) throw new RangeError(`metric: expected a name, got ${name}`);
  return found.value;
}
