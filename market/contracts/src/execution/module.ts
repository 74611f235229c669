/** What a contract module brings: its actions and what time brings about in it. */

import type {
  AnyActionType,
  BlockContext,
  Grouping,
  State,
  Table,
  Tally,
} from '@commonwatt/ledger';
import type { GenesisParameters } from '../genesis-parameters.ts';

export interface ContractModule {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: tables of every key and value type stand together
  readonly tables: readonly Table<any, any>[];
  // biome-ignore lint/suspicious/noExplicitAny: groupings of every table stand together
  readonly groupings: readonly Grouping<any, any>[];
  readonly tallies?: readonly Tally[];
  readonly actions: readonly AnyActionType[];
  /** Writes the module's part of the first state. */
  genesis?(context: BlockContext, parameters: GenesisParameters): void;
  /** What the block's time alone brings about, before its transactions. */
  begin?(context: BlockContext): void;
  /** The next instant at which `begin` would do something. */
  nextDueMs?(state: State, nowMs: number): number | undefined;
  /** @throws Error on an impossible state. */
  checkInvariants?(state: State): void;
}
