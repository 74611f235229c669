/**
 * Energies as exact fractions of a Wh: nothing is rounded before it is printed. Only where ties that
 * many share make a denominator longer than 512 bits, the fraction is cut at 2^-256 Wh.
 */

import type { Fraction } from '../price-rule.ts';
import { Asked, riseOf } from './asked.ts';
import type { EnergyForm } from './energy-form.ts';
import { busbarExactly, meterExactly } from './exact-loss.ts';
import {
  addFractions,
  compareFractions,
  divideFractions,
  fraction,
  isMoreThanTrace,
  multiplyFractions,
  shortDown,
  shortUp,
  subtractFractions,
  ZERO,
} from './fraction.ts';

export const exactEnergy: EnergyForm<Fraction> = {
  of: (wattHours) => fraction(wattHours),
  plus: (a, b) => shortDown(addFractions(a, b)),
  minus: (a, b) => shortDown(subtractFractions(a, b)),
  compare: compareFractions,
  isSome: isMoreThanTrace,
  atMeter: meterExactly,
  atBusbar: busbarExactly,
  times: multiplyFractions,
  raise(pairs, left) {
    // Asked for too much and given too little, so that no side falls below nothing.
    const asked = new Asked<Fraction>(ZERO, (a, b) => shortUp(addFractions(a, b)));
    for (const pair of pairs) asked.add(pair);
    const { share } = riseOf(asked, left, (energy) => energy, shortUp);
    const least = shortDown(share);
    return pairs.map(({ capacity }) => shortDown(multiplyFractions(capacity, least)));
  },
  scale(flows, limit) {
    const requested = flows.reduce((sum, { energy }) => shortUp(addFractions(sum, energy)), ZERO);
    const share = divideFractions(limit, requested);
    return flows.map(({ energy }) => shortDown(multiplyFractions(energy, share)));
  },
};
