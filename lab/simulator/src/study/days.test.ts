import { join } from 'node:path';
import type { AuctionMechanism, LinearProblem } from '@commonwatt/mechanisms';
import { findMechanism, MECHANISMS, objectiveOf } from '@commonwatt/mechanisms';
import { describe, expect, test } from 'vitest';
import { readScenario } from '../scenario/read-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { dayDeclarationOf } from './day-mechanism.ts';
import { DayMechanismExchange } from './day-mechanism-exchange.ts';
import {
  batteriesOf,
  clearedAgain,
  type DayRun,
  type NamedRow,
  ranByDay,
  solveCold,
} from './days.test-support.ts';
import { marketOf, registeredMechanism } from './market.ts';
import type { StudyMechanism } from './mechanism-exchange.ts';
import { requireMarket } from './prepare.ts';
import { type Loose, plainMechanisms, scenarioOf } from './studies.test-support.ts';

const STREET_DAY = join(import.meta.dirname, '../../scenarios/street-day.yaml');
const street = readScenario(STREET_DAY).scenario;
const LOSSLESS = { charge_efficiency_percent: 100, discharge_efficiency_percent: 100 };
const BY_DEFAULT = { charge_efficiency_percent: 95, discharge_efficiency_percent: 95 };

const sum = <One>(list: readonly One[], of: (one: One) => number) =>
  list.reduce((total, one) => total + of(one), 0);
const column = (name: string) => (row: NamedRow) => row[name] as number;
const welfareOf = ({ result }: DayRun) => sum(result.slots, ({ welfare }) => welfare);
const inSlot = (rows: readonly NamedRow[], slot: unknown) =>
  rows.filter((row) => row.slot === slot);
const slotsOf = (rows: readonly NamedRow[]) => [...new Set(rows.map(({ slot }) => slot))];

/** Hours of two local days; members as `scenarioOf` has them, with batteries for those that are named. */
function hours(batteries: Readonly<Record<string, Loose>> = {}, changes: Loose = {}): Scenario {
  const time = { from: '2025-05-05T22:00:00Z', until: '2025-05-07T22:00:00Z', slot_minutes: 60 };
  const { members } = scenarioOf();
  const withBatteries = members.map((member) => ({
    ...member,
    ...(batteries[member.name] === undefined ? {} : { battery: batteries[member.name] }),
  }));
  return scenarioOf({ time, members: withBatteries, ...changes });
}

const tradeText = (trade: {
  bid: unknown;
  ask: unknown;
  energy: unknown;
  buyerPrice: unknown;
  sellerPrice: unknown;
}) => [trade.bid, trade.ask, trade.energy, trade.buyerPrice, trade.sellerPrice].join();
const rowText = (row: NamedRow) =>
  tradeText({
    bid: row.bid,
    ask: row.ask,
    energy: row.energy_wh,
    buyerPrice: row.buyer_price_eur_per_mwh,
    sellerPrice: row.seller_price_eur_per_mwh,
  });

describe('which rules know a day', () => {
  test('of the registry those whose orders tell an interval and whose table is of batteries', () => {
    const names = MECHANISMS.filter((one) => one.kind !== 'negotiation')
      .filter((one) => dayDeclarationOf(one) !== null)
      .map(({ name }) => name);
    expect(new Set(names)).toEqual(new Set(['social-welfare']));
  });

  test('whatever it is called, it is known by what it declares', () => {
    const known = registeredMechanism('social-welfare') as AuctionMechanism;
    const slots = (known.columns ?? []).map((one) => ({ ...one, name: 'slot' }));
    expect(dayDeclarationOf({ ...known, name: 'mine', columns: slots })).toEqual({
      interval: 'slot',
      table: 'batteries',
    });
    expect(dayDeclarationOf({ ...known, columns: [] })).toBeNull();
    expect(dayDeclarationOf({ ...known, tables: [] })).toBeNull();
  });
});

describe('a day as one call', () => {
  test('without batteries a slot is what clearing it alone gives, whoever the lot falls to', async () => {
    // Limits alike on each side, so that there are remainders for the lot.
    const alike = { buy_limit_ct_per_kwh: 25, sell_limit_ct_per_kwh: 10 };
    const { members } = scenarioOf();
    const run = await ranByDay(
      hours({}, { members: members.map((one) => ({ ...one, ...alike })) }),
    );
    const orders = run.rows('orders');
    let trades = 0;
    for (const slot of slotsOf(orders)) {
      const book = inSlot(orders, slot);
      const alone = clearedAgain('social-welfare', book);
      trades += alone.trades.length;
      const fills = book.map(({ id }) => Number(alone.fills.get(String(id)) ?? 0n));
      expect(book.map(column('filled_wh'))).toEqual(fills);
      expect(inSlot(run.rows('trades'), slot).map(rowText)).toEqual(alone.trades.map(tradeText));
      expect(clearedAgain('uniform', book).trades.map(tradeText)).toEqual(
        alone.trades.map(tradeText),
      );
    }
    expect(trades).toBeGreaterThan(20);
  });

  test('the tables hold all that it takes to clear a day again', async () => {
    const run = await ranByDay(street);
    const again = clearedAgain(
      'social-welfare',
      run.rows('orders'),
      batteriesOf(run.rows('events')),
    );
    expect(run.rows('trades').map(rowText).sort()).toEqual(again.trades.map(tradeText).sort());
    expect(run.rows('orders').some(({ id }) => id === 'home-1/sell/12')).toBe(true);
    expect(run.rows('events').at(-1)).toMatchObject({
      event: 'day_cleared',
      detail: `cleared_by=candidate candidate=${welfareOf(run)}`,
    });
    expect(again.welfare).toBe(BigInt(welfareOf(run)));
  });

  test.each([1, 2, 3])('is worth what an independent programme finds, seed %i', async (seed) => {
    const batteries = {
      'home-0': { capacity_wh: 1_500, power_w: 700, ...LOSSLESS },
      'home-3': { capacity_wh: 900, power_w: 450, ...LOSSLESS },
    };
    const time = { from: '2025-05-06T08:00:00Z', until: '2025-05-06T20:00:00Z', slot_minutes: 60 };
    const scenario = hours(batteries, { time, seed });
    const run = await ranByDay(scenario);
    expect(welfareOf(run)).toBe(Number(mostWorth(run.rows('orders'), scenario)));
    expect(sum(run.rows('positions'), column('battery_discharge_wh'))).toBeGreaterThan(500);
  });

  test('is a day where its members live, an hour longer when their clocks go back', async () => {
    const time = { from: '2025-10-25T22:00:00Z', until: '2025-10-27T23:00:00Z', slot_minutes: 60 };
    const run = await ranByDay(hours({}, { time }));
    const begins = run.rows('events').map(({ slot }) => slot);
    expect(begins).toEqual(['2025-10-25T22:00:00Z', '2025-10-26T23:00:00Z']);
    expect(Math.max(...run.rows('orders').map(column('time')))).toBe(24);
  });

  test('what another limit would have gained is tried on it as a whole', async () => {
    const { result } = await ranByDay(street);
    expect(result.misreports).toHaveLength(2);
    const gains = result.misreports.map(({ gain }) => gain);
    // A price for all hours that are joined by a battery: who sets it gains by stating another.
    expect(Math.max(...gains)).toBeGreaterThan(0);
    expect(Math.min(...gains)).toBeGreaterThanOrEqual(0);
  });
});

/**
 * The most that orders are worth over hours with batteries that lose nothing, put otherwise than the mechanism puts
 * it: energy is sent from an order to an order of the same hour, or into a battery in one hour and out of it in a later
 * one.
 */
function mostWorth(orders: readonly NamedRow[], { members }: Scenario): bigint {
  const sizes = members.flatMap(({ battery }) => battery ?? []);
  const times = [...new Set(orders.map(column('time')))];
  const variables: LinearProblem['variables'][number][] = [];
  const rows = new Map<
    string,
    { terms: { variable: number; coefficient: bigint }[]; most: bigint }
  >();
  const within = (name: string, most: number, variable: number) => {
    const row = rows.get(name) ?? { terms: [], most: BigInt(most) };
    row.terms.push({ variable, coefficient: 1n });
    rows.set(name, row);
  };
  for (const ask of orders.filter(({ side }) => side === 'sell')) {
    for (const bid of orders.filter(({ side }) => side === 'buy')) {
      const [from, to] = [column('time')(ask), column('time')(bid)];
      const gain = BigInt(column('limit_eur_per_mwh')(bid) - column('limit_eur_per_mwh')(ask));
      const ways = from === to ? [-1] : from < to ? sizes.keys() : [];
      for (const way of ways) {
        const variable = variables.push({ name: 'sent', gain, least: 0n, most: undefined }) - 1;
        within(`ask ${ask.id}`, column('energy_wh')(ask), variable);
        within(`bid ${bid.id}`, column('energy_wh')(bid), variable);
        const size = sizes[way];
        if (size === undefined) continue;
        within(`into ${way} at ${from}`, size.power_w, variable);
        within(`out of ${way} at ${to}`, size.power_w, variable);
        for (const time of times.filter((one) => one >= from && one < to)) {
          within(`held in ${way} at ${time}`, size.capacity_wh, variable);
        }
      }
    }
  }
  const constraints = [...rows].map(([name, { terms, most }]) => ({
    name,
    terms,
    least: undefined,
    most,
  }));
  const problem = { variables, constraints };
  const candidate = solveCold(problem);
  if (candidate === undefined) throw new Error('expected an optimum, got none');
  return objectiveOf(problem, candidate.values) / 1_000_000n;
}

describe('a day against calls in every slot', () => {
  /**
   * By rule a battery takes what its member would have offered, and gives what it would have asked for: every book is a part of
   * the same slot's without batteries, and so is worth no more; a day's optimum has those trades among its own.
   */
  test.each(plainMechanisms().filter((name) => findMechanism(name)?.kind === 'auction'))(
    'no trades of %s with batteries by rule are worth more',
    async (mechanism) => {
      const [slots, day] = [await ranByDay(street, mechanism), await ranByDay(street)];
      expect(welfareOf(slots)).toBeLessThanOrEqual(welfareOf(day));
      expect(welfareOf(slots)).toBeLessThan(welfareOf(day) / 2);
      for (const table of ['load_wh', 'generation_wh', 'vehicle_wh', 'heat_pump_wh']) {
        const of = ({ rows }: DayRun) => rows('positions').map(column(table));
        expect(of(day)).toEqual(of(slots));
      }
      const alone = ({ result }: DayRun) =>
        result.members.map(({ supplierOnlyBill, staticSharingBill, shapleySaving }) => [
          supplierOnlyBill,
          staticSharingBill,
          shapleySaving,
        ]);
      expect(alone(day)).toEqual(alone(slots));
    },
  );

  /**
   * Nor are they with what a battery by rule is worth to its own member: what it takes could have been sold at the
   * least, and what it gives is not bought at the most. A day's optimum could do the same, for nothing is lost on the way, and
   * begins and ends as empty as the run.
   */
  test('nor with what batteries keep for their own members', async () => {
    const [slots, day] = [await ranByDay(street, 'uniform'), await ranByDay(street)];
    const limits = new Map(
      street.members.map(
        ({ name, buy_limit_ct_per_kwh: buy = 28, sell_limit_ct_per_kwh: sell = 8 }) => [
          name,
          [Math.round(buy * 10_000), Math.round(sell * 10_000)] as const,
        ],
      ),
    );
    const kept = sum(slots.rows('positions'), (row) => {
      const [buy, sell] = limits.get(String(row.member)) as readonly [number, number];
      return column('battery_discharge_wh')(row) * buy - column('battery_charge_wh')(row) * sell;
    });
    expect(kept).toBeGreaterThan(1e9);
    expect(welfareOf(slots) + kept).toBeLessThan(welfareOf(day));
  });
});

describe('what batteries do', () => {
  const lossy = {
    'home-0': { capacity_wh: 4_000, power_w: 2_000, ...BY_DEFAULT },
    'home-1': {
      capacity_wh: 3_000,
      power_w: 1_100,
      charge_efficiency_percent: 83,
      discharge_efficiency_percent: 91,
    },
    'home-4': { capacity_wh: 2_500, power_w: 1_500, ...BY_DEFAULT, initial_wh: 700 },
  };

  test('is metered, and the own law of each holds to the last part of a Wh', async () => {
    const scenario = hours(lossy);
    const run = await ranByDay(scenario);
    const positions = run.rows('positions');
    for (const [name, battery] of Object.entries(lossy)) {
      const [charge, discharge] = [
        battery.charge_efficiency_percent,
        battery.discharge_efficiency_percent,
      ];
      let parts = ('initial_wh' in battery ? battery.initial_wh : 0) * 100 * discharge;
      for (const row of positions.filter(({ member }) => member === name)) {
        const [taken, given] = [
          column('battery_charge_wh')(row),
          column('battery_discharge_wh')(row),
        ];
        expect(Math.max(taken, given)).toBeLessThanOrEqual(battery.power_w);
        expect(Math.min(taken, given)).toBe(0);
        parts += taken * charge * discharge - given * 10_000;
        expect(parts).toBeGreaterThanOrEqual(0);
        expect(parts).toBeLessThanOrEqual(battery.capacity_wh * 100 * discharge);
        expect(column('battery_wh')(row)).toBe(Math.floor(parts / (100 * discharge)));
      }
      // Nothing is left at the end but what no Wh can be made of.
      expect(parts).toBeLessThan(10_000);
    }
    const lost = sum(run.result.members, ({ batteryLossWh }) => batteryLossWh);
    expect(lost).toBeGreaterThan(500);
  });

  test('adds up with what is traded, used and made, in every slot and for every member', async () => {
    const run = await ranByDay(hours(lossy));
    const [positions, slots] = [run.rows('positions'), run.rows('slots')];
    for (const { slot, import_wh: imported, export_wh: exported } of slots) {
      const ofSlot = inSlot(positions, slot);
      const of = (name: string) => sum(ofSlot, column(name));
      const wanted = of('load_wh') + of('battery_charge_wh') + Number(exported);
      expect(wanted).toBe(of('generation_wh') + of('battery_discharge_wh') + Number(imported));
    }
    for (const one of run.result.members) {
      const taken = one.loadWh + one.batteryChargedWh + one.soldWh + one.exportWh;
      const given = one.generationWh + one.batteryDischargedWh + one.boughtWh + one.importWh;
      expect(taken).toBe(given);
      expect(one.bill).toBe(one.marketMoney + one.supplyMoney + one.feeMoney);
    }
    const { members, slots: results } = run.result;
    expect(sum(members, ({ boughtWh }) => boughtWh)).toBe(sum(members, ({ soldWh }) => soldWh));
    expect(sum(members, ({ marketMoney }) => marketMoney)).toBe(
      sum(results, ({ surplus }) => surplus),
    );
    expect(sum(results, ({ surplus }) => surplus)).toBeGreaterThanOrEqual(0);
  });

  test("what one holds at the start is its own member's, and it is lent when that is gone", async () => {
    const run = await ranByDay(hours(lossy));
    const lent = run.rows('events').filter(({ event }) => event === 'battery_lent');
    const days = (name: string) =>
      new Set(lent.filter(({ member }) => member === name).map(({ slot }) => slot)).size;
    expect(days('home-0')).toBe(2);
    expect(days('home-4')).toBe(1);
    const first = run
      .rows('positions')
      .filter(({ member }) => member === 'home-4')
      .slice(0, 24);
    // 95 % of 700 Wh, whole Wh.
    expect(sum(first, column('battery_discharge_wh'))).toBe(665);
    expect(sum(first, column('battery_charge_wh'))).toBe(0);
  });

  test('the same seed gives the same rows', async () => {
    const traders = { trader: 'zi-c' };
    const market = { mechanism: 'social-welfare', rounds: 2 };
    const once = await ranByDay(hours(lossy, { traders, market }));
    const again = await ranByDay(hours(lossy, { traders, market }));
    for (const table of ['orders', 'trades', 'positions', 'slots', 'events'] as const) {
      expect(again.rows(table)).toEqual(once.rows(table));
    }
  });
});

describe('refused', () => {
  const require = (changes: Loose) => () => {
    const scenario = scenarioOf({ market: { mechanism: 'social-welfare' }, ...changes });
    const mechanism = registeredMechanism('social-welfare');
    requireMarket(scenario, marketOf(scenario, mechanism, '.'));
  };

  test('a ledger, forecasts that err and batteries by file', () => {
    expect(require({})).not.toThrow();
    expect(require({ ledger: 'memory' })).toThrow('ledger: expected off');
    expect(require({ forecast: { error_percent: 5 } })).toThrow(
      'forecast.error_percent: expected 0',
    );
    const files = { batteries: 'batteries.csv' };
    expect(require({ market: { mechanism: 'social-welfare', files } })).toThrow(
      'market.files of social-welfare: expected no files, got batteries',
    );
  });

  test.each<[string, (charged: bigint) => bigint, string]>([
    ['hold nothing', () => 0n, 'more sold than bought and stored'],
    ['hold what was not sold', (charged) => charged + 1n, 'Wh'],
  ])('batteries that %s', (_what, told, fault) => {
    const known = findMechanism('social-welfare') as AuctionMechanism;
    const wrong: AuctionMechanism = {
      ...known,
      clear: (call) => {
        const clearing = known.clear(call);
        const batteries = (clearing.details?.batteries ?? []) as readonly { charged_wh: bigint }[];
        const spoiled = batteries.map((row) => ({ ...row, charged_wh: told(row.charged_wh) }));
        return { ...clearing, details: { ...clearing.details, batteries: spoiled } };
      },
    };
    expect(() => clearTwoSlots(wrong)).toThrow(fault);
    expect(clearTwoSlots(known).flowsWh).toEqual([[500, -500]]);
  });

  /** One sells in the first slot, another buys in the second. */
  function clearTwoSlots(mechanism: StudyMechanism) {
    const exchange = new DayMechanismExchange({
      mechanism: mechanism as AuctionMechanism,
      declared: { interval: 'time', table: 'batteries' },
      settings: {},
      tables: {},
      names: ['ana', 'ben'],
      zones: ['community', 'community'],
      seed: 1,
      slotMs: 3_600_000,
      solve: solveCold,
      supplyPrice: 0,
      feedInPrice: 0,
    });
    const book = (slot: number, isBid: boolean, limit: number) => ({
      slot,
      startMs: slot * 3_600_000,
      members: [isBid ? 1 : 0],
      isBid: [isBid],
      energiesWh: [500],
      prices: [limit],
      limits: [limit],
    });
    const battery = { member: 0, name: 'ana', capacityWh: 600, powerWh: 500 };
    return exchange.clearDay([book(0, false, 100_000), book(1, true, 200_000)], [battery]);
  }
});
