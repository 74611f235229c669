/** Studies whose calls are days, for tests: their rows by name, and a day out of them cleared once more. */

import { sha256 } from '@commonwatt/consensus';
import {
  type AuctionMechanism,
  type Call,
  type Clearing,
  findMechanism,
  lotsBySeed,
  type Solve,
  type Values,
} from '@commonwatt/mechanisms';
import { loadSolver } from '@commonwatt/solver';
import { energy, price } from '@commonwatt/units';
import type { Scenario } from '../scenario/scenario.ts';
import type { RunResult } from './results.ts';
import { runScenario } from './run-scenario.ts';
import { type Cell, TABLES, type TableName } from './table.ts';

const solver = await loadSolver();

/** From a cold start for each problem, as the lab's is. */
export const solveCold: Solve = (problem) => {
  solver.forget();
  return solver.solve(problem);
};

export type NamedRow = Readonly<Record<string, Cell>>;

export interface DayRun {
  readonly result: RunResult;
  readonly rows: (table: TableName) => readonly NamedRow[];
}

export async function ranByDay(scenario: Scenario, mechanism = 'social-welfare'): Promise<DayRun> {
  const rows = new Map<TableName, NamedRow[]>();
  const result = await runScenario(
    { ...scenario, market: { ...scenario.market, mechanism } },
    {
      solve: solveCold,
      sink: {
        wants: () => true,
        write: (table, cells) => {
          // The run's own three columns are the sink's.
          const names = TABLES[table].columns.slice(3).map(({ name }) => name);
          const row = Object.fromEntries(names.map((name, at) => [name, cells[at] as Cell]));
          rows.set(table, [...(rows.get(table) ?? []), row]);
        },
      },
    },
  );
  return { result, rows: (table) => rows.get(table) ?? [] };
}

/** A call out of rows of the table of orders, as `commonwatt clear` would be given it. */
export function clearedAgain(
  mechanismName: string,
  orders: readonly NamedRow[],
  batteries: readonly Values[] = [],
): Clearing {
  const mechanism = findMechanism(mechanismName) as AuctionMechanism;
  const call: Call = {
    orders: orders.map((row) => ({
      id: String(row.id),
      member: String(row.member),
      side: row.side === 'buy' ? 'buy' : 'sell',
      limit: price(BigInt(row.price_eur_per_mwh as number)),
      energy: energy(BigInt(row.energy_wh as number)),
      time: row.time as number,
      zone: String(row.zone),
    })),
    lots: lotsBySeed(sha256, String(orders[0]?.lot_seed)),
    settings: {},
    tables: { batteries },
  };
  const candidate = mechanism.problem && solveCold(mechanism.problem(call));
  return mechanism.clear(candidate === undefined ? call : { ...call, candidate });
}

/** The table of batteries that the events of a day tell. */
export function batteriesOf(events: readonly NamedRow[]): readonly Values[] {
  return events
    .filter(({ event }) => event === 'battery_lent')
    .map(({ member, detail }) => {
      const sizes = String(detail).split(' ');
      return Object.fromEntries([
        ['battery', String(member)],
        ...sizes.map((text) => {
          const [name, value] = text.split('=') as [string, string];
          return [name, BigInt(value)] as const;
        }),
      ]);
    });
}
