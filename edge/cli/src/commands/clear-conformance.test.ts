/** What `clear` is said to print and to refuse, sentence by sentence. */

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { main } from '../main.ts';
import { testTerminal } from '../terminal/terminal.test-support.ts';

const HEADING = 'id,member,side,price,energy_wh';
const BOOK = `${HEADING}
b1,ana,buy,60,1000
b2,ben,buy,45.5,1000
s1,cid,sell,40,1500
s2,dee,sell,50,1000
`;

const folder = mkdtempSync(join(tmpdir(), 'clear-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function run(input: string | Uint8Array, ...words: readonly string[]) {
  const terminal = testTerminal(input);
  const status = await main(['clear', ...words], terminal);
  return { status, out: terminal.out(), err: terminal.err() };
}

async function json(input: string, mechanism: string, ...words: readonly string[]) {
  const { out, err } = await run(input, '--mechanism', mechanism, '--json', ...words);
  expect(err).toBe('');
  return JSON.parse(out);
}

const rows = (...lines: readonly string[]) => `${[HEADING, ...lines].join('\n')}\n`;

const NAMES = [
  ...['uniform', 'pay-as-bid', 'average', 'mcafee', 'sbba', 'muda', 'vcg', 'kelly'],
  ...['iterative-double-auction', 'proportional-two-sided', 'ascending-increment', 'willingness'],
  ...['continuous', 'two-stage', 'stable-matching', 'naive-auction', 'equal-increment-pool'],
  ...['preference-matching', 'mid-market-rate', 'supply-demand-ratio', 'bill-sharing'],
  ...['compensating-price', 'shapley', 'nucleolus', 'zonal', 'locational-marginal-price'],
  ...['social-welfare', 'microgrid-exchange'],
];

describe('every name', () => {
  /** Columns, settings and files for all of them; whoever does not know one takes no notice or is not told. */
  const book = `${HEADING},time,zone
b1,ana,buy,60,1000,1,north
b2,ben,buy,45.5,1000,1,south
s1,cid,sell,40,1500,1,north
s2,dee,sell,50,1000,1,south
`;
  const network = file('network.csv', 'from,to,limit_wh\nnorth,south,200\n');
  const meshed = file('mesh.csv', 'from,to,limit_wh,susceptance\nnorth,south,200,1\n');

  async function wordsFor(name: string): Promise<string[]> {
    const { params, files } = JSON.parse((await run('', '--describe', name, '--json')).out);
    const given: Record<string, string> = {
      supply_price: '300',
      feed_in_price: '80',
      compensating_price: '10',
    };
    const settings = params
      .filter(({ required }: { required: boolean }) => required)
      .flatMap((one: { name: string }) => ['--param', `${one.name}=${given[one.name]}`]);
    const tables = files
      .filter(({ required }: { required: boolean }) => required)
      .flatMap((one: { columns: { name: string }[] }) => {
        const isMeshed = one.columns.some((column) => column.name === 'susceptance');
        return ['--file', `network=${isMeshed ? meshed : network}`];
      });
    return [...settings, ...tables];
  }

  test('is listed with source, ties and properties, and nothing else is', async () => {
    const list = JSON.parse((await run('', '--list', '--json')).out);
    expect(list.map(({ name }: { name: string }) => name).sort()).toEqual([...NAMES].sort());
    for (const { source, ties, properties } of list) {
      expect(source).toMatch(/\d{4}/);
      expect(ties).toMatch(/./);
      expect(properties.length).toBeGreaterThan(2);
    }
    const { out } = await run('', '--list');
    for (const name of NAMES) expect(out.split('\n')).toContain(name);
  });

  test.each(NAMES)(
    '%s clears one book, with the fields of its kind and sums that agree',
    async (name) => {
      const answer = await json(book, name, ...(await wordsFor(name)));
      const fields = Object.keys(answer).filter((field) => field !== 'details');
      expect(answer.mechanism).toBe(name);
      const nano = (decimal: string) => Math.round(Number(decimal) * 1e9);
      const sum = (list: { money: string }[]) =>
        list.reduce((all, { money }) => all + nano(money), 0);
      if ('shares' in answer) {
        expect(fields).toEqual(['mechanism', 'shares', 'residual', 'surplus']);
        for (const share of answer.shares) {
          expect(Object.keys(share)).toEqual(['member', 'energy_wh', 'money']);
        }
        const taken = answer.shares.reduce(
          (all: number, one: { energy_wh: number }) => all + one.energy_wh,
          0,
        );
        expect(taken).toBe(0);
        expect(answer.residual).toBe(-500);
        // What members pay less what the community is paid for what it feeds in.
        expect(sum(answer.shares) + 500 * 80_000).toBe(nano(answer.surplus));
        return;
      }
      expect(fields).toEqual([
        ...['mechanism', 'price', 'priceInterval', 'trades', 'unmatched', 'payments'],
        ...['welfare', 'surplus'],
      ]);
      const limits: Record<string, number> = { b1: 60_000, b2: 45_500, s1: 40_000, s2: 50_000 };
      let [welfare, traded] = [0, 0];
      for (const trade of answer.trades) {
        expect(Object.keys(trade)).toEqual([
          'bid',
          'ask',
          'energy_wh',
          'buyer_price',
          'seller_price',
        ]);
        expect(trade.buyer_price === null).toBe(['vcg', 'kelly'].includes(name));
        expect(trade.seller_price === null).toBe(['vcg', 'kelly'].includes(name));
        welfare += ((limits[trade.bid] ?? 0) - (limits[trade.ask] ?? 0)) * trade.energy_wh;
        traded += trade.energy_wh;
      }
      const left = answer.unmatched.reduce(
        (all: number, one: { energy_wh: number }) => all + one.energy_wh,
        0,
      );
      expect(2 * traded + left).toBe(4500);
      expect(nano(answer.welfare)).toBe(welfare);
      expect(nano(answer.surplus)).toBe(sum(answer.payments));
      for (const decimal of [answer.welfare, answer.surplus])
        expect(decimal).toMatch(/^-?\d+(\.\d{1,9})?$/);
      for (const { money } of answer.payments) expect(money).toMatch(/^-?\d+(\.\d{1,9})?$/);
      if (answer.price !== null) expect(answer.price).toMatch(/^-?\d+(\.\d{1,3})?$/);
    },
  );
});

describe('prices', () => {
  test.each([
    ['40', '40.001', '40'],
    ['-40.001', '-40', '-40.001'],
    ['-0.001', '0', '-0.001'],
    ['0', '0.003', '0.001'],
  ])('between %s and %s the middle is rounded down to %s', async (low, high, price) => {
    const book = rows(`b,ana,buy,${high},1000`, `s,bo,sell,${low},1000`);
    expect(await json(book, 'uniform')).toMatchObject({ price, priceInterval: { low, high } });
  });

  test('the interval is of every price that clears the same trades, and null where nothing trades', async () => {
    // s2 is left out and b2 in part: below 45.5 b2 would rather have more, above it nothing.
    expect((await json(BOOK, 'uniform')).priceInterval).toEqual({ low: '45.5', high: '45.5' });
    const apart = await json(rows('b,ana,buy,1,10', 's,bo,sell,2,10'), 'uniform');
    expect(apart).toMatchObject({ price: null, priceInterval: null, welfare: '0', surplus: '0' });
  });

  test('who pays has a payment above zero, whoever is paid one below, also where prices are negative', async () => {
    const { payments } = await json(rows('b,ana,buy,-10,1000', 's,bo,sell,-30,1000'), 'uniform');
    expect(payments).toEqual([
      { member: 'ana', money: '-0.02' },
      { member: 'bo', money: '0.02' },
    ]);
  });

  test('money is split by largest remainder, to the last nano', async () => {
    const book = rows('b,ana,buy,0.001,3', 's,bo,sell,0,1', 't,cy,sell,0,1');
    const { payments } = await json(book, 'kelly');
    const sum = payments.reduce(
      (all: number, one: { money: string }) => all + Number(one.money) * 1e9,
      0,
    );
    expect(Math.abs(sum)).toBeLessThan(1e-6);
  });
});

describe('lots', () => {
  const ids = ['b', 'c', 'ä', '🌞', 'z9'];
  const book = rows(...ids.map((id) => `${id},m-${id},buy,60,1`), 's,seller,sell,40,1');
  const lot = (seed: string, id: string) =>
    createHash('sha256')
      .update(Buffer.concat([Buffer.from(seed), Buffer.of(0), Buffer.from(id)]))
      .digest('hex');
  const lowest = (seed: string) =>
    [...ids].sort((a, b) => (lot(seed, a) < lot(seed, b) ? -1 : 1))[0];

  test.each(['', 'a', 'b', '5f1e', 'ü'])(
    'with the seed %j the lowest SHA-256 of seed, zero and id wins',
    async (seed) => {
      const words = seed === '' ? [] : ['--seed', seed];
      const { trades } = await json(book, 'uniform', ...words);
      expect(trades.map(({ bid }: { bid: string }) => bid)).toEqual([lowest(seed)]);
    },
  );

  test('arrival does not tell, but where time is the rule; equal times are by lot', async () => {
    const reversed = rows(
      ...[...ids].reverse().map((id) => `${id},m-${id},buy,60,1`),
      's,seller,sell,40,1',
    );
    expect((await json(reversed, 'uniform')).trades).toEqual((await json(book, 'uniform')).trades);
    const at = (times: readonly number[]) =>
      [
        `${HEADING},time`,
        ...ids.map((id, i) => `${id},m-${id},buy,60,1,${times[i]}`),
        's,q,sell,40,1,9',
      ].join('\n');
    expect((await json(at([5, 4, 1, 3, 2]), 'continuous')).trades[0].bid).toBe('ä');
    expect((await json(at([5, 5, 5, 5, 5]), 'continuous')).trades[0].bid).toBe(lowest(''));
  });

  test('equal limits share by largest remainder, equal remainders by lot', async () => {
    const three = rows('b,ana,buy,60,1', 'c,bo,buy,60,1', 'd,cy,buy,60,1', 's,eve,sell,40,2');
    const { trades } = await json(three, 'uniform', '--seed', 'x');
    const winners = ['b', 'c', 'd']
      .sort((a, b) => (lot('x', a) < lot('x', b) ? -1 : 1))
      .slice(0, 2);
    expect(trades.map(({ bid }: { bid: string }) => bid).sort()).toEqual(winners.sort());
  });

  test('a member on both sides is taken out first and reported unmatched', async () => {
    const own = rows('b,ana,buy,60,1000', 's,ana,sell,40,600', 't,bo,sell,45,1000');
    const answer = await json(own, 'uniform');
    expect(answer.trades).toMatchObject([{ bid: 'b', ask: 't', energy_wh: 400 }]);
    expect(answer.unmatched).toEqual([
      { id: 'b', energy_wh: 600 },
      { id: 's', energy_wh: 600 },
      { id: 't', energy_wh: 600 },
    ]);
  });
});

describe('a hostile file', () => {
  test('with a byte order mark, Windows line ends and names of every object is read', async () => {
    const book = `\uFEFF${rows('__proto__,constructor,buy,60,10', 'toString,__proto__,sell,40,10')}`;
    const { trades, payments } = await json(book.replaceAll('\n', '\r\n'), 'uniform');
    expect(trades).toMatchObject([{ bid: '__proto__', ask: 'toString' }]);
    expect(payments.map(({ member }: { member: string }) => member)).toEqual([
      'constructor',
      '__proto__',
    ]);
    const zoned = `${HEADING},zone\nb,ana,buy,60,10,__proto__\ns,bo,sell,40,10,__proto__\n`;
    const { out } = await run(zoned, '--mechanism', 'equal-increment-pool', '--json');
    expect(out).toContain('"__proto__":{"price":"50"');
  });

  test.each([
    ['6e1', '1', 'column price: expected EUR/MWh with up to 3 decimals, got 6e1'],
    ['', '1', 'column price: expected EUR/MWh with up to 3 decimals, got nothing'],
    [' 6', '1', 'column price: expected EUR/MWh with up to 3 decimals, got " 6"'],
    ['1.0001', '1', 'column price: expected EUR/MWh with up to 3 decimals, got 1.0001'],
    ['99999999999999999999', '1', 'column price: expected -9223372036854775.808'],
    ['6', '', 'column energy_wh: expected a whole number from 1 to 9007199254740991, got nothing'],
    ['6', '0', 'from 1 to 9007199254740991, got 0'],
    ['6', '9007199254740992', 'from 1 to 9007199254740991, got 9007199254740992'],
    ['6', '1e3', 'got 1e3'],
    ['6', `1${'0'.repeat(5000)}`, '..."'],
    ['6', '1\u001b[2J', 'got "1\\u001b[2J"'],
  ])(
    'price %j and energy %j: exit status 2, nothing printed, line and column named',
    async (price, wh, said) => {
      const bad = `b,ana,buy,"${price}","${wh}"`;
      const { status, out, err } = await run(rows('a,ana,buy,1,1', bad), '--mechanism', 'uniform');
      expect([status, out]).toEqual([2, '']);
      expect(err).toContain('standard input, line 3, column ');
      expect(err).toContain(said);
      expect(err.length).toBeLessThan(400);
    },
  );

  test.each<[string, string, readonly string[], string]>([
    ['no price column', 'id,member,side,energy_wh\n', [], 'line 1, column price'],
    ['nothing at all', '', [], 'an empty file'],
    ['a column that nobody knows', `${HEADING},colour\n`, [], '"colour"'],
    ['no time', BOOK, ['--mechanism', 'continuous'], 'column time: expected the columns'],
    ['no time in two-stage', BOOK, ['--mechanism', 'two-stage'], 'column time'],
    [
      'a time between two',
      `${HEADING},time\nb,a,buy,1,1,1.5\n`,
      ['--mechanism', 'continuous'],
      'line 2, column time: expected a whole number',
    ],
    [
      'a slot and an id twice',
      `${HEADING},slot\nb,a,buy,1,1,x\nb,a,buy,1,1,y\n`,
      [],
      'line 3, column id: expected an id of its own, got that of line 2',
    ],
    [
      'a setting twice',
      BOOK,
      ['--param', 'k=0', '--param', 'k=1'],
      '--param k: expected a value once, got 1',
    ],
    [
      'more energy than a sum can hold',
      rows(...Array.from({ length: 1100 }, (_, at) => `o${at},m,buy,1,9007199254740991`)),
      [],
      'energy_total_too_large',
    ],
  ])('%s is refused in words', async (_name, input, words, said) => {
    const mechanism = words.includes('--mechanism') ? [] : ['--mechanism', 'uniform'];
    const { status, out, err } = await run(input, ...mechanism, ...words);
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(said);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });

  test('bytes that are no UTF-8 are told', async () => {
    const { status, err } = await run(
      Uint8Array.of(0xff, 0xfe, 0x69, 0x00),
      '--mechanism',
      'uniform',
    );
    const told = 'standard input, line 1, column 1: expected UTF-8, got "\ufffd\ufffdi\\u0000"';
    expect([status, err]).toEqual([2, `commonwatt: ${told}\n`]);
  });

  test('a name that would break its row is quoted', async () => {
    const { out } = await run(
      rows('"b\nx",ana,buy,60,10', 's,"bo\u001b[2J",sell,40,10'),
      '--mechanism',
      'uniform',
    );
    expect(out).toContain('"b\\nx"');
    expect(out).toContain('"bo\\u001b[2J"');
    expect(out).not.toContain('\u001b');
  });

  test.each(NAMES)(
    '%s: the largest energies and the farthest prices are cleared or refused',
    async (name) => {
      const far = ['9223372036854775.807', '-9223372036854775.808'];
      const book = `${HEADING},time,zone
b,ana,buy,${far[0]},9007199254740991,1,n
c,ben,buy,${far[1]},9007199254740991,1,s
s,cid,sell,${far[1]},9007199254740991,1,s
t,dee,sell,${far[0]},9007199254740991,1,n
`;
      const network = file(
        'far.csv',
        'from,to,limit_wh,susceptance\nn,s,9007199254740991,1000000\n',
      );
      const flat = file('flat.csv', 'from,to,limit_wh\nn,s,9007199254740991\n');
      const words: Record<string, string[]> = {
        zonal: ['--file', `network=${flat}`],
        'locational-marginal-price': ['--file', `network=${network}`],
        'compensating-price': ['--param', 'compensating_price=1'],
      };
      const isSharing = [
        ...['mid-market-rate', 'supply-demand-ratio', 'bill-sharing', 'compensating-price'],
        ...['shapley', 'nucleolus'],
      ].includes(name);
      const prices = [`supply_price=${far[0]}`, `feed_in_price=${far[1]}`].flatMap((one) => [
        '--param',
        one,
      ]);
      const { status, err } = await run(
        book,
        '--mechanism',
        name,
        ...(words[name] ?? []),
        ...(isSharing ? prices : []),
      );
      expect([0, 2]).toContain(status);
      if (status === 2) expect(err).toMatch(/^commonwatt: .*expected .*, got /);
    },
  );
});
