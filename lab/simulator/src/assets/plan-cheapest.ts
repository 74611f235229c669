/**
 * The schedule `lp` over a run: one linear problem for every 24 hours from the run's start, each from where
 * the one before has left the stores. The solver's candidate is made whole; it is taken where it leaves no
 * more unmet and costs no more than the rules from the same start (vehicle at once, heat on demand, battery after the
 * own net), which are the plan otherwise: so a day by `lp` is never worse than a day by the rules.
 */

import type { Solve } from '@commonwatt/mechanisms';
import { followNet } from './battery.ts';
import {
  cheapestDay,
  type Flexible,
  plannedTariff,
  type Stores,
  type Tariff,
  worthAtEnd,
} from './cheapest-day.ts';
import { type DayRows, dayRows } from './day-rows.ts';
import { heatOnDemand } from './heat-pump.ts';
import { chargeAtOnce } from './vehicle-charging.ts';
import { wholeDay } from './whole-day.ts';

const DAY_MS = 86_400_000;

export interface CheapestPlan {
  readonly rows: DayRows;
  /** At the run's end. */
  readonly stores: Stores;
}

export function planCheapest(
  flexible: Flexible,
  tariff: Tariff,
  slotMs: number,
  solve: Solve,
): CheapestPlan {
  const slots = flexible.netWh.length;
  const slotsPerDay = DAY_MS / slotMs;
  startAnew(solve);
  let stores = storesAtStart(flexible);
  const rows = dayRows(slots);
  const byRule = dayRows(slots);
  for (let from = 0; from < slots; from += slotsPerDay) {
    const to = Math.min(slots, from + slotsPerDay);
    const ruled = copyOf(stores);
    dayByRule(flexible, ruled, from, to, byRule);
    const planned = copyOf(stores);
    const { problem, columns } = cheapestDay(flexible, stores, tariff, from, to);
    const candidate = solve(problem);
    if (candidate === undefined) {
      throw new Error(`schedule lp: expected a solution for slots ${from} to ${to}, got none`);
    }
    wholeDay(flexible, planned, candidate, columns, from, to, rows);
    const isKept =
      planned.heat.unmetWh <= ruled.heat.unmetWh &&
      costOfDay(flexible, planned, tariff, from, to, rows) <=
        costOfDay(flexible, ruled, tariff, from, to, byRule);
    stores = isKept ? planned : ruled;
    if (!isKept) copyDay(byRule, rows, from, to);
  }
  return { rows, stores };
}

export function storesAtStart({ cell, charging }: Flexible): Stores {
  return {
    contentParts: cell?.initialParts ?? 0,
    deliveredWh: new Float64Array(charging?.stays.length ?? 0),
    heat: { storedMilliWh: 0, unmetWh: 0 },
  };
}

/**
 * A solver may start from the basis of the problem before, where that has the same shape, and of several equally
 * cheap days find another one. A problem of no other's shape makes every member's plan its own.
 */
function startAnew(solve: Solve): void {
  solve({ variables: [{ name: 'none', gain: 0n, least: 0n, most: 0n }], constraints: [] });
}

/** The rules from where the stores are; moves them to the day's end. */
export function dayByRule(
  { netWh, cell, charging, heating }: Flexible,
  stores: Stores,
  from: number,
  to: number,
  rows: DayRows,
): void {
  if (charging !== undefined) {
    chargeAtOnce(charging, stores.deliveredWh, from, to, rows.vehicleWh);
  }
  if (heating !== undefined) heatOnDemand(heating, stores.heat, from, to, rows.heatPumpWh);
  if (cell === undefined) return;
  const needWh = new Float64Array(to);
  for (let slot = from; slot < to; slot += 1) {
    needWh[slot] = (netWh[slot] ?? 0) + (rows.vehicleWh[slot] ?? 0) + (rows.heatPumpWh[slot] ?? 0);
  }
  stores.contentParts = followNet(cell, stores.contentParts, needWh, from, to, rows);
}

/** Heat is in thousandths of a Wh. */
const HEAT_PARTS = 1_000n;

/**
 * What a day costs at the tariff, less the worth of what it leaves behind; exact, in a unit that depends on
 * the battery alone.
 */
export function costOfDay(
  flexible: Flexible,
  stores: Stores,
  tariff: Tariff,
  from: number,
  to: number,
  rows: DayRows,
): bigint {
  let importWh = 0;
  let exportWh = 0;
  for (let slot = from; slot < to; slot += 1) {
    const net =
      (flexible.netWh[slot] ?? 0) +
      (rows.vehicleWh[slot] ?? 0) +
      (rows.heatPumpWh[slot] ?? 0) +
      (rows.chargeWh[slot] ?? 0) -
      (rows.dischargeWh[slot] ?? 0);
    if (net > 0) importWh += net;
    else exportWh -= net;
  }
  const worth = worthAtEnd(flexible, plannedTariff(tariff), to);
  const contentParts = BigInt(flexible.cell?.partsPerWh ?? 1);
  const money =
    BigInt(importWh) * BigInt(tariff.supplyPrice) -
    BigInt(exportWh) * BigInt(tariff.feedInPrice) -
    BigInt(chargeThatGoesOn(flexible, stores, to)) * BigInt(worth.charge);
  return (
    money * contentParts * HEAT_PARTS -
    BigInt(stores.contentParts) * BigInt(worth.content) * HEAT_PARTS -
    BigInt(stores.heat.storedMilliWh) * BigInt(worth.heat) * contentParts
  );
}

/** What the stay has got that goes on after the day: the last one that began can. */
function chargeThatGoesOn({ charging }: Flexible, stores: Stores, to: number): number {
  const index = charging?.stays.findLastIndex(({ from }) => from < to) ?? -1;
  const stay = charging?.stays[index];
  if (stay === undefined) return 0;
  const goesOn = stay.to > to || stay.beyondSlots > 0;
  return goesOn ? (stores.deliveredWh[index] ?? 0) : 0;
}

function copyOf(stores: Stores): Stores {
  return {
    contentParts: stores.contentParts,
    deliveredWh: stores.deliveredWh.slice(),
    heat: { ...stores.heat },
  };
}

function copyDay(source: DayRows, target: DayRows, from: number, to: number): void {
  target.chargeWh.set(source.chargeWh.subarray(from, to), from);
  target.dischargeWh.set(source.dischargeWh.subarray(from, to), from);
  target.contentWh.set(source.contentWh.subarray(from, to), from);
  target.vehicleWh.set(source.vehicleWh.subarray(from, to), from);
  target.heatPumpWh.set(source.heatPumpWh.subarray(from, to), from);
}
