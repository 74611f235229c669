/** Version 1 of the execution rules: the modules in their line, and the rule book of this release. */

import { type AnyActionType, decode, type Execution, type RuleBook } from '@commonwatt/ledger';
import { bridgeModule } from '../bridge/module.ts';
import { certificatesModule } from '../certificates/module.ts';
import { DIRECT_PURCHASE, DIRECT_PURCHASE_VERSIONS } from '../direct-purchase/matching.ts';
import { directPurchaseModule } from '../direct-purchase/module.ts';
import { eventTypes } from '../event-types.ts';
import { genesisParametersCodec } from '../genesis-parameters.ts';
import { governanceModule } from '../governance/module.ts';
import { votableActions } from '../governance/votable.ts';
import { identityModule } from '../identity/module.ts';
import { consumeSequence, userSecurity } from '../identity/user-security.ts';
import { MECHANISM_VERSIONS } from '../market/mechanism.ts';
import { meteringModule } from '../metering/module.ts';
import { parameters } from '../parameters.ts';
import { refusalNumbers } from '../refusals.ts';
import { SETTLEMENT_VERSIONS, settlementModule } from '../settlement/module.ts';
import { walletModule } from '../wallet/module.ts';
import { marketModule } from './market-by-meters.ts';
import type { ContractModule } from './module.ts';

/** Each may lean on those before it, never on those behind. */
const line: readonly ContractModule[] = [
  identityModule,
  walletModule,
  marketModule,
  meteringModule,
  settlementModule,
  certificatesModule,
  bridgeModule,
  directPurchaseModule,
  governanceModule,
];

function actionsByType(): ReadonlyMap<number, AnyActionType> {
  const byType = new Map<number, AnyActionType>();
  for (const module of line) {
    for (const action of module.actions) {
      if (byType.has(action.type)) throw new Error(`action ${action.type} is defined twice`);
      byType.set(action.type, action);
    }
  }
  return byType;
}

const actions = actionsByType();
votableActions.fill(actions);

export const executionVersion1: Execution = {
  version: 1,
  actions,
  events: eventTypes,
  refusals: refusalNumbers,
  genesis(context, bytes) {
    const genesis = decode(genesisParametersCodec, bytes, 'genesis.parameters');
    context.state.set(parameters, 0, {
      currency: genesis.currency,
      recoveryDelayMs: genesis.recoveryDelayMs,
      certificateLedger: genesis.certificateLedger,
    });
    for (const module of line) module.genesis?.(context, genesis);
  },
  authenticate: userSecurity,
  consume: consumeSequence,
  begin(context) {
    for (const module of line) module.begin?.(context);
  },
  nextDueMs(state, nowMs) {
    let next: number | undefined;
    for (const module of line) {
      const due = module.nextDueMs?.(state, nowMs);
      if (due !== undefined && (next === undefined || due < next)) next = due;
    }
    return next;
  },
  checkInvariants(state) {
    for (const module of line) module.checkInvariants?.(state);
  },
};

/** Every rule this release has. */
export const ruleBook: RuleBook = {
  tables: [parameters, ...line.flatMap((module) => module.tables)],
  groupings: line.flatMap((module) => module.groupings),
  tallies: line.flatMap((module) => module.tallies ?? []),
  executions: new Map([[1, executionVersion1]]),
  others: new Map([
    ...MECHANISM_VERSIONS,
    ['settlement', SETTLEMENT_VERSIONS],
    [DIRECT_PURCHASE, DIRECT_PURCHASE_VERSIONS],
  ]),
};
