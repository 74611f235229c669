/**
 * The cheapest schedule of a member's flexible assets over a day that is known ahead, all of them in one
 * linear problem. In every slot
 *
 *   import >= use - generation + charge - discharge + vehicle + heat pump,   import >= 0
 *   content = content before + charge efficiency x charge - discharge / discharge efficiency
 *   heat stored = heat stored before + coefficient of performance x heat pump - heat needed
 *
 * and cost = (supply - feed-in) x import + feed-in x (the right side of the first line), which is supply x
 * import - feed-in x export without a variable for the export. A stay that ends on the day brings what it
 * needs; one that goes on, at least what its remaining slots could not.
 *
 * What is left at the end is worth what it saves of the supply price, less the smallest price there is, so
 * that it is used rather than kept where both cost the same: content by its discharge efficiency, heat by the
 * better coefficient of performance of the last slot and the next, a vehicle's charge as it is. Without that
 * a day would end with empty stores, and every night would be bought.
 *
 * Planned prices are 0 <= feed-in <= supply: beyond them cost is not convex, and a plan could earn by
 * wasting. A price outside is planned as the nearest within.
 */

import type { Constraint, LinearProblem, Variable } from '@commonwatt/mechanisms';
import type { Cell } from './battery.ts';
import type { Heating, HeatLeft } from './heat-pump.ts';
import type { Charging } from './vehicle-charging.ts';

/** What a member's assets work on; those that are planned otherwise are part of `netWh`. */
export interface Flexible {
  /** Use less own generation. */
  readonly netWh: Float64Array;
  readonly cell: Cell | undefined;
  readonly charging: Charging | undefined;
  readonly heating: Heating | undefined;
}

/** Where the assets stand at the start of a day; planning a day moves them to its end. */
export interface Stores {
  contentParts: number;
  /** Of each stay. */
  readonly deliveredWh: Float64Array;
  readonly heat: HeatLeft;
}

export interface Tariff {
  readonly supplyPrice: number;
  readonly feedInPrice: number;
}

export function plannedTariff({ supplyPrice, feedInPrice }: Tariff): Tariff {
  const supply = Math.max(0, supplyPrice);
  return { supplyPrice: supply, feedInPrice: Math.min(supply, Math.max(0, feedInPrice)) };
}

/** What a Wh left at the end of a day is worth, in prices: of content, of a vehicle's charge, of heat. */
export interface Worth {
  readonly content: number;
  readonly charge: number;
  readonly heat: number;
}

export function worthAtEnd(
  { cell, heating }: Flexible,
  { supplyPrice }: Tariff,
  to: number,
): Worth {
  const less = (price: number) => Math.max(0, Math.floor(price) - 1);
  const perWh = cell === undefined ? 0 : cell.partsPerWh / cell.partsPerWhDischarged;
  const last = heating?.performancePermille[to - 1] ?? 1_000;
  const permille = Math.max(last, heating?.performancePermille[to] ?? last);
  return {
    content: less(supplyPrice * perWh),
    charge: less(supplyPrice),
    heat: less((supplyPrice * 1_000) / permille),
  };
}

/** Where each kind of variable begins; those of one kind stand slot by slot. */
export interface Columns {
  readonly importWh: number;
  readonly chargeWh: number;
  readonly dischargeWh: number;
  readonly contentWh: number;
  readonly vehicleWh: number;
  readonly heatPumpWh: number;
  readonly heatWh: number;
}

export interface DayProblem {
  readonly problem: LinearProblem;
  readonly columns: Columns;
}

interface Day {
  readonly flexible: Flexible;
  readonly stores: Stores;
  readonly from: number;
  readonly to: number;
  readonly feedInPrice: bigint;
  readonly worth: Worth;
  readonly variables: Variable[];
  readonly constraints: Constraint[];
}

export function cheapestDay(
  flexible: Flexible,
  stores: Stores,
  tariff: Tariff,
  from: number,
  to: number,
): DayProblem {
  const planned = plannedTariff(tariff);
  const slots = to - from;
  const { cell, charging, heating } = flexible;
  const feedInPrice = BigInt(planned.feedInPrice);
  const worth = worthAtEnd(flexible, planned, to);
  const day: Day = {
    flexible,
    stores,
    from,
    to,
    feedInPrice,
    worth,
    variables: [],
    constraints: [],
  };
  const importWh = addColumns(day, 'import', feedInPrice - BigInt(planned.supplyPrice), undefined);
  const battery = cell === undefined ? undefined : addBattery(day, cell);
  const vehicleWh = charging === undefined ? -1 : addVehicle(day, charging);
  const heat = heating === undefined ? undefined : addHeatPump(day, heating);
  const columns: Columns = {
    importWh,
    chargeWh: battery?.chargeWh ?? -1,
    dischargeWh: battery?.dischargeWh ?? -1,
    contentWh: battery?.contentWh ?? -1,
    vehicleWh,
    heatPumpWh: heat?.heatPumpWh ?? -1,
    heatWh: heat?.heatWh ?? -1,
  };
  addBalances(day, columns, slots);
  return { problem: { variables: day.variables, constraints: day.constraints }, columns };
}

/** As many columns as slots, all alike; returns where they begin. */
function addColumns(
  { variables, from, to }: Day,
  name: string,
  gain: bigint,
  most: bigint | undefined,
): number {
  const begin = variables.length;
  const variable: Variable = { name, gain, least: 0n, most };
  for (let slot = from; slot < to; slot += 1) variables.push(variable);
  return begin;
}

function setGain({ variables }: Day, column: number, gain: bigint): void {
  const variable = variables[column];
  if (variable !== undefined) variables[column] = { ...variable, gain };
}

function addBalances({ flexible, from, constraints }: Day, columns: Columns, slots: number): void {
  const signed: [number, bigint][] = [];
  for (const [column, coefficient] of [
    [columns.importWh, 1n],
    [columns.chargeWh, -1n],
    [columns.dischargeWh, 1n],
    [columns.vehicleWh, -1n],
    [columns.heatPumpWh, -1n],
  ] as const) {
    if (column >= 0) signed.push([column, coefficient]);
  }
  for (let at = 0; at < slots; at += 1) {
    constraints.push({
      name: 'balance',
      terms: signed.map(([column, coefficient]) => ({ variable: column + at, coefficient })),
      least: BigInt(flexible.netWh[from + at] ?? 0),
      most: undefined,
    });
  }
}

function addBattery(day: Day, cell: Cell) {
  const { constraints, stores, from, to, feedInPrice, worth } = day;
  const power = BigInt(cell.powerWh);
  const chargeWh = addColumns(day, 'charge', -feedInPrice, power);
  const dischargeWh = addColumns(day, 'discharge', feedInPrice, power);
  const capacityWh = BigInt(cell.capacityParts / cell.partsPerWh);
  const contentWh = addColumns(day, 'content', 0n, capacityWh);
  setGain(day, contentWh + to - from - 1, BigInt(worth.content));
  const partsPerWh = BigInt(cell.partsPerWh);
  for (let at = 0; at < to - from; at += 1) {
    const before = at === 0 ? BigInt(stores.contentParts) : 0n;
    const terms = [
      { variable: contentWh + at, coefficient: partsPerWh },
      { variable: chargeWh + at, coefficient: -BigInt(cell.partsPerWhCharged) },
      { variable: dischargeWh + at, coefficient: BigInt(cell.partsPerWhDischarged) },
    ];
    if (at > 0) terms.push({ variable: contentWh + at - 1, coefficient: -partsPerWh });
    constraints.push({ name: 'content', terms, least: before, most: before });
  }
  return { chargeWh, dischargeWh, contentWh };
}

function addVehicle(day: Day, charging: Charging): number {
  const { variables, constraints, stores, from, to, feedInPrice, worth } = day;
  const vehicleWh = addColumns(day, 'vehicle', -feedInPrice, 0n);
  const least = 0n;
  const most = BigInt(charging.powerWh);
  for (const { stay, slots, leastWh, mostWh, goesOn } of stayTasks(charging, stores, from, to)) {
    const gain = goesOn ? BigInt(worth.charge) - feedInPrice : -feedInPrice;
    const terms = [];
    for (const slot of slots) {
      const variable = vehicleWh + slot - from;
      variables[variable] = { name: 'vehicle', gain, least, most };
      terms.push({ variable, coefficient: 1n });
    }
    const name = `stay ${stay}`;
    constraints.push({ name, terms, least: BigInt(leastWh), most: BigInt(mostWh) });
  }
  return vehicleWh;
}

/** What a day may and must bring to each stay that has slots in it. */
export interface StayTask {
  readonly stay: number;
  /** Its slots on the day. */
  readonly slots: readonly number[];
  readonly leastWh: number;
  readonly mostWh: number;
  readonly goesOn: boolean;
}

export function stayTasks(
  { stays, stayOf, needWh, powerWh }: Charging,
  { deliveredWh }: Stores,
  from: number,
  to: number,
): readonly StayTask[] {
  const slotsOf = new Map<number, number[]>();
  for (let slot = from; slot < to; slot += 1) {
    const stay = stayOf[slot] ?? -1;
    if (stays[stay] === undefined) continue;
    const slots = slotsOf.get(stay);
    if (slots === undefined) slotsOf.set(stay, [slot]);
    else slots.push(slot);
  }
  return [...slotsOf].map(([stay, slots]) => {
    let after = stays[stay]?.beyondSlots ?? 0;
    for (let slot = to; slot < (stays[stay]?.to ?? 0); slot += 1) {
      if (stayOf[slot] === stay) after += 1;
    }
    const missing = needWh - (deliveredWh[stay] ?? 0);
    const mostWh = Math.min(missing, slots.length * powerWh);
    const leastWh = Math.min(mostWh, Math.max(0, missing - after * powerWh));
    return { stay, slots, leastWh, mostWh, goesOn: after > 0 };
  });
}

function addHeatPump(day: Day, heating: Heating) {
  const { constraints, stores, from, to, feedInPrice, worth } = day;
  const heatPumpWh = addColumns(day, 'heat pump', -feedInPrice, BigInt(heating.powerWh));
  const heatWh = addColumns(day, 'heat', 0n, BigInt(heating.storageWh));
  setGain(day, heatWh + to - from - 1, BigInt(worth.heat));
  const served = servedMilliWh(heating, stores.heat, from, to);
  for (let at = 0; at < to - from; at += 1) {
    const permille = BigInt(heating.performancePermille[from + at] ?? 1_000);
    const before = at === 0 ? storedMilliWh(heating, stores.heat) : 0;
    const made = BigInt(before - (served[at] ?? 0));
    const terms = [
      { variable: heatWh + at, coefficient: 1_000n },
      { variable: heatPumpWh + at, coefficient: -permille },
    ];
    if (at > 0) terms.push({ variable: heatWh + at - 1, coefficient: -1_000n });
    constraints.push({ name: 'heat', terms, least: made, most: made });
  }
  return { heatPumpWh, heatWh };
}

/** What is stored, without what one Wh of electricity made too much for the storage. */
function storedMilliWh({ storageWh }: Heating, { storedMilliWh }: HeatLeft): number {
  return Math.min(storageWh * 1_000, storedMilliWh);
}

/**
 * What of each slot's heat can be served at all, in thousandths of a Wh: with the pump at full power
 * whenever there is room. Nothing serves more in sum.
 */
export function servedMilliWh(
  heating: Heating,
  left: HeatLeft,
  from: number,
  to: number,
): Float64Array {
  const served = new Float64Array(to - from);
  let stored = storedMilliWh(heating, left);
  for (let at = 0; at < served.length; at += 1) {
    const slot = from + at;
    const need = (heating.needWh[slot] ?? 0) * 1_000;
    const made = heating.powerWh * (heating.performancePermille[slot] ?? 1_000);
    served[at] = Math.min(need, stored + made);
    stored = Math.min(heating.storageWh * 1_000, stored + made - (served[at] ?? 0));
  }
  return served;
}
