/** A run's rows, laid out as its tables say. Whatever is not wanted costs nothing. */

import { COMMUNITY_ZONE } from '@commonwatt/contracts';
import { formatInstant } from '@commonwatt/units';
import type { Position, Settled } from './accounts.ts';
import { loadOfSlot } from './accounts.ts';
import { orderName, type SlotBook, type SlotClearing } from './book.ts';
import type { MemberResult, SlotResult } from './results.ts';
import type { TableSink } from './table.ts';
import type { World, WorldMember } from './world.ts';

export class Writer {
  readonly #sink: TableSink;
  readonly #world: World;
  readonly #wantsOrders: boolean;
  readonly #wantsPositions: boolean;

  constructor(sink: TableSink, world: World) {
    this.#sink = sink;
    this.#world = world;
    this.#wantsOrders = sink.wants('orders');
    this.#wantsPositions = sink.wants('positions');
  }

  slot(result: SlotResult, book: SlotBook, clearing: SlotClearing): void {
    const slot = formatInstant(result.startMs);
    this.#sink.write('slots', [
      slot,
      result.loadWh,
      result.generationWh,
      result.bidWh,
      result.askWh,
      result.bidOrders,
      result.askOrders,
      result.unmatchedOrders,
      result.tradedWh,
      result.price,
      result.priceLow,
      result.priceHigh,
      result.meanPrice,
      result.bestBid,
      result.bestAsk,
      result.equilibriumPrice,
      result.welfare,
      result.optimumWelfare,
      result.surplus,
      result.importWh,
      result.exportWh,
      result.bill,
      result.supplierOnlyBill,
      result.staticSharingBill,
      result.feederExcessWh,
    ]);
    this.#prices(slot, result);
    if (this.#wantsOrders) this.#orders(slot, book, clearing);
  }

  position(slot: number, position: Position, settled: Settled): void {
    if (!this.#wantsPositions) return;
    const member = this.#world.members[position.member] as WorldMember;
    const { assets } = member;
    this.#sink.write('positions', [
      formatInstant(this.#world.startMs + slot * this.#world.slotMs),
      member.name,
      loadOfSlot(member, slot),
      member.generationWh[slot] as number,
      assets?.batteryChargeWh?.[slot] ?? 0,
      assets?.batteryDischargeWh?.[slot] ?? 0,
      assets?.batteryWh?.[slot] ?? 0,
      assets?.vehicleWh?.[slot] ?? 0,
      assets?.heatPumpWh?.[slot] ?? 0,
      position.boughtWh,
      position.soldWh,
      settled.importWh,
      settled.exportWh,
      position.market,
      settled.supply,
      settled.fee,
    ]);
  }

  /** Something that happened in a slot, to a member or to the market. */
  event(startMs: number, event: string, detail: string, member = ''): void {
    this.#sink.write('events', [formatInstant(startMs), member, event, detail]);
  }

  members(results: readonly MemberResult[]): void {
    for (const one of results) {
      this.#sink.write('members', [
        one.name,
        one.feeder,
        one.loadWh,
        one.generationWh,
        one.selfConsumedWh,
        one.boughtWh,
        one.soldWh,
        one.importWh,
        one.exportWh,
        one.batteryLossWh,
        one.unmetWh,
        one.marketMoney,
        one.supplyMoney,
        one.feeMoney,
        one.bill,
        one.supplierOnlyBill,
        one.staticSharingBill,
        one.supplierOnlyBill - one.bill,
        one.gain,
        one.buyerGain,
        one.shapleySaving,
        one.slotsWanted,
        one.slotsTraded,
        one.peakImportWh,
        one.peakExportWh,
      ]);
    }
  }

  #prices(slot: string, { meanPrice }: SlotResult): void {
    const { supplyPrice, feedInPrice, localFee } = this.#world;
    this.#sink.write('prices', [slot, 'supply', supplyPrice]);
    this.#sink.write('prices', [slot, 'feed-in', feedInPrice]);
    this.#sink.write('prices', [slot, 'local-fee', localFee]);
    if (meanPrice !== null) this.#sink.write('prices', [slot, 'market', meanPrice]);
  }

  #orders(slot: string, book: SlotBook, clearing: SlotClearing): void {
    const { filledWh, trades, lotSeed, ids, times } = clearing;
    const memberName = (member: number) => (this.#world.members[member] as WorldMember).name;
    const nameOf = (at: number) => memberName(book.members[at] as number);
    const idOf = (at: number) => ids?.[at] ?? orderName(nameOf(at), book.isBid[at] === true);
    for (let at = 0; at < book.members.length; at++) {
      this.#sink.write('orders', [
        slot,
        idOf(at),
        nameOf(at),
        book.isBid[at] === true ? 'buy' : 'sell',
        book.prices[at] as number,
        book.limits[at] as number,
        book.energiesWh[at] as number,
        filledWh[at] as number,
        lotSeed,
        times?.[at] ?? null,
        (this.#world.members[book.members[at] as number] as WorldMember).feeder ?? COMMUNITY_ZONE,
      ]);
    }
    for (const { bid, ask, askElsewhere, energyWh, buyerPrice, sellerPrice } of trades) {
      this.#sink.write('trades', [
        slot,
        idOf(bid),
        askElsewhere?.id ?? idOf(ask),
        nameOf(bid),
        askElsewhere === undefined ? nameOf(ask) : memberName(askElsewhere.member),
        energyWh,
        buyerPrice,
        sellerPrice,
      ]);
    }
  }
}
