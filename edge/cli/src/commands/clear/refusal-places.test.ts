import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { main } from '../../main.ts';
import { testTerminal } from '../../terminal/terminal.test-support.ts';

const HEAD = 'id,member,side,price,energy_wh';
const PAIR = `${HEAD}\nb,ana,buy,60,5\ns,ben,sell,40,5\n`;
const ZONED = `${HEAD},zone\nb,ana,buy,60,5,north\ns,ben,sell,40,5,south\n`;

const folder = mkdtempSync(join(tmpdir(), 'refusals-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function refused(orders: string | Buffer, ...words: readonly string[]): Promise<string> {
  const terminal = testTerminal(orders);
  const status = await main(['clear', '--mechanism', ...words], terminal);
  expect(status, terminal.err()).toBe(2);
  expect(terminal.out()).toBe('');
  return terminal.err().trim();
}

const NET = file('net.csv', 'from,to,limit_wh\nnorth,south,9\n');

test.each([
  [
    'a member in two zones',
    `${ZONED}t,ana,buy,60,5,south\n`,
    ['zonal', '--file', `network=${NET}`],
    'standard input, line 4, column zone: expected north, where ana stands with b, got south',
  ],
  [
    'a minimum where a solver proposes',
    `${HEAD},minimum_wh\nb,ana,buy,60,5,\nc,ana,buy,60,5,2\ns,ben,sell,40,5,\n`,
    ['preference-matching'],
    'standard input, line 3, column minimum_wh: expected nothing, for preference-matching knows no minimum, got 2',
  ],
  [
    'a minimum where energy is shared by all',
    `${HEAD},minimum_wh\nb,ana,buy,60,5,2\ns,ben,sell,40,5,\n`,
    ['uniform,shapley'],
    'standard input, line 2, column minimum_wh: expected nothing, for shapley knows no minimum, got 2',
  ],
  [
    'an interval that ends before it begins',
    `${HEAD},from,until\nb,ana,buy,60,5,1,2\ns,ben,sell,40,5,4,3\n`,
    ['preference-matching'],
    'standard input, line 3, column until: expected at least from, 4, got 3',
  ],
  [
    'a collar upside down',
    PAIR,
    ['uniform', '--param', 'floor=5', '--param', 'ceiling=4.5'],
    '--param floor, ceiling: expected floor at most ceiling, got 5 and 4.5',
  ],
  [
    'a feed-in price above the supply price, which falls back',
    PAIR,
    ['mid-market-rate', '--param', 'feed_in_price=400'],
    '--param feed_in_price, supply_price: expected feed_in_price at most supply_price, got 400 and 300',
  ],
  [
    'a feed-in price below zero',
    PAIR,
    ['supply-demand-ratio', '--param', 'feed_in_price=-0.5'],
    '--param feed_in_price: expected at least 0, got -0.5',
  ],
  [
    'more decimals than are kept',
    PAIR,
    ['uniform', '--param', 'k=0.3333333333333333333333333'],
    '--param k: expected a decimal number of up to 18 decimals or a fraction such as 1/3 from 0 to 1, got 0.33333',
  ],
  [
    'more orders than can be assigned',
    `${HEAD}\n${Array.from({ length: 201 }, (_, at) => `b${at},ana,buy,60,5\n`).join('')}`,
    ['naive-auction'],
    'orders: expected at most 200 orders for naive-auction, got 201',
  ],
  [
    'more members than a nucleolus is computed for',
    `${HEAD}\n${Array.from({ length: 13 }, (_, at) => `b${at},m${at},buy,60,5\n`).join('')}`,
    ['nucleolus'],
    'orders: expected at most 12 members for nucleolus, got 13',
  ],
])('%s is told with its place', async (_, orders, words, told) => {
  expect(await refused(orders, ...words)).toContain(`commonwatt: ${told}`);
});

test('a row of a file is told with the file and its line', async () => {
  for (const [mechanism, more] of [
    ['zonal', ''],
    ['locational-marginal-price', ',susceptance'],
  ] as const) {
    const last = more === '' ? '' : ',1';
    const rows = `from,to,limit_wh${more}\nnorth,south,9${last}\nsouth,south,9${last}\n`;
    const lines = file(`${mechanism}.csv`, rows);
    expect(await refused(ZONED, mechanism, '--file', `network=${lines}`)).toBe(
      `commonwatt: ${lines}, line 3, column to: expected another zone than from, got south`,
    );
  }
  const limits = file('twice.csv', 'zone,exchange_wh\nnorth,9\n\nsouth,9\nnorth,8\n');
  expect(await refused(ZONED, 'preference-matching', '--file', `limits=${limits}`)).toBe(
    `commonwatt: ${limits}, line 5, column zone: expected every zone once, got north`,
  );
  const latin = file('latin.csv', Buffer.from('from,to,limit_wh\nnorth,s\xfcd,9\n', 'latin1'));
  expect(await refused(ZONED, 'zonal', '--file', `network=${latin}`)).toBe(
    `commonwatt: ${latin}, line 2, column to: expected UTF-8, got "s\ufffdd"`,
  );
});
