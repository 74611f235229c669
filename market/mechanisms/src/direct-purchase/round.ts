/**
 * A round of direct purchase by large consumers: what was listed, the corridors between regions and
 * their limits (Tian et al., sections III.C and III.D). One token is 10^9 nano-token, so a price of
 * 10^-6 token/kWh is one nano-token per Wh.
 */

import type { Energy, Price } from '@commonwatt/units';
import type { Fraction } from '../price-rule.ts';

export const GENERATION_TYPES = ['wind', 'thermal', 'other'] as const;
export type GenerationType = (typeof GENERATION_TYPES)[number];

export interface DirectBuyer {
  readonly id: string;
  readonly region: string;
  /** F_B, at its meter. */
  readonly price: Price;
  readonly energy: Energy;
  /** How much of its energy it wants from wind, with the certificates: at most all of it. */
  readonly greenEnergy: Energy;
}

export interface DirectSeller {
  readonly id: string;
  readonly region: string;
  readonly type: GenerationType;
  /** F_S, at its busbar. */
  readonly price: Price;
  /** At its busbar. */
  readonly energy: Energy;
  readonly environmentalPrice: Price;
  readonly crossSubsidy: Price;
}

/** What lies between two regions, in either direction. */
export interface Corridor {
  readonly from: string;
  readonly to: string;
  /** Parts per million of what is fed in, 0 to 999,999. */
  readonly loss: bigint;
  readonly transmissionPrice: Price;
}

/** The most that may pass a corridor, both directions together, at the buyers' meters. */
export interface CorridorLimit {
  readonly from: string;
  readonly to: string;
  readonly energy: Energy;
}

export interface DirectRound {
  readonly buyers: readonly DirectBuyer[];
  readonly sellers: readonly DirectSeller[];
  readonly corridors: readonly Corridor[];
  /** A corridor that has none is not limited. */
  readonly limits: readonly CorridorLimit[];
  /** P / 1000: nano-token per Wh of generation that one certificate per MWh comes to. */
  readonly certificatePrice: Fraction;
  /** Thermal energy at most so many times the wind energy, both at the busbar. */
  readonly bundling: Fraction | undefined;
  /** Breaks ties of a pair (see `pairLots`): fixed after the deadline, chosen by nobody. */
  readonly lots: (buyer: string, seller: string) => string;
}
