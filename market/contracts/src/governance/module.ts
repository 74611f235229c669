/** The governance module: decisions of k of n, and which rules are active. Specified in README. */

import type { BlockContext, State } from '@commonwatt/ledger';
import type { ContractModule } from '../execution/module.ts';
import type { GenesisParameters } from '../genesis-parameters.ts';
import { ROLE } from '../identity/messages.ts';
import { activateRules } from './activate-rules.ts';
import { beginEpoch } from './begin-epoch.ts';
import { approve, propose } from './proposals.ts';
import { AUTHORITIES, epochs, proposals, proposalsOfMember, thresholds } from './state.ts';

export const governanceModule: ContractModule = {
  name: 'governance',
  tables: [thresholds, proposals, epochs],
  groupings: [proposalsOfMember],
  actions: [propose, approve, activateRules, beginEpoch],
  genesis: setThresholds,
  checkInvariants: checkProposals,
};

/** @throws RangeError on a threshold that nobody could ever reach, or that asks for nobody. */
function setThresholds(context: BlockContext, genesis: GenesisParameters): void {
  for (const authority of AUTHORITIES) {
    const count = genesis[`${authority}Threshold`];
    if (count < 1) {
      throw new RangeError(`genesis.${authority}Threshold: expected 1 or more, got ${count}`);
    }
    const holders = genesis.founders.filter((one) => (one.roles & ROLE[authority]) !== 0).length;
    if (count > 1 && count > holders) {
      throw new RangeError(
        `genesis.${authority}Threshold: expected at most the ${holders} founders with the role, ` +
          `got ${count}`,
      );
    }
    context.state.set(thresholds, authority, { count });
  }
}

/** G-1: an open proposal has fewer voices than it needs, each of another member. */
function checkProposals(state: State): void {
  for (const { after } of state.changes(proposals)) {
    if (after === undefined) continue;
    const { approvedBy, authority } = after;
    if (new Set(approvedBy).size !== approvedBy.length) {
      throw new Error(`G-1: a member approved twice: ${approvedBy.join(', ')}`);
    }
    const needed = state.get(thresholds, authority)?.count ?? 1;
    if (approvedBy.length < 1 || approvedBy.length >= needed) {
      throw new Error(`G-1: an open proposal has ${approvedBy.length} of ${needed} voices`);
    }
  }
}
