/** What operators and checkers decide: policies, tariffs, and what becomes of held amounts. */

import { money } from '@commonwatt/units';
import { ACTION } from '../action-types.ts';
import { authorised } from '../authority.ts';
import { policySet, type TariffSet, tariffSet } from '../events.ts';
import type { ContractRefusal } from '../refusals.ts';
import { endHeld } from './held-amounts.ts';
import {
  type DecideDispute,
  decideDisputeCodec,
  type SetSettlementPolicy,
  type SetTariff,
  setSettlementPolicyCodec,
  setTariffCodec,
} from './messages.ts';
import { flawOfPolicy, POLICIES_MAX, policies } from './policy.ts';
import { helds } from './state.ts';
import { flawOfSeries, TARIFFS_MAX, tariffs, writeSeries } from './tariff.ts';

export const setSettlementPolicy = authorised<SetSettlementPolicy>(
  ACTION.setSettlementPolicy,
  'set settlement policy',
  'operator',
  setSettlementPolicyCodec,
  (context, { policy }) => {
    const { state, timeMs } = context;
    const { validFromMs } = policy;
    const flaw = flawOfPolicy(policy);
    if (flaw !== undefined) return { code: 'policy_invalid', flaw };
    if (validFromMs < timeMs) return { code: 'instant_past', validFromMs, timeMs };
    if (state.get(policies, validFromMs) === undefined && state.size(policies) >= POLICIES_MAX) {
      return { code: 'policy_invalid', flaw: `at most ${POLICIES_MAX} policies` };
    }
    state.set(policies, validFromMs, policy);
    context.emit(policySet, policy);
    return undefined;
  },
);

export const setTariff = authorised<SetTariff>(
  ACTION.setTariff,
  'set tariff',
  'operator',
  setTariffCodec,
  (context, { series }) => {
    const { state, timeMs } = context;
    const flaw = flawOfSeries(series);
    if (flaw !== undefined) return { code: 'tariff_invalid', flaw };
    const fromMs = series[0]?.fromMs ?? 0;
    if (fromMs < timeMs) return { code: 'instant_past', fromMs, timeMs };
    if (state.size(tariffs) + series.length > TARIFFS_MAX) {
      return { code: 'tariff_invalid', flaw: `at most ${TARIFFS_MAX} entries` };
    }
    writeSeries(state, series);
    context.emit<TariffSet>(tariffSet, { series });
    return undefined;
  },
);

export const decideDispute = authorised<DecideDispute>(
  ACTION.decideDispute,
  'decide dispute',
  'checker',
  decideDisputeCodec,
  (context, { periodFromMs, trade, paid }): ContractRefusal | undefined => {
    const key = { periodFromMs, trade };
    const held = context.state.get(helds, key);
    if (held === undefined) return { code: 'dispute_unknown', periodFromMs, trade };
    if (paid < 0n) return { code: 'amount_not_positive', amount: paid };
    if (paid > held.amount) {
      return { code: 'amount_too_large', amount: paid, amountMax: held.amount };
    }
    endHeld(context, key, held, { paid: money(paid), step: 'decided' });
    return undefined;
  },
);
