/** A slot of a study is what `commonwatt clear` makes of the same orders, whatever cleared it in the study. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { clearables } from '../clear/mechanism-choice.ts';
import { type CsvLine, command, Workshop } from './small-studies.test-support.ts';

const shop = new Workshop();
afterAll(() => shop.remove());

const ALL = clearables().map(({ name }) => name);
/** By which a slot is told from the others. */
const SLOTS_TRIED = 3;
/** Files of the same lines, with the columns that each takes. */
const NETWORKS = new Map([
  ['zonal', 'lines.csv'],
  ['locational-marginal-price', 'network.csv'],
]);
const ON_A_LEDGER = ['uniform', 'pay-as-bid', 'mcafee', 'zonal'] as const;

beforeAll(async () => {
  shop.file(
    'network.csv',
    'from,to,limit_wh,susceptance\nnorth,community,700,1\nsouth,community,900,1\n',
  );
  shop.file('lines.csv', 'from,to,limit_wh\nnorth,community,700\nsouth,community,900\n');
  const scenario = shop.scenario(
    'all',
    `traders: { trader: zi-c }
market: { mechanism: locational-marginal-price, files: { network: network.csv } }
`,
  );
  const words = ['--out', shop.path('all'), '--jobs', '1', '--compare', ALL.join()];
  expect(await command(['simulate', scenario, ...words])).toMatchObject({ status: 0 });
});

/** Columns of `clear` out of a table of orders. */
function bookOf(orders: readonly CsvLine[]): string {
  const lines = orders.map((one) =>
    [one.id, one.member, one.side, one.price_eur_per_mwh, one.energy_wh, one.time, one.zone].join(),
  );
  return `${['id,member,side,price,energy_wh,time,zone', ...lines].join('\n')}\n`;
}

const bySlot = (rows: readonly CsvLine[], slot: string | undefined) =>
  rows.filter((row) => row.slot === slot);

/** Slots with the most trades of a mechanism; any with orders where nobody is paired. */
function slotsOf(trades: readonly CsvLine[], orders: readonly CsvLine[]): readonly string[] {
  const rows = trades.length > 0 ? trades : orders.filter((row) => row.filled_wh !== '0');
  const slots = [...new Set(rows.map(({ slot }) => slot as string))];
  return slots
    .sort((a, b) => bySlot(rows, b).length - bySlot(rows, a).length)
    .slice(0, SLOTS_TRIED);
}

interface Cleared {
  readonly trades?: readonly Readonly<Record<string, string | number | null>>[];
  readonly unmatched?: readonly { readonly id: string; readonly energy_wh: number }[];
  readonly shares?: readonly { readonly member: string; readonly energy_wh: number }[];
}

async function cleared(mechanism: string, seed: string, words: readonly string[], book: string) {
  const line = ['clear', '--mechanism', mechanism, '--seed', seed, '--json', ...words];
  const { status, out, err } = await command(line, book);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return JSON.parse(out) as Cleared;
}

const tradeText = (one: CsvLine) =>
  [one.bid, one.ask, one.energy_wh, one.buyer_price_eur_per_mwh, one.seller_price_eur_per_mwh]
    .map((cell) => (/^-?\d+\.\d{3}$/.test(cell ?? '') ? `${Number(cell)}` : cell))
    .join();
const tradeOf = (one: Readonly<Record<string, string | number | null>>) =>
  [one.bid, one.ask, one.energy_wh, one.buyer_price ?? '', one.seller_price ?? '']
    .map((cell) => (/^-?\d+\.\d+$/.test(`${cell}`) ? `${Number(cell)}` : `${cell}`))
    .join();

test.each(ALL)('%s: the trades of a slot are those of its book', async (mechanism) => {
  const of = (table: string) =>
    shop.table('all', table).filter((row) => row.mechanism === mechanism);
  const [orders, trades] = [of('orders'), of('trades')];
  const slots = slotsOf(trades, orders);
  expect(slots.length).toBeGreaterThan(0);
  const isSharing = trades.length === 0;
  const words = NETWORKS.has(mechanism)
    ? ['--file', `network=${shop.path(NETWORKS.get(mechanism) as string)}`]
    : [];
  for (const slot of slots) {
    const book = bySlot(orders, slot);
    const seed = book[0]?.lot_seed as string;
    const settings = isSharing
      ? ['--param', 'supply_price=280', '--param', 'feed_in_price=80']
      : [];
    const answer = await cleared(mechanism, seed, [...words, ...settings], bookOf(book));
    if (answer.trades !== undefined && answer.trades.length > 0) {
      expect(answer.trades.map(tradeOf).sort()).toEqual(bySlot(trades, slot).map(tradeText).sort());
    }
    const left = new Map(answer.unmatched?.map((one) => [one.id, `${one.energy_wh}`]));
    const shared = new Map(answer.shares?.map((one) => [one.member, one.energy_wh]));
    for (const { id = '', member = '', energy_wh: energy, filled_wh: filled } of book) {
      const open = `${Number(energy) - Number(filled)}`;
      if (answer.shares === undefined) expect(left.get(id) ?? '0', id).toBe(open);
      else expect(Math.abs(shared.get(member) ?? 0), id).toBe(Number(filled));
    }
  }
});

test.each(ON_A_LEDGER)('%s: so are those that a ledger cleared', async (mechanism) => {
  const scenario = shop.scenario(
    `ledger-${mechanism}`,
    `traders: { trader: zi-c }\nledger: memory\nmarket: { mechanism: ${mechanism} }\n`,
  );
  const out = `ledger-${mechanism}`;
  const words = ['--out', shop.path(out), '--jobs', '1'];
  expect(await command(['simulate', scenario, ...words])).toMatchObject({ status: 0, err: '' });
  const [orders, trades] = [shop.table(out, 'orders'), shop.table(out, 'trades')];
  const slots = slotsOf(trades, orders);
  expect(slots.length).toBeGreaterThan(0);
  for (const slot of slots) {
    const book = bySlot(orders, slot);
    expect(book[0]?.lot_seed).toMatch(/^[0-9a-f]{64}$/);
    const text = bookOf(book).replaceAll(',,', ',0,');
    const lines = NETWORKS.get(mechanism);
    const tables = lines === undefined ? [] : ['--file', `network=${shop.path(lines)}`];
    const answer = await cleared(mechanism, book[0]?.lot_seed as string, tables, text);
    expect(answer.trades?.map(tradeOf).sort()).toEqual(bySlot(trades, slot).map(tradeText).sort());
  }
});

test('a ledger has no market of prices of nodes', async () => {
  const mechanism = 'locational-marginal-price, files: { network: network.csv }';
  const scenario = shop.scenario('nodal', `ledger: memory\nmarket: { mechanism: ${mechanism} }\n`);
  const ended = await command(['simulate', scenario, '--out', shop.path('nodal'), '--jobs', '1']);
  expect(ended).toMatchObject({ status: 2 });
  expect(ended.err).toContain('ledger: expected off');
});
