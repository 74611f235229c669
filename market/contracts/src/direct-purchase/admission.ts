/**
 * Admission, the paper's Regis(): a member applies with side, type and region, the centre reviews it,
 * and only who is admitted lists, holds tokens and reads what a round says.
 */

import {
  type ActionContext,
  type ActionType,
  asciiBytes,
  concatBytes,
  encode,
  type State,
  u32,
} from '@commonwatt/ledger';
import { energy, money } from '@commonwatt/units';
import { ACTION } from '../action-types.ts';
import { actingMember, authorised } from '../authority.ts';
import { ROLE } from '../identity/messages.ts';
import { members } from '../identity/state.ts';
import type { ContractRefusal } from '../refusals.ts';
import { type AdmissionMoved, admissionMoved } from './events.ts';
import { ADMISSIONS_MAX } from './limits.ts';
import {
  type ApplyAdmission,
  applyAdmissionCodec,
  type ReviewAdmission,
  reviewAdmissionCodec,
} from './messages.ts';
import { admissions, type DirectAdmission, rounds } from './state.ts';

const ADDRESS_DOMAIN = asciiBytes('commonwatt/direct-address/1');

/** Who was refused may apply again; who is admitted or waits has applied already. */
export const applyAdmission: ActionType<ApplyAdmission> = {
  type: ACTION.applyAdmission,
  name: 'apply for admission',
  codec: applyAdmissionCodec,
  apply(context, application) {
    const { state, timeMs } = context;
    const member = actingMember(context);
    const before = state.get(admissions, member);
    if (before !== undefined && before.status !== 'refused') {
      return { code: 'admission_known', status: before.status };
    }
    const refusal = refuseApplication(application);
    if (refusal !== undefined) return refusal;
    const count = state.size(admissions);
    if (before === undefined && count >= ADMISSIONS_MAX) {
      return { code: 'admissions_too_many', most: ADMISSIONS_MAX };
    }
    state.set(admissions, member, {
      ...application,
      status: 'applied',
      reason: '',
      code: before?.code ?? count + 1,
      address: directAddress(context, member),
      energyMost: energy(0n),
      valueMost: money(0n),
      appliedMs: timeMs,
      defaults: before?.defaults ?? 0,
    });
    tell(context, member, 'applied', '');
    return undefined;
  },
};

function refuseApplication({ side, type, region }: ApplyAdmission): ContractRefusal | undefined {
  if ((side === 'buyer') !== (type === 'none')) return { code: 'listing_invalid', field: 'type' };
  return region.length === 0 ? { code: 'listing_invalid', field: 'region' } : undefined;
}

/** The paper's transaction address: of this chain and this member, and of nobody else. */
function directAddress(
  { chain, crypto }: Pick<ActionContext, 'chain' | 'crypto'>,
  member: number,
): Uint8Array {
  return crypto.sha256(concatBytes(ADDRESS_DOMAIN, chain, encode(u32, member)));
}

export const reviewAdmission = authorised<ReviewAdmission>(
  ACTION.reviewAdmission,
  'review admission',
  'registrar',
  reviewAdmissionCodec,
  (context, { member, decision, energyMost, valueMost, reason }) => {
    const { state } = context;
    const before = state.get(admissions, member);
    if (before === undefined) return { code: 'admission_unknown', member };
    const refusal = refuseDecision(before, decision, reason, valueMost);
    if (refusal !== undefined) return refusal;
    const status = STATUS_OF[decision];
    state.set(admissions, member, { ...before, status, reason, energyMost, valueMost });
    tell(context, member, status, reason);
    return undefined;
  },
);

const STATUS_OF = { admit: 'admitted', refuse: 'refused', suspend: 'suspended' } as const;

/** Only an application is refused and only an admission suspended; either gives its reason. */
function refuseDecision(
  { status }: DirectAdmission,
  decision: ReviewAdmission['decision'],
  reason: string,
  valueMost: ReviewAdmission['valueMost'],
): ContractRefusal | undefined {
  const fits =
    decision === 'admit' ||
    (decision === 'refuse' && status === 'applied') ||
    (decision === 'suspend' && status === 'admitted');
  if (!fits) return { code: 'admission_known', status, decision };
  if (decision !== 'admit' && reason === '') return { code: 'reason_missing', decision };
  return valueMost < 0n ? { code: 'limit_negative', limit: valueMost } : undefined;
}

function tell(
  context: ActionContext,
  member: number,
  status: AdmissionMoved['status'],
  reason: string,
): void {
  const { code = 0 } = context.state.get(admissions, member) ?? {};
  context.emit<AdmissionMoved>(admissionMoved, { member, code, status, reason });
}

/** Why a member may not take part; nothing when it is admitted. */
export function refuseNotAdmitted(state: State, member: number): ContractRefusal | undefined {
  const status = state.get(admissions, member)?.status;
  return status === 'admitted' ? undefined : { code: 'not_admitted', member, status };
}

const READING_ROLES = ROLE.registrar | ROLE.treasurer | ROLE.operator | ROLE.checker | ROLE.auditor;

/**
 * Why a member may not read a round's data: it is neither admitted nor suspended with rows of its
 * own, holds no office, and is none of the companies that the round names.
 */
export function refuseRoundReader(
  state: State,
  round: number,
  member: number,
): ContractRefusal | undefined {
  const found = state.get(rounds, round);
  if (found === undefined) return { code: 'round_unknown', round };
  const { gridMember, feeMember, dispatchMember, certificateMember } = found.rules;
  if ([gridMember, feeMember, dispatchMember, certificateMember].includes(member)) return undefined;
  if (((state.get(members, member)?.roles ?? 0) & READING_ROLES) !== 0) return undefined;
  return refuseNotAdmitted(state, member);
}
