/** Energies in whole Wh, as the ledger keeps them: at the meter whole, at the busbar rounded up. */

import {
  divideDown,
  divideUp,
  type Energy,
  energy as energyOf,
  splitByLargestRemainder,
} from '@commonwatt/units';
import type { EnergyForm, EnergyLeft, Flow, RaisedPair } from './energy-form.ts';
import { exactRise } from './exact-energy.ts';
import { fraction } from './fraction.ts';
import { MILLION } from './terms.ts';

export const wholeEnergy: EnergyForm<Energy> = {
  of: energyOf,
  plus: (a, b) => energyOf(a + b),
  minus: (a, b) => energyOf(a - b),
  compare: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
  atMeter: (injected, loss) => energyOf(meterDown(injected, loss)),
  atBusbar: (energy, loss) => energyOf(busbarUp(energy, loss)),
  times: (energy, { numerator, denominator }) =>
    energyOf(divideDown(energy * numerator, denominator)),
  raise,
  scale,
};

function meterDown(injected: bigint, loss: bigint): bigint {
  return divideDown(injected * (MILLION - loss), MILLION);
}

function busbarUp(energy: bigint, loss: bigint): bigint {
  return divideUp(energy * MILLION, MILLION - loss);
}

/**
 * The exact shares rounded down; what that leaves full buyers and sellers short of goes in units of
 * one Wh to the largest remainders, equal remainders to the lowest lot. An energy is lowered until
 * what it takes at the busbar fits what the seller has left.
 */
function raise(pairs: readonly RaisedPair<Energy>[], left: EnergyLeft<Energy>): Energy[] {
  const exact = pairs.map((pair) => ({ ...pair, capacity: fraction(pair.capacity) }));
  const { share, fullBuyers, fullSellers } = exactRise(exact, {
    buyer: (index) => fraction(left.buyer(index)),
    seller: (index) => fraction(left.seller(index)),
  });
  const parts = pairs.map(({ capacity }) => capacity * share.numerator);
  const order = byRemainderThenLot(
    pairs.map(({ lot }) => lot),
    parts.map((part) => part % share.denominator),
  );
  const rise = new Rise(pairs, left);
  for (const at of order) rise.give(at, divideDown(parts[at] as bigint, share.denominator));
  const short = order.filter((at) => {
    const { buyer, seller } = pairs[at] as RaisedPair<Energy>;
    return fullBuyers.has(buyer) || fullSellers.has(seller);
  });
  let given = true;
  // Ends: every turn that gives takes a Wh from a finite rest, and nearly always one turn is enough.
  while (given) {
    given = false;
    for (const at of short) given = rise.give(at, 1n) || given;
  }
  return rise.energies.map((one) => energyOf(one));
}

/** What is being given to pairs, and what that leaves to their buyers and sellers. */
class Rise {
  readonly energies: bigint[];
  readonly #pairs: readonly RaisedPair<Energy>[];
  readonly #buyers = new Map<number, bigint>();
  readonly #sellers = new Map<number, bigint>();

  constructor(pairs: readonly RaisedPair<Energy>[], left: EnergyLeft<Energy>) {
    this.#pairs = pairs;
    this.energies = pairs.map(() => 0n);
    for (const { buyer, seller } of pairs) {
      this.#buyers.set(buyer, left.buyer(buyer));
      this.#sellers.set(seller, left.seller(seller));
    }
  }

  /** Adds what fits of `more` to a pair, and says whether anything did. */
  give(at: number, more: bigint): boolean {
    const { buyer, seller, loss } = this.#pairs[at] as RaisedPair<Energy>;
    const before = this.energies[at] as bigint;
    const buyerLeft = this.#buyers.get(buyer) as bigint;
    const seized = (this.#sellers.get(seller) as bigint) + busbarUp(before, loss);
    const given = [more, buyerLeft, meterDown(seized, loss) - before].reduce(lesser);
    if (given <= 0n) return false;
    this.energies[at] = before + given;
    this.#buyers.set(buyer, buyerLeft - given);
    this.#sellers.set(seller, seized - busbarUp(before + given, loss));
    return true;
  }
}

function lesser(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/** Indices, largest remainder first, equal ones by lowest lot. */
function byRemainderThenLot(lots: readonly string[], remainders: readonly bigint[]): number[] {
  return lots
    .map((_, at) => at)
    .sort((a, b) => {
      const [one, other] = [remainders[a] as bigint, remainders[b] as bigint];
      if (one !== other) return one > other ? -1 : 1;
      return (lots[a] as string) < (lots[b] as string) ? -1 : 1;
    });
}

/** In proportion, by largest remainder, equal remainders by lowest lot: exactly the limit. */
function scale(flows: readonly Flow<Energy>[], limit: Energy): Energy[] {
  return splitByLargestRemainder(
    limit,
    flows.map(({ energy }) => energy),
    flows.map(({ lot }) => lot),
  ).map((part) => energyOf(part));
}
