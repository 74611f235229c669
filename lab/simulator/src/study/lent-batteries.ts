/**
 * The batteries of a study's members in the hands of a market that clears days. Every day begins and ends without
 * anything of the market's in them. What a battery holds at the start of the run is its member's: it goes into the own
 * load first, and the battery is lent from the first day on which it is gone.
 */

import { type BatterySeries, batterySeries, type Cell, exchange } from '../assets/battery.ts';
import { carry, holdsOwnEnergy, type LentSize, lentSize } from '../assets/lent-battery.ts';
import type { LentBattery } from './book.ts';
import { netWh, type World, type WorldMember } from './world.ts';

interface Lent extends LentSize {
  readonly member: number;
  readonly cell: Cell;
  readonly series: BatterySeries;
  contentParts: number;
}

export class LentBatteries {
  /** The same world, but that batteries do what the market says; filled day by day. */
  readonly world: World;
  readonly #lent: readonly Lent[];

  constructor(world: World) {
    const lent: Lent[] = [];
    const members = world.members.map((one, member): WorldMember => {
      const { cell, assets } = one;
      if (cell === null || assets === null) return one;
      const series = batterySeries(world.slots);
      lent.push({ member, cell, series, contentParts: cell.initialParts, ...lentSize(cell) });
      return {
        ...one,
        isBatteryLent: true,
        assets: {
          ...assets,
          batteryChargeWh: series.chargeWh,
          batteryDischargeWh: series.dischargeWh,
          batteryWh: series.contentWh,
        },
      };
    });
    this.world = { ...world, members };
    this.#lent = lent;
  }

  /** What is lent on a day; the others go on giving their members what they hold. */
  beginDay(from: number, to: number): readonly LentBattery[] {
    const told: LentBattery[] = [];
    for (const one of this.#lent) {
      const { member, cell, contentParts, capacityWh, powerWh } = one;
      if (holdsOwnEnergy(cell, contentParts)) this.#giveToMember(one, from, to);
      else {
        const { name } = this.world.members[member] as WorldMember;
        told.push({ member, name, capacityWh, powerWh });
      }
    }
    return told;
  }

  /** Lets the batteries of `beginDay` do what the market decided. */
  endDay(
    from: number,
    lent: readonly LentBattery[],
    flowsWh: readonly (readonly number[])[],
  ): void {
    const byMember = new Map(this.#lent.map((one) => [one.member, one]));
    for (const [at, { member }] of lent.entries()) {
      const one = byMember.get(member) as Lent;
      let stand = { contentParts: one.contentParts, storedWh: 0 };
      for (const [interval, flow] of (flowsWh[at] as readonly number[]).entries()) {
        stand = carry(one.cell, stand, flow, from + interval, one.series);
      }
      one.contentParts = stand.contentParts;
    }
  }

  #giveToMember(one: Lent, from: number, to: number): void {
    const { cell, series } = one;
    const member = this.world.members[one.member] as WorldMember;
    for (let slot = from; slot < to; slot++) {
      const needWh = Math.max(0, netWh(member, slot));
      one.contentParts = exchange(cell, one.contentParts, -needWh, slot, series);
    }
  }
}
