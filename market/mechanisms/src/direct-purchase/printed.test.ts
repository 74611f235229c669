import { expect, test } from 'vitest';
import type { Fraction } from '../price-rule.ts';
import { fraction } from './fraction.ts';
import { matchAsPrinted, printedPrices } from './printed.ts';
import type { DirectRound } from './round.ts';
import { buyer, corridor, round, seller } from './rounds.test-support.ts';

const number = ({ numerator, denominator }: Fraction) => Number(numerator) / Number(denominator);

function lines(one: DirectRound): string[] {
  return matchAsPrinted(one).pairs.map(
    (pair) => `${pair.buyer} ${pair.seller} ${number(pair.energy) / 1e6}${pair.green ? ' *' : ''}`,
  );
}

test('buyers by price less transmission, sellers by price and W; green first; no loss', () => {
  const one = round({
    buyers: [buyer('near', 'A', 5, 10), buyer('far', 'B', 5.5, 10, 4)],
    sellers: [
      seller('taxed', 'A', 'thermal', 3, 9, [0.3, 0.3]),
      seller('t', 'A', 'thermal', 3.5, 9),
      seller('w', 'A', 'wind', 4, 6),
    ],
    corridors: [corridor('A', 'A', 10, 0.1), corridor('A', 'B', 10, 0.8)],
  });
  expect(lines(one)).toEqual(['far w 4 *', 'near t 9', 'near taxed 1', 'far taxed 6']);
  const [first] = matchAsPrinted(one).pairs;
  expect(first?.injected).toEqual(first?.energy);
  const bundled = { ...one, bundling: fraction(5n, 2n) };
  expect(lines(bundled)).toEqual(['far w 4 *', 'near t 9', 'near taxed 1']);
});

test('only F_B >= F_S trades, whatever transmission and W come to', () => {
  const at = (limit: number) =>
    lines(
      round({
        buyers: [buyer('b', 'A', limit, 1)],
        sellers: [seller('s', 'A', 'other', 3, 1, [2, 2])],
        corridors: [corridor('A', 'A', 0, 2)],
      }),
    );
  expect(at(3)).toEqual(['b s 1']);
  expect(at(2.999999)).toEqual([]);
});

test('equal buyers share, a limit scales, and reasons are told', () => {
  const one = round({
    buyers: [buyer('b', 'A', 5, 10), buyer('c', 'A', 5, 10), buyer('poor', 'A', 1, 1)],
    sellers: [seller('s', 'A', 'other', 3, 10)],
  });
  expect(lines(one).sort()).toEqual(['b s 5', 'c s 5']);
  const { limits, pairs, unmatched } = matchAsPrinted({
    ...one,
    limits: [{ from: 'A', to: 'A', energy: one.sellers[0]!.energy }],
  });
  expect([limits[0]?.binding, pairs.length]).toEqual([false, 2]);
  expect(unmatched.map(({ id, reason }) => `${id} ${reason}`)).toEqual([
    'b filled',
    'c filled',
    'poor price',
  ]);
});

test('prices: the mean, and equation 5 with its sign turned', () => {
  const { buyerPrice, sellerPrice } = printedPrices(5_643_000n, 3_424_000n);
  expect([number(buyerPrice), number(sellerPrice)]).toEqual([4_533_500, 2_314_500]);
});

test('sellers of several regions are refused', () => {
  const one = round({ sellers: ['A', 'B'].map((at) => seller(at, at, 'wind', 1, 1)) });
  expect(() => matchAsPrinted(one)).toThrow('expected sellers of one region, got 2');
  expect(matchAsPrinted(round({ buyers: [buyer('b', 'A', 1, 1)] })).pairs).toEqual([]);
});
