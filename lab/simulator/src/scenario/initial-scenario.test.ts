import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { initialScenario } from './initial-scenario.ts';
import { readScenario } from './read-scenario.ts';
import type { Scenario } from './scenario.ts';

const HOUSEHOLDS = join(import.meta.dirname, '../../../../../shared/data/households');
const FROM_S = 1_613_343_600; // 2021-02-14T23:00:00Z

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'commonwatt-init-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** So many quarter hours of one power, from so many after the first. */
function profile(value: string | number, slots = 96, later = 0): string {
  const rows = Array.from({ length: slots }, (_, at) => `${FROM_S + (at + later) * 900},${value}`);
  return `timestamp,electricity\n${rows.join('\n')}\n`;
}

function made(files: Readonly<Record<string, string>>, out = 'study.yaml') {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const path = join(folder, out);
  mkdirSync(dirname(path), { recursive: true });
  const { text, assumptions } = initialScenario(join(folder, 'profiles'), path);
  writeFileSync(path, text);
  return { text, assumptions, ...readScenario(path) };
}

function limitsOf({ members }: Scenario): { buy: number[]; sell: number[] } {
  const there = (price: number | undefined): price is number => price !== undefined;
  return {
    buy: members.map((one) => one.buy_limit_ct_per_kwh).filter(there),
    sell: members.map((one) => one.sell_limit_ct_per_kwh).filter(there),
  };
}

describe('from a folder of profiles', () => {
  test('plants make what their member uses, batteries hold an hour of it, feeders one and a half of the peak', () => {
    const { scenario } = made({
      'profiles/hh_a.csv': profile(3_000),
      'profiles/hh_b.csv': profile(500),
      'profiles/office_c.csv': profile(2_000),
      'profiles/pv_x.csv': profile('0.5'),
      'profiles/pv_y.csv': profile('0.25'),
    });
    const [a, b, c] = scenario.members;
    expect(a!.solar).toEqual({ file: './profiles/pv_x.csv', installed_w: 6_000 });
    expect(a!.battery).toMatchObject({ capacity_wh: 6_000, power_w: 3_000, schedule: 'rule' });
    expect(b).toMatchObject({ name: 'hh_b', load: { file: './profiles/hh_b.csv' } });
    expect(b).not.toHaveProperty('solar');
    expect(b).not.toHaveProperty('sell_limit_ct_per_kwh');
    expect(c!.solar).toEqual({ file: './profiles/pv_y.csv', installed_w: 8_000 });
    expect(c!.battery).toMatchObject({ capacity_wh: 8_000, schedule: 'lp' });
    // 5.5 kW at once, and a half more: 8.25 kW.
    expect(scenario.network.feeders).toEqual([
      { name: 'feeder-1', import_limit_w: 9_000, export_limit_w: 9_000 },
    ]);
    expect(scenario.name).toBe('study');
    expect(scenario.tariffs).toEqual({
      supply_ct_per_kwh: 30,
      feed_in_ct_per_kwh: 8,
      local_fee_ct_per_kwh: 0,
    });
  });

  test('the time is what all files share; files are named from the folder of the scenario', () => {
    const files = {
      'profiles/hh_a.csv': profile(1_000, 300),
      'profiles/hh_b.csv': profile(900, 300, 10),
      'profiles/pv_x.csv': profile('0.1', 280, 5),
    };
    const { scenario, inputs, assumptions } = made(files, 'studies/deep/my study!.yaml');
    expect(scenario.name).toBe('my-study-');
    expect(scenario.time).toMatchObject({
      from: '2021-02-15T01:30:00Z', // 10 quarter hours later
      until: '2021-02-17T22:15:00Z', // 285 quarter hours after the first
    });
    expect(scenario.members[0]!.load).toMatchObject({ file: '../../profiles/hh_a.csv' });
    expect(inputs.map(({ role }) => role)).toEqual(['profile', 'profile', 'profile', 'scenario']);
    expect(assumptions.join('\n')).toContain('the part that all files share');
  });

  test('without a plant’s profile the sun is modelled: a watt for each kWh of the year', () => {
    const { scenario, assumptions } = made({ 'profiles/hh_a.csv': profile(500) });
    // 0.5 kW over 8760 hours.
    expect(scenario.members[0]!.solar).toMatchObject({ model: 'sun', installed_w: 4_400 });
    expect(assumptions.join('\n')).toContain('There is no file pv_*.csv');
  });

  test('eleven members hang on two feeders, and their limits lie between feed-in and supply', () => {
    const homes = Array.from({ length: 11 }, (_, at) => [
      `profiles/hh_${at + 10}.csv`,
      profile(at + 1),
    ]);
    const { scenario, text } = made(Object.fromEntries(homes));
    expect(scenario.network.feeders).toHaveLength(2);
    expect(scenario.members[10]!.feeder).toBe('feeder-2');
    const { buy, sell } = limitsOf(scenario);
    expect(buy).toHaveLength(11);
    expect(sell).toHaveLength(6);
    for (const price of buy) expect(price).toBeGreaterThanOrEqual(8 + 0.4 * 22 - 0.1);
    for (const price of buy) expect(price).toBeLessThanOrEqual(30);
    for (const price of sell) expect(price).toBeGreaterThanOrEqual(8);
    for (const price of sell) expect(price).toBeLessThanOrEqual(8 + 0.6 * 22);
    expect(new Set([...buy, ...sell]).size).toBeGreaterThan(10);
    // The same bytes again, and every line of comment fits a page.
    expect(initialScenario(join(folder, 'profiles'), join(folder, 'study.yaml')).text).toBe(text);
    const lines = text.split('\n').filter((line) => !line.startsWith('  - "'));
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
  });

  test('what was odd is named: a repeated profile, a gap, a strange file', () => {
    const gap = profile(7, 200).split('\n');
    gap.splice(50, 3);
    const { scenario, assumptions } = made({
      'profiles/hh_a.csv': gap.join('\n'),
      'profiles/hh_b.csv': profile(5, 200),
      'profiles/hh_c.csv': profile(5, 200),
      'profiles/other.csv': 'x',
    });
    expect(scenario.members.map(({ name }) => name)).toEqual(['hh_a', 'hh_b']);
    const told = assumptions.join('\n');
    expect(told).toContain('hh_c.csv: equals hh_b.csv sample for sample, only the latter is used.');
    expect(told).toContain('hh_a.csv:51: 3 quarter hours missing');
    expect(told).toContain('other.csv: skipped, the name begins with none of hh_');
  });

  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['no file', { 'profiles/readme.txt': '' }, 'expected 1 to 500 files *.csv, got 0'],
    [
      'no load',
      { 'profiles/pv_x.csv': profile('0.5') },
      'expected files hh_*.csv, office_*.csv or factory_*.csv with the columns timestamp,electricity',
    ],
    [
      'another layout',
      { 'profiles/hh_a.csv': 'time;kWh\n1;2\n' },
      'hh_a.csv:1: expected header timestamp,electricity, got "time;kWh"',
    ],
    [
      'less than a day in common',
      { 'profiles/hh_a.csv': profile(1), 'profiles/hh_b.csv': profile(2, 96, 5) },
      'expected files that share a day (23 hours or more), got hh_b.csv from 2021-02-15T00:15:00Z and hh_a.csv until 2021-02-15T23:00:00Z',
    ],
  ])('%s: refused', (_what, files, message) => {
    expect(() => made(files)).toThrow(message);
  });
});

describe('tariffs beside the profiles', () => {
  const homes = { 'profiles/hh_a.csv': profile(100), 'profiles/hh_b.csv': profile(200) };
  const ENERGY = 'profiles/retailer_energy.csv';
  const energy = (...rows: string[]) =>
    `timestamp,energy_price_in,energy_price_out\n${rows.map((row) => `${row}\n`).join('')}`;

  test('energy, grid and levies are added up', () => {
    const { scenario, assumptions } = made({
      ...homes,
      [ENERGY]: energy('1,500,1500'),
      'profiles/retailer_grid.csv':
        'timestamp,grid_market_in,grid_market_out,grid_retail_in,grid_retail_out\n1,400,0,800,0\n',
      'profiles/retailer_levies.csv': 'timestamp,levies_price_in,levies_price_out\n1,1825,0\n',
    });
    expect(scenario.tariffs).toEqual({
      supply_ct_per_kwh: 41.25,
      feed_in_ct_per_kwh: 5,
      local_fee_ct_per_kwh: 22.25,
    });
    expect(assumptions.join('\n')).toContain('are taken as 10^-7 EUR/Wh, which is 0.01 ct/kWh');
    const { buy } = limitsOf(scenario);
    // Dearer than 19 ct/kWh with the fee, the supplier would be the better choice.
    for (const price of buy) expect(price).toBeLessThanOrEqual(19);
  });

  test('prices that vary are taken at their mean, and that is said', () => {
    const { scenario, assumptions } = made({
      ...homes,
      [ENERGY]: energy('1,500,1000', '2,500,2001'),
    });
    expect(scenario.tariffs).toMatchObject({ supply_ct_per_kwh: 15.005, feed_in_ct_per_kwh: 5 });
    expect(assumptions.join('\n')).toContain(
      'energy_price_out varies from 10 ct/kWh to 20.01 ct/kWh',
    );
  });

  test.each([
    [
      'no such column',
      'timestamp,price\n1,2\n',
      'it has no column energy_price_in, energy_price_out',
    ],
    ['no rows', energy(), 'it has no rows'],
    ['no numbers', energy('1,5,x'), 'line 2 holds no whole numbers of 0.01 ct/kWh'],
    ['no CSV', 'a,"b', 'it is no CSV'],
    ['more for feeding in than for supply', energy('1,9,8'), 'These say more for feeding in'],
  ])('%s: assumed instead, and that is said', (_what, text, why) => {
    const { scenario, assumptions } = made({ ...homes, [ENERGY]: text });
    expect(scenario.tariffs).toMatchObject({ supply_ct_per_kwh: 30, feed_in_ct_per_kwh: 8 });
    expect(assumptions.join('\n')).toContain(why);
    expect(assumptions.join('\n')).toContain('Nothing says what energy costs');
  });
});

test('the measured households become a scenario that can be read', (context) => {
  if (!existsSync(HOUSEHOLDS) && process.env.CI !== 'true') {
    context.skip('../shared/data/households is not there');
  }
  const path = join(folder, 'households.yaml');
  const { text, assumptions } = initialScenario(HOUSEHOLDS, path);
  writeFileSync(path, text);
  const { scenario, inputs } = readScenario(path);
  // Ten loads, one of them twice under two names.
  expect(scenario.members).toHaveLength(9);
  expect(assumptions.join('\n')).toContain('hh_5527_0.csv: equals factory_pu_0.csv');
  expect(scenario.time).toMatchObject({
    from: '2021-02-14T23:00:00Z',
    until: '2021-03-31T22:00:00Z',
  });
  expect(scenario.tariffs).toMatchObject({ supply_ct_per_kwh: 41, feed_in_ct_per_kwh: 5 });
  expect(inputs.filter(({ role }) => role === 'profile')).toHaveLength(11);
});
