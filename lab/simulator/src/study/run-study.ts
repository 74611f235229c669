/**
 * One run: a world, an exchange and traders, slot by slot in virtual time. What is traded is then met by what is
 * metered, and the rest is each member's own with its supplier. What it would have cost without a market is told of
 * the own schedules of batteries, whoever runs them, so that it is the same for every mechanism.
 */

import { allocate } from '@commonwatt/contracts';
import { energy } from '@commonwatt/units';
import { ShapleySplit } from '../metrics/shapley-split.ts';
import { Accounts, loadOfSlot, type Position } from './accounts.ts';
import type { DayExchange, Exchange, SlotBook, SlotClearing } from './book.ts';
import { type ClearedSlot, clearedByDay, clearedBySlot } from './cleared-slots.ts';
import { clearColumns } from './column-exchange.ts';
import { FeederWatch } from './feeders.ts';
import { LentBatteries } from './lent-batteries.ts';
import { sampleDayMisreports, sampleMisreports } from './misreport.ts';
import type { MisreportSample, RunResult, SlotResult } from './results.ts';
import type { TableSink } from './table.ts';
import { tradeTotals } from './trade-totals.ts';
import { Traders } from './traders.ts';
import type { World } from './world.ts';
import { Writer } from './writer.ts';

export interface StudyRun {
  /** Of the result: what it is called by. */
  readonly identity: Pick<RunResult, 'run' | 'scenario' | 'mechanism' | 'seed' | 'point' | 'zone'>;
  readonly world: World;
  readonly exchange: Exchange;
  /** Clears days in its place; null for a rule to which a slot is a call. */
  readonly dayExchange: DayExchange | null;
  /** The same rule for slots without a ledger, asked what would have been; none for what knows no prices. */
  readonly imagined: Exchange | null;
  /** Whether the rule finds what the true limits come to where everyone shouts them. */
  readonly isUniform: boolean;
  readonly floor: number;
  readonly ceiling: number;
  /** Rounds of shouting in a slot. */
  readonly rounds: number;
  readonly forecastErrorPercent: number;
  readonly feeders: readonly {
    readonly name: string;
    readonly importLimitWh: number;
    readonly exportLimitWh: number;
  }[];
  readonly sink: TableSink;
  /** Told after each slot how many are done. */
  readonly progress?: (slots: number) => void;
}

export async function runStudy(run: StudyRun): Promise<RunResult> {
  const { world, identity, exchange } = run;
  const traders = new Traders({
    members: world.members,
    floor: run.floor,
    ceiling: run.ceiling,
    seed: identity.seed,
  });
  const batteries = run.dayExchange === null ? null : new LentBatteries(world);
  const metered = batteries?.world ?? world;
  const accounts = new Accounts(metered);
  const shapley = new ShapleySplit({
    ...world,
    members: world.members.length,
    seed: identity.seed,
  });
  const feeders = new FeederWatch(world, run.feeders);
  const writer = new Writer(run.sink, metered);
  const slots: SlotResult[] = [];
  const misreports: MisreportSample[] = [];
  for await (const cleared of clearedSlots(run, traders, batteries)) {
    const { slot, book, clearing, nets, aloneNets } = cleared;
    const delivered = run.forecastErrorPercent === 0 ? clearing : deliver(book, clearing, nets);
    await exchange.meter?.(slot, nets);
    writeDay(writer, cleared);
    const settled = settle(accounts, writer, { ...cleared, clearing: delivered });
    shapley.add(aloneNets);
    const feederExcessWh = feeders.excessWh(nets);
    const staticSharingBill = accounts.shareStatically(aloneNets);
    const result = slotResult(world, {
      staticSharingBill,
      slot,
      book,
      clearing: delivered,
      settled,
      feederExcessWh,
      isUniform: run.isUniform,
    });
    slots.push(result);
    writer.slot(result, book, clearing);
    misreports.push(...(await misreportsOf(run, cleared)));
    run.progress?.(slot + 1);
  }
  const members = accounts.results(shapley.savings());
  writer.members(members);
  return {
    ...identity,
    slotMs: world.slotMs,
    slots,
    members,
    misreports,
    ledger: (await exchange.close?.(members.map(({ marketMoney }) => marketMoney))) ?? null,
  };
}

function clearedSlots(
  run: StudyRun,
  traders: Traders,
  batteries: LentBatteries | null,
): AsyncGenerator<ClearedSlot> {
  const { world, rounds, dayExchange, forecastErrorPercent: errorPercent, identity } = run;
  const setting = { world, rounds, traders };
  return dayExchange === null || batteries === null
    ? clearedBySlot(setting, run.exchange, { errorPercent, seed: identity.seed })
    : clearedByDay(setting, dayExchange, batteries);
}

async function misreportsOf(
  run: StudyRun,
  { book, clearing, day }: ClearedSlot,
): Promise<readonly MisreportSample[]> {
  const { imagined, dayExchange } = run;
  if (dayExchange !== null)
    return day === undefined ? [] : sampleDayMisreports(dayExchange, run, day);
  return imagined === null ? [] : sampleMisreports(imagined, { ...run, book, clearing });
}

/** What a day was cleared with and by: with the orders of its slots enough to clear it again. */
function writeDay(writer: Writer, { book: { startMs }, day }: ClearedSlot): void {
  if (day === undefined) return;
  for (const { name, capacityWh, powerWh } of day.batteries) {
    const detail = `capacity_wh=${capacityWh} power_wh=${powerWh}`;
    writer.event(startMs, 'battery_lent', detail, name);
  }
  writer.event(startMs, 'day_cleared', day.told);
}

/** The most of the trades that the meters allow, by the settlement's own rule. */
function deliver(book: SlotBook, clearing: SlotClearing, nets: Int32Array): SlotClearing {
  const { trades } = clearing;
  if (trades.length === 0) return clearing;
  const exported = new Map<number, bigint>();
  const imported = new Map<number, bigint>();
  for (const [member, net] of nets.entries()) {
    exported.set(member, BigInt(Math.max(0, -net)));
    imported.set(member, BigInt(Math.max(0, net)));
  }
  const delivered = allocate(
    trades.map(({ bid, ask, energyWh, lot }) => ({
      seller: book.members[ask] as number,
      buyer: book.members[bid] as number,
      energy: energy(BigInt(energyWh)),
      lot,
    })),
    { exported, imported },
  );
  const met = trades.map((trade, at) => ({ ...trade, energyWh: Number(delivered[at]) }));
  return { ...clearing, ...tradeTotals(book.members.length, met) };
}

type SettledSlot = Pick<SlotResult, 'importWh' | 'exportWh' | 'bill' | 'supplierOnlyBill'>;

function settle(
  accounts: Accounts,
  writer: Writer,
  { slot, nets, aloneNets, carriedWh, book, clearing }: ClearedSlot,
): SettledSlot {
  const { filledWh, payments } = clearing;
  let importWh = 0;
  let exportWh = 0;
  let bill = 0;
  let supplierOnlyBill = 0;
  let at = 0;
  for (let member = 0; member < nets.length; member++) {
    let boughtWh = 0;
    let soldWh = 0;
    let market = 0;
    let worth = 0;
    let buyerGain = 0;
    let wanted = false;
    // Orders stand in the order of the members.
    for (; book.members[at] === member; at++) {
      const filled = filledWh[at] as number;
      const limit = book.limits[at] as number;
      wanted = true;
      market += payments[at] as number;
      if (book.isBid[at] === true) {
        boughtWh += filled;
        worth += filled * limit;
        buyerGain += filled * limit - (payments[at] as number);
      } else {
        soldWh += filled;
        worth -= filled * limit;
      }
    }
    const net = nets[member] as number;
    const position: Position = {
      member,
      netWh: net,
      aloneWh: aloneNets[member] as number,
      carriedWh: carriedWh?.[member] ?? 0,
      boughtWh,
      soldWh,
      market,
      worth,
      buyerGain,
      wanted,
    };
    const settled = accounts.settle(position);
    accounts.own(member, slot);
    writer.position(slot, position, settled);
    importWh += settled.importWh;
    exportWh += settled.exportWh;
    bill += market + settled.supply + settled.fee;
    supplierOnlyBill += settled.alone;
  }
  return { importWh, exportWh, bill, supplierOnlyBill };
}

interface ToTell {
  readonly staticSharingBill: number;
  readonly slot: number;
  readonly book: SlotBook;
  readonly clearing: SlotClearing;
  readonly settled: SettledSlot;
  readonly feederExcessWh: number;
  readonly isUniform: boolean;
}

function slotResult(
  world: World,
  { slot, book, clearing, settled, staticSharingBill, feederExcessWh, isUniform }: ToTell,
): SlotResult {
  const { filledWh, payments } = clearing;
  const sums = { loadWh: 0, generationWh: 0, bidWh: 0, askWh: 0, bidOrders: 0, askOrders: 0 };
  for (const member of world.members) {
    sums.loadWh += loadOfSlot(member, slot);
    sums.generationWh += member.generationWh[slot] as number;
  }
  let unmatchedOrders = 0;
  let tradedWh = 0;
  let paid = 0;
  let welfare = 0;
  let surplus = 0;
  let bestBid: number | null = null;
  let bestAsk: number | null = null;
  for (let at = 0; at < book.members.length; at++) {
    const energyWh = book.energiesWh[at] as number;
    const filled = filledWh[at] as number;
    const shouted = book.prices[at] as number;
    const payment = payments[at] as number;
    if (filled < energyWh) unmatchedOrders++;
    surplus += payment;
    if (book.isBid[at] === true) {
      sums.bidWh += energyWh;
      sums.bidOrders++;
      tradedWh += filled;
      paid += payment;
      welfare += filled * (book.limits[at] as number);
      if (bestBid === null || shouted > bestBid) bestBid = shouted;
    } else {
      sums.askWh += energyWh;
      sums.askOrders++;
      welfare -= filled * (book.limits[at] as number);
      if (bestAsk === null || shouted < bestAsk) bestAsk = shouted;
    }
  }
  return {
    startMs: book.startMs,
    ...sums,
    unmatchedOrders,
    tradedWh,
    price: clearing.price,
    priceLow: clearing.priceLow,
    priceHigh: clearing.priceHigh,
    meanPrice: tradedWh === 0 ? null : Math.floor(paid / tradedWh),
    bestBid,
    bestAsk,
    ...(isUniform && book.prices === book.limits
      ? { equilibriumPrice: middleOf(clearing), optimumWelfare: welfare }
      : equilibriumOf(book)),
    welfare,
    surplus,
    ...settled,
    staticSharingBill,
    feederExcessWh,
  };
}

/** What the true limits would have come to under a uniform price. */
function equilibriumOf(book: SlotBook): Pick<SlotResult, 'equilibriumPrice' | 'optimumWelfare'> {
  if (book.members.length === 0) return { equilibriumPrice: null, optimumWelfare: 0 };
  const { price, bidFillsWh, askFillsWh } = clearColumns(book, book.limits, { lots: rowLot });
  let optimumWelfare = 0;
  let bid = 0;
  let ask = 0;
  for (let at = 0; at < book.members.length; at++) {
    const limit = book.limits[at] as number;
    optimumWelfare +=
      book.isBid[at] === true
        ? (bidFillsWh[bid++] as number) * limit
        : -(askFillsWh[ask++] as number) * limit;
  }
  return { equilibriumPrice: price === null ? null : Number(price), optimumWelfare };
}

function middleOf({ priceLow, priceHigh }: SlotClearing): number | null {
  if (priceLow === null || priceHigh === null) return null;
  return priceLow + Math.floor((priceHigh - priceLow) / 2);
}

/** Who gets the last Wh among equal limits changes neither price nor welfare. */
function rowLot(member: number, isBid: boolean): string {
  return `${isBid ? 'b' : 'a'}${member.toString(16).padStart(8, '0')}`;
}
