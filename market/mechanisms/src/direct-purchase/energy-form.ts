/** Energies of a matching: exact fractions of a Wh for a what-if, whole Wh on the ledger. */

/** One of several pairs of equal converted value, raised together. */
export interface RaisedPair<Quantity> {
  readonly buyer: number;
  readonly seller: number;
  /** Parts per million. */
  readonly loss: bigint;
  readonly lot: string;
  /** What the pair can still trade, at the buyer's meter. */
  readonly capacity: Quantity;
}

/** What each side of the pairs has left, by index. */
export interface EnergyLeft<Quantity> {
  buyer(index: number): Quantity;
  seller(index: number): Quantity;
}

/** A part of all that passes a corridor. */
export interface Flow<Quantity> {
  readonly energy: Quantity;
  /** Distinct among flows. */
  readonly lot: string;
}

export interface EnergyForm<Quantity> {
  of(wattHours: bigint): Quantity;
  plus(a: Quantity, b: Quantity): Quantity;
  minus(a: Quantity, b: Quantity): Quantity;
  /** Below zero where `a` is less, above where it is more. */
  compare(a: Quantity, b: Quantity): number;
  /** Whether it is enough to trade. */
  isSome(energy: Quantity): boolean;
  /** The most at the meter that so much at the busbar can give. */
  atMeter(injected: Quantity, loss: bigint): Quantity;
  /** What so much at the meter takes at the busbar. */
  atBusbar(energy: Quantity, loss: bigint): Quantity;
  /** A multiple of an energy, never more than it is exactly. */
  times(energy: Quantity, factor: { numerator: bigint; denominator: bigint }): Quantity;
  /**
   * Raises pairs in proportion to what each can still trade until a buyer or a seller is full: the
   * energy of each. Every pair of at least one buyer or seller can trade nothing afterwards.
   */
  raise(pairs: readonly RaisedPair<Quantity>[], left: EnergyLeft<Quantity>): Quantity[];
  /** Scales flows down so that they come to the limit. */
  scale(flows: readonly Flow<Quantity>[], limit: Quantity): Quantity[];
}
