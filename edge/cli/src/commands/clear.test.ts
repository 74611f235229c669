import { expect, test } from 'vitest';
import { main } from '../main.ts';
import { testTerminal } from '../terminal/terminal.test-support.ts';

const BOOK = `id,member,side,price,energy_wh
b1,ana,buy,60,1000
b2,ben,buy,45.5,1000
s1,cid,sell,40,1500
s2,dee,sell,50,1000
`;

async function cleared(input: string, ...words: readonly string[]) {
  const terminal = testTerminal(input);
  const status = await main(['clear', '--mechanism', 'uniform', ...words], terminal);
  return { status, out: terminal.out(), err: terminal.err() };
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
  [['--param', 'k=1.5'], 'k from 0 to 1'],
  [['--param', 'q=1'], 'k= with a number'],
])('%s is refused', async (words, expected) => {
  const { status, err } = await cleared(BOOK, ...words);
  expect(status).toBe(2);
  expect(err).toContain(expected);
});
