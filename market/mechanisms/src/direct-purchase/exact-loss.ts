/** Energy before and behind a loss, in exact fractions. */

import type { Fraction } from '../price-rule.ts';
import { fraction } from './fraction.ts';
import { MILLION } from './terms.ts';

/** What so much at the meter takes at the busbar: E / (1 - e). */
export function busbarExactly(energy: Fraction, loss: bigint): Fraction {
  return byRatio(energy, MILLION, MILLION - loss);
}

/** What so much at the busbar gives at the meter. */
export function meterExactly(injected: Fraction, loss: bigint): Fraction {
  return byRatio(injected, MILLION - loss, MILLION);
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
