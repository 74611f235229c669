import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Energy } from './quantity.ts';
import {
  addEnergy,
  addMoney,
  cost,
  ENERGY_WH_MAX,
  energy,
  MONEY_MAX,
  money,
  negateMoney,
  POWER_W_MAX,
  PRICE_MAX,
  power,
  price,
  subtractEnergy,
  subtractMoney,
} from './quantity.ts';

const energies = fc.bigInt({ min: 0n, max: ENERGY_WH_MAX }).map(energy);
const prices = fc.bigInt({ min: -PRICE_MAX - 1n, max: PRICE_MAX }).map(price);
const monies = fc.bigInt({ min: -MONEY_MAX - 1n, max: MONEY_MAX }).map(money);

describe('constructors take their whole range and nothing beside it', () => {
  test.each([
    ['energy', energy, 0n, ENERGY_WH_MAX, 'energy in Wh'],
    ['power', power, 0n, POWER_W_MAX, 'power in W'],
    ['money', money, -MONEY_MAX - 1n, MONEY_MAX, 'money in nano-currency'],
    ['price', price, -PRICE_MAX - 1n, PRICE_MAX, 'price in nano-currency per Wh'],
  ] as const)('%s', (_name, make, least, most, place) => {
    expect(make(least)).toBe(least);
    expect(make(most)).toBe(most);
    for (const beside of [least - 1n, most + 1n]) {
      expect(() => make(beside)).toThrow(
        new RangeError(`${place}: expected ${least} to ${most}, got ${beside}`),
      );
    }
  });

  test('the bounds are those of 63, 64 and 128 bits', () => {
    expect(BigInt.asUintN(63, ENERGY_WH_MAX + 1n)).toBe(0n);
    expect(BigInt.asIntN(64, PRICE_MAX)).toBe(PRICE_MAX);
    expect(BigInt.asIntN(64, PRICE_MAX + 1n)).toBe(-PRICE_MAX - 1n);
    expect(BigInt.asIntN(128, MONEY_MAX)).toBe(MONEY_MAX);
    expect(BigInt.asIntN(128, MONEY_MAX + 1n)).toBe(-MONEY_MAX - 1n);
  });

  test('a number from untyped code is refused, although it compares with bigints', () => {
    for (const value of [1.5, 1, '1', null, undefined]) {
      expect(() => energy(value as unknown as bigint)).toThrow(
        new TypeError(`energy in Wh: expected a bigint, got ${typeof value} ${String(value)}`),
      );
    }
  });
});

describe('cost', () => {
  test('2 kWh at 30 ct/kWh cost 60 ct', () => {
    expect(cost(energy(2000n), price(300_000n))).toBe(600_000_000n);
  });

  test('never leaves the range of money, at any corner', () => {
    expect(cost(energy(ENERGY_WH_MAX), price(-PRICE_MAX - 1n))).toBe(
      -(ENERGY_WH_MAX * (PRICE_MAX + 1n)),
    );
    expect(cost(energy(ENERGY_WH_MAX), price(PRICE_MAX))).toBe(ENERGY_WH_MAX * PRICE_MAX);
  });

  test('splitting a delivery neither makes nor loses money', () => {
    const halves = fc.bigInt({ min: 0n, max: ENERGY_WH_MAX / 2n }).map(energy);
    fc.assert(
      fc.property(halves, halves, prices, (a, b, unitPrice) => {
        const together = cost(addEnergy(a, b), unitPrice);
        expect(addMoney(cost(a, unitPrice), cost(b, unitPrice))).toBe(together);
      }),
    );
  });
});

describe('sums stay in range or throw', () => {
  test('energy: what is added can be taken again, and no more than is there', () => {
    fc.assert(
      fc.property(energies, energies, (a, b) => {
        if (a + b > ENERGY_WH_MAX) expect(() => addEnergy(a, b)).toThrow(RangeError);
        else expect(subtractEnergy(addEnergy(a, b), b)).toBe(a);
        const [less, more]: [Energy, Energy] = a < b ? [a, b] : [b, a];
        expect(subtractEnergy(more, less)).toBe(more - less);
        if (less < more) expect(() => subtractEnergy(less, more)).toThrow(RangeError);
      }),
    );
  });

  test('money: addition, subtraction and opposite agree', () => {
    const fits = (nano: bigint) => BigInt.asIntN(128, nano) === nano;
    fc.assert(
      fc.property(monies, monies, (a, b) => {
        if (fits(a + b)) expect(addMoney(a, b)).toBe(a + b);
        else expect(() => addMoney(a, b)).toThrow(RangeError);
        if (fits(a - b)) expect(subtractMoney(a, b)).toBe(a - b);
        else expect(() => subtractMoney(a, b)).toThrow(RangeError);
        if (fits(-a)) expect(addMoney(a, negateMoney(a))).toBe(0n);
      }),
    );
    expect(() => negateMoney(money(-MONEY_MAX - 1n))).toThrow(RangeError);
  });
});
