/** Energies as exact fractions of a Wh: nothing is rounded before it is printed. */

import type { Fraction } from '../price-rule.ts';
import type { EnergyForm, EnergyLeft, RaisedPair } from './energy-form.ts';
import {
  addFractions,
  compareFractions,
  divideFractions,
  fraction,
  multiplyFractions,
  subtractFractions,
  ZERO,
} from './fraction.ts';
import { MILLION } from './terms.ts';

export const exactEnergy: EnergyForm<Fraction> = {
  of: (wattHours) => fraction(wattHours),
  plus: addFractions,
  minus: subtractFractions,
  compare: compareFractions,
  atMeter: (injected, loss) => byRatio(injected, MILLION - loss, MILLION),
  atBusbar,
  times: multiplyFractions,
  raise(pairs, left) {
    const { share } = exactRise(pairs, left);
    return pairs.map(({ capacity }) => multiplyFractions(capacity, share));
  },
  scale(flows, limit) {
    const requested = flows.reduce((sum, { energy }) => addFractions(sum, energy), ZERO);
    const share = divideFractions(limit, requested);
    return flows.map(({ energy }) => multiplyFractions(energy, share));
  },
};

export interface ExactRise {
  /** Of what each pair can still trade. */
  readonly share: Fraction;
  readonly fullBuyers: ReadonlySet<number>;
  readonly fullSellers: ReadonlySet<number>;
}

/**
 * How far all pairs can rise together: the least of what any buyer or seller has left by what all of
 * its pairs ask of it at once, and whom that fills.
 */
export function exactRise(
  pairs: readonly RaisedPair<Fraction>[],
  left: EnergyLeft<Fraction>,
): ExactRise {
  const buyers = new Map<number, Fraction>();
  const sellers = new Map<number, Fraction>();
  for (const { buyer, seller, loss, capacity } of pairs) {
    buyers.set(buyer, addFractions(buyers.get(buyer) ?? ZERO, capacity));
    sellers.set(seller, addFractions(sellers.get(seller) ?? ZERO, atBusbar(capacity, loss)));
  }
  let share: Fraction | undefined;
  let fullBuyers = new Set<number>();
  let fullSellers = new Set<number>();
  const consider = (possible: Fraction, full: () => Set<number>, index: number): void => {
    const order = share === undefined ? -1 : compareFractions(possible, share);
    if (order < 0) {
      share = possible;
      fullBuyers = new Set();
      fullSellers = new Set();
    }
    if (order <= 0) full().add(index);
  };
  for (const [index, asked] of buyers) {
    consider(divideFractions(left.buyer(index), asked), () => fullBuyers, index);
  }
  for (const [index, asked] of sellers) {
    consider(divideFractions(left.seller(index), asked), () => fullSellers, index);
  }
  return { share: share ?? ZERO, fullBuyers, fullSellers };
}

function atBusbar(energy: Fraction, loss: bigint): Fraction {
  return byRatio(energy, MILLION, MILLION - loss);
}

/** Small factors are cancelled at once, so that a chain of trades over one corridor does not grow. */
function byRatio(energy: Fraction, numerator: bigint, denominator: bigint): Fraction {
  if (numerator === denominator || energy.numerator === 0n) return energy;
  const common = commonDivisor(numerator, denominator);
  const [up, down] = [numerator / common, denominator / common];
  const above = commonDivisor(energy.numerator % down, down);
  const below = commonDivisor(energy.denominator % up, up);
  return fraction(
    (energy.numerator / above) * (up / below),
    (energy.denominator / below) * (down / above),
  );
}

function commonDivisor(a: bigint, b: bigint): bigint {
  let [rest, divisor] = [a < 0n ? -a : a, b];
  while (rest !== 0n) [rest, divisor] = [divisor % rest, rest];
  return divisor;
}
