/** Certificates are used up: retired, counted for a duty, or given for what was issued too much. */

import type { ActionContext, ActionType } from '@commonwatt/ledger';
import { energy } from '@commonwatt/units';
import { ACTION } from '../action-types.ts';
import { actingMember } from '../authority.ts';
import { refuseLedger } from '../parameters.ts';
import type { ContractRefusal } from '../refusals.ts';
import { addDebt, debtOf } from './debts.ts';
import { type DutyChanged, dutyChanged } from './events.ts';
import {
  type CountCertificates,
  countCertificatesCodec,
  type RetireCertificates,
  retireCertificatesCodec,
  type Stretch,
  stretchCodec,
} from './messages.ts';
import { dutyOf, periodOf } from './periods.ts';
import { change, ownRange } from './ranges.ts';
import { WITHDRAWN } from './receive.ts';
import { type CertificateSource, type DutyKey, duties, issuances, sources } from './state.ts';

export const retireCertificates: ActionType<RetireCertificates> = {
  type: ACTION.retireCertificates,
  name: 'retire certificates',
  codec: retireCertificatesCodec,
  apply(context, { beneficiary, ...stretch }) {
    const wrong = refuseLedger(context.state, 'certificates');
    if (wrong !== undefined) return wrong;
    const found = ownRange(context.state, actingMember(context), stretch, ['live']);
    if ('code' in found) return found;
    change(context, stretch, { status: 'retired', beneficiary }, 'retired');
    return undefined;
  },
};

/** For a quota also green certificates; for an obligation only such as could be sold. */
export const countCertificates: ActionType<CountCertificates> = {
  type: ACTION.countCertificates,
  name: 'count certificates',
  codec: countCertificatesCodec,
  apply(context, { duty, period, ...stretch }) {
    const { state } = context;
    const wrong = refuseLedger(state, 'certificates');
    if (wrong !== undefined) return wrong;
    const member = actingMember(context);
    const quota = duty === 'quota';
    const found = ownRange(state, member, stretch, quota ? ['live', 'green'] : ['live']);
    if ('code' in found) return found;
    const key: DutyKey = { member, duty, period };
    const refusal = refusePeriod(context, stretch, period) ?? refuseBeyond(context, key, stretch);
    if (refusal !== undefined) return refusal;
    const { owed, met } = dutyOf(state, key);
    const now = { owed, met: energy(met + stretch.energy) };
    state.set(duties, key, now);
    const status = quota ? 'counted' : 'surrendered';
    change(context, stretch, { status, period }, status);
    context.emit<DutyChanged>(dutyChanged, { ...key, ...now });
    return undefined;
  },
};

/** What was produced later serves no earlier period. */
function refusePeriod(
  { state }: ActionContext,
  { issuance }: Stretch,
  period: number,
): ContractRefusal | undefined {
  const produced = periodOf(state, sourceOf(state, issuance).fromMs) ?? 0;
  return produced > period ? { code: 'period_invalid', period, produced } : undefined;
}

function refuseBeyond(
  { state }: ActionContext,
  key: DutyKey,
  { energy: counted }: Stretch,
): ContractRefusal | undefined {
  const { owed, met } = dutyOf(state, key);
  const open = owed > met ? owed - met : 0n;
  return counted > open ? { code: 'duty_exceeded', energy: counted, energyMax: open } : undefined;
}

/** The excess of green certificates over their holder's full quota becomes free to be sold. */
export const freeExcess: ActionType<Stretch> = {
  type: ACTION.freeExcess,
  name: 'free excess',
  codec: stretchCodec,
  apply(context, stretch) {
    const { state } = context;
    const wrong = refuseLedger(state, 'certificates');
    if (wrong !== undefined) return wrong;
    const member = actingMember(context);
    const found = ownRange(state, member, stretch, ['green']);
    if ('code' in found) return found;
    const period = periodOf(state, sourceOf(state, stretch.issuance).fromMs) ?? 0;
    const { owed, met } = dutyOf(state, { member, duty: 'quota', period });
    if (owed === 0n || met < owed) return { code: 'quota_open', period, owed, met };
    change(context, stretch, { status: 'live' }, 'freed');
    return undefined;
  },
};

/** Gives certificates for those that the member was issued too much and gave on. */
export const settleDebt: ActionType<Stretch> = {
  type: ACTION.settleDebt,
  name: 'settle debt',
  codec: stretchCodec,
  apply(context, stretch) {
    const { state } = context;
    const wrong = refuseLedger(state, 'certificates');
    if (wrong !== undefined) return wrong;
    const member = actingMember(context);
    const found = ownRange(state, member, stretch, ['live']);
    if ('code' in found) return found;
    const debt = debtOf(state, member);
    if (stretch.energy > debt) {
      return { code: 'debt_exceeded', energy: stretch.energy, energyMax: debt };
    }
    change(context, stretch, WITHDRAWN, 'debt settled');
    addDebt(context, member, -stretch.energy);
    return undefined;
  },
};

/** Where an issuance's certificates come from. @throws Error for one that never was */
export function sourceOf(state: ActionContext['state'], issuance: number): CertificateSource {
  const key = state.get(issuances, issuance);
  const found = key === undefined ? undefined : state.get(sources, key);
  if (found === undefined) throw new Error(`issuance ${issuance}: expected its source`);
  return found;
}
