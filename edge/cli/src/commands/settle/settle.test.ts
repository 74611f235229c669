import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from '../../main.ts';
import { testTerminal } from '../../terminal/terminal.test-support.ts';
import { exactJson } from './exact-json.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'commonwatt-settle-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TRADES_HEAD = 'trade,slot,seller,buyer,energy_wh,price\n';
const READINGS_HEAD = 'member,slot,direction,energy_wh\n';
const SLOT = '2021-03-28T00:00:00Z';

async function settled(trades: string, readings: string, ...words: readonly string[]) {
  const [ofTrades, ofReadings] = [join(folder, 'trades.csv'), join(folder, 'readings.csv')];
  writeFileSync(ofTrades, trades);
  writeFileSync(ofReadings, readings);
  const terminal = testTerminal();
  const files = ['--trades', ofTrades, '--readings', ofReadings];
  const status = await main(['settle', ...files, ...words], terminal);
  const place = (text: string) => text.replaceAll(`${folder}/`, '');
  return { status, out: terminal.out(), err: place(terminal.err()) };
}

const TRADES = `${TRADES_HEAD}\
t1,2021-03-28T02:00:00+02:00,ana,ben,300,85.123
t2,2021-03-28T00:00Z,ana,cleo,100,-10
t3,2021-03-28T00:15:00Z,dora,ben,50,5
`;
const READINGS = `${READINGS_HEAD}\
zoe,2021-03-28T00:15:00Z,export,7
ana,2021-03-28T00:00:00Z,export,200
ben,2021-03-28T00:00:00.000Z,import,400
cleo,2021-03-28T01:00:00+01:00,import,40
ben,2021-03-28T00:15:00Z,import,0
ben,2021-03-28T00:15:00Z,export,3
`;

test('one line of JSON: what cleo cannot take goes to ben', async () => {
  const { status, out } = await settled(TRADES, READINGS, '--json');
  expect(status).toBe(0);
  const later = '2021-03-28T00:15:00Z';
  expect(JSON.parse(out)).toEqual({
    allocations: [
      { trade: 't1', energy_wh: 160, money: '0.01361968' },
      { trade: 't2', energy_wh: 40, money: '-0.0004' },
      { trade: 't3', energy_wh: 0, money: '0' },
    ],
    residuals: [
      { member: 'ana', slot: SLOT, direction: 'export', energy_wh: 0 },
      { member: 'ben', slot: SLOT, direction: 'import', energy_wh: 240 },
      { member: 'cleo', slot: SLOT, direction: 'import', energy_wh: 0 },
      { member: 'ben', slot: later, direction: 'export', energy_wh: 3 },
      { member: 'ben', slot: later, direction: 'import', energy_wh: 0 },
      { member: 'zoe', slot: later, direction: 'export', energy_wh: 7 },
    ],
    deviations: [
      { member: 'ana', slot: SLOT, side: 'seller', energy_wh: 200 },
      { member: 'cleo', slot: SLOT, side: 'buyer', energy_wh: 60 },
      { member: 'ben', slot: later, side: 'buyer', energy_wh: 50 },
      { member: 'dora', slot: later, side: 'seller', energy_wh: 50 },
    ],
    missing: [{ member: 'dora', slot: later, direction: 'export' }],
    total_wh: 200,
  });
  expect(out.trim().split('\n')).toHaveLength(1);
});

test('people get tables', async () => {
  const { status, out } = await settled(TRADES, READINGS);
  expect(status).toBe(0);
  expect(out).toMatch(/t1 +0\.16 +0\.01361968\n/);
  expect(out).toContain('0.2 kWh in 3 trades');
  expect(out).toContain('Own deviations');
  expect(out).toContain('Missing readings');
});

test('neither the order of rows nor that of columns tells, nor how an instant or price is written', async () => {
  const pairs = Array.from({ length: 30 }, (_, i) => [i % 5, (i * 7) % 11, 100 + ((i * 37) % 91)]);
  const rows = pairs.map(([s, b, wh], i) => `t${i},${SLOT},s${s},b${b},${wh},1.500`);
  const readings = [
    ...[0, 1, 2, 3, 4].map((s) => `s${s},${SLOT},export,${300 + s * 111}`),
    ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((b) => `b${b},${SLOT},import,${200 + b * 13}`),
  ];
  const file = (head: string, list: readonly string[]) => `${head}${list.join('\n')}\n`;
  const parts = async (trades: string, ofReadings: string) => {
    const { out } = await settled(trades, ofReadings, '--json');
    const { allocations, ...rest } = JSON.parse(out);
    const byTrade = allocations.map((one: { trade: string; energy_wh: number }) => [
      one.trade,
      one.energy_wh,
    ]);
    return { ...rest, allocations: Object.fromEntries(byTrade) };
  };
  const straight = await parts(file(TRADES_HEAD, rows), file(READINGS_HEAD, readings));
  expect(straight.deviations.length).toBeGreaterThan(5);
  const turned = rows
    .map((row) => row.split(','))
    .map(
      ([trade, , seller, buyer, wh]) =>
        `1.5,${wh},${buyer},${seller},2021-03-28T05:30+05:30,${trade}`,
    )
    .reverse();
  const head = 'price,energy_wh,buyer,seller,slot,trade\n';
  expect(await parts(file(head, turned), file(READINGS_HEAD, [...readings].reverse()))).toEqual(
    straight,
  );
});

test('the largest energies, and sums beyond them, keep every digit', async () => {
  const most = '9007199254740991';
  const trades = `${TRADES_HEAD}a,${SLOT},s,b,${most},0.001\nb,${SLOT},s,c,${most},9000000000000000\n`;
  const readings = `${READINGS_HEAD}s,${SLOT},export,${most}\nb,${SLOT},import,${most}\n`;
  const { status, out } = await settled(trades, readings, '--json');
  expect(status).toBe(0);
  expect(out).toContain('{"trade":"a","energy_wh":9007199254740991,"money":"9007199.254740991"}');
  expect(out).toContain('{"trade":"b","energy_wh":0,"money":"0"}');
  const deviations = `"slot":"${SLOT}","side":"buyer","energy_wh":${most}`;
  expect(out).toContain(deviations);
  expect(exactJson({ sum: [18_014_398_509_481_983n, 'a"b', null] })).toBe(
    '{"sum":[18014398509481983,"a\\"b",null]}',
  );
});

test('a byte order mark, Windows line ends, quotes and empty lines are CSV as well', async () => {
  const windows = (text: string) => `\uFEFF${text.replaceAll('\n', '\r\n')}\r\n`;
  const quoted = TRADES.split('\n')
    .map((row) => (row === '' ? row : `"${row.replaceAll(',', '","')}"`))
    .join('\n\n');
  const plain = await settled(TRADES, READINGS, '--json');
  expect(await settled(windows(quoted), windows(READINGS), '--json')).toEqual(plain);
  const lastLineOpen = await settled(TRADES.trimEnd(), READINGS.trimEnd(), '--json');
  expect(lastLineOpen).toEqual(plain);
});

test('names keep their commas, quotes, spaces and letters', async () => {
  const name = 'Ana ""Ä"", 7 ';
  const trades = `${TRADES_HEAD}"${name}",${SLOT},"${name}",ben,5,1\n`;
  const readings = `${READINGS_HEAD}"${name}",${SLOT},export,5\nben,${SLOT},import,5\n`;
  const answer = JSON.parse((await settled(trades, readings, '--json')).out);
  expect(answer.allocations).toEqual([{ trade: 'Ana "Ä", 7 ', energy_wh: 5, money: '0.000005' }]);
  expect(answer.residuals[0].member).toBe('Ana "Ä", 7 ');
});

test('a day of 100,000 trades and 96,000 readings is settled in seconds', async () => {
  const rows: string[] = [];
  const instant = (slot: number) => new Date(Date.UTC(2021, 2, 28) + slot * 900_000).toISOString();
  for (let trade = 0; trade < 100_000; trade++) {
    const [slot, at] = [trade % 96, Math.floor(trade / 96)];
    rows.push(`t${trade},${instant(slot)},s${at % 500},b${(at * 7) % 500},${500 + (at % 90)},80.5`);
  }
  const readings: string[] = [];
  for (let reading = 0; reading < 96_000; reading++) {
    const [slot, at] = [reading % 96, Math.floor(reading / 96)];
    const [member, direction] = at < 500 ? [`s${at}`, 'export'] : [`b${at - 500}`, 'import'];
    readings.push(`${member},${instant(slot)},${direction},${at % 10 === 0 ? 700 : 2000}`);
  }
  const trades = `${TRADES_HEAD}${rows.join('\n')}\n`;
  const { status, out } = await settled(
    trades,
    `${READINGS_HEAD}${readings.join('\n')}\n`,
    '--json',
  );
  expect(status).toBe(0);
  const answer = JSON.parse(out);
  expect(answer.allocations).toHaveLength(100_000);
  expect(answer.residuals).toHaveLength(96_000);
  expect(answer.deviations.length).toBeGreaterThan(5000);
}, 60_000);

test('empty tables settle to nothing', async () => {
  const { status, out } = await settled(TRADES_HEAD, READINGS_HEAD, '--json');
  expect(status).toBe(0);
  expect(JSON.parse(out)).toEqual({
    allocations: [],
    residuals: [],
    deviations: [],
    missing: [],
    total_wh: 0,
  });
});

describe('refused with status 2, file, line, column, expectation and value', () => {
  const trade = (cells: string) => [`${TRADES_HEAD}ok,${SLOT},a,b,1,1\n${cells}\n`, READINGS_HEAD];
  const reading = (cells: string) => [
    TRADES_HEAD,
    `${READINGS_HEAD}ana,${SLOT},import,1\n${cells}\n`,
  ];
  test.each<[string, readonly string[], string]>([
    [
      'unknown column',
      ['trade,slot,seller,buyer,energy_wh,price,note\n', READINGS_HEAD],
      'trades.csv, line 1, column 7: expected one of trade, slot, seller, buyer, energy_wh, price, got "note"',
    ],
    [
      'doubled column',
      ['trade,slot,seller,buyer,energy_wh,price,price\n', READINGS_HEAD],
      'trades.csv, line 1, column 7: expected every column once, got price again',
    ],
    [
      'missing column',
      [TRADES_HEAD, 'member,slot,energy_wh\n'],
      'readings.csv, line 1, column direction: expected the columns member, slot, direction, energy_wh, got no direction',
    ],
    ['no header', ['', READINGS_HEAD], 'trades.csv, line 1, column trade: expected the columns'],
    [
      'duplicate trade',
      trade(`ok,${SLOT},a,b,1,1`),
      'trades.csv, line 3, column trade: expected an id of its own, got "ok", the id of line 2',
    ],
    [
      'duplicate reading',
      reading('ana,2021-03-28T01:00:00+01:00,import,2'),
      'readings.csv, line 3, column member: expected one reading per member, slot and direction, got a second import of "ana" at 2021-03-28T00:00:00Z, after line 2',
    ],
    [
      'negative energy',
      trade(`x,${SLOT},a,b,-5,1`),
      'trades.csv, line 3, column energy_wh: expected a whole number from 0 to 9007199254740991, got "-5"',
    ],
    [
      'fractional energy',
      reading(`b,${SLOT},import,1.5`),
      'readings.csv, line 3, column energy_wh: expected a whole number from 0 to 9007199254740991, got "1.5"',
    ],
    ['too much energy', reading(`b,${SLOT},import,9007199254740992`), 'got "9007199254740992"'],
    [
      'bad day',
      trade('x,2021-02-30T00:00:00Z,a,b,1,1'),
      'trades.csv, line 3, column slot: expected an ISO 8601 instant: a day from 01 to 28, got "2021-02-30T00:00:00Z"',
    ],
    [
      'no offset',
      reading('b,2021-03-28T00:00:00,import,1'),
      'line 3, column slot: expected an ISO',
    ],
    [
      'part of a second',
      reading('b,2021-03-28T00:00:00.500Z,import,1'),
      'column slot: expected a whole second, got "2021-03-28T00:00:00.500Z"',
    ],
    [
      'direction',
      reading(`b,${SLOT},out,1`),
      'readings.csv, line 3, column direction: expected import or export, got "out"',
    ],
    [
      'price',
      trade(`x,${SLOT},a,b,1,1.0001`),
      'trades.csv, line 3, column price: expected EUR/MWh with up to 3 decimals: at most 3 decimals of EUR/MWh, got "1.0001"',
    ],
    [
      'part of a Wh in a trade',
      trade(`x,${SLOT},a,b,0.5,1`),
      'trades.csv, line 3, column energy_wh: expected a whole number',
    ],
    ['energy with an exponent', trade(`x,${SLOT},a,b,1e3,1`), 'column energy_wh'],
    ['energy with a sign', reading(`b,${SLOT},import,+1`), 'column energy_wh'],
    ['minus zero', reading(`b,${SLOT},import,-0`), 'column energy_wh'],
    ['no energy', reading(`b,${SLOT},import,`), 'line 3, column energy_wh: expected a whole'],
    ['energy in words', trade(`x,${SLOT},a,b,0x10,1`), 'column energy_wh'],
    ['hour 24', trade('x,2021-03-28T24:00:00Z,a,b,1,1'), 'a time from 00:00:00 to 23:59:59'],
    ['a leap second', trade('x,2016-12-31T23:59:60Z,a,b,1,1'), 'a time from 00:00:00 to 23:59:59'],
    ['month 13', trade('x,2021-13-01T00:00:00Z,a,b,1,1'), 'a month from 01 to 12'],
    ['29 February', reading('b,2021-02-29T00:00:00Z,import,1'), 'a day from 01 to 28'],
    [
      'an offset of a day',
      trade('x,2021-03-28T00:00:00+24:00,a,b,1,1'),
      'an offset of at most 23:59',
    ],
    [
      'a date alone',
      trade('x,2021-03-28,a,b,1,1'),
      'line 3, column slot: expected an ISO 8601 instant',
    ],
    ['no instant', trade('x,,a,b,1,1'), 'line 3, column slot: expected an ISO 8601 instant'],
    ['a price with an exponent', trade(`x,${SLOT},a,b,1,1e2`), 'line 3, column price'],
    ['a price with a plus', trade(`x,${SLOT},a,b,1,+1`), 'line 3, column price'],
    ['a price with a comma', trade(`x,${SLOT},a,b,1,"1,5"`), 'line 3, column price'],
    ['no price', trade(`x,${SLOT},a,b,1,`), 'line 3, column price'],
    ['a price beyond its type', trade(`x,${SLOT},a,b,1,9223372036854775.808`), 'column price'],
    [
      'a trade with itself',
      trade(`x,${SLOT},a,a,1,1`),
      'trades.csv, line 3, column buyer: expected another member than the seller, got "a"',
    ],
    [
      'semicolons',
      ['trade;slot;seller;buyer;energy_wh;price\n', READINGS_HEAD],
      'trades.csv, line 1, column 1: expected the columns',
    ],
    [
      'a row after a cell of two lines',
      trade(`"x\ny",${SLOT},a,b,1,1\nz,${SLOT},a,b,-1,1`),
      'trades.csv, line 5, column energy_wh',
    ],
    ['no name', trade(`x,${SLOT},,b,1,1`), 'line 3, column seller: expected a name, got nothing'],
    [
      'too few cells',
      trade(`x,${SLOT},a,b,1`),
      'line 3, column price: expected 6 cells (a comma inside one needs quotes), got 5',
    ],
    [
      'too many cells',
      trade(`x,${SLOT},a,b,1,1,1`),
      'line 3, column 7: expected 6 cells (a comma inside one needs quotes), got 7',
    ],
    ['a quote inside', trade(`x,${SLOT},"a"c,b,1,1`), 'trades.csv, line 3, column '],
  ])('%s', async (_name, [trades = '', readings = ''], message) => {
    const { status, err, out } = await settled(trades, readings, '--json');
    expect(err).toContain(message);
    expect(status).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ ok: false, code: 'bad_input' });
    expect(JSON.parse(out).reason).toContain(message);
  });

  test('all faults at once, up to a limit', async () => {
    const bad = Array.from({ length: 30 }, (_, i) => `m${i},${SLOT},import,-1`).join('\n');
    const { status, err } = await settled(TRADES_HEAD, `${READINGS_HEAD}\n${bad}\n`);
    expect(status).toBe(2);
    expect(err).toContain('readings.csv: expected rows without a fault, got 30 with one');
    expect(err).toContain('line 3, column energy_wh');
    expect(err).toContain('and 10 more');
  });

  test('a file that is not there, and one that is not text', async () => {
    const terminal = testTerminal();
    const none = join(folder, 'none.csv');
    expect(await main(['settle', '--trades', none, '--readings', none], terminal)).toBe(2);
    expect(terminal.err()).toContain('--trades: expected a file that can be read, got');
    const other = join(folder, 'other.csv');
    writeFileSync(other, Buffer.from([0x74, 0xff, 0xfe]));
    const second = testTerminal();
    expect(await main(['settle', '--trades', other, '--readings', other], second)).toBe(2);
    expect(second.err()).toContain('--trades: expected UTF-8');
    expect(await main(['settle', '--trades', none], testTerminal())).toBe(2);
  });
});
