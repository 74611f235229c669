/** What a statement is made from. Everything personal in it comes from the member's own records. */

import type { Energy, Money } from '@commonwatt/units';
import type { Source } from '../metering/messages.ts';
import type { Quality } from '../metering/ruling.ts';
import type { BillingTariff } from './tariff.ts';

/** The ruling reading of one meter and slot. */
export interface MeteredReading {
  readonly meter: number;
  readonly slotMs: number;
  readonly imported: Energy;
  readonly exported: Energy;
  readonly quality: Quality;
  /** Who signed it. */
  readonly source: Source;
}

/** A meter and the part of the period in which it was to be read, on its grid of slots. */
export interface MeterSpan {
  readonly meter: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** A trade or a share as the settlement allocated it. */
export interface AllocatedLine {
  readonly slotMs: number;
  readonly slotLengthMs: number;
  readonly side: 'buy' | 'sell';
  readonly traded: Energy;
  readonly delivered: Energy;
  /** Positive where the member receives. */
  readonly money: Money;
}

/** What the member's own reading stays below its trades, and what that costs it. */
export interface DeviationLine {
  readonly slotMs: number;
  readonly side: 'buy' | 'sell';
  readonly energy: Energy;
  /** Zero or negative: a deviation is never paid to who has it. */
  readonly money: Money;
}

/**
 * Who bills residual energy, grid fees, levies and taxes: in `shown`, supplier and grid operator, and the
 * statement only shows them; in `posted`, the community, a microgrid that is itself the supplier.
 */
export type ResidualMode = 'shown' | 'posted';

/**
 * What of a slot's readings takes part in the community, over all of the member's meters, as its run
 * says: the rest belongs to other communities, and no run of this one allocates or charges it.
 */
export interface TakingPart {
  readonly slotMs: number;
  readonly imported: Energy;
  readonly exported: Energy;
}

export interface StatementInput {
  readonly member: number;
  /** The period, its end not included. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** What one reading covers. */
  readonly slotLengthMs: number;
  readonly mode: ResidualMode;
  readonly meters: readonly MeterSpan[];
  readonly readings: readonly MeteredReading[];
  readonly lines: readonly AllocatedLine[];
  readonly deviations: readonly DeviationLine[];
  /**
   * Of slots that a run settled. In `posted` the statement goes by these; in `shown` by everything that
   * was metered, for the supplier bills what no community allocated.
   */
  readonly takingPart?: readonly TakingPart[] | undefined;
  /** What runs posted for residual energy, grid fees, levies and taxes; where that is known. */
  readonly posted?: Money | undefined;
  readonly tariffs: readonly BillingTariff[];
}
