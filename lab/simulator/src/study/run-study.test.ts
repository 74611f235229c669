import { describe, expect, test } from 'vitest';
import type { RunResult } from './results.ts';
import { plainMechanisms, ranWith, scenarioOf } from './studies.test-support.ts';

const sum = <One>(list: readonly One[], of: (one: One) => number) =>
  list.reduce((total, one) => total + of(one), 0);

/** What holds for every run, whatever the rule. */
function expectConserved({ slots, members }: RunResult): void {
  expect(sum(members, ({ boughtWh }) => boughtWh)).toBe(sum(members, ({ soldWh }) => soldWh));
  expect(sum(members, ({ boughtWh }) => boughtWh)).toBe(sum(slots, ({ tradedWh }) => tradedWh));
  expect(sum(members, ({ importWh }) => importWh)).toBe(sum(slots, ({ importWh }) => importWh));
  expect(sum(members, ({ marketMoney }) => marketMoney)).toBe(sum(slots, ({ surplus }) => surplus));
  for (const one of members) {
    const taken = one.loadWh + one.batteryChargedWh + one.soldWh + one.exportWh;
    const given = one.generationWh + one.batteryDischargedWh + one.boughtWh + one.importWh;
    expect(taken).toBe(given);
    expect(one.bill).toBe(one.marketMoney + one.supplyMoney + one.feeMoney);
  }
}

describe('a run', () => {
  test.each(plainMechanisms())('%s: energy and money are conserved', async (mechanism) => {
    const { result } = await ranWith(scenarioOf({ market: { mechanism } }));
    expectConserved(result);
    expect(sum(result.slots, ({ tradedWh }) => tradedWh)).toBeGreaterThan(0);
  });

  test('the same seed gives the same rows, another one does not', async () => {
    const trader = { trader: 'zi-c' };
    const one = await ranWith(scenarioOf({ traders: trader }));
    const again = await ranWith(scenarioOf({ traders: trader }));
    const other = await ranWith(scenarioOf({ traders: trader, seed: 8 }));
    expect(again).toEqual(one);
    expect(other.rows.orders).not.toEqual(one.rows.orders);
  });

  test('an income goes with its member, and changes nothing else', async () => {
    const scenario = scenarioOf();
    const { result: without } = await ranWith(scenario, 'few');
    const [first, ...others] = scenario.members;
    const rich = { ...first!, income_eur_per_month: 2_500 };
    const { result } = await ranWith({ ...scenario, members: [rich, ...others] }, 'few');
    const [own, ...rest] = result.members;
    expect(own).toEqual({ ...without.members[0], incomeEurPerMonth: 2_500 });
    expect(rest).toEqual(without.members.slice(1));
    expect(result.slots).toEqual(without.slots);
  });

  test('uniform over columns is uniform over orders, to the last Wh', async () => {
    const scenario = scenarioOf({ traders: { trader: 'zi-c' } });
    const orders = await ranWith(scenario, 'all');
    const columns = await ranWith(scenario, 'few');
    expect(columns.result).toEqual(orders.result);
    expect(columns.rows.slots).toEqual(orders.rows.slots);
  });

  test('nobody who orders truthfully pays more than with the supplier alone', async () => {
    const { result } = await ranWith(scenarioOf());
    for (const { bill, supplierOnlyBill, gain } of result.members) {
      expect(bill).toBeLessThanOrEqual(supplierOnlyBill);
      expect(gain).toBeGreaterThanOrEqual(0);
    }
    for (const { welfare, optimumWelfare } of result.slots) expect(welfare).toBe(optimumWelfare);
  });

  test('what a forecast got wrong is settled by what was metered', async () => {
    const exact = await ranWith(scenarioOf());
    const wrong = await ranWith(scenarioOf({ forecast: { error_percent: 30 } }));
    expectConserved(wrong.result);
    const traded = ({ result }: typeof exact) => sum(result.slots, ({ tradedWh }) => tradedWh);
    expect(traded(wrong)).toBeLessThan(traded(exact));
    const loads = ({ result }: typeof exact) => result.members.map(({ loadWh }) => loadWh);
    expect(loads(wrong)).toEqual(loads(exact));
  });

  test('a fee for community energy makes no rule of sharing harm anybody that it does not harm without', async () => {
    const tariffs = { supply_ct_per_kwh: 41, feed_in_ct_per_kwh: 5, local_fee_ct_per_kwh: 22 };
    const { result } = await ranWith(
      scenarioOf({ tariffs, market: { mechanism: 'mid-market-rate' } }),
    );
    expectConserved(result);
    const traded = result.slots.filter(({ meanPrice }) => meanPrice !== null);
    // The middle of 5 and 41 less 22.
    expect(new Set(traded.map(({ meanPrice }) => meanPrice))).toEqual(new Set([120_000]));
    for (const { bill, supplierOnlyBill } of result.members) {
      expect(bill).toBeLessThanOrEqual(supplierOnlyBill);
    }
    expect(result.members.some(({ feeMoney }) => feeMoney > 0)).toBe(true);
  });

  test('a mechanism meets the same world whatever it is', async () => {
    const one = await ranWith(scenarioOf({ market: { mechanism: 'uniform' } }));
    const two = await ranWith(scenarioOf({ market: { mechanism: 'mid-market-rate' } }));
    expect(two.result.members.map(({ supplierOnlyBill }) => supplierOnlyBill)).toEqual(
      one.result.members.map(({ supplierOnlyBill }) => supplierOnlyBill),
    );
  });

  test('a trader that learns what was paid, not what was shouted, finds the price within a slot', async () => {
    const efficiency = async (trader: string) => {
      const time = { from: '2025-05-06T06:00:00Z', until: '2025-05-06T16:00:00Z' };
      const market = { mechanism: 'uniform', rounds: 12 };
      const { result } = await ranWith(scenarioOf({ traders: { trader }, market, time }, 8), 'few');
      const optimum = sum(result.slots, ({ optimumWelfare }) => optimumWelfare);
      return sum(result.slots, ({ welfare }) => welfare) / optimum;
    };
    expect(await efficiency('gjerstad-dickhaut')).toBeGreaterThan(0.9);
    expect(await efficiency('zi-c')).toBeLessThan(0.7);
  });
});
