import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../main.ts';
import { testTerminal } from '../../terminal/terminal.test-support.ts';

const ROOT = join(import.meta.dirname, '../../../../..');
const HOUSEHOLDS = join(ROOT, '../shared/data/households');
/** Midnight of 27 March 2021 in Berlin; the clock is put forward in the night after. */
const FROM_MS = Date.parse('2021-03-26T23:00:00Z');
const CHANGE_MS = Date.parse('2021-03-28T01:00:00Z');
/** 27 to 29 March: 96, 92 and 96 quarter hours. */
const QUARTERS = 284;

// Loading all that a study needs takes longer than any study here.
beforeAll(async () => {
  await Promise.all([import('./init.ts'), import('./simulate.ts')]);
}, 60_000);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'commonwatt-init-'));
  mkdirSync(join(folder, 'in'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'in', name), text);
}

async function run(...words: readonly string[]) {
  const terminal = testTerminal();
  const status = await main(['simulate', ...words], terminal);
  return { status, out: terminal.out(), err: terminal.err() };
}

const inFolder = (name: string) => join(folder, name);
const init = (...words: readonly string[]) =>
  run('init', '--profiles', inFolder('in'), '--out', inFolder('s.yaml'), ...words);

/** Rows of a converted file: instants and numbers. */
function rowsOf(file: string): readonly (readonly [number, number])[] {
  const [, ...lines] = readFileSync(inFolder(`s-profiles/${file}`), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => {
    const [seconds, value] = line.split(',').map(Number);
    return [seconds! * 1000, value!];
  });
}

const kWhOf = (rows: readonly (readonly [number, number])[]) =>
  rows.reduce((sum, [, watts]) => sum + watts, 0) / 4000;

/** What a clock in Berlin shows. */
function berlin(ms: number): { date: string; clock: string } {
  const text = new Date(ms + (ms < CHANGE_MS ? 3_600_000 : 7_200_000)).toISOString();
  const [year, month, day] = text.slice(0, 10).split('-');
  return { date: `${day}.${month}.${year}`, clock: text.slice(11, 16) };
}

const comma = (wattHours: number) => `${(wattHours / 1000).toFixed(3)}`.replace('.', ',');
const usedWh = (at: number) => 60 + (at % 7);
const fedInWh = (at: number) => (at % 96 > 40 && at % 96 < 60 ? 400 + at : 0);

/** Local time, decimal commas, day and clock in two columns, two directions. */
function germanText(): string {
  const rows = Array.from({ length: QUARTERS }, (_, at) => {
    const { date, clock } = berlin(FROM_MS + at * 900_000);
    return `${date};${clock};${comma(usedWh(at))};${comma(fedInWh(at))}`;
  });
  return `Datum;Uhrzeit;Bezug (kWh);Einspeisung (kWh)\n${rows.join('\n')}\n`;
}

/** A counter's values at the quarter hours in UTC, from 1234.5 kWh on. */
function counterText(): string {
  let totalWh = 1_234_500;
  const rows = Array.from({ length: QUARTERS + 1 }, (_, at) => {
    const row = `${new Date(FROM_MS + at * 900_000).toISOString()},${(totalWh / 1000).toFixed(3)}`;
    totalWh += 100 + (at % 5);
    return row.replace('.000Z', 'Z');
  });
  return `time,import_total_kwh\n${rows.join('\n')}\n`;
}

describe('from other layouts to a report', () => {
  test('German exports over the change of the clock, beside the values of a counter', async () => {
    put({ 'anna.csv': germanText(), 'bert.csv': counterText() });
    const { status, out } = await init();
    expect(status).toBe(0);
    expect(readdirSync(inFolder('s-profiles'))).toEqual([
      'hh_anna.csv',
      'hh_bert.csv',
      'pv_anna.csv',
    ]);
    const load = rowsOf('hh_anna.csv');
    expect(load.map(([ms]) => ms)).toEqual(
      Array.from({ length: QUARTERS }, (_, at) => FROM_MS + at * 900_000),
    );
    expect(load.map(([, watts]) => watts / 4)).toEqual(load.map((_, at) => usedWh(at)));
    // The best quarter hour fed in 651 Wh, which is 2604 W.
    const solar = rowsOf('pv_anna.csv');
    expect(Math.max(...solar.map(([, share]) => share))).toBeCloseTo(2_604 / 2_700, 12);
    expect(solar.map(([, share]) => Math.round((share * 2_700) / 4))).toEqual(
      solar.map((_, at) => fedInWh(at)),
    );
    expect(rowsOf('hh_bert.csv').map(([, watts]) => watts / 4)).toEqual(
      load.map((_, at) => 100 + (at % 5)),
    );
    expect(out).toContain('guessed: times have no offset: taken for the zone Europe/Berlin');
    expect(out).toContain('bert.csv: the built-in profile cumulative fits (nothing guessed)');
    expect(out).toContain('Plants of their own, as measured: anna (2700 W); nobody else');
    const studied = await run(inFolder('s.yaml'), '--out', inFolder('study'), '--json');
    expect(studied.status).toBe(0);
    const [{ metrics }] = JSON.parse(studied.out).runs;
    expect(metrics.traded_volume).toBeGreaterThan(1);
    expect(readFileSync(inFolder('study/report.html'), 'utf8')).toContain('anna.csv: ');
  });

  test('the download of a grid operator among the examples', async () => {
    copyFileSync(join(ROOT, 'examples/readings.csv'), inFolder('in/readings.csv'));
    const { status, out } = await init();
    expect(status).toBe(0);
    expect(out).toContain('the built-in profile austrian-operator fits (1 guess to be checked)');
    expect(rowsOf('hh_readings.csv')).toHaveLength(92);
    expect(rowsOf('hh_readings.csv')[0]).toEqual([Date.parse('2021-03-27T23:00:00Z'), 240]);
    expect(readFileSync(inFolder('s.yaml'), 'utf8')).toContain('zone: Europe/Vienna\n');
    const { status: studied } = await run(inFolder('s.yaml'), '--out', inFolder('study'));
    expect(studied).toBe(0);
    expect(existsSync(inFolder('study/report.html'))).toBe(true);
  });

  test('what has the layout of the lab already is taken as it is, also beside others', async () => {
    const rows = Array.from({ length: QUARTERS }, (_, at) => `${FROM_MS / 1000 + at * 900},200`);
    put({
      'hh_c.csv': `timestamp,electricity\n${rows.join('\n')}\n`,
      'bert.csv': counterText(),
      'retailer_energy.csv': 'timestamp,energy_price_in,energy_price_out\n1,500,2500\n',
    });
    expect((await init()).status).toBe(0);
    expect(readdirSync(inFolder('s-profiles'))).toEqual(['hh_bert.csv']);
    const text = readFileSync(inFolder('s.yaml'), 'utf8');
    expect(text).toContain('load: { file: ./in/hh_c.csv }');
    expect(text).toContain('load: { file: ./s-profiles/hh_bert.csv }');
    expect(text).toContain('supply_ct_per_kwh: 25\n');
  });

  test('the measured households need no import', async (context) => {
    if (!existsSync(HOUSEHOLDS) && process.env.CI !== 'true') {
      context.skip('../shared/data/households is not there');
    }
    const { status } = await run('init', '--profiles', HOUSEHOLDS, '--out', inFolder('s.yaml'));
    expect(status).toBe(0);
    expect(readdirSync(folder)).toEqual(['in', 's.yaml']);
    const text = readFileSync(inFolder('s.yaml'), 'utf8');
    expect(text.match(/^ {2}- name: /gm)).toHaveLength(9);
    expect(text).toContain('zone: Europe/Berlin\n');
  });
});

/** A day and more of quarter hours in UTC. */
const utc = (heading: string, value: (at: number) => string, count = 120) =>
  `${heading}\n${Array.from({ length: count }, (_, at) => {
    const time = new Date(FROM_MS + at * 900_000).toISOString().replace('.000Z', 'Z');
    return `${time},${value(at)}\n`;
  })
    .filter((row) => !row.endsWith(',\n'))
    .join('')}`;
const LOAD = utc('time,import_kwh', () => '0.1');

describe('what is assumed is said', () => {
  test.each<[string, Readonly<Record<string, string>>, string, string]>([
    [
      'values below zero are fed in',
      { 'net.csv': utc('time,load (kW)', (at) => (at % 2 === 0 ? '1.2' : '-0.4')) },
      'net.csv: values of load (kW) below zero (the first at line 3, column 2) are taken for energy that was fed in.',
      'pv_net.csv',
    ],
    [
      'a file named like a plant',
      { 'a.csv': LOAD, 'pv-roof.csv': utc('time,kWh', (at) => `0.${at + 100}`) },
      'pv-roof.csv: named like a plant, so what it counts is taken as generated.',
      'pv_pv-roof.csv',
    ],
    [
      'a gap',
      { 'a.csv': utc('time,import_kwh', (at) => (at > 9 && at < 13 ? '' : '0.1')) },
      'a.csv: 3 quarter hours are missing in a gap from 2021-03-27T01:30:00Z, the value before is kept.',
      'hh_a.csv',
    ],
    [
      'a gap of more than a day',
      { 'a.csv': utc('time,import_kwh', (at) => (at > 9 && at < 110 ? '' : '0.1'), 300) },
      'a.csv: has gaps of more than a day; only the longest part without one is used, 2021-03-28T02:30:00Z until 2021-03-30T02:00:00Z (10 quarter hours left out).',
      'hh_a.csv',
    ],
    [
      'one profile twice',
      { 'a.csv': LOAD, 'b.csv': LOAD },
      'b.csv: equals a.csv in every quarter hour, only the latter is used.',
      'hh_a.csv',
    ],
    [
      'nothing but zeros',
      { 'a.csv': LOAD, 'b.csv': utc('time,import_kwh', () => '0') },
      'b.csv: meter b holds no energy and is left out.',
      'hh_a.csv',
    ],
  ])('%s', async (_what, files, sentence, converted) => {
    put(files);
    const { status, out } = await init();
    expect(status).toBe(0);
    expect(out).toContain(`assumed: ${sentence}\n`);
    expect(readdirSync(inFolder('s-profiles'))).toContain(converted);
  });

  test('columns side by side are meters of their own; a counter beside its intervals is none', async () => {
    const beside = (at: number) => `0.1,${at}.5,0.${at + 100}`;
    put({
      'Straße Süd.csv': utc('time,home 1,home 2,home 3', (at) => `0.1,0.${at + 100},0.3`),
      'flat.csv': utc('time,consumption (kWh),meter reading (kWh),generation (kWh)', beside),
    });
    const { status, out } = await init();
    expect(status).toBe(0);
    expect(out).toContain(
      'Straße Süd.csv: guessed: columns side by side are meters of their own: home 1, home 2, home 3.',
    );
    expect(out).not.toContain('"home 2" is left out');
    expect(out).toContain('flat.csv: guessed: column "meter reading (kWh)" is left out');
    expect(readdirSync(inFolder('s-profiles'))).toEqual([
      'hh_Stra-e-Sud-home-1.csv',
      'hh_Stra-e-Sud-home-2.csv',
      'hh_Stra-e-Sud-home-3.csv',
      'hh_flat.csv',
      'pv_flat.csv',
    ]);
    expect(readFileSync(inFolder('s.yaml'), 'utf8')).toContain('- name: Stra-e-Sud-home-1\n');
    expect(rowsOf('hh_Stra-e-Sud-home-2.csv').map(([, watts]) => watts / 4)).toEqual(
      Array.from({ length: 120 }, (_, at) => at + 100),
    );
  });

  test('hours are spread over their quarter hours, and several files of a meter are one', async () => {
    const day = (number: number) => {
      const rows = Array.from({ length: 24 }, (_, hour) => {
        const time = new Date(FROM_MS + (number * 24 + hour) * 3_600_000).toISOString();
        return `AT1,${time.slice(0, 19)}Z,${(hour + 1) / 10}`;
      });
      return `Meter,Zeit,Verbrauch (kWh)\n${rows.join('\n')}\n`;
    };
    put({ 'day-1.csv': day(0), 'day-2.csv': day(1) });
    const profile = inFolder('own.yaml');
    writeFileSync(
      profile,
      `name: own
delimiter: ','
time: { columns: Zeit, format: iso, label: start, intervalMinutes: 60 }
meterColumn: Meter
columns: [{ column: Verbrauch (kWh), direction: import, unit: kWh }]
`,
    );
    const { status, out } = await init('--profile', profile);
    expect(status).toBe(0);
    expect(out).toContain(
      'day-1.csv, day-2.csv: read by the profile own: Verbrauch (kWh) as import',
    );
    expect(out).toContain('energies of 60 minutes are spread evenly over quarter hours');
    expect(readdirSync(inFolder('s-profiles'))).toEqual(['hh_AT1.csv']);
    const rows = rowsOf('hh_AT1.csv');
    expect(rows).toHaveLength(192);
    expect(rows.slice(3, 6).map(([, watts]) => watts)).toEqual([100, 200, 200]);
    expect(kWhOf(rows)).toBeCloseTo(2 * 30, 9);
  });
});

describe('what cannot be read leaves nothing behind', () => {
  const bad = LOAD.replace(/0\.1\n(?=[^\n]*\n$)/, 'x\n');

  test.each<[string, Readonly<Record<string, string>>, readonly string[], string]>([
    [
      'a cell',
      { 'a.csv': germanText(), 'b.csv': bad },
      [],
      'in/b.csv line 120, column 2: expected a number such as 12.5, got "x"',
    ],
    [
      'a cell of one column among several',
      {
        'a.csv': utc(
          'time,consumption (kWh),temperature',
          (at) => `${at === 50 ? '-' : '0.1'},${at}`,
        ),
      },
      [],
      'in/a.csv line 52, column 2: expected a number such as 12.5, got "-"',
    ],
    [
      'no table',
      { 'a.csv': LOAD, 'notes.csv': 'nothing to see\n' },
      [],
      'in/notes.csv: expected rows of two cells or more with , ; | or a tab between them, got "nothing to see"',
    ],
    [
      'a row of the layout of the lab, after others were read',
      { 'a.csv': LOAD, 'hh_b.csv': 'timestamp,electricity\n1616799600,x\n' },
      [],
      'hh_b.csv:2:electricity: expected',
    ],
    [
      'plants alone',
      { 'a.csv': utc('time,export_kwh', () => '0.1') },
      [],
      'expected files of what members use, beside plants, got none',
    ],
    [
      'a time that the zone skips',
      { 'a.csv': germanText().replace('28.03.2021;01:45', '28.03.2021;02:45') },
      [],
      'in/a.csv line 105: expected a time that exists in Europe/Berlin (--zone names another zone than Europe/Berlin), got none',
    ],
    ['a zone', { 'a.csv': LOAD }, ['--zone', 'Mars'], '--zone: expected a zone such as'],
    [
      'no profile',
      { 'a.csv': LOAD },
      ['--profile', 'none-such'],
      '--profile: expected a file or one of generic,',
    ],
    [
      'a file in which the profile finds no column',
      { 'a.csv': LOAD },
      ['--profile', 'austrian-operator'],
      'in/a.csv line 1: expected a column "Messzeitpunkt", got "time,import_kwh"',
    ],
  ])('%s', async (_what, files, words, message) => {
    put(files);
    const { status, err } = await init(...words);
    expect(err).toContain(message);
    expect(status).toBe(2);
    expect(readdirSync(folder)).toEqual(['in']);
  });

  test('a folder that is there already is left alone', async () => {
    put({ 'a.csv': LOAD });
    mkdirSync(inFolder('s-profiles'));
    const { status, err } = await init();
    expect(status).toBe(2);
    expect(err).toContain('s-profiles yet, for the imported profiles, got one');
    expect(readdirSync(folder)).toEqual(['in', 's-profiles']);
    expect(readdirSync(inFolder('s-profiles'))).toEqual([]);
  });
});
