import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readScenario } from './read-scenario.ts';
import type { Scenario } from './scenario.ts';
import { ScenarioError } from './scenario-error.ts';
import { runId } from './scenario-text.ts';
import { planRuns, runsOf } from './sweep.ts';

const FOLDER = join(import.meta.dirname, '../../scenarios');
const street = readScenario(join(FOLDER, 'street.yaml')).scenario;
const batteries = readScenario(join(FOLDER, 'street-with-batteries.yaml')).scenario;

type Sweep = NonNullable<Scenario['sweep']>;
const FEED_IN = 'tariffs.feed_in_ct_per_kwh';
const HOME = 'members.home-1.load.annual_kwh';
const TRADER = 'members.*.trader';

function swept(sweep: Partial<Sweep>, scenario: Scenario = street): Scenario {
  return { ...scenario, sweep: { design: 'grid', seeds: 1, values: {}, ...sweep } };
}

function expectFault(scenario: Scenario, message: string): void {
  expect(() => runsOf(scenario)).toThrow(ScenarioError);
  expect(() => runsOf(scenario)).toThrow(message);
}

describe('runs', () => {
  test('without a sweep there is one, of the scenario itself', () => {
    const [run, ...others] = runsOf(street);
    expect(others).toEqual([]);
    expect(run).toMatchObject({ index: 0, point: {}, seed: 1, mechanism: 'uniform' });
    expect(run!.scenario).toEqual(street);
  });

  test('points, then seeds, then mechanisms; every mechanism meets the same seeds', () => {
    const scenario = swept({ seeds: 2, values: { [FEED_IN]: [4, 8] } });
    const runs = runsOf(scenario, ['uniform', 'mcafee']);
    expect(
      runs.map(({ index, point, seed, mechanism }) => [index, point[FEED_IN], seed, mechanism]),
    ).toEqual([
      [0, 4, 1, 'uniform'],
      [1, 4, 1, 'mcafee'],
      [2, 4, 2, 'uniform'],
      [3, 4, 2, 'mcafee'],
      [4, 8, 1, 'uniform'],
      [5, 8, 1, 'mcafee'],
      [6, 8, 2, 'uniform'],
      [7, 8, 2, 'mcafee'],
    ]);
    const { scenario: own } = runs[3]!;
    expect(own).not.toHaveProperty('sweep');
    expect(own).toMatchObject({ seed: 2, market: { mechanism: 'mcafee' } });
    expect(own.tariffs.feed_in_ct_per_kwh).toBe(4);
    expect(street.tariffs.feed_in_ct_per_kwh).toBe(8);
    expect(new Set(runs.map((run) => runId(run.scenario))).size).toBe(8);
  });

  test('a path with * sets every member that has it, and no other', () => {
    const values = { 'members.*.battery.capacity_wh': [4000] };
    const [run] = runsOf(swept({ values }, batteries));
    for (const [at, { battery }] of run!.scenario.members.entries()) {
      expect(battery?.capacity_wh).toBe(
        batteries.members[at]!.battery === undefined ? undefined : 4000,
      );
    }
    const [with_] = runsOf(swept({ values: { [TRADER]: ['zip'] } }));
    expect(with_!.scenario.members.map(({ trader }) => trader)).toEqual(Array(10).fill('zip'));
  });

  test('names with dots, feeders, settings', () => {
    const [one, two] = street.members;
    const members = [{ ...one!, name: 'a' }, { ...two!, name: 'a.b' }, ...street.members.slice(2)];
    const values = {
      'members.a.b.load.annual_kwh': [1],
      'network.feeders.north.import_limit_w': [5],
      'market.settings.k': [0.25],
      'time.slot_minutes': [60],
    };
    const [run] = runsOf(swept({ values }, { ...street, members }));
    expect(run!.scenario.members[1]!.load).toMatchObject({ annual_kwh: 1 });
    expect(run!.scenario.members[0]!.load).toMatchObject({ annual_kwh: 3600 });
    expect(run!.scenario.network.feeders[0]).toMatchObject({ name: 'north', import_limit_w: 5 });
    expect(run!.scenario.market.settings).toEqual({ k: 0.25 });
    expect(run!.scenario.time.slot_minutes).toBe(60);
  });
});

describe('settings and files under another mechanism', () => {
  const market = {
    ...street.market,
    settings: { k: 0.25 },
    files: { network: 'lines.csv' },
  };
  const marketsOf = (own: string, mechanisms: string[], values: Sweep['values'] = {}) =>
    runsOf(swept({ values }, { ...street, market: { ...market, mechanism: own } }), mechanisms).map(
      ({ scenario }) => scenario.market,
    );

  test('what only the own mechanism takes is left out, what no mechanism takes stays', () => {
    const [own, other] = marketsOf('uniform', ['uniform', 'mcafee']);
    expect(own!.settings).toEqual({ k: 0.25 });
    expect(other).toMatchObject({ mechanism: 'mcafee', settings: {} });
    // Neither takes a network: both are to be refused.
    expect(other!.files).toEqual({ network: 'lines.csv' });
    const [zonal, uniform] = marketsOf('zonal', ['zonal', 'uniform']);
    expect(zonal!.files).toEqual({ network: 'lines.csv' });
    expect(uniform).toMatchObject({ mechanism: 'uniform', settings: { k: 0.25 }, files: {} });
  });

  test('what is swept stays, and a module is handed all', () => {
    const [mcafee, mine] = marketsOf('uniform', ['mcafee', './mine.js'], {
      'market.settings.k': [0.75],
    });
    expect(mcafee!.settings).toEqual({ k: 0.75 });
    expect(mine!.settings).toEqual({ k: 0.75 });
  });

  test('the same holds where the mechanism is swept', () => {
    const values = { 'market.mechanism': ['uniform', 'mcafee'] };
    const runs = runsOf(swept({ values }, { ...street, market }));
    expect(runs.map(({ scenario }) => scenario.market.settings)).toEqual([{ k: 0.25 }, {}]);
  });
});

describe('designs', () => {
  const values = { [FEED_IN]: [1, 2, 3, 4], [HOME]: [10, 20, 30], [TRADER]: ['truthful', 'zip'] };
  const pointsOf = (sweep: Partial<Sweep>, seed = 1) =>
    runsOf({ ...swept({ values, ...sweep }), seed }).map(({ point }) => point);

  test('a grid holds every point once, the last key fastest', () => {
    const points = pointsOf({});
    expect(points).toHaveLength(24);
    expect(new Set(points.map((point) => JSON.stringify(point))).size).toBe(24);
    expect(points.slice(0, 3).map((point) => Object.values(point))).toEqual([
      [1, 10, 'truthful'],
      [1, 10, 'zip'],
      [1, 20, 'truthful'],
    ]);
  });

  test('random points differ, come from the seed, and are the grid where they would exceed it', () => {
    const points = pointsOf({ design: 'random', points: 9 });
    expect(new Set(points.map((point) => JSON.stringify(point))).size).toBe(9);
    expect(pointsOf({ design: 'random', points: 9 })).toEqual(points);
    expect(pointsOf({ design: 'random', points: 9 }, 2)).not.toEqual(points);
    expect(pointsOf({ design: 'random', points: 24 })).toEqual(pointsOf({}));
    expect(pointsOf({ design: 'random', points: 1000 })).toEqual(pointsOf({}));
  });

  test('random points of a grid too large to lay out', () => {
    const wide = (at: number) => Array.from({ length: 200 }, (_, one) => one + at);
    const sweep = {
      design: 'random' as const,
      points: 500,
      values: {
        [FEED_IN]: wide(-200),
        [HOME]: wide(1),
        'forecast.error_percent': wide(0).slice(0, 100),
      },
    };
    const points = runsOf(swept(sweep)).map(({ point }) => JSON.stringify(point));
    expect(new Set(points).size).toBe(500);
  });

  test('every point of a grid is about as likely as the others to be drawn', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 2_000; seed += 1) {
      for (const point of pointsOf({ design: 'random', points: 6 }, seed)) {
        const key = JSON.stringify(point);
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
    // 500 of each expected, with a standard deviation below 20.
    expect(counts.size).toBe(24);
    for (const count of counts.values()) expect(Math.abs(count - 500)).toBeLessThan(100);
  });

  test('a Latin hypercube takes each value equally often, give or take one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(1000), (points, seed) => {
        const wide = {
          [FEED_IN]: Array.from({ length: 40 }, (_, at) => at - 40),
          [HOME]: [1, 2, 3],
        };
        const drawn = runsOf({
          ...swept({ design: 'latin-hypercube', points, values: wide }),
          seed,
        }).map(({ point }) => point);
        // Forty values of one key: no two points are equal.
        expect(drawn).toHaveLength(points);
        expect(new Set(drawn.map((point) => point[FEED_IN])).size).toBe(points);
        for (const value of [1, 2, 3]) {
          const count = drawn.filter((point) => point[HOME] === value).length;
          expect(Math.abs(count - points / 3)).toBeLessThan(1);
        }
      }),
      { numRuns: 50 },
    );
    // Equal points are run once.
    const twice = pointsOf({
      design: 'latin-hypercube',
      points: 50,
      values: { [FEED_IN]: [1, 2] },
    });
    expect(twice).toHaveLength(2);
  });
});

describe('faults', () => {
  test.each([
    [
      { 'tariffs.nothing': [1] },
      'one of the keys supply_ct_per_kwh, feed_in_ct_per_kwh, local_fee_ct_per_kwh of tariffs',
    ],
    [{ tariffs: [1] }, 'one of the keys'],
    [{ nothing: [1] }, 'one of the keys schema, name, seed'],
    [{ 'members.nobody.trader': ['zip'] }, 'a name, or *, of members'],
    [{ 'members.home-1.battery.capacity_wh': [1] }, 'a section that is there, members.0.battery'],
    [{ 'members.*.battery.capacity_wh': [1] }, 'a section that is there'],
    [{ 'members.home-1.load.file': ['x'] }, 'one of the keys model, annual_kwh of members.0.load'],
    [{ 'members.home-1.load': ['x'] }, 'one of the keys model, annual_kwh of members.0.load'],
    [{ 'members.home-1': ['x'] }, 'one of the keys'],
    [{ 'market.settings': ['x'] }, 'a key of market.settings'],
    [{ 'tariffs.feed_in_ct_per_kwh.more': [1] }, 'nothing below tariffs.feed_in_ct_per_kwh'],
    [{ seed: [1] }, 'sweep.seeds says how many'],
    [{ name: ['x'] }, 'the name is that of the study'],
    [{ 'outputs.orders': [true] }, 'outputs change no result'],
    [{ [FEED_IN]: [1, 'x'] }, 'a number from -10000 to 10000'],
    [{ [FEED_IN]: [0.00001] }, 'of at most four decimals'],
    [
      { [FEED_IN]: [8, 33] },
      'at most the supply price, 32, got 33 (where tariffs.feed_in_ct_per_kwh=33)',
    ],
    [{ 'time.until': ['2021-03-22T00:00:00Z'] }, 'an instant after'],
  ])('%j', (values, message) => {
    expectFault(swept({ values: values as Sweep['values'] }), message);
  });

  test('rules are held to whole points, not to each value alone', () => {
    const values = { [FEED_IN]: [5, 40], 'tariffs.supply_ct_per_kwh': [32, 50] };
    expectFault(
      swept({ values }),
      'where tariffs.feed_in_ct_per_kwh=40, tariffs.supply_ct_per_kwh=32',
    );
  });

  test('too many points, too many runs, seeds beyond safe integers, mechanisms twice', () => {
    const many = Array.from({ length: 1_000 }, (_, at) => at);
    const values = { [FEED_IN]: many.map((at) => at - 1_000), [HOME]: many.map((at) => at + 1) };
    expectFault(swept({ values }), 'a grid of at most 10000 points');
    const some = { [FEED_IN]: values[FEED_IN]!.slice(0, 101) };
    expectFault(swept({ seeds: 1_000, values: some }), 'at most 100000 runs, got 101000');
    const late = { ...swept({ seeds: 2 }), seed: Number.MAX_SAFE_INTEGER };
    expectFault(late, 'seeds below 2^53');
    const named = swept({ values: { 'market.mechanism': ['uniform', 'mcafee'] } });
    expect(runsOf(named).map(({ mechanism }) => mechanism)).toEqual(['uniform', 'mcafee']);
    expect(planRuns(named, { mechanisms: ['vcg'] }).faults[0]).toMatchObject({
      expected: 'no mechanisms named besides',
    });
  });
});
