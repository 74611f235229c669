/** The settlement module: its specification is the README beside this file. */

import { activate, type BlockContext, type State } from '@commonwatt/ledger';
import type { ContractModule } from '../execution/module.ts';
import { checkDues, serveDues } from '../wallet/dues.ts';
import { disputeRun, endReviews, nextReviewMs, proposeRun, signRun } from './actions.ts';
import { decideDispute, setSettlementPolicy, setTariff } from './decisions.ts';
import { endOverdue } from './held-amounts.ts';
import { SETTLEMENT } from './judge.ts';
import { DELIVERY_RULES } from './most-delivery.ts';
import { checkEscrow } from './open-trades.ts';
import { payOut } from './pay-out.ts';
import { flawOfPolicy, policies } from './policy.ts';
import {
  correctables,
  disputes,
  disputesOfPeriod,
  helds,
  openRuns,
  settledPeriods,
} from './state.ts';
import { tariffs, tariffsOfDay } from './tariff.ts';

/** The versions of the settlement rules that this release has. */
export const SETTLEMENT_VERSIONS: readonly number[] = [...DELIVERY_RULES.keys()];
/** The version that a ledger begins with unless its genesis document names another. */
export const SETTLEMENT_VERSION_FIRST = 3;

export const settlementModule: ContractModule = {
  name: 'settlement',
  tables: [openRuns, settledPeriods, disputes, policies, tariffs, correctables, helds],
  groupings: [disputesOfPeriod, tariffsOfDay],
  actions: [proposeRun, signRun, disputeRun, setSettlementPolicy, setTariff, decideDispute, payOut],
  genesis({ state }, { settlementVersion = SETTLEMENT_VERSION_FIRST, settlementPolicy }) {
    if (settlementVersion !== 1) {
      activate(state, SETTLEMENT, { version: settlementVersion, fromHeight: 0 });
    }
    if (settlementPolicy === undefined) return;
    const flaw = flawOfPolicy(settlementPolicy);
    if (flaw !== undefined) throw new RangeError(`settlementPolicy: ${flaw}`);
    state.set(policies, settlementPolicy.validFromMs, settlementPolicy);
  },
  begin(context) {
    serveDues(context.state);
    endOverdue(context);
    endReviews(context);
    endCorrections(context);
  },
  nextDueMs(state) {
    const review = nextReviewMs(state);
    const held = nextHeldMs(state);
    if (review === undefined || held === undefined) return review ?? held;
    return Math.min(review, held);
  },
  checkInvariants(state) {
    checkEscrow(state);
    checkDues(state);
  },
};

function nextHeldMs(state: State): number | undefined {
  if (state.size(helds) === 0) return undefined;
  return state
    .entries(helds)
    .reduce((least, [, { untilMs }]) => Math.min(least, untilMs), Infinity);
}

/**
 * What later runs were judged by goes with the first block after the window. No block is made for it:
 * whether a run comes in time is judged by the instant.
 */
function endCorrections({ state, timeMs }: BlockContext): void {
  if (state.size(correctables) === 0) return;
  for (const [periodFromMs, { untilMs }] of state.entries(correctables)) {
    if (untilMs <= timeMs) state.delete(correctables, periodFromMs);
  }
}
