import { kindOfMechanism } from '@commonwatt/contracts';
import { describe, expect, test } from 'vitest';
import { studyMechanismNames } from './market.ts';
import { ranWith, scenarioOf } from './studies.test-support.ts';

describe('a study over a ledger', () => {
  test('the contracts give what the mechanism alone gives, and its accounts agree to the nano', async () => {
    const off = await ranWith(scenarioOf({}, 4));
    const memory = await ranWith(scenarioOf({ ledger: 'memory' }, 4));
    expect(memory.result.slots).toEqual(off.result.slots);
    const bought = ({ result }: typeof off) => result.members.map(({ boughtWh }) => boughtWh);
    expect(bought(memory)).toEqual(bought(off));
    expect(memory.result.ledger?.transactions).toBeGreaterThan(100);
    expect(memory.rows.network?.length).toBe(memory.result.ledger?.blocks);
    expect(memory.result.ledger?.finalityMs.length).toBeGreaterThan(0);
  });

  const RULES = studyMechanismNames().filter((name) => kindOfMechanism(name) === 'call auction');
  /**
   * Their outcome hangs on lots or on when an order came, and a ledger draws and counts these otherwise: halves of the
   * market, turns, and in the pool whose limit the last Wh meets.
   */
  const BY_LOT_OR_TIME = ['muda', 'continuous', 'two-stage', 'equal-increment-pool'];
  const NOON = { from: '2025-05-06T09:00:00Z', until: '2025-05-06T11:00:00Z' };

  test('a setting that is a price is the same price on the ledger', async () => {
    const market = { mechanism: 'uniform', settings: { floor: '150', ceiling: '151.5' } };
    const plan = { market, time: NOON };
    const off = await ranWith(scenarioOf(plan, 4));
    const memory = await ranWith(scenarioOf({ ...plan, ledger: 'memory' }, 4));
    const prices = off.result.slots.map(({ price }) => price).filter((price) => price !== null);
    expect(prices.length).toBeGreaterThan(0);
    expect(Math.min(...prices)).toBeGreaterThanOrEqual(150_000);
    expect(Math.max(...prices)).toBeLessThanOrEqual(151_500);
    expect(memory.result.slots).toEqual(off.result.slots);
  });

  /** Two of the homes hang on a feeder that carries less than they make. */
  const GRID = {
    network: { feeders: [{ name: 'north', import_limit_w: 900, export_limit_w: 900 }] },
    members: scenarioOf().members.map((one, at) => (at < 2 ? { ...one, feeder: 'north' } : one)),
  };

  test('a ledger has most of the rules', () => expect(RULES.length).toBeGreaterThan(8));

  test.each(RULES)('%s on the ledger: every account is what the study says', async (mechanism) => {
    const plan = { market: { mechanism }, time: NOON, ...GRID };
    const memory = await ranWith(scenarioOf({ ...plan, ledger: 'memory' }));
    const { slots, members } = memory.result;
    const sum = (of: (one: (typeof members)[number]) => number) =>
      members.reduce((total, one) => total + of(one), 0);
    expect(sum(({ boughtWh }) => boughtWh)).toBe(sum(({ soldWh }) => soldWh));
    if (BY_LOT_OR_TIME.includes(mechanism)) return;
    expect(sum(({ boughtWh }) => boughtWh)).toBeGreaterThan(0);
    const off = (await ranWith(scenarioOf(plan))).result;
    expect(slots).toEqual(off.slots);
    const isSplit = off.slots.some(({ price, tradedWh }) => price === null && tradedWh > 0);
    if (mechanism === 'zonal') expect(isSplit).toBe(true);
  });
});
