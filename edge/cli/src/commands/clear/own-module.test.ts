import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { main } from '../../main.ts';
import { testTerminal } from '../../terminal/terminal.test-support.ts';

const PAIR = 'id,member,side,price,energy_wh\nb,ana,buy,60,5\ns,ben,sell,40,5\n';

const folder = mkdtempSync(join(tmpdir(), 'own-module-'));
afterAll(() => rmSync(folder, { recursive: true }));

let written = 0;

/** A module of that text, each in a file of its own: a module that was loaded is not loaded again. */
function moduleOf(text: string): string {
  const path = join(folder, `mine-${written++}.mjs`);
  writeFileSync(path, text);
  return path;
}

/** A rule that trades the first bid with the first ask at 50, spoiled. */
function rule(spoiled: string, before = ''): string {
  return moduleOf(`export default ({ openBook, tradesOf, clearingOf }) => ({
  name: 'mine',
  clear(call) {
    ${before}
    const { standing, bids, asks } = openBook(call);
    const all = (lines) => lines.map((line) => ({ line, energy: line.energy }));
    const trades = tradesOf(all(bids), all(asks), () => ({ buyerPrice: 50000n, sellerPrice: 50000n }));
    const clearing = clearingOf(standing, { trades, price: 50000n });
    return { ...clearing${spoiled} };
  },
});`);
}

async function run(mechanism: string, ...words: readonly string[]) {
  return cleared(PAIR, mechanism, ...words);
}

async function cleared(orders: string, mechanism: string, ...words: readonly string[]) {
  const terminal = testTerminal(orders);
  const status = await main(['clear', '--mechanism', mechanism, ...words], terminal);
  return { status, out: terminal.out(), err: terminal.err() };
}

test('a module that keeps the duties clears', async () => {
  const { status, out } = await run(rule(''), '--json');
  expect(status).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ price: '50', trades: [{ energy_wh: 5 }] });
});

test.each([
  [
    ', trades: clearing.trades.map((one) => ({ ...one, energy: one.energy * 3n })), fills: new Map([["b", 15n], ["s", 15n]])',
    'no_overfill: expected no order to get more than it asked for, got b asked for 5 Wh and got 15 Wh',
  ],
  [', price: 1.5', 'price: expected a bigint of thousandths of EUR/MWh, got number 1.5'],
  [
    ', trades: clearing.trades.map((one) => ({ ...one, bid: bids[0], ask: asks[0] }))',
    'trades[0].bid: expected the id of an order to buy, got an object',
  ],
  [', surplus: 7n', 'accounts: expected sums of money that agree'],
  [', unmatched: [{ id: "b", energy: 5n }]', 'conservation: expected energy'],
])('an outcome with%s is refused alone, beside another and as a table', async (spoiled, told) => {
  const path = rule(spoiled);
  for (const words of [[path, '--json'], [path], [`uniform,${path}`], [`${path},uniform`]]) {
    const { status, out, err } = await run(words[0] ?? '', ...words.slice(1));
    expect({ status, lines: err.trim().split('\n').length }, err).toEqual({ status: 2, lines: 1 });
    if (!words.includes('--json')) expect(out).toBe('');
    expect(err).toContain(`${path}, ${told}`);
  }
});

test('what a rule throws is told with the line of its module', async () => {
  const path = rule('', '\n    throw new TypeError("no sun today");');
  const { status, err } = await run(path);
  expect(status).toBe(2);
  expect(err.trim()).toBe(
    `commonwatt: ${path}:5: expected a mechanism that does not throw, got TypeError: no sun today`,
  );
  const word = rule('', 'throw "no sun";');
  expect((await run(word)).err).toContain(`${word}: expected a mechanism that does not`);
  const inside = rule('', '\n\n    openBook({ orders: null });');
  expect((await run(inside)).err).toContain(
    `${inside}:6: expected a mechanism that does not throw`,
  );
});

test('what throws while it is loaded is told with its line', async () => {
  const thrown = moduleOf('\n\nthrow new Error("not today");');
  expect((await run(thrown)).err).toContain(`${thrown}:3: Error: not today`);
  const made = moduleOf('export default () => {\n  return nobody;\n};');
  expect((await run(made)).err).toContain(`${made}:2: expected a mechanism that does not throw`);
});

test('a rule of sharing is watched as well', async () => {
  const shares = (money: string) =>
    moduleOf(`export default {
      name: 'gift',
      share: ({ orders }) => ({
        shares: orders.map(({ member, side, energy }) => (
          { member, energy: side === 'buy' ? energy : -energy, money: ${money} })),
        residual: 0n, surplus: 0n, volume: 5n,
      }),
    };`);
  expect((await run(shares('0n'))).status).toBe(0);
  const path = shares('0');
  const { status, err } = await run(path);
  expect(status).toBe(2);
  expect(err).toContain(`${path}, shares[0].money: expected a bigint of nano-EUR, got number 0`);
});

test('the example of the documentation clears, with its settings and beside another', async () => {
  const examples = fileURLToPath(new URL('../../../../../examples/', import.meta.url));
  const path = join(examples, 'mine.js');
  const { out } = await cleared(PAIR, path, '--param', 'k=1/4', '--json');
  expect(JSON.parse(out).trades).toEqual([
    { bid: 'b', ask: 's', energy_wh: 5, buyer_price: '45', seller_price: '45' },
  ]);
  const reserved = await cleared(PAIR, path, '--param', 'reserve=60.001', '--json');
  expect(JSON.parse(reserved.out).trades).toEqual([]);
  const orders = readFileSync(join(examples, 'orders.csv'), 'utf8');
  const pair = JSON.parse((await cleared(orders, `uniform,${path}`, '--json')).out);
  expect(pair.difference).toMatchObject({ volume_wh: 0, welfare: '0', surplus: '0' });
});

test('a shipped auction can be written as a file, from the parts that are passed in', async () => {
  const path =
    moduleOf(`export default ({ defineAuction, openBook, clearBook, tradesOf, clearingOf }) =>
  defineAuction({
    name: 'discriminatory', version: 1, source: 'Krishna 2010', rule: '', ties: '', settings: [], properties: [],
    clear(call) {
      const { standing, bids, asks } = openBook(call);
      const cleared = clearBook([...bids, ...asks], {});
      const trades = tradesOf(cleared.bids, cleared.asks, (bid, ask) => (
        { buyerPrice: bid.limit, sellerPrice: ask.limit }));
      return clearingOf(standing, { trades, priceInterval: cleared.priceInterval });
    },
  });`);
  const ours = JSON.parse((await run(path, '--json')).out);
  const theirs = JSON.parse((await run('pay-as-bid', '--json')).out);
  expect(ours).toEqual({ ...theirs, mechanism: 'discriminatory' });
});
