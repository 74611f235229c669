/** What buyers and sellers of a round have left, and the pairs that were made of it so far. */

import type { EnergyForm } from './energy-form.ts';
import type { Corridor, DirectRound } from './round.ts';

/** A pair by the indices of its buyer, its seller and their corridor in the round. */
export interface PairAt {
  readonly buyer: number;
  readonly seller: number;
  readonly corridor: number;
}

export interface BookedPair<Quantity> extends PairAt {
  readonly green: boolean;
  energy: Quantity;
  injected: Quantity;
  cut: Quantity;
}

export class TradeBook<Quantity> {
  readonly round: DirectRound;
  readonly form: EnergyForm<Quantity>;
  /** By index of the corridor: whether losses are taken out of the energy. */
  readonly losses: readonly bigint[];
  readonly buyerLeft: Quantity[];
  readonly greenLeft: Quantity[];
  readonly sellerLeft: Quantity[];
  /** Corridors that the security check has closed. */
  readonly closed = new Set<number>();
  readonly #none: Quantity;
  readonly #pairs = new Map<number, BookedPair<Quantity>>();

  constructor(
    round: DirectRound,
    form: EnergyForm<Quantity>,
    lossOf = (corridor: Corridor) => corridor.loss,
  ) {
    this.round = round;
    this.form = form;
    this.losses = round.corridors.map(lossOf);
    this.buyerLeft = round.buyers.map(({ energy }) => form.of(energy));
    this.greenLeft = round.buyers.map(({ greenEnergy }) => form.of(greenEnergy));
    this.sellerLeft = round.sellers.map(({ energy }) => form.of(energy));
    this.#none = form.of(0n);
  }

  /** In the order of matching. A pair that lost all of its energy is no longer one. */
  pairs(): readonly BookedPair<Quantity>[] {
    return this.everyPair().filter(({ energy }) => this.isSome(energy));
  }

  /** With those that lost all of their energy. */
  everyPair(): readonly BookedPair<Quantity>[] {
    return [...this.#pairs.values()];
  }

  isSome(energy: Quantity): boolean {
    return this.form.isSome(energy);
  }

  /** What a buyer may still take: in the green phase no more than its green demand. */
  wanted(buyer: number, green: boolean): Quantity {
    const left = this.buyerLeft[buyer] as Quantity;
    return green ? this.#lesser(left, this.greenLeft[buyer] as Quantity) : left;
  }

  /** What a seller can still give, at the meter behind a corridor. */
  offered(seller: number, corridor: number): Quantity {
    return this.form.atMeter(this.sellerLeft[seller] as Quantity, this.losses[corridor] as bigint);
  }

  capacity({ buyer, seller, corridor }: PairAt, green: boolean): Quantity {
    return this.#lesser(this.wanted(buyer, green), this.offered(seller, corridor));
  }

  /** Trades all that one pair can. */
  trade(pair: PairAt, green: boolean): void {
    this.#add(this.#booked(pair, green), this.capacity(pair, green));
  }

  /**
   * Raises pairs of equal value together until a buyer or a seller is full, then again with what is
   * left, until none of them can trade; lists them by lot.
   */
  tradeTogether(pairs: readonly PairAt[], green: boolean): void {
    const { buyers, sellers, lots } = this.round;
    const byLot = pairs
      .map((pair) => ({
        ...pair,
        lot: lots(buyers[pair.buyer]?.id ?? '', sellers[pair.seller]?.id ?? ''),
        loss: this.losses[pair.corridor] as bigint,
      }))
      .sort((a, b) => (a.lot < b.lot ? -1 : 1));
    // The order of matching is that of the lots, whichever of them is full first.
    let rising = byLot.map((pair) => ({
      ...pair,
      booked: this.#booked(pair, green),
      capacity: this.capacity(pair, green),
    }));
    const left = {
      buyer: (index: number) => this.wanted(index, green),
      seller: (index: number) => this.sellerLeft[index] as Quantity,
    };
    for (;;) {
      rising = rising.filter((pair) => this.isSome(pair.capacity));
      if (rising.length === 0) return;
      const raised = this.form.raise(rising, left);
      for (const [at, { booked }] of rising.entries()) this.#add(booked, raised[at] as Quantity);
      for (const pair of rising) pair.capacity = this.capacity(pair, green);
    }
  }

  /** Lowers a pair to so much at the meter, and gives the rest back to both sides. */
  lower(pair: BookedPair<Quantity>, energy: Quantity): void {
    const { form } = this;
    const { buyer, seller, corridor, green } = pair;
    const freed = form.minus(pair.energy, energy);
    const injected = form.atBusbar(energy, this.losses[corridor] as bigint);
    const back = form.minus(pair.injected, injected);
    this.buyerLeft[buyer] = form.plus(this.buyerLeft[buyer] as Quantity, freed);
    if (green) this.greenLeft[buyer] = form.plus(this.greenLeft[buyer] as Quantity, freed);
    this.sellerLeft[seller] = form.plus(this.sellerLeft[seller] as Quantity, back);
    pair.energy = energy;
    pair.injected = injected;
  }

  #add(booked: BookedPair<Quantity>, energy: Quantity): void {
    if (!this.isSome(energy)) return;
    const { form } = this;
    const { buyer, seller, corridor, green } = booked;
    booked.energy = form.plus(booked.energy, energy);
    // Of the sum, so that a pair that was raised twice is rounded once.
    const injected = form.atBusbar(booked.energy, this.losses[corridor] as bigint);
    const taken = form.minus(injected, booked.injected);
    booked.injected = injected;
    this.buyerLeft[buyer] = form.minus(this.buyerLeft[buyer] as Quantity, energy);
    if (green) this.greenLeft[buyer] = form.minus(this.greenLeft[buyer] as Quantity, energy);
    this.sellerLeft[seller] = form.minus(this.sellerLeft[seller] as Quantity, taken);
  }

  #booked(pair: PairAt, green: boolean): BookedPair<Quantity> {
    const { buyer, seller, corridor } = pair;
    const key = 2 * (buyer * this.round.sellers.length + seller) + (green ? 1 : 0);
    const found = this.#pairs.get(key);
    if (found !== undefined) return found;
    const none = this.#none;
    const made = { buyer, seller, corridor, green, energy: none, injected: none, cut: none };
    this.#pairs.set(key, made);
    return made;
  }

  #lesser(a: Quantity, b: Quantity): Quantity {
    return this.form.compare(a, b) < 0 ? a : b;
  }
}
