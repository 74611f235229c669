import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { main } from '../../main.ts';
import { testTerminal } from '../../terminal/terminal.test-support.ts';

const folder = mkdtempSync(join(tmpdir(), 'match-'));
afterAll(() => rmSync(folder, { recursive: true }));

const TABLES = {
  buyers: 'id,region,price,energy_mwh,green_mwh\nb,B,5.5,94,10\nlone,C,9,1,0\n',
  sellers:
    'id,region,type,price,energy_mwh,environmental_price,cross_subsidy\n' +
    'w,A,wind,3,20,,\nt,A,thermal,3.1,200,0.1,0.05\n',
  corridors: 'from,to,loss_percent,transmission_price\nB,A,6,0.8\nC,C,0,0\n',
  limits: 'from,to,limit_mwh\nA,B,47\n',
};
type Table = keyof typeof TABLES;

let written = 0;

/** Runs `match` on the tables, some of them replaced. */
async function run(tables: Partial<Record<Table, string>>, ...words: readonly string[]) {
  const at = join(folder, `${written++}-`);
  const options = (Object.keys(TABLES) as Table[])
    .filter((name) => name !== 'limits' || tables.limits !== undefined)
    .flatMap((name) => {
      writeFileSync(`${at}${name}.csv`, tables[name] ?? TABLES[name]);
      return [`--${name}`, `${at}${name}.csv`];
    });
  const terminal = testTerminal();
  const status = await main(['match', ...options, ...words], terminal);
  return { status, out: terminal.out(), err: terminal.err() };
}

test('pairs, what is left and totals, exact to six decimals', async () => {
  const { status, out } = await run({}, '--json', '--certificate-price', '19');
  expect(status).toBe(0);
  // W: df = 5.5 - 3 / 0.94 - 0.8 = 1.508511; H: 5.5 - 3.1 / 0.94 - 0.8 - 0.15 = 1.252128.
  expect(JSON.parse(out)).toEqual({
    pairs: [
      {
        buyer: 'b',
        seller: 'w',
        energy_mwh: '10.000000',
        injected_mwh: '10.638298',
        converted_value: '1.508511',
        buyer_price: '4.745745',
        seller_price: '3.709000',
        certificate_cost: '0.000000',
        green: true,
      },
      {
        buyer: 'b',
        seller: 'w',
        energy_mwh: '8.800000',
        injected_mwh: '9.361702',
        converted_value: '1.528723',
        buyer_price: '4.745745',
        seller_price: '3.709000',
        certificate_cost: '-0.019000',
        green: false,
      },
      {
        buyer: 'b',
        seller: 't',
        energy_mwh: '75.200000',
        injected_mwh: '80.000000',
        converted_value: '1.248085',
        buyer_price: '4.873936',
        seller_price: '3.688500',
        certificate_cost: '0.003800',
        green: false,
      },
    ],
    unmatched: [
      { id: 'lone', side: 'buyer', energy_mwh: '1.000000', reason: 'no corridor' },
      { id: 't', side: 'seller', energy_mwh: '120.000000', reason: 'no corridor' },
    ],
    totals: {
      buyers_pay: '455740.000000',
      sellers_get: '369260.000000',
      transmission: '75200.000000',
      fees: '11280.000000',
      certificates: '126.127660',
    },
  });
});

test('limits: what was asked and granted, the rounds, and what each pair lost', async () => {
  const { out } = await run({ limits: TABLES.limits }, '--json');
  const { pairs, limits, rounds } = JSON.parse(out);
  expect(limits).toEqual([
    {
      from: 'A',
      to: 'B',
      limit_mwh: '47.000000',
      requested_mwh: '94.000000',
      granted_mwh: '47.000000',
      binding: true,
    },
  ]);
  expect(rounds).toBe(2);
  expect(pairs.map((pair: { cut_mwh: string }) => pair.cut_mwh)).toEqual([
    '5.000000',
    '4.400000',
    '37.600000',
  ]);
});

test('bundling, the printed reading, and a table for people', async () => {
  const bundled = JSON.parse((await run({}, '--json', '--bundling', '2.5')).out);
  expect(bundled.pairs.at(-1).injected_mwh).toBe('50.000000');
  const printed = JSON.parse((await run({}, '--json', '--reading', 'printed')).out);
  expect(printed.pairs[0]).toEqual({
    buyer: 'b',
    seller: 'w',
    energy_mwh: '10.000000',
    injected_mwh: '10.000000',
    converted_value: null,
    buyer_price: '4.250000',
    seller_price: '1.750000',
    certificate_cost: null,
    green: true,
  });
  const { out } = await run({ limits: TABLES.limits });
  expect(out).toMatch(/buyer +seller +phase +MWh +injected/);
  expect(out).toContain('2 rounds of matching and check');
  expect(out).toContain('buyers pay');
});

test('row order never tells; the seed chooses among equals', async () => {
  const names = ['s', 't', 'u', 'v', 'x'];
  const sellers = (order: readonly string[]) =>
    ['id,region,type,price,energy_mwh,environmental_price,cross_subsidy']
      .concat(order.map((id) => `${id},A,other,3,5,,`))
      .join('\n');
  const one = await run({ sellers: sellers(names) }, '--json');
  const other = await run({ sellers: sellers(names.toReversed()) }, '--json');
  expect(JSON.parse(other.out).pairs).toEqual(JSON.parse(one.out).pairs);
  const seeded = await run({ sellers: sellers(names) }, '--json', '--seed', 'a block');
  expect(JSON.parse(seeded.out).pairs).not.toEqual(JSON.parse(one.out).pairs);
});

const BUYERS = 'id,region,price,energy_mwh,green_mwh\n';
const SELLERS = 'id,region,type,price,energy_mwh,environmental_price,cross_subsidy\n';
const CORRIDORS = 'from,to,loss_percent,transmission_price\n';

test.each<[string, Partial<Record<Table, string>>, string]>([
  [
    'an id twice',
    { buyers: `${BUYERS}b,B,5,1,0\nb,B,6,1,0\n` },
    'buyers.csv, line 3, column id: expected a buyer of its own, got "b", that of line 2',
  ],
  [
    'a seller twice',
    { sellers: `${SELLERS}w,A,wind,3,1,,\nw,A,wind,3,1,,\n` },
    'sellers.csv, line 3, column id: expected a seller of its own, got "w", that of line 2',
  ],
  [
    'a seller of two types',
    { sellers: `${SELLERS}w,A,wind,3,1,,\nw,A,thermal,3,1,,\n` },
    'line 3, column type: expected a seller of one type, got "w", thermal here and wind in line 2',
  ],
  [
    'an unknown region',
    { buyers: `${BUYERS}b,Z,5,1,0\n` },
    'line 2, column region: expected a region that a corridor reaches, got "Z"',
  ],
  [
    'negative energy',
    { buyers: `${BUYERS}b,B,5,-1,0\n` },
    'line 2, column energy_mwh: expected energy that is not negative, got "-1"',
  ],
  [
    'an unknown type',
    { sellers: `${SELLERS}w,A,solar,3,1,,\n` },
    'line 2, column type: expected wind, thermal or other, got "solar"',
  ],
  [
    'seven decimals',
    { buyers: `${BUYERS}b,B,5.1234567,1,0\n` },
    'line 2, column price: expected token/kWh with up to 6 decimals, got "5.1234567"',
  ],
  [
    'a negative price',
    { sellers: `${SELLERS}w,A,wind,-3,1,,\n` },
    'line 2, column price: expected a price that is not negative, got "-3"',
  ],
  [
    'energy in words',
    { buyers: `${BUYERS}b,B,5,much,0\n` },
    'line 2, column energy_mwh: expected MWh with up to 6 decimals, got "much"',
  ],
  [
    'more green than all',
    { buyers: `${BUYERS}b,B,5,1,1.000001\n` },
    'line 2, column green_mwh: expected at most energy_mwh, 1, got "1.000001"',
  ],
  [
    'a loss of all',
    { corridors: `${CORRIDORS}A,B,100,0\n` },
    'column loss_percent: expected a per cent from 0 to below 100 with up to 4 decimals, got "100"',
  ],
  [
    'five decimals of loss',
    { corridors: `${CORRIDORS}A,B,1.00001,0\n` },
    'column loss_percent: expected a per cent',
  ],
  [
    'a corridor in both directions',
    { corridors: `${CORRIDORS}A,B,1,0\nB,A,1,0\n` },
    'line 3, column to: expected every corridor once, in one direction, got "A", that of line 2',
  ],
  [
    'a limit without a corridor',
    { limits: 'from,to,limit_mwh\nA,C,1\n' },
    'limits.csv, line 2, column to: expected a corridor that has a row, got "A,C"',
  ],
  [
    'a limit twice',
    { limits: 'from,to,limit_mwh\nA,B,1\nB,A,2\n' },
    'line 3, column to: expected one limit for a corridor',
  ],
  ['a column missing', { buyers: 'id,region,price,energy_mwh\n' }, 'column green_mwh: expected'],
  ['an empty name', { buyers: `${BUYERS},B,5,1,0\n` }, 'column id: expected a name of 1 to 128'],
])('%s ends with status 2 and says where', async (_name, tables, expected) => {
  const { status, out, err } = await run(tables);
  expect([status, out]).toEqual([2, '']);
  expect(err).toContain(expected);
});

test.each([
  [['--certificate-price', '-1'], '--certificate-price: expected a number from 0'],
  [['--certificate-price', '1.0000001'], 'with up to 6 decimals'],
  [['--bundling', '1:3'], '--bundling: expected a number from 0'],
  [['--reading', 'mine'], '--reading: expected stated or printed, got mine'],
])('%s is refused', async (words, expected) => {
  const { status, err } = await run({}, ...words);
  expect(status).toBe(2);
  expect(err).toContain(expected);
});

test('as printed, sellers of several regions are refused; a file that is not there as well', async () => {
  const sellers = `${SELLERS}w,A,wind,3,1,,\nv,B,wind,3,1,,\n`;
  const { status, err } = await run({ sellers }, '--reading', 'printed');
  expect(status).toBe(2);
  expect(err).toContain('line 3, column region: expected sellers of one region as printed');
  expect((await run({ sellers })).status).toBe(0);
  const terminal = testTerminal();
  const none = join(folder, 'none.csv');
  const words = ['--buyers', none, '--sellers', none, '--corridors', none];
  expect(await main(['match', ...words], terminal)).toBe(2);
  expect(terminal.err()).toContain('--corridors: expected a file that can be read');
});
