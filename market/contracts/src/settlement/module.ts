/** The settlement module: its specification is the README beside this file. */

import type { ContractModule } from '../execution/module.ts';
import { disputeRun, proposeRun, signRun } from './actions.ts';
import { DELIVERY_RULES } from './most-delivery.ts';
import { checkEscrow } from './open-trades.ts';
import { disputes, openRuns, settledPeriods } from './state.ts';

/** The versions of the settlement rules that this release has. */
export const SETTLEMENT_VERSIONS: readonly number[] = [...DELIVERY_RULES.keys()];

export const settlementModule: ContractModule = {
  name: 'settlement',
  tables: [openRuns, settledPeriods, disputes],
  groupings: [],
  actions: [proposeRun, signRun, disputeRun],
  checkInvariants: checkEscrow,
};
