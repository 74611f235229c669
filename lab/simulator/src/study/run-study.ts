/**
 * One run: a world, an exchange and traders, slot by slot in virtual time. What is traded is then met by what is
 * metered, and the rest is each member's own with its supplier.
 */

import { allocate } from '@commonwatt/contracts';
import { energy } from '@commonwatt/units';
import { mixSeeds, SeededRandom } from '../households/seeded-random.ts';
import { ShapleySplit } from '../metrics/shapley-split.ts';
import { Accounts, loadOfSlot, netsOf, type Position } from './accounts.ts';
import type { Exchange, SlotBook, SlotClearing } from './book.ts';
import { clearColumns } from './column-exchange.ts';
import { FeederWatch } from './feeders.ts';
import { sampleMisreports } from './misreport.ts';
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
  /** The same rule without a ledger, asked what would have been; none for what knows no prices. */
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

const FORECAST_STREAM = 6;

export async function runStudy(run: StudyRun): Promise<RunResult> {
  const { world, identity, exchange } = run;
  const traders = new Traders({
    members: world.members,
    floor: run.floor,
    ceiling: run.ceiling,
    seed: identity.seed,
  });
  const accounts = new Accounts(world);
  const shapley = new ShapleySplit({
    ...world,
    members: world.members.length,
    seed: identity.seed,
  });
  const feeders = new FeederWatch(world, run.feeders);
  const writer = new Writer(run.sink, world);
  const nets = new Int32Array(world.members.length);
  const expected = new Int32Array(world.members.length);
  const slots: SlotResult[] = [];
  const misreports: MisreportSample[] = [];
  for (let slot = 0; slot < world.slots; slot++) {
    netsOf(world, slot, nets);
    expect(run, slot, nets, expected);
    const { book, clearing } = await traded(run, traders, slot, expected);
    const delivered = run.forecastErrorPercent === 0 ? clearing : deliver(book, clearing, nets);
    await exchange.meter?.(slot, nets);
    const settled = settle(accounts, writer, { slot, nets, book, clearing: delivered });
    shapley.add(nets);
    const feederExcessWh = feeders.excessWh(nets);
    const staticSharingBill = accounts.shareStatically(nets);
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
    if (run.imagined !== null) {
      misreports.push(...(await sampleMisreports(run.imagined, { ...run, book, clearing })));
    }
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

/** As many rounds of shouting as there are; the last one counts. */
async function traded(
  { world, exchange, rounds }: StudyRun,
  traders: Traders,
  slot: number,
  expected: Int32Array,
): Promise<{ readonly book: SlotBook; readonly clearing: SlotClearing }> {
  const startMs = world.startMs + slot * world.slotMs;
  for (let round = 0; ; round++) {
    const book = traders.shout(slot, startMs, expected, round);
    const clearing = await exchange.clear(book);
    traders.learn(book, clearing, round);
    if (round + 1 >= rounds) return { book, clearing };
  }
}

/** What members take their net energy to be when they order. */
function expect(
  { forecastErrorPercent, identity }: StudyRun,
  slot: number,
  nets: Int32Array,
  expected: Int32Array,
): void {
  if (forecastErrorPercent === 0) {
    expected.set(nets);
    return;
  }
  for (let member = 0; member < nets.length; member++) {
    const random = new SeededRandom(mixSeeds(identity.seed, FORECAST_STREAM, member, slot));
    const net = nets[member] as number;
    expected[member] = Math.round(net * (1 + (random.normal() * forecastErrorPercent) / 100));
  }
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

interface ToSettle {
  readonly slot: number;
  readonly nets: Int32Array;
  readonly book: SlotBook;
  readonly clearing: SlotClearing;
}

function settle(
  accounts: Accounts,
  writer: Writer,
  { slot, nets, book, clearing }: ToSettle,
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
