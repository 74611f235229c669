import { describe, expect, test } from 'vitest';
import { metricsOf } from '../../metrics/metrics.ts';
import { NARROW, WIDE } from '../chart.ts';
import { type MadeStudy, madeStudy } from '../study.test-support.ts';
import type { StudyReport } from '../study-report.ts';
import { figuresOf, figuresWithNumbers } from './figures.ts';

const SMALL: MadeStudy = { days: 3, slotMinutes: 60, from: '2021-05-09T22:00:00Z' };
const namesOf = (study: StudyReport) => figuresWithNumbers(study).map(({ name }) => name);
const figureOf = (study: StudyReport, name: string) =>
  figuresWithNumbers(study).find((figure) => figure.name === name)!;
const number = (text: string) => Number(text.replaceAll(',', '').replace('−', '-'));

const OF_ONE = [
  'price-and-volume',
  'day-profile',
  'price-convergence',
  'energy-balance',
  'heat-map',
  'member-savings',
  'lorenz-curve',
  'self-sufficiency',
  'self-consumption',
];

describe('which figures', () => {
  test('one mechanism has, two have, a sweep has', () => {
    expect(namesOf(madeStudy({ ...SMALL, mechanisms: ['uniform'] }))).toEqual(OF_ONE);
    expect(namesOf(madeStudy(SMALL))).toEqual(['difference-intervals', ...OF_ONE]);
    expect(namesOf(madeStudy({ ...SMALL, feedIns: [4, 8] }))).toEqual([
      'sweep-1',
      'difference-intervals',
      ...OF_ONE,
    ]);
  });

  test('a study without slots and members has none', () => {
    const study = madeStudy({ ...SMALL, mechanisms: ['uniform'] });
    const runs = study.runs.map((run) => ({
      ...run,
      result: { ...run.result, slots: [], members: [] },
    }));
    expect(namesOf({ ...study, runs })).toEqual([]);
  });

  test('where nothing is traded, those of prices and trade are left out', () => {
    const study = madeStudy({ ...SMALL, mechanisms: ['uniform'] });
    const quiet = study.runs.map((run) => ({
      ...run,
      result: {
        ...run.result,
        slots: run.result.slots.map((slot) => ({ ...slot, tradedWh: 0, meanPrice: null })),
        members: run.result.members.map((one) => ({ ...one, bill: one.supplierOnlyBill })),
      },
    }));
    const names = namesOf({ ...study, runs: quiet });
    expect(names).not.toContain('price-convergence');
    expect(names).not.toContain('heat-map');
    expect(names).not.toContain('lorenz-curve');
    expect(names).toContain('price-and-volume');
  });
});

describe('every picture', () => {
  const studies = [
    madeStudy({ ...SMALL, feedIns: [4, 8], seeds: 2 }),
    madeStudy({ days: 120, slotMinutes: 60, homes: 60, mechanisms: ['uniform'] }),
  ];

  test('is the same to the byte when drawn again, and after others', () => {
    const first = figuresOf(studies[0]!);
    figuresOf(studies[1]!);
    expect(figuresOf(madeStudy({ ...SMALL, feedIns: [4, 8], seeds: 2 }))).toEqual(first);
  });

  test('is SVG alone, of its width, with a name and no way out', () => {
    for (const study of studies) {
      for (const figure of figuresWithNumbers(study)) {
        for (const form of [WIDE, NARROW]) {
          const svg = figure.draw(form);
          const [, width] = /^<svg xmlns="[^"]+" width="(\d+)"/.exec(svg) ?? [];
          expect(Number(width), figure.name).toBeLessThanOrEqual(form.widthPx);
          expect(svg).toMatch(/ role="img" aria-label="[^"]{20,}"/);
          expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(
            /https?:|<script|<style| class=|ecmeta|zr\d|NaN|undefined|Infinity/,
          );
          for (const [, id] of svg.matchAll(/ id="([^"]+)"/g)) {
            expect(id!.startsWith(`${figure.name}-${form.name}`)).toBe(true);
          }
        }
      }
    }
  });

  test('has a caption with its run and a table as wide as its head', () => {
    for (const { name, caption, table } of studies.flatMap((study) => figuresWithNumbers(study))) {
      expect(caption.length, name).toBeGreaterThan(40);
      expect(table.rows.length, name).toBeGreaterThan(0);
      for (const row of table.rows) expect(row, name).toHaveLength(table.columns.length);
    }
  });

  test('of a long run is gathered, and says so', () => {
    const figure = figureOf(studies[1]!, 'price-and-volume');
    expect(figure.caption).toContain('the energy traded in one day');
    expect(figure.table.rows).toHaveLength(121);
    expect(figureOf(studies[1]!, 'heat-map').caption).toContain('each week');
    expect(figureOf(studies[1]!, 'member-savings').caption).toContain('Of 60 members 40 are shown');
  });
});

describe('the numbers of', () => {
  const study = madeStudy({ ...SMALL, mechanisms: ['uniform'] });
  const { slots, members } = study.runs[0]!.result;
  const columnSum = (name: string, column: number) =>
    figureOf(study, name).table.rows.reduce((sum, row) => sum + number(row[column]!), 0);
  const total = (field: 'loadWh' | 'generationWh' | 'tradedWh') =>
    slots.reduce((sum, slot) => sum + slot[field], 0) / 1e3;

  test('price and volume are those of the slots', () => {
    expect(columnSum('price-and-volume', 2)).toBeCloseTo(total('tradedWh'), 6);
    const { rows } = figureOf(study, 'price-and-volume').table;
    const traded = slots.findIndex(({ tradedWh }) => tradedWh > 0);
    expect(number(rows[traded]![1]!)).toBeCloseTo(slots[traded]!.meanPrice! / 1e4, 3);
    expect(rows[slots.findIndex(({ tradedWh }) => tradedWh === 0)]![1]).toBe('');
  });

  test('the energy balance come to load and generation', () => {
    const sums = [1, 2, 3, 4, 5, 6].map((column) => columnSum('energy-balance', column));
    expect(sums[0]! + sums[1]! + sums[2]!).toBeCloseTo(total('loadWh'), 1);
    expect(sums[3]! + sums[4]! + sums[5]!).toBeCloseTo(total('generationWh'), 1);
  });

  test('the energy balance fit its axis, above zero and below', () => {
    const { draw, table } = figureOf(study, 'energy-balance');
    const ticks = [...draw(WIDE).matchAll(/>(−?[0-9,.]+)<\/text>/g)].map(([, text]) =>
      number(text!),
    );
    const ends = [1, 4].map((from) =>
      Math.max(
        ...table.rows.map((row) => {
          const [one = 0, two = 0, three = 0] = row
            .slice(from, from + 3)
            .map((cell) => number(cell));
          return one + two + three;
        }),
      ),
    );
    expect(Math.max(...ticks)).toBeGreaterThanOrEqual(ends[0]!);
    expect(Math.min(...ticks)).toBeLessThanOrEqual(-ends[1]!);
    expect(ends[1]).toBeGreaterThan(0);
  });

  test('the mean day and the heat map come to all trade', () => {
    expect(columnSum('day-profile', 1) * 3).toBeCloseTo(total('loadWh'), 1);
    expect(columnSum('day-profile', 3) * 3).toBeCloseTo(total('tradedWh'), 1);
    const hours = Array.from({ length: 24 }, (_, hour) => columnSum('heat-map', hour + 1));
    expect(hours.reduce((sum, value) => sum + value, 0)).toBeCloseTo(total('tradedWh'), 1);
  });

  test('the heat map of a long run are means of the days of a week', () => {
    const long = madeStudy({ days: 70, slotMinutes: 60, homes: 2, mechanisms: ['uniform'] });
    const even = long.runs.map((run) => ({
      ...run,
      result: {
        ...run.result,
        slots: run.result.slots.map((slot) => ({ ...slot, tradedWh: 5_000 })),
      },
    }));
    const { table, caption } = figureOf({ ...long, runs: even }, 'heat-map');
    expect(caption).toContain('as the mean of its days');
    expect(table.rows.length).toBe(11);
    expect(new Set(table.rows.flatMap((row) => row.slice(1)))).toEqual(new Set(['5.000', '']));
  });

  test('the mean day of a run that is not of whole days are means of the days that have the hour', () => {
    const constant = madeStudy({ ...SMALL, from: '2021-05-10T03:00:00Z', mechanisms: ['uniform'] });
    const flat = constant.runs.map((run) => ({
      ...run,
      result: {
        ...run.result,
        slots: run.result.slots.map((slot) => ({ ...slot, loadWh: 4_000 })),
      },
    }));
    const { rows } = figureOf({ ...constant, runs: flat }, 'day-profile').table;
    expect(rows.map((row) => row[1])).toEqual(new Array(24).fill('4.000'));
  });

  test('the savings are bills with the supplier alone less bills, most first', () => {
    const saved = figureOf(study, 'member-savings').table.rows.map(([, saving]) => number(saving!));
    expect(saved).toEqual([...saved].sort((a, b) => b - a));
    const sum = members.reduce((all, one) => all + one.supplierOnlyBill - one.bill, 0) / 1e9;
    expect(saved.reduce((all, one) => all + one, 0)).toBeCloseTo(sum, 2);
  });

  test('the Lorenz curve rise from nothing to all, below the straight line', () => {
    const points = figureOf(study, 'lorenz-curve').table.rows.map((row) => row.map(number));
    expect([points[0], points.at(-1)]).toEqual([
      [0, 0],
      [100, 100],
    ]);
    for (const [share, saving] of points) expect(saving).toBeLessThanOrEqual(share! + 1e-9);
    // The straight line and the curve begin at one corner and end at the other.
    const drawn = [
      ...figureOf(study, 'lorenz-curve')
        .draw(WIDE)
        .matchAll(/ points="([^"]+)"/g),
    ];
    const ends = drawn.map(([, points]) => points!.split(' ').map(Number));
    expect(ends).toHaveLength(2);
    expect(ends[0]).toEqual([...ends[1]!.slice(0, 2), ...ends[1]!.slice(-2)]);
    const [left = 0, bottom = 0, right = 0, top = 0] = ends[0]!;
    expect([right - left, bottom - top]).toEqual([380, 340]);
  });

  test('the shares of members are within the whole', () => {
    for (const name of ['self-sufficiency', 'self-consumption']) {
      for (const [, own, community, local] of figureOf(study, name).table.rows) {
        expect(number(own!) + number(community!)).toBeCloseTo(number(local!), 1);
        expect(number(local!)).toBeLessThanOrEqual(100);
      }
    }
    const plants = members.filter(({ generationWh }) => generationWh > 0).length;
    expect(figureOf(study, 'self-consumption').table.rows).toHaveLength(plants);
  });

  test('a sweep are means over seeds, with least and most', () => {
    const swept = madeStudy({ ...SMALL, feedIns: [8, 4], seeds: 3, mechanisms: ['uniform'] });
    const { columns, rows } = figureOf(swept, 'sweep-1').table;
    expect(rows.map(([value]) => value)).toEqual(['4', '8']);
    const place = columns.indexOf('uniform: saving, EUR');
    const values = swept.runs
      .filter(({ result }) => result.point['tariffs.feed_in_ct_per_kwh'] === 4)
      .map(({ metrics }) => metrics.find(({ name }) => name === 'saving')!.value!);
    expect(values).toHaveLength(3);
    const [mean, least, most] = rows[0]!.slice(place, place + 3).map(number);
    expect(mean).toBeCloseTo((values[0]! + values[1]! + values[2]!) / 3, 3);
    expect([least, most]).toEqual(
      [Math.min(...values), Math.max(...values)].map((one) => Number(one.toFixed(4))),
    );
  });

  test('the differences leave out what is alike, unbounded or far away', () => {
    const base = madeStudy(SMALL);
    const [some] = base.differences;
    const make = (metric: string, change: object) => ({
      ...some!,
      metric,
      firstMean: 10,
      secondMean: 9,
      difference: -1,
      low: -2,
      high: 1,
      ...change,
    });
    const differences = [
      make('traded_volume', {}),
      make('demand', { difference: 0, low: 0, high: 0 }),
      make('saving', { low: null, high: null }),
      make('smith_alpha', { difference: 30, low: 25, high: 35 }),
    ];
    const { table, caption } = figureOf({ ...base, differences }, 'difference-intervals');
    expect(table.rows).toEqual([['traded volume', '−10.00', '−20.00', '10.00']]);
    expect(caption).toContain('The other 3 are in the table');
  });
});

test('what a ledger needed is drawn where there was one, the mean over all runs of a mechanism', () => {
  const without = madeStudy(SMALL);
  const runs = without.runs.map((run, index) => {
    const ledger = {
      blocks: 2,
      transactions: 4,
      bytes: 1_000 + 200 * index,
      blockIntervalsMs: [1_000, 60_000, 900_000],
      finalityMs: [1_000, 3_000, 9_000],
    };
    const result = { ...run.result, ledger };
    return { ...run, result, metrics: metricsOf(result) };
  });
  expect(namesOf(without)).not.toContain('ledger');
  const { table, draw } = figureOf({ ...without, runs }, 'ledger');
  const mechanisms = [...new Set(runs.map(({ result }) => result.mechanism))];
  expect(table.columns).toEqual(['', ...mechanisms]);
  expect(table.rows.slice(0, 4)).toEqual([
    ['block interval, s, half keep', '60.000', '60.000'],
    ['block interval, s, 95 % keep', '900.000', '900.000'],
    ['finality, s, half keep', '3.000', '3.000'],
    ['finality, s, 95 % keep', '9.000', '9.000'],
  ]);
  const bytesOf = (mechanism: string) => {
    const own = runs.filter(({ result }) => result.mechanism === mechanism);
    return own.reduce((sum, { result }) => sum + result.ledger.bytes / 4, 0) / own.length;
  };
  expect(table.rows[4]?.slice(1).map((text) => number(text))).toEqual(mechanisms.map(bytesOf));
  expect(table.rows[5]?.[0]).toBe('bytes per settled kWh');
  for (const form of [WIDE, NARROW]) expect(draw(form).match(/<svg/g)).toHaveLength(1);
});

describe('many mechanisms', () => {
  const names = (count: number) => Array.from({ length: count }, (_, at) => `rule-${at + 1}`);
  const OVER_TIME = [
    'price-and-volume',
    'day-profile',
    'price-convergence',
    'heat-map',
    'member-savings',
    'lorenz-curve',
  ];

  test('of six each figure draws all, and none is said to be left out', () => {
    const study = madeStudy({ ...SMALL, mechanisms: names(6) });
    for (const name of OVER_TIME) {
      const figure = figureOf(study, name);
      const svg = figure.draw(NARROW);
      for (const mechanism of names(6)) {
        expect(svg, name).toContain(mechanism);
        expect(figure.table.columns.join(), name).toContain(mechanism);
      }
      expect(figure.caption, name).not.toContain('left out');
    }
  });

  test('of ten each caption names the two that it leaves out', () => {
    const study = madeStudy({ ...SMALL, mechanisms: names(10) });
    for (const name of [...OVER_TIME, 'energy-balance']) {
      expect(figureOf(study, name).caption, name).toContain('left out: rule-9, rule-10');
    }
    expect(figureOf(study, 'difference-intervals').caption).not.toContain('left out');
  });
});

describe('what a picture says apart', () => {
  const study = madeStudy(SMALL);

  test('the mean day begins at midnight on its left edge, and its hours where they begin', () => {
    const svg = figureOf(study, 'day-profile').draw(WIDE);
    const placeOf = (text: string) =>
      Number(
        new RegExp(`translate\\(([0-9.]+) [0-9.]+\\)[^>]*>${text}<|x="([0-9.]+)"[^>]*>${text}<`)
          .exec(svg)
          ?.slice(1)
          .find((found) => found !== undefined),
      );
    // Load is a line of 24 levels: the first begins where midnight is written, the last ends at 24:00.
    const load = [...svg.matchAll(/ points="([^"]+)"/g)].map(([, points]) =>
      points!.split(' ').map(Number),
    );
    const whole = load.find((points) => points.length === 96)!;
    expect(placeOf('00:00')).toBeCloseTo(whole[0]!, 0);
    expect(placeOf('06:00')).toBeCloseTo(whole[24]!, 0);
    expect(placeOf('24:00')).toBeCloseTo(whole[94]!, 0);
  });

  test('the equilibrium is drawn last among the prices, as nothing else is', () => {
    const svg = figureOf(study, 'price-convergence').draw(WIDE);
    const lines = [...svg.matchAll(/<path d="[^"]*"[^>]*>|<polyline[^>]*>/g)].map(([line]) => line);
    const bead = lines.findLastIndex((line) => line.includes('stroke-dasharray="3,7"'));
    const price = lines.findIndex((line) => line.includes('stroke="#0b6b62"'));
    expect(price).toBeGreaterThanOrEqual(0);
    expect(bead).toBeGreaterThan(price);
    expect(svg).not.toContain('stroke-dasharray="2,3"');
  });

  test('an hour without trade has no colour of an hour with some', () => {
    const svg = figureOf(study, 'heat-map').draw(WIDE);
    expect(svg).toContain('>none<');
    expect(svg).toContain('>above 0–');
    const { rows } = figureOf(study, 'heat-map').table;
    expect(rows.some((row) => row.includes('0.000'))).toBe(true);
    expect(svg.match(/fill="#efe6d3"/g)!.length).toBeGreaterThan(1);
    expect(figureOf(study, 'heat-map').caption).not.toContain('white is no data');
  });

  test('in a hand names of metrics are whole', () => {
    const many = madeStudy({ ...SMALL, mechanisms: ['uniform', 'pay-as-bid', 'mid-market-rate'] });
    const { draw, table } = figureOf(many, 'difference-intervals');
    const svg = draw(NARROW);
    for (const [name] of table.rows) expect(svg).toContain(`>${name}<`);
    expect(svg).not.toContain('…');
  });
});
