/** What is kept of the case study while it runs. */

import type { Trade } from '@commonwatt/contracts';
import type { Header } from '@commonwatt/ledger';
import type { EnrolledParty } from './setm-genesis.ts';

export interface SetmBlock {
  readonly name: string;
  readonly header: Header;
  readonly hash: Uint8Array;
  /** What happened in it, a line each. */
  readonly steps: readonly string[];
}

export interface Purchase {
  readonly buyer: EnrolledParty;
  readonly trade: Uint8Array;
  readonly terms: Trade;
  /** The round of the concession rule in which they agreed. */
  readonly round: number;
}
