/**
 * The second bookkeeper's settlement: what a run must post, worked out from the trades and from what
 * the parties were told; for a later run of a period, what it differs by from the one before.
 */

import type { RunSettled } from '@commonwatt/contracts';
import { type BookedTrade, type Owed, owedOf, type Statement } from './deliveries.ts';
import { expectThat } from './findings.ts';

type BookedTrades = ReadonlyMap<string, BookedTrade>;

/** A period's last run. */
interface BookedRun {
  readonly sequence: number;
  readonly trades: BookedTrades;
  readonly owed: Owed;
}

/** Runs that a later one may follow; older ones are forgotten. */
const KEPT_RUNS_MAX = 8;

/** What a run must post, as changes: to members, zeros left out, and between the two prices. */
export interface RunEffect {
  readonly changes: ReadonlyMap<number, bigint>;
  readonly spread: bigint;
  readonly deliveredWh: bigint;
}

export class RunBooks {
  readonly #runs = new Map<number, BookedRun>();
  #statement: Statement | undefined;
  #settledCount = 0;
  #adjustingCount = 0;

  get figures() {
    return { settledPeriods: this.#settledCount, adjustingRuns: this.#adjustingCount };
  }

  hear(statement: Statement): void {
    this.#statement = statement;
  }

  /** Books a run. `released` gives the period's trades where it is settled for the first time. */
  settle(run: RunSettled, released: () => BookedTrades): RunEffect {
    const { periodFromMs, sequence, slotTotals, community } = run;
    const before = this.#runs.get(periodFromMs);
    const next = before === undefined ? 0 : before.sequence + 1;
    expectThat(sequence === next, `period ${periodFromMs}: run ${sequence} came, not ${next}`);
    const trades = before?.trades ?? released();
    expectThat(this.#statement !== undefined, 'a run settles what nobody was told of');
    const owed = owedOf(trades, this.#statement);
    this.#statement = undefined;
    checkTotals(trades, owed, slotTotals);
    const spread = owed.spread - (before?.owed.spread ?? 0n);
    const told = community.find(({ account }) => account === 'spread')?.amount ?? 0n;
    expectThat(told === spread, `a run posts a spread of ${told}, its trades leave ${spread}`);
    if (before === undefined) this.#settledCount++;
    else this.#adjustingCount++;
    this.#runs.set(periodFromMs, { sequence, trades, owed });
    if (this.#runs.size > KEPT_RUNS_MAX) this.#runs.delete(Math.min(...this.#runs.keys()));
    return {
      changes: changesOf(owed, before?.owed),
      spread,
      deliveredWh: sumOf(owed.deliveredBySlot) - sumOf(before?.owed.deliveredBySlot),
    };
  }
}

function changesOf({ members }: Owed, before: Owed | undefined): ReadonlyMap<number, bigint> {
  const changes = [...members].map(
    ([member, amount]) => [member, amount - (before?.members.get(member) ?? 0n)] as const,
  );
  return new Map(changes.filter(([, change]) => change !== 0n));
}

/** The totals that everyone is shown are those of the trades and of what was delivered of them. */
function checkTotals(
  trades: ReadonlyMap<string, BookedTrade>,
  { deliveredBySlot }: Owed,
  slotTotals: RunSettled['slotTotals'],
): void {
  const tradedBySlot = new Map<number, bigint>();
  for (const { slotMs, energy } of trades.values()) {
    tradedBySlot.set(slotMs, (tradedBySlot.get(slotMs) ?? 0n) + energy);
  }
  for (const { slotMs, traded: all, delivered, imported, exported } of slotTotals) {
    const due = tradedBySlot.get(slotMs) ?? 0n;
    expectThat(all === due, `slot ${slotMs}: the run says ${all} Wh traded, the trades ${due}`);
    const came = deliveredBySlot.get(slotMs) ?? 0n;
    expectThat(
      delivered === came && delivered <= imported && delivered <= exported,
      `slot ${slotMs}: the run says ${delivered} Wh delivered, the lines ${came}, of ${imported} imported, ${exported} exported`,
    );
    tradedBySlot.delete(slotMs);
  }
  expectThat(tradedBySlot.size === 0, 'the run leaves slots with trades out');
}

function sumOf(amounts: ReadonlyMap<unknown, bigint> = new Map()): bigint {
  return [...amounts.values()].reduce((sum, one) => sum + one, 0n);
}
