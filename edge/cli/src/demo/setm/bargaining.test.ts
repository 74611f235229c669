import { negotiate } from '@commonwatt/mechanisms';
import { SETM_PARTIES } from '@commonwatt/simulator';
import { price } from '@commonwatt/units';
import { expect, test } from 'vitest';
import { movesOf } from './bargaining.ts';

const band = (min: bigint, max: bigint) => ({ min: price(min), max: price(max) });
const eur = (value: bigint) => value * 1000n;

test('personal consumer 1 against generation 1 of Table 1, move by move', () => {
  const terms = {
    buyer: band(eur(34n), eur(46n)),
    seller: band(eur(40n), eur(52n)),
    rounds: 7,
  };
  const words = movesOf(terms).map(({ by, step, price: at }) => `${by} ${step} ${at / 1000n}`);
  expect(words).toEqual([
    'buy counter 34',
    'sell counter 50',
    'buy counter 36',
    'sell counter 48',
    'buy counter 38',
    'sell counter 46',
    'buy counter 40',
    'sell counter 44',
    'buy counter 42',
    'sell counter 42',
    'buy counter 43',
    'sell accept 43',
  ]);
});

test('every consumer of Table 1 agrees at the price of the mechanisms', () => {
  const seller = SETM_PARTIES.find((party) => party.symbol === 'g1');
  for (const party of SETM_PARTIES.filter((one) => one.symbol !== 'g1')) {
    const terms = {
      buyer: { min: party.bidMin, max: party.bidMax },
      seller: { min: seller?.bidMin ?? price(0n), max: seller?.bidMax ?? price(0n) },
      rounds: 7,
    };
    const agreed = negotiate(terms);
    const last = movesOf(terms).at(-1);
    expect(agreed.agreed && agreed.price, party.name).toBe(last?.price);
    expect(last?.step).toBe('accept');
    expect(last && last.price >= party.bidMin && last.price <= party.bidMax).toBe(true);
  }
});

test('bands that cross at once agree in the first round', () => {
  const moves = movesOf({ buyer: band(50n, 60n), seller: band(30n, 40n), rounds: 3 });
  expect(moves.map((one) => [one.by, one.step, one.price])).toEqual([
    ['buy', 'counter', 45n],
    ['sell', 'accept', 45n],
  ]);
});

test('bands that never meet are refused', () => {
  const terms = { buyer: band(1n, 2n), seller: band(3n, 4n), rounds: 5 };
  expect(() => movesOf(terms)).toThrow('bands that meet within 5 rounds');
});
