/** Gathers what a member's statement is made from: the ledger's public part and the member's records. */

import {
  type BillBasis,
  type BillingTariff,
  type LineOfSlot,
  type Meter,
  type MeteredReading,
  type MeterSpan,
  metersOfMember,
  policyAt,
  type StatementInput,
  settledRows,
  TariffBook,
  tariffOnLedger,
  tariffsOf,
  tariffsWithin,
  trades,
} from '@commonwatt/contracts';
import { type Ledger, toHex } from '@commonwatt/ledger';
import { money } from '@commonwatt/units';
import type { ReadingsDesk } from '../desks.ts';
import type { Projections, SettledEntry } from '../projections/projections.ts';
import type { StatementBook } from '../settlement/statement-book.ts';

/** Readings of one member and period: a year of minutes. */
const READINGS_MAX = 600_000;

export interface StatementSourceOptions {
  readonly ledger: Ledger;
  readonly projections: Projections;
  readonly statements: StatementBook;
  readonly readings: Pick<ReadingsDesk, 'of' | 'slotLengthMs'>;
  readonly tariffs: readonly BillingTariff[];
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
    const { mode, tariffs, slotLengthMs } = this.basisOf(span);
    const rows = this.#settled(member, span).map((run) =>
      settledRows({ ...run, ...span, slotLengthMs }),
    );
    return {
      member,
      ...span,
      slotLengthMs,
      mode,
      meters: this.#meters(member, span, slotLengthMs),
      readings: this.#readings(member, span),
      lines: rows.flatMap(({ lines }) => lines),
      deviations: rows.flatMap(({ deviations }) => deviations),
      takingPart: rows.flatMap(({ takingPart }) => takingPart),
      posted: money(rows.reduce((sum, { posted }) => sum + posted, 0n)),
      tariffs,
    };
  }

  /** Prices and mode of a period: the ledger's own tariff where the community is the supplier. */
  basisOf({ fromMs, untilMs }: Span): Omit<BillBasis, 'rules'> {
    const { ledger, tariffs, readings } = this.#options;
    const { slotLengthMs } = readings;
    const mode = policyAt(ledger.state, fromMs).residualCharges;
    const own = tariffsWithin(tariffs, fromMs, untilMs);
    if (mode === 'shown') return { mode, slotLengthMs, tariffs: own };
    const book = new TariffBook(own);
    const period = { periodFromMs: fromMs, periodUntilMs: untilMs };
    const kept = tariffsOf(ledger.state, period);
    const onLedger = kept.map((one) => tariffOnLedger(one, book.at(Math.max(one.fromMs, fromMs))));
    return { mode, slotLengthMs, tariffs: onLedger };
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
    return found.map(({ meter, slotMs, imported, exported, quality, source }) => ({
      meter,
      slotMs,
      imported,
      exported,
      quality,
      source,
    }));
  }

  /** The last run of each settled period: what it says is whole, not what it changed. */
  #settled(member: number, { fromMs, untilMs }: Span) {
    const { statements, projections } = this.#options;
    const last = new Map<number, SettledEntry>();
    for (const settled of statements.settledOf(member, fromMs, untilMs)) {
      const known = last.get(settled.periodFromMs);
      if (known === undefined || known.sequence < settled.sequence) {
        last.set(settled.periodFromMs, settled);
      }
    }
    return [...last.values()].flatMap((settled) => {
      const kept = statements.kept(settled, member);
      if (kept === undefined) return [];
      const lines = kept.lines.map((line): LineOfSlot => {
        const slotLengthMs = projections.trade(toHex(line.trade))?.terms.slotLengthMs;
        if (slotLengthMs === undefined) {
          throw new Error(`statement: trade ${toHex(line.trade)} has a line and is unknown`);
        }
        return { ...line, slotLengthMs };
      });
      return [{ lines, slotLines: kept.slotLines }];
    });
  }
}

function aligned(instantMs: number, slotMs: number): number {
  return Math.ceil(instantMs / slotMs) * slotMs;
}

/** The slots that a meter counts: from its first to the one before it was retired. */
function countedSpan({ fromMs, retiredMs }: Meter): Span {
  return { fromMs, untilMs: retiredMs ?? Number.MAX_SAFE_INTEGER };
}
