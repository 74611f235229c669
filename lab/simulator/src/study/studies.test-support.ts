/** A small scenario for the tests of studies: a few homes by models, some with solar roofs. */

import { MECHANISMS } from '@commonwatt/mechanisms';
import { Value } from 'typebox/value';
import { type Scenario, scenarioSchema } from '../scenario/scenario.ts';
import type { RunResult } from './results.ts';
import { runScenario } from './run-scenario.ts';
import type { Row, TableName } from './table.ts';

export type Loose = Record<string, unknown>;

/** `members` homes over a day and a half from a day in May; every other one has a roof. */
export function scenarioOf(changes: Loose = {}, members = 6): Scenario {
  const given = {
    schema: 'commonwatt-scenario/1',
    name: 'test',
    seed: 7,
    time: { from: '2025-05-05T22:00:00Z', until: '2025-05-07T04:00:00Z' },
    tariffs: {},
    market: { mechanism: 'uniform' },
    ledger: 'off',
    members: Array.from({ length: members }, (_, at) => ({
      name: `home-${at}`,
      load: { model: 'home', annual_kwh: 2500 + 300 * at },
      buy_limit_ct_per_kwh: 20 + at,
      sell_limit_ct_per_kwh: 9 + at,
      ...(at % 2 === 0 ? { solar: { model: 'sun', installed_w: 4000 + 500 * at } } : {}),
    })),
    ...changes,
  };
  return Value.Default(scenarioSchema, given) as Scenario;
}

export interface Ran {
  readonly result: RunResult;
  readonly rows: Readonly<Record<string, readonly Row[]>>;
}

/** Runs it with all tables kept, or without orders, trades and positions. */
export async function ranWith(scenario: Scenario, tables: 'all' | 'few' = 'all'): Promise<Ran> {
  const rows: Record<string, Row[]> = {};
  const few: readonly TableName[] = ['orders', 'trades', 'positions'];
  const result = await runScenario(scenario, {
    sink: {
      wants: (table) => tables === 'all' || !few.includes(table),
      write: (table, cells) => {
        rows[table] ??= [];
        rows[table].push(cells);
      },
    },
  });
  return { result, rows };
}

/** Mechanisms that want nothing that a scenario does not have. */
export function plainMechanisms(): readonly string[] {
  return MECHANISMS.filter(
    ({ kind, tables = [], columns = [] }) =>
      kind !== 'negotiation' &&
      tables.every(({ required }) => required !== true) &&
      columns.every(
        ({ required, name }) => required !== true || name === 'time' || name === 'zone',
      ),
  )
    .filter((one) => !('problem' in one && one.problem !== undefined))
    .map(({ name }) => name);
}
