import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { main } from '../main.ts';
import { testTerminal } from '../terminal/terminal.test-support.ts';

const BOOK = `id,member,side,price,energy_wh
b1,ana,buy,60,1000
b2,ben,buy,45.5,1000
s1,cid,sell,40,1500
s2,dee,sell,50,1000
`;

const folder = mkdtempSync(join(tmpdir(), 'clear-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file of the test's folder. */
function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function run(input: string, ...words: readonly string[]) {
  const terminal = testTerminal(input);
  const status = await main(['clear', ...words], terminal);
  return { status, out: terminal.out(), err: terminal.err() };
}

async function cleared(input: string, ...words: readonly string[]) {
  return run(input, '--mechanism', 'uniform', ...words);
}

test('one book, exact to the last digit', async () => {
  const { status, out } = await cleared(BOOK, '--json');
  expect(status).toBe(0);
  const answer = JSON.parse(out);
  expect(answer).toMatchObject({ mechanism: 'uniform', surplus: '0' });
  expect(
    answer.trades.reduce((sum: number, one: { energy_wh: number }) => sum + one.energy_wh, 0),
  ).toBe(1500);
  expect(Number(answer.price)).toBeGreaterThanOrEqual(40);
  expect(Number(answer.price)).toBeLessThanOrEqual(45.5);
  const paid = answer.payments.map((one: { money: string }) => Number(one.money));
  expect(paid.reduce((sum: number, one: number) => sum + one, 0)).toBeCloseTo(0, 12);
});

test('k chooses within the interval, and a slot column makes one line each', async () => {
  const at = async (k: string) =>
    JSON.parse((await cleared(BOOK, '--json', '--param', `k=${k}`)).out);
  const { low, high } = (await at('0')).priceInterval;
  expect((await at('0')).price).toBe(low);
  expect((await at('1')).price).toBe(high);
  const rows = BOOK.trim().split('\n');
  const slots = `${rows[0]},slot\n${rows
    .slice(1)
    .map((row, i) => `${row},${i % 2}`)
    .join('\n')}\n`;
  const { out } = await cleared(slots, '--json');
  expect(
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).slot),
  ).toEqual(['0', '1']);
});

test('people get a table, and a book without a crossing has no price', async () => {
  expect((await cleared(BOOK)).out).toContain('EUR/MWh, 1.5 kWh');
  const none = await cleared('id,member,side,price,energy_wh\n', '--json');
  expect(JSON.parse(none.out)).toMatchObject({ price: null, trades: [] });
});

test('every bad row is named with line, column, expectation and value', async () => {
  const { status, err, out } = await cleared(
    'id,member,side,price,energy_wh\nb1,ana,bid,1,1\nb2,ana,buy,1.0001,1\nb3,ana,buy,1,0\nb3,a,buy,1,1\nb3,a,buy,1,1\n',
  );
  expect(status).toBe(2);
  expect(out).toBe('');
  expect(err).toContain('standard input, line 2, column side: expected buy or sell, got bid');
  expect(err).toContain(
    'standard input, line 3, column price: expected EUR/MWh with up to 3 decimals, got 1.0001',
  );
  expect(err).toContain(
    'standard input, line 4, column energy_wh: expected a whole number from 1 to',
  );
  expect(err).toContain(
    'standard input, line 6, column id: expected an id of its own, got that of line 5',
  );
});

test.each([
  [['--param', 'k=1.5'], 'a fraction such as 1/3 from 0 to 1, got 1.5'],
  [['--param', 'q=1'], '--param: expected one of k, floor, ceiling, got q'],
  [['--param', 'k'], '--param: expected NAME=VALUE, got k'],
  [
    ['--param', 'floor=2', '--param', 'ceiling=1'],
    '--param floor, ceiling: expected floor at most',
  ],
  [['--file', 'network=x.csv'], '--file: expected no files, got network'],
  [['--mechanism', 'auctionish'], 'expected one of uniform'],
  [['--mechanism', 'a,b,c'], 'one name or two'],
  [['--mechanism', './absent.js'], 'a module that can be loaded'],
])('%s is refused', async (words, expected) => {
  const { status, err } = await cleared(BOOK, ...words);
  expect(status).toBe(2);
  expect(err).toContain(expected);
});

test('minimum quantities are kept, and demanded to be below the energy', async () => {
  const rows =
    'id,member,side,price,energy_wh,minimum_wh\nb,ana,buy,60,1000,800\ns,ben,sell,40,500,\n';
  const { out } = await cleared(rows, '--json');
  expect(JSON.parse(out)).toMatchObject({ price: null, trades: [] });
  expect(JSON.parse((await cleared(rows.replace('800', '500'), '--json')).out).trades).toHaveLength(
    1,
  );
  expect((await cleared(rows.replace('800', '1001'))).err).toContain(
    'line 2, column minimum_wh: expected at most energy_wh, 1000, got 1001',
  );
});

/** Its own columns and file: what a module outside the registry may declare. */
const MINE = `export default ({ defineAuction, openBook, tradesOf, clearingOf }) => ({
  name: 'mine',
  settings: [{ name: 'at', meaning: 'The price.', form: 'price', required: true }],
  ignoresPrice: true,
  columns: [
    { name: 'time', meaning: 'When.', form: 'integer', required: true },
    { name: 'kind', meaning: 'Of energy.', form: 'choice', choices: ['sun', 'wind'] },
  ],
  tables: [{
    name: 'fees', meaning: 'Who pays one.', required: true,
    columns: [{ name: 'fee', meaning: 'The fee.', form: 'price', required: true }],
  }],
  clear(call) {
    const { standing, bids, asks } = openBook(call);
    const all = (lines) => lines.map((line) => ({ line, energy: line.energy }));
    const { at } = call.settings;
    const [{ fee }] = call.tables.fees;
    const trades = tradesOf(all(bids), all(asks), () => ({ buyerPrice: at + fee, sellerPrice: at }));
    return clearingOf(standing, { trades, price: at, details: { fee } });
  },
});`;
const TIMED = 'id,member,side,energy_wh,time,kind\nb,ana,buy,1000,2,sun\ns,ben,sell,1000,1,\n';

test('a module of ones own is checked and run like any other, with its columns and files', async () => {
  const path = file('mine.js', MINE);
  const fees = file('fees.csv', 'fee\n1.5\n');
  const words = ['--mechanism', path, '--file', `fees=${fees}`];
  const { status, out } = await run(TIMED, ...words, '--param', 'at=20', '--json');
  expect(status).toBe(0);
  expect(JSON.parse(out)).toEqual({
    mechanism: 'mine',
    price: '20',
    priceInterval: null,
    trades: [{ bid: 'b', ask: 's', energy_wh: 1000, buyer_price: '21.5', seller_price: '20' }],
    unmatched: [],
    payments: [
      { member: 'ana', money: '0.0215' },
      { member: 'ben', money: '-0.02' },
    ],
    welfare: '0',
    surplus: '0.0015',
    details: { fee: '1500' },
  });
  const described = await run('', '--describe', path);
  for (const said of ['at', 'time', 'kind', 'sun or wind', '--file fees=FILE', 'is ignored']) {
    expect(described.out).toContain(said);
  }
});

test('what a module declares is demanded by line and column', async () => {
  const path = file('mine.js', MINE);
  const words = ['--mechanism', path];
  const fees = ['--file', `fees=${file('fees.csv', 'fee\n1.5\n')}`];
  const at = ['--param', 'at=20'];
  expect((await run(TIMED, ...words, ...fees)).err).toContain('at=VALUE for mine: EUR/MWh');
  expect((await run(TIMED, ...words, ...at)).err).toContain('expected fees=FILE, got nothing');
  const bad = ['--file', `fees=${file('bad.csv', 'fee\nmuch\n')}`];
  expect((await run(TIMED, ...words, ...at, ...bad)).err).toContain(
    'bad.csv, line 2, column fee: expected EUR/MWh with up to 3 decimals, got much',
  );
  const untimed = await run(TIMED.replace(',1,', ',,'), ...words, ...at, ...fees);
  expect(untimed.err).toContain('line 3, column time: expected a whole number');
  const strange = await run(TIMED.replace('sun', 'coal'), ...words, ...at, ...fees);
  expect(strange.err).toContain('line 2, column kind: expected sun or wind, got coal');
  const none = await run('id,member,side,energy_wh\n', ...words, ...at, ...fees);
  expect(none.err).toContain('no time');
});

test('a module that shares prints shares; one without a rule is refused', async () => {
  const gift = file(
    'gift.mjs',
    `export default {
      name: 'gift', settings: [], properties: [],
      share: ({ orders }) => ({
        shares: orders.map(({ member }, at) => ({ member, energy: [7n, 0n, -7n, 0n][at], money: -5n })),
        residual: -500n, surplus: 0n, volume: 7n,
      }),
    };`,
  );
  const { out } = await run(BOOK, '--mechanism', gift, '--json');
  expect(JSON.parse(out)).toMatchObject({
    mechanism: 'gift',
    shares: [{ member: 'ana', energy_wh: 7, money: '-0.000000005' }, {}, {}, {}],
    residual: -500,
    surplus: '0',
  });
  expect((await run(BOOK, '--mechanism', gift)).out).toContain('0.007 kWh shared, -500 Wh');
  const both = await run(BOOK, '--mechanism', `uniform,${gift}`, '--json');
  expect(JSON.parse(both.out).difference).toMatchObject({ volume_wh: -1493, welfare: null });
  const empty = file('empty.js', 'export default {};');
  expect((await run(BOOK, '--mechanism', empty)).err).toContain('no name');
});

const PAIR = 'id,member,side,price,energy_wh\nb,ana,buy,60,1000\ns,cid,sell,40,1000\n';

test('two mechanisms on one book give their difference, the second less the first', async () => {
  const half = file(
    'half.js',
    `export default ({ findMechanism }) => ({
      ...findMechanism('uniform'), name: 'low',
      clear: (call) => findMechanism('uniform').clear({ ...call, settings: { k: { numerator: 0n, denominator: 1n } } }),
    });`,
  );
  const { out } = await run(PAIR, '--mechanism', `uniform,${half}`, '--json');
  const { mechanisms, outcomes, difference } = JSON.parse(out);
  expect(mechanisms).toEqual(['uniform', 'low']);
  expect(outcomes).toHaveLength(2);
  expect(difference).toMatchObject({ volume_wh: 0, welfare: '0', surplus: '0' });
  expect(difference.payments.find((one: { member: string }) => one.member === 'cid')).toEqual({
    member: 'cid',
    money: '0.01',
  });
  expect((await run(PAIR, '--mechanism', `uniform,${half}`)).out).toContain('ana pays EUR');
});

test('an option is not taken for the seed, unless it is said to be one', async () => {
  for (const words of [
    ['--seed', '--json'],
    ['--json', '--seed', '-1'],
  ]) {
    const { status, err } = await cleared(PAIR, ...words);
    expect(status).toBe(2);
    expect(err).toContain(
      '--seed: expected a text (--seed=TEXT where it begins with a dash), got -',
    );
  }
  expect((await cleared(PAIR, '--seed=--json')).out).toContain('50 EUR/MWh');
  expect((await cleared(PAIR, '--json', '--seed', 'a')).out).toContain('"mechanism":"uniform"');
});

test('the list and the descriptions say what there is, for people and programs', async () => {
  expect((await run('', '--list')).out).toContain('ties: Equal limits at the margin');
  const list = JSON.parse((await run('', '--list', '--json')).out);
  expect(list.find((one: { name: string }) => one.name === 'uniform')).toMatchObject({
    family: 'auction',
    params: [{ name: 'k', default: '1/2' }, { name: 'floor' }, { name: 'ceiling' }],
  });
  expect(list.find((one: { name: string }) => one.name === 'mid-market-rate').params).toEqual(
    expect.arrayContaining([expect.objectContaining({ name: 'supply_price', default: '300' })]),
  );
  const described = (await run('', '--describe', 'ascending-increment')).out;
  expect(described).toMatch(/^increment +EUR\/MWh with up to 3 decimals, at least 0\.001 /m);
  expect((await run('', '--describe', 'uniform')).out).toContain('How far up the price interval');
  expect(JSON.parse((await run('', '--describe', 'uniform', '--json')).out).price).toBe('required');
  expect((await run('')).err).toContain('--mechanism: expected a name');
});
