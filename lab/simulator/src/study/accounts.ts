/** Every member's energy and money, slot by slot and over the run. */

import { MarketError } from './market-error.ts';
import type { MemberResult } from './results.ts';
import { netWh, type World, type WorldMember } from './world.ts';

/** One member in one slot. */
export interface Position {
  readonly member: number;
  /** Taken from outside the member; below zero given. */
  readonly netWh: number;
  /** The same with the supplier alone, where the own battery would then do something else. */
  readonly aloneWh?: number;
  /** What the market put into the member's battery; below zero what it took out. */
  readonly carriedWh?: number;
  readonly boughtWh: number;
  readonly soldWh: number;
  /** Paid to the market. */
  readonly market: number;
  /** What the trades were worth by the true limit: bought x limit, less sold x limit. */
  readonly worth: number;
  /** What bids alone were worth, less what was paid for them. */
  readonly buyerGain: number;
  readonly wanted: boolean;
}

export interface Settled {
  readonly importWh: number;
  readonly exportWh: number;
  readonly supply: number;
  readonly fee: number;
  /** What the same energy had cost with the supplier alone. */
  readonly alone: number;
}

const FIELDS = [
  'boughtWh',
  'soldWh',
  'importWh',
  'exportWh',
  'ownDirectWh',
  'ownChargedWh',
  'chargedWh',
  'dischargedHomeWh',
  'market',
  'supply',
  'fee',
  'alone',
  'shared',
  'worth',
  'buyerGain',
  'wanted',
  'traded',
  'peakImportWh',
  'peakExportWh',
] as const;
type Field = (typeof FIELDS)[number];

export class Accounts {
  readonly #world: World;
  readonly #sums: Readonly<Record<Field, Float64Array>>;

  constructor(world: World) {
    this.#world = world;
    const count = world.members.length;
    this.#sums = Object.fromEntries(
      FIELDS.map((field) => [field, new Float64Array(count)]),
    ) as Record<Field, Float64Array>;
  }

  /** What the supplier and the grid have of a position. Adds it to the member's sums. */
  settle(position: Position): Settled {
    const { supplyPrice, feedInPrice, localFee } = this.#world;
    const { member, netWh: net, boughtWh, soldWh, market } = position;
    const { aloneWh = net, carriedWh = 0 } = position;
    const rest = net - boughtWh + soldWh - carriedWh;
    const importWh = Math.max(rest, 0);
    const exportWh = Math.max(-rest, 0);
    const supply = importWh * supplyPrice - exportWh * feedInPrice;
    const fee = boughtWh * localFee;
    this.#add('boughtWh', member, boughtWh);
    this.#add('soldWh', member, soldWh);
    this.#add('importWh', member, importWh);
    this.#add('exportWh', member, exportWh);
    this.#add('market', member, market);
    this.#add('supply', member, supply);
    this.#add('fee', member, fee);
    const alone = aloneWh * (aloneWh > 0 ? supplyPrice : feedInPrice);
    this.#add('alone', member, alone);
    this.#add('worth', member, position.worth);
    this.#add('buyerGain', member, position.buyerGain);
    if (position.wanted) this.#add('wanted', member, 1);
    if (boughtWh + soldWh > 0) this.#add('traded', member, 1);
    this.#atLeast('peakImportWh', member, net);
    this.#atLeast('peakExportWh', member, -net);
    return { importWh, exportWh, supply, fee, alone };
  }

  /** What of the own generation stays with a member, directly and through its battery. */
  own(member: number, slot: number): void {
    const one = this.#world.members[member] as WorldMember;
    const { loadWh, generationWh, assets, isBatteryLent } = one;
    const generation = generationWh[slot] as number;
    if (assets === null) {
      this.#add('ownDirectWh', member, Math.min(loadWh[slot] as number, generation));
      return;
    }
    const load = loadOfSlot(one, slot);
    const charge = assets.batteryChargeWh?.[slot] ?? 0;
    const discharge = assets.batteryDischargeWh?.[slot] ?? 0;
    const direct = Math.min(load, generation);
    this.#add('ownDirectWh', member, direct);
    this.#add('chargedWh', member, charge);
    // What a market stores was sold before, and is bought after.
    if (isBatteryLent) return;
    this.#add('ownChargedWh', member, Math.min(charge, generation - direct));
    this.#add('dischargedHomeWh', member, Math.min(discharge, load - direct));
  }

  /**
   * Equal static sharing of one slot: everyone is given the same whole part of what the community has over, keeps
   * what it can use of it at the middle of the supplier's prices, and the rest is fed in. Answers with all bills.
   */
  shareStatically(nets: Int32Array): number {
    const { supplyPrice, feedInPrice, localFee } = this.#world;
    const count = nets.length;
    let surplus = 0;
    for (const net of nets) if (net < 0) surplus -= net;
    const part = Math.floor(surplus / count);
    let taken = 0;
    for (const net of nets) if (net > 0) taken += Math.min(net, part);
    const middle = Math.floor((supplyPrice - localFee + feedInPrice) / 2);
    let left = taken;
    let bills = 0;
    for (let member = 0; member < count; member++) {
      const net = nets[member] as number;
      const got = net > 0 ? Math.min(net, part) : 0;
      // Whole Wh in the order of the members, so that no more is sold than taken.
      const gave = net < 0 && surplus > 0 ? Math.min(left, Math.ceil((-net * taken) / surplus)) : 0;
      left -= gave;
      const shared = got * (middle + localFee) - gave * middle;
      const rest = net - got + gave;
      const bill = shared + rest * (rest > 0 ? supplyPrice : feedInPrice);
      this.#add('shared', member, bill);
      bills += bill;
    }
    return bills;
  }

  /** `shapleySavings` by member. */
  results(shapleySavings: readonly number[]): readonly MemberResult[] {
    return this.#world.members.map((one, member) =>
      this.#resultOf(one, member, shapleySavings[member] as number),
    );
  }

  #resultOf(one: WorldMember, member: number, shapleySaving: number): MemberResult {
    const sum = (field: Field) => this.#sums[field][member] as number;
    const { assets } = one;
    const slots = this.#world.slots;
    let loadWh = 0;
    for (let slot = 0; slot < slots; slot++) loadWh += loadOfSlot(one, slot);
    const charged = sum('chargedWh');
    // The own part of what the battery took is taken to be the own part of what it gives back.
    const ownThroughBattery =
      charged === 0 ? 0 : Math.floor((sum('dischargedHomeWh') * sum('ownChargedWh')) / charged);
    const discharged = totalOf(assets?.batteryDischargeWh);
    const bill = sum('market') + sum('supply') + sum('fee');
    return {
      name: one.name,
      feeder: one.feeder,
      ...(one.incomeEurPerMonth === undefined ? {} : { incomeEurPerMonth: one.incomeEurPerMonth }),
      loadWh,
      generationWh: totalOf(one.generationWh),
      selfConsumedWh: sum('ownDirectWh') + ownThroughBattery,
      boughtWh: sum('boughtWh'),
      soldWh: sum('soldWh'),
      importWh: sum('importWh'),
      exportWh: sum('exportWh'),
      batteryChargedWh: charged,
      batteryDischargedWh: discharged,
      batteryLossWh: lossWh(one, charged, discharged),
      unmetWh: assets?.unmetWh ?? 0,
      marketMoney: sum('market'),
      supplyMoney: sum('supply'),
      feeMoney: sum('fee'),
      bill,
      supplierOnlyBill: sum('alone'),
      staticSharingBill: sum('shared'),
      gain: sum('worth') - sum('market'),
      buyerGain: sum('buyerGain'),
      shapleySaving,
      slotsWanted: sum('wanted'),
      slotsTraded: sum('traded'),
      peakImportWh: sum('peakImportWh'),
      peakExportWh: sum('peakExportWh'),
    };
  }

  #add(field: Field, member: number, amount: number): void {
    const sums = this.#sums[field];
    const sum = (sums[member] as number) + amount;
    if (!Number.isSafeInteger(sum)) {
      throw new RangeError(`member ${member}: ${field}: expected a safe integer, got ${sum}`);
    }
    sums[member] = sum;
  }

  #atLeast(field: Field, member: number, value: number): void {
    const sums = this.#sums[field];
    if (value > (sums[member] as number)) sums[member] = value;
  }
}

/** What a member uses in a slot, vehicle and heat pump included, the battery not. */
export function loadOfSlot({ loadWh, assets }: WorldMember, slot: number): number {
  const load = loadWh[slot] as number;
  if (assets === null) return load;
  return load + (assets.vehicleWh?.[slot] ?? 0) + (assets.heatPumpWh?.[slot] ?? 0);
}

/** Every member's net energy of a slot, into `nets`. */
export function netsOf({ members }: World, slot: number, nets: Int32Array): void {
  for (let at = 0; at < members.length; at++) {
    const member = members[at] as WorldMember;
    const net = netWh(member, slot);
    nets[at] = net;
    if (nets[at] !== net) {
      throw new MarketError(`members ${member.name}`, 'less than 2^31 Wh in a slot', `${net}`);
    }
  }
}

/** What went into a battery, less what came out and what it holds more than at the start. */
function lossWh({ assets, initialBatteryWh }: WorldMember, inWh: number, outWh: number): number {
  const held = assets?.batteryWh?.at(-1);
  return held === undefined ? 0 : inWh - outWh - (held - initialBatteryWh);
}

function totalOf(energies: Int32Array | null | undefined): number {
  let sum = 0;
  for (const one of energies ?? []) sum += one;
  return sum;
}
