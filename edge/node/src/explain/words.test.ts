import type { Cleared } from '@commonwatt/contracts';
import type { Energy, Price } from '@commonwatt/units';
import { expect, test } from 'vitest';
import { type LineFacts, lineWords } from './line-words.ts';
import { whyThisPrice } from './price-words.ts';
import type { Terms } from './trade-words.ts';
import { countWords, spanWords } from './wording.ts';

const kWh = (tenths: bigint) => (tenths * 100n) as Energy;
const ct = (tenths: bigint) => (tenths * 1000n) as Price;

const facts: LineFacts = {
  side: 'sell',
  counterparty: 7,
  counterpartyKind: 'office',
  traded: kWh(12n),
  delivered: kWh(12n),
  price: ct(214n),
  limit: ct(180n),
  isNegotiated: false,
  isOnePrice: true,
  otherPrice: undefined,
};

test.each<[Partial<LineFacts>, string]>([
  [
    {},
    'You sold 1.2 kWh to office #7 at 21.4 ct/kWh because your limit of 18 ct/kWh was below the clearing price.',
  ],
  [
    { side: 'buy', limit: ct(300n), counterpartyKind: 'home solar system' },
    'You bought 1.2 kWh from home solar system #7 at 21.4 ct/kWh because your limit of 30 ct/kWh was above the clearing price.',
  ],
  [
    { limit: ct(214n) },
    'You sold 1.2 kWh to office #7 at 21.4 ct/kWh because your limit of 21.4 ct/kWh was the clearing price.',
  ],
  [
    { isNegotiated: true, limit: undefined },
    'You sold 1.2 kWh to office #7 at 21.4 ct/kWh as the two of you agreed.',
  ],
  [
    { limit: undefined, counterpartyKind: undefined },
    'You sold 1.2 kWh to member #7 at 21.4 ct/kWh in the clearing of the slot.',
  ],
  [
    { isOnePrice: false },
    'You sold 1.2 kWh to office #7 at 21.4 ct/kWh, within your limit of 18 ct/kWh.',
  ],
  [
    { isOnePrice: false, limit: ct(214n), otherPrice: ct(250n) },
    'You sold 1.2 kWh to office #7 at 21.4 ct/kWh, which is your own limit; the buyer pays 25 ct/kWh, and the difference goes to the community.',
  ],
  [
    { side: 'buy', isOnePrice: false, limit: ct(250n), otherPrice: ct(100n), delivered: kWh(9n) },
    'You bought 1.2 kWh from office #7 at 21.4 ct/kWh, within your limit of 25 ct/kWh; the seller gets 10 ct/kWh, and the difference goes to the community; the meters confirm 0.9 kWh, and only that is due.',
  ],
  [
    { delivered: kWh(9n) },
    'You sold 1.2 kWh to office #7 at 21.4 ct/kWh because your limit of 18 ct/kWh was below the clearing price; the meters confirm 0.9 kWh, and only that is due.',
  ],
  [
    { delivered: kWh(0n) },
    'You sold 1.2 kWh to office #7 at 21.4 ct/kWh because your limit of 18 ct/kWh was below the clearing price; the meters confirm no delivery, so nothing is due.',
  ],
])('a line, case %#', (changes, sentence) => {
  expect(lineWords({ ...facts, ...changes })).toBe(sentence);
});

const CLEARED: Cleared = {
  market: 1,
  slotMs: 0,
  mechanism: 'uniform',
  mechanismVersion: 1,
  kThousandths: 500,
  seed: new Uint8Array(32),
  price: undefined,
  low: undefined,
  high: undefined,
  volume: kWh(0n),
  lines: [],
};

type Row = ['buy' | 'sell', bigint, bigint];
function clearing(rows: readonly Row[]): Cleared {
  const lines = rows.map(([side, limit, energy], at) => ({
    lot: new Uint8Array(32).fill(at + 1),
    side,
    limit: ct(limit),
    energy: kWh(energy),
    filled: 0n as Energy,
  }));
  return { ...CLEARED, lines };
}

test.each<[string, readonly Row[], string]>([
  ['nobody', [], 'Nobody offered or asked for energy in this slot.'],
  [
    'no bids',
    [['sell', 100n, 5n]],
    'Nothing was traded: energy was offered from 10 ct/kWh, but nobody asked for any.',
  ],
  [
    'no asks',
    [['buy', 250n, 5n]],
    'Nothing was traded: energy was asked for at 25 ct/kWh, but nobody offered any.',
  ],
  [
    'apart',
    [
      ['buy', 100n, 5n],
      ['sell', 200n, 5n],
    ],
    'Nothing was traded: the best request stood at 10 ct/kWh, below the cheapest offer from 20 ct/kWh.',
  ],
  [
    'a gap',
    [
      ['buy', 300n, 5n],
      ['sell', 100n, 5n],
    ],
    'The price is 20 ct/kWh: the last buyer would have paid 30 ct/kWh, the last seller asked 10 ct/kWh, and the price stands midway between the dearest offer that sold (10 ct/kWh) and the lowest request that bought (30 ct/kWh).',
  ],
])('why, with %s', (_name, rows, sentence) => {
  expect(whyThisPrice(clearing(rows), [])).toBe(sentence);
});

const deal = (energy: bigint, price: bigint, sellerPrice?: bigint): Terms => ({
  buyer: 1,
  seller: 2,
  energy: kWh(energy),
  price: ct(price),
  ...(sellerPrice === undefined ? {} : { sellerPrice: ct(sellerPrice) }),
});

test.each<[string, Partial<Cleared>, readonly Terms[], string]>([
  [
    'one price',
    { mechanism: 'sbba', price: ct(120n), volume: kWh(30n) },
    [deal(30n, 120n)],
    'One price for all: 3 kWh change hands at 12 ct/kWh.',
  ],
  [
    'a price for each trade',
    { mechanism: 'continuous', volume: kWh(30n) },
    [deal(10n, 120n), deal(20n, 150n)],
    '3 kWh change hands, each trade at its own price: 12.00 to 15.00 ct/kWh, 14.00 on average. What a buyer pays its seller gets.',
  ],
  [
    'two prices that differ from trade to trade',
    { mechanism: 'pay-as-bid', volume: kWh(30n) },
    [deal(10n, 240n, 120n), deal(20n, 210n, 120n)],
    '3 kWh change hands. Buyers pay 21.00 to 24.00 ct/kWh, 22.00 on average; sellers get 12 ct/kWh. The difference goes to the community.',
  ],
])('why, by a rule with %s', (_name, changes, trades, sentence) => {
  expect(whyThisPrice({ ...CLEARED, ...changes }, trades)).toBe(sentence);
});

test.each<[string, readonly Row[], RegExp]>([
  ['nobody', [], /^Nobody offered or asked for energy in this slot\.$/],
  ['no bids', [['sell', 100n, 5n]], /^Nothing was traded: energy was offered from 10 ct/],
  ['no asks', [['buy', 250n, 5n]], /^Nothing was traded: energy was asked for at 25 ct/],
  [
    'limits apart',
    [
      ['buy', 100n, 5n],
      ['sell', 200n, 5n],
    ],
    /^Nothing was traded: the best request stood at 10 ct\/kWh, below the cheapest offer from 20/,
  ],
  [
    'limits that cross, left out by the rule',
    [
      ['buy', 250n, 5n],
      ['sell', 100n, 5n],
    ],
    /stood at 25 ct\/kWh and the cheapest offer at 10 ct\/kWh, but the rule of this market leaves out/,
  ],
])('why a rule of another name traded nothing, with %s', (_name, rows, sentence) => {
  expect(whyThisPrice({ ...clearing(rows), mechanism: 'mcafee' }, [])).toMatch(sentence);
});

test('why, over a network: which lines are full, and what energy costs beside them', () => {
  const zones = ['community', 'north'];
  const rows: readonly Row[] = [
    ['sell', 100n, 20n],
    ['buy', 300n, 9n],
  ];
  const cleared = (limit: bigint): Cleared => ({
    ...clearing(rows),
    lines: clearing(rows).lines.map((line, at) => ({ ...line, zone: zones[at] })),
    mechanism: 'zonal',
    network: [{ from: 'north', to: 'community', limit: kWh(limit) }],
    volume: kWh(5n),
  });
  const said = (limit: bigint, sellerPrice: bigint) =>
    whyThisPrice(cleared(limit), [deal(5n, 300n, sellerPrice)]);
  expect(said(5n, 100n)).toBe(
    '0.5 kWh change hands. Buyers pay 30 ct/kWh; sellers get 10 ct/kWh. The difference goes to the community. ' +
      'Full lines: north to community (0.5 kWh). Prices by feeder: community 10 ct/kWh, north 30 ct/kWh.',
  );
  expect(said(50n, 300n)).toMatch(/No line of the network stood in the way\.$/);
  expect(whyThisPrice({ ...cleared(0n), volume: kWh(0n) }, [])).toMatch(
    /but no line carries anything between those who would trade\.$/,
  );
});

test('a collar among the settings bounds the price', () => {
  const rows: readonly Row[] = [
    ['buy', 300n, 5n],
    ['sell', 100n, 5n],
  ];
  const settings = [{ name: 'ceiling', value: '150' }];
  expect(whyThisPrice({ ...clearing(rows), settings }, [])).toMatch(
    /^The price is 12\.5 ct\/kWh: .*the market’s dearest price \(15 ct\/kWh\)/,
  );
});

test('who shares is named by its side', () => {
  const short: Row[] = [
    ['buy', 300n, 5n],
    ['buy', 300n, 5n],
    ['sell', 100n, 5n],
  ];
  const long: Row[] = [
    ['buy', 300n, 5n],
    ['sell', 100n, 5n],
    ['sell', 100n, 5n],
  ];
  expect(whyThisPrice(clearing(short), [])).toMatch(/last buyers’ limit of 30 ct\/kWh/);
  expect(whyThisPrice(clearing(long), [])).toMatch(/last sellers’ limit of 10 ct\/kWh/);
});

test('spans and counts', () => {
  const noon = Date.UTC(2026, 2, 21, 12);
  expect(spanWords(noon, noon + 900_000)).toBe('12:00–12:15');
  const evening = Date.UTC(2026, 2, 21, 23, 45);
  expect(spanWords(evening, evening + 900_000)).toBe('23:45–00:00');
  expect(spanWords(evening, evening + 1_800_000)).toBe('2026-03-21 23:45–2026-03-22 00:15');
  expect([countWords(1, 'trade'), countWords(2, 'trade')]).toEqual(['1 trade', '2 trades']);
});
