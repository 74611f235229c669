/** Meters come into being and end by the registrars' decision. */

import { type ActionContext, acceptablePublicKey } from '@commonwatt/ledger';
import { ACTION } from '../action-types.ts';
import { authorised } from '../authority.ts';
import { type MeterChanged, meterChanged } from '../events.ts';
import { counters, members } from '../identity/state.ts';
import type { ContractRefusal } from '../refusals.ts';
import {
  type RegisterMeter,
  type RetireMeter,
  registerMeterCodec,
  retireMeterCodec,
} from './messages.ts';
import { meters } from './state.ts';

/** The most meters of one ledger, retired ones included. */
export const METERS_MAX = 100_000;

const COUNTER = 'meters';

export const registerMeter = authorised(
  ACTION.registerMeter,
  'registerMeter',
  'registrar',
  registerMeterCodec,
  carryOutRegisterMeter,
);

export const retireMeter = authorised(
  ACTION.retireMeter,
  'retireMeter',
  'registrar',
  retireMeterCodec,
  carryOutRetireMeter,
);

function carryOutRegisterMeter(
  context: ActionContext,
  message: RegisterMeter,
): ContractRefusal | undefined {
  const { state } = context;
  const { member, source, key, renewable } = message;
  const owner = state.get(members, member);
  if (owner === undefined) return { code: 'member_unknown', member };
  if (owner.revokedFromHeight !== undefined && owner.revokedFromHeight <= context.height) {
    return { code: 'member_revoked', member, revokedFromHeight: owner.revokedFromHeight };
  }
  const reason = acceptablePublicKey(key);
  if (reason !== undefined) return { code: 'key_unacceptable', key: 'meter', reason };
  const meter = state.get(counters, COUNTER)?.next ?? 1;
  if (meter > METERS_MAX) return { code: 'meters_too_many', most: METERS_MAX };
  state.set(counters, COUNTER, { next: meter + 1 });
  const status = 'active';
  state.set(meters, meter, { member, source, key, renewable, status, retiredMs: undefined });
  context.emit<MeterChanged>(meterChanged, { meter, member, change: 'registered' });
  return undefined;
}

function carryOutRetireMeter(
  context: ActionContext,
  { meter }: RetireMeter,
): ContractRefusal | undefined {
  const found = context.state.get(meters, meter);
  if (found === undefined) return { code: 'meter_unknown', meter };
  if (found.status === 'retired') return { code: 'meter_retired', meter };
  const retiredMs = context.timeMs;
  context.state.set(meters, meter, { ...found, status: 'retired', retiredMs });
  context.emit<MeterChanged>(meterChanged, { meter, member: found.member, change: 'retired' });
  return undefined;
}
