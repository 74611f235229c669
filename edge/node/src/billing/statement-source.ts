/** Gathers what a member's statement is made from: the ledger's public part and the member's records. */

import {
  type AllocatedLine,
  type BillingTariff,
  type DeviationLine,
  type Meter,
  type MeteredReading,
  type MeterSpan,
  metersOfMember,
  type ResidualMode,
  type StatementInput,
  trades,
} from '@commonwatt/contracts';
import { type Ledger, toHex } from '@commonwatt/ledger';
import type { ReadingsDesk } from '../desks.ts';
import type { Projections } from '../projections/projections.ts';
import type { StatementBook } from '../settlement/statement-book.ts';

/** Readings of one member and period: a year of minutes. */
const READINGS_MAX = 600_000;

export interface StatementSourceOptions {
  readonly ledger: Ledger;
  readonly projections: Projections;
  readonly statements: StatementBook;
  readonly readings: Pick<ReadingsDesk, 'of' | 'slotLengthMs'>;
  readonly tariffs: readonly BillingTariff[];
  readonly mode: ResidualMode;
}

export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** What of a period cannot be stated yet, or ever. */
export interface OpenEnds {
  /** Trades that wait for their settlement. */
  readonly openTrades: number;
  /** Settled runs whose lines this node does not hold. */
  readonly runsWithoutLines: number;
}

export class StatementSource {
  readonly #options: StatementSourceOptions;

  constructor(options: StatementSourceOptions) {
    this.#options = options;
  }

  inputOf(member: number, span: Span): StatementInput {
    const { tariffs, mode, readings } = this.#options;
    const slotMs = readings.slotLengthMs;
    return {
      member,
      ...span,
      slotLengthMs: slotMs,
      mode,
      meters: this.#meters(member, span, slotMs),
      readings: this.#readings(member, span),
      lines: this.#lines(member, span),
      deviations: this.#deviations(),
      tariffs,
    };
  }

  openEndsOf(member: number, { fromMs, untilMs }: Span): OpenEnds {
    const { ledger, projections, statements } = this.#options;
    const openTrades = projections
      .tradesOf(member)
      .filter(
        ({ id, terms }) =>
          terms.slotMs >= fromMs &&
          terms.slotMs < untilMs &&
          ledger.state.get(trades, id) !== undefined,
      ).length;
    const runsWithoutLines = statements
      .settledOf(member, fromMs, untilMs)
      .filter((settled) => statements.kept(settled, member) === undefined).length;
    return { openTrades, runsWithoutLines };
  }

  #meters(member: number, { fromMs, untilMs }: Span, slotMs: number): readonly MeterSpan[] {
    const { ledger } = this.#options;
    const headMs = ledger.info().timeMs;
    return ledger.state.group(metersOfMember, `${member}`).flatMap(([meter, one]) => {
      const counted = countedSpan(one);
      // Nobody was read before the community began, nor after now.
      const first = Math.max(fromMs, counted.fromMs, ledger.genesis.timeMs);
      const end = Math.min(untilMs, counted.untilMs, headMs);
      const span = { fromMs: aligned(first, slotMs), untilMs: aligned(end, slotMs) };
      return span.fromMs < span.untilMs ? [{ meter, ...span }] : [];
    });
  }

  #readings(member: number, { fromMs, untilMs }: Span): readonly MeteredReading[] {
    const found = this.#options.readings.of(member, fromMs, untilMs, READINGS_MAX);
    return found.map(({ meter, slotMs, imported, exported, quality }) => ({
      meter,
      slotMs,
      imported,
      exported,
      quality,
    }));
  }

  #lines(member: number, { fromMs, untilMs }: Span): readonly AllocatedLine[] {
    const { statements, projections } = this.#options;
    return statements.settledOf(member, fromMs, untilMs).flatMap((settled) =>
      (statements.kept(settled, member)?.lines ?? [])
        .filter(({ slotMs }) => slotMs >= fromMs && slotMs < untilMs)
        .map(({ trade, slotMs, side, traded, delivered, price, money }) => {
          const slotLengthMs = projections.trade(toHex(trade))?.terms.slotLengthMs;
          if (slotLengthMs === undefined) {
            throw new Error(`statement: trade ${toHex(trade)} has a line and is unknown`);
          }
          return { slotMs, slotLengthMs, side, traded, delivered, price, money };
        }),
    );
  }

  #deviations(): readonly DeviationLine[] {
    return [];
  }
}

function aligned(instantMs: number, slotMs: number): number {
  return Math.ceil(instantMs / slotMs) * slotMs;
}

/** The slots that a meter counts: from its first to the one before it was retired. */
function countedSpan({ fromMs, retiredMs }: Meter): Span {
  return { fromMs, untilMs: retiredMs ?? Number.MAX_SAFE_INTEGER };
}
