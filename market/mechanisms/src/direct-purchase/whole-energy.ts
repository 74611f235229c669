/** Energies in whole Wh, as the ledger keeps them: at the meter whole, at the busbar rounded up. */

import {
  divideDown,
  divideUp,
  type Energy,
  energy as energyOf,
  lesser,
  splitByLargestRemainder,
} from '@commonwatt/units';
import { Asked, riseOf } from './asked.ts';
import type { EnergyForm, EnergyLeft, Flow, RaisedPair } from './energy-form.ts';
import { fraction } from './fraction.ts';
import { MILLION } from './terms.ts';

export const wholeEnergy: EnergyForm<Energy> = {
  of: energyOf,
  plus: (a, b) => energyOf(a + b),
  minus: (a, b) => energyOf(a - b),
  compare: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
  isSome: (energy) => energy > 0n,
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
 * what it takes at the busbar fits what the seller has left: those of the least remainder first.
 */
function raise(pairs: readonly RaisedPair<Energy>[], left: EnergyLeft<Energy>): Energy[] {
  const asked = new Asked<Energy>(energyOf(0n), (a, b) => (a + b) as Energy);
  for (const pair of pairs) asked.add(pair);
  const { share, fullBuyers, fullSellers } = riseOf(asked, left, (energy) => fraction(energy));
  const { numerator, denominator } = share;
  const parts = pairs.map(({ capacity }) => (capacity * numerator) / denominator);
  const inOrder = (places: number[]) =>
    byRemainderThenLot(
      places,
      pairs,
      (at) => ((pairs[at]?.capacity ?? 0n) * numerator) % denominator,
    );
  const rise = new GivenRise(pairs, left);
  const overfull: number[] = [];
  const short: number[] = [];
  const tight = overfullSellers(pairs, parts, left);
  for (const [at, { buyer, seller }] of pairs.entries()) {
    if (tight.has(seller)) overfull.push(at);
    else rise.give(at, parts[at] as bigint);
    if (fullBuyers.has(buyer) || fullSellers.has(seller)) short.push(at);
  }
  for (const at of inOrder(overfull)) rise.give(at, parts[at] as bigint);
  const waiting = inOrder(short);
  let given = true;
  // Ends: every turn that gives takes a Wh from a finite rest, and nearly always one turn is enough.
  while (given) {
    given = false;
    for (const at of waiting) given = rise.give(at, 1n) || given;
  }
  return rise.energies.map((one) => energyOf(one));
}

/** Sellers whose parts, each rounded up at the busbar, come to more than they have left. */
function overfullSellers(
  pairs: readonly RaisedPair<Energy>[],
  parts: readonly bigint[],
  left: EnergyLeft<Energy>,
): ReadonlySet<number> {
  const taken = new Map<number, bigint>();
  for (const [at, { seller, loss }] of pairs.entries()) {
    taken.set(seller, (taken.get(seller) ?? 0n) + busbarUp(parts[at] as bigint, loss));
  }
  return new Set([...taken].filter(([at, sum]) => sum > left.seller(at)).map(([at]) => at));
}

/** What is being given to pairs, and what that leaves to their buyers and sellers. */
class GivenRise {
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

/** Places, largest remainder first, equal ones by lowest lot. */
function byRemainderThenLot(
  places: readonly number[],
  pairs: readonly RaisedPair<Energy>[],
  remainderAt: (place: number) => bigint,
): readonly number[] {
  return places
    .map((at) => ({ at, remainder: remainderAt(at), lot: pairs[at]?.lot ?? '' }))
    .sort((a, b) => {
      if (a.remainder !== b.remainder) return a.remainder > b.remainder ? -1 : 1;
      return a.lot < b.lot ? -1 : 1;
    })
    .map(({ at }) => at);
}

/** In proportion, by largest remainder, equal remainders by lowest lot: exactly the limit. */
function scale(flows: readonly Flow<Energy>[], limit: Energy): Energy[] {
  return splitByLargestRemainder(
    limit,
    flows.map(({ energy }) => energy),
    flows.map(({ lot }) => lot),
  ).map((part) => energyOf(part));
}
