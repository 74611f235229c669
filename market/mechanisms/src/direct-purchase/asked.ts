/** What pairs that rise together ask of each buyer and seller, and how far all can rise at once. */

import type { Fraction } from '../price-rule.ts';
import type { EnergyLeft, RaisedPair } from './energy-form.ts';
import { busbarExactly } from './exact-loss.ts';
import { addFractions, compareFractions, divideFractions, ZERO } from './fraction.ts';

/** Sums of what the pairs can still trade; of sellers by loss, so that each is divided once. */
export class Asked<Quantity> {
  readonly ofBuyers = new Map<number, Quantity>();
  readonly ofSellers = new Map<number, Map<bigint, Quantity>>();
  readonly #none: Quantity;
  readonly #plus: (a: Quantity, b: Quantity) => Quantity;

  constructor(none: Quantity, plus: (a: Quantity, b: Quantity) => Quantity) {
    this.#none = none;
    this.#plus = plus;
  }

  add({ buyer, seller, loss, capacity }: RaisedPair<Quantity>): void {
    this.ofBuyers.set(buyer, this.#plus(this.ofBuyers.get(buyer) ?? this.#none, capacity));
    let byLoss = this.ofSellers.get(seller);
    if (byLoss === undefined) {
      byLoss = new Map();
      this.ofSellers.set(seller, byLoss);
    }
    byLoss.set(loss, this.#plus(byLoss.get(loss) ?? this.#none, capacity));
  }
}

export interface Rise {
  /** Of what each pair can still trade. */
  readonly share: Fraction;
  /** Whom that fills. */
  readonly fullBuyers: ReadonlySet<number>;
  readonly fullSellers: ReadonlySet<number>;
}

/**
 * The least of what any buyer or seller has left by what all of its pairs ask of it at once.
 * @param keptSum what a sum at a busbar is kept as
 */
export function riseOf<Quantity>(
  { ofBuyers, ofSellers }: Asked<Quantity>,
  left: EnergyLeft<Quantity>,
  exactly: (energy: Quantity) => Fraction,
  keptSum: (sum: Fraction) => Fraction = (sum) => sum,
): Rise {
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
  for (const [index, asked] of ofBuyers) {
    const possible = divideFractions(exactly(left.buyer(index)), exactly(asked));
    consider(possible, () => fullBuyers, index);
  }
  for (const [index, byLoss] of ofSellers) {
    let asked = ZERO;
    for (const [loss, energy] of byLoss) {
      asked = keptSum(addFractions(asked, busbarExactly(exactly(energy), loss)));
    }
    const possible = divideFractions(exactly(left.seller(index)), asked);
    consider(possible, () => fullSellers, index);
  }
  return { share: share ?? ZERO, fullBuyers, fullSellers };
}
