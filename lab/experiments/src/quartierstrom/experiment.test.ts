import { type RunResult, runScenario } from '@commonwatt/simulator';
import { beforeAll, describe, expect, test } from 'vitest';
import { measuresOf } from '../measures.ts';
import { reproduceQuartierstrom } from './experiment.ts';
import { neighbourhood } from './neighbourhood.ts';
import parameters from './parameters.json' with { type: 'json' };

const WEEK = { from: '2019-04-07T22:00:00Z', until: '2019-04-14T22:00:00Z' };

describe('the neighbourhood', () => {
  const { members } = neighbourhood(1, {}, WEEK);

  test('has the members that are published', () => {
    expect(members).toHaveLength(37);
    expect(members.filter(({ solar }) => solar !== undefined)).toHaveLength(27);
    expect(members.filter(({ battery }) => battery !== undefined)).toHaveLength(8);
    expect(new Set(members.map(({ name }) => name)).size).toBe(37);
  });

  test('states limits that leave both sides a gain', () => {
    const { supplyCtPerKwh, feedInCtPerKwh } = parameters;
    for (const { buy_limit_ct_per_kwh: buy = 0, sell_limit_ct_per_kwh: sell = 0 } of members) {
      expect(buy).toBeGreaterThan(feedInCtPerKwh);
      expect(buy).toBeLessThanOrEqual(supplyCtPerKwh);
      expect(sell).toBeGreaterThanOrEqual(feedInCtPerKwh);
      expect(sell).toBeLessThan(supplyCtPerKwh);
    }
    const open = neighbourhood(1, { withoutLimits: true }, WEEK).members;
    expect(open.every(({ buy_limit_ct_per_kwh: buy }) => buy === undefined)).toBe(true);
  });

  test('is the same for a seed and another for the next, whatever else changes', () => {
    expect(neighbourhood(1, {}, WEEK)).toEqual(neighbourhood(1, {}, WEEK));
    expect(neighbourhood(2, {}, WEEK).members).not.toEqual(members);
    const bare = neighbourhood(1, { batteries: 0, heatPumps: 0 }, WEEK).members;
    expect(bare.map(({ load }) => load)).toEqual(members.map(({ load }) => load));
    expect(bare.map(({ solar }) => solar)).toEqual(members.map(({ solar }) => solar));
  });
});

describe('a week in April', () => {
  let week: RunResult;
  beforeAll(async () => {
    week = await runScenario(neighbourhood(2019, {}, WEEK));
  });

  test('covers more with the market than without it, and no more than there is', () => {
    const of = measuresOf(week);
    expect(of('demand_covered_locally')).toBeGreaterThan(1.5 * of('own_self_sufficiency'));
    expect(of('demand_covered_locally')).toBeLessThan(of('generation') / of('demand'));
    expect(of('members_worse_off')).toBe(0);
  });

  test('is read back by month: April is compared, months without slots are not', async () => {
    const { parts } = await reproduceQuartierstrom({ seeds: [2019], ...WEEK });
    const months = parts.find(({ title }) => title.includes('month by month'))?.comparisons ?? [];
    expect(months.map(({ name }) => name)).toEqual(['April, %']);
    const imported = week.slots.reduce((sum, { importWh }) => sum + importWh, 0);
    const load = week.slots.reduce((sum, { loadWh }) => sum + loadWh, 0);
    expect(months[0]?.ours).toBe((100 * (1 - imported / load)).toFixed(1));
  });
});
