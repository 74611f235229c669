import { expect, test } from 'vitest';
import { barsOf } from './pair-parts.tsx';
import { type Matching, type Matrix, type Pair, pairRows } from './pairs.ts';

const party = (member: number, price: string) => ({ member, price }) as Matrix['buyers'][number];
const ordinary = {
  certificateCost: '3800',
  certificateAtMeter: '4043',
  otherCosts: '1205599',
  value: '758358',
  mayTrade: true,
};
/** B1 and H1 of the paper, nano-token per Wh. */
const parts = {
  lossMillionths: 60_000,
  transmissionPrice: '800000',
  fees: '200000',
  sellerAtMeter: '3360638',
  difference: '762362',
  buyerPrice: '4741819',
  sellerPrice: '3517310',
  ordinary,
  green: null,
};
type Cell = Matrix['rows'][number]['cells'][number];

function pairsOf(
  cells: readonly Cell[],
  matching?: Matching,
  phase: 'green' | 'general' = 'general',
) {
  const matrix: Matrix = {
    buyers: [party(7, '5123000')],
    sellers: cells.map(({ seller }) => party(seller, '3159000')),
    rows: [{ buyer: 7, cells: [...cells] }],
    next: null,
  };
  return pairRows(matrix, matching, phase).flatMap(({ pairs }) => pairs);
}

test('why a pair may not trade', () => {
  const refused = { ...ordinary, mayTrade: false };
  const pairs = pairsOf([
    { seller: 15, parts },
    { seller: 16, parts: null },
    { seller: 17, parts: { ...parts, difference: '-1', ordinary: refused } },
    { seller: 18, parts: { ...parts, difference: '1', ordinary: refused } },
  ]);
  expect(pairs.map(({ state }) => state)).toEqual(['open', 'no corridor', 'price', 'certificate']);
});

test('what is matched belongs to its phase', () => {
  const matched = (green: boolean, energy: string) => ({
    terms: { buyer: 7, seller: 15, green },
    amounts: { energy },
  });
  const matching = { basis: 'checked', pairs: [matched(true, '5'), matched(false, '11')] };
  const cells = [{ seller: 15, parts: { ...parts, green: ordinary } }];
  const of = (phase: 'green' | 'general') =>
    pairsOf(cells, matching as unknown as Matching, phase).map((one) => one.matched);
  expect(of('green')).toEqual([5n]);
  expect(of('general')).toEqual([11n]);
});

test('a pair that is not of the phase has no value there', () => {
  const [pair] = pairsOf([{ seller: 15, parts }], undefined, 'green');
  expect(pair).toMatchObject({ state: 'no phase', matched: 0n });
  expect(pair?.value).toBeUndefined();
});

test('every bar begins where the one before ended, and the last is the converted value', () => {
  const [pair] = pairsOf([{ seller: 15, parts }]);
  const bars = barsOf(pair as Required<Pair>);
  const moving = bars.filter(({ kind }) => kind !== 'result');
  for (const [at, bar] of moving.entries()) {
    if (at > 0) expect(bar.from).toBe(moving[at - 1]?.to);
  }
  expect(moving.at(-1)?.to).toBe(758_358n);
  expect(bars.at(-1)).toMatchObject({ amount: 758_358n, from: 0n, kind: 'result' });
});
