/** The settlement module: runs that checkers sign, and the payment of what was delivered. */

import type { ContractModule } from '../execution/module.ts';
import { disputes, openRuns, settledPeriods } from './state.ts';

/** The versions of the settlement rules that this release has. */
export const SETTLEMENT_VERSIONS: readonly number[] = [1];

export const settlementModule: ContractModule = {
  name: 'settlement',
  tables: [openRuns, settledPeriods, disputes],
  groupings: [],
  actions: [],
};
