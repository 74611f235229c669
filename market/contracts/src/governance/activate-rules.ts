/** Rules change at a height that is written on the ledger, so every block has its own rules. */

import { type ActionContext, activate, activations } from '@commonwatt/ledger';
import { ACTION } from '../action-types.ts';
import { authorised } from '../authority.ts';
import type { ContractRefusal } from '../refusals.ts';
import { type ActivateRules, activateRulesCodec } from './messages.ts';

/** Rule sets that may have a history, and activations in one. */
export const RULE_SETS_MAX = 100;
export const ACTIVATIONS_MAX = 1000;

export const activateRules = authorised(
  ACTION.activateRules,
  'activateRules',
  'operator',
  activateRulesCodec,
  carryOutActivateRules,
);

/**
 * The ledger does not know which versions a program has: a program that lacks the active one stops
 * by itself and says so. It knows that versions rise and that the past has its rules.
 */
function carryOutActivateRules(
  context: ActionContext,
  message: ActivateRules,
): ContractRefusal | undefined {
  const { state, height } = context;
  const { ruleSet, version, fromHeight } = message;
  const history = state.get(activations, ruleSet)?.history ?? [];
  const last = history.at(-1);
  const present = last?.version ?? 1;
  if (version <= present) return { code: 'rules_version_invalid', version, present };
  const crowded =
    history.length >= ACTIVATIONS_MAX ||
    (last === undefined && state.size(activations) >= RULE_SETS_MAX);
  if (ruleSet.length === 0 || crowded) return { code: 'rules_version_invalid', ruleSet };
  const earliest = Math.max(height, last?.fromHeight ?? 0) + 1;
  if (fromHeight < earliest) return { code: 'height_past', fromHeight, earliest };
  activate(state, ruleSet, { version, fromHeight });
  return undefined;
}
