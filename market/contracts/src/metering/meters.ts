/** Meters come into being and end by the registrars' decision. */

import { type ActionContext, acceptablePublicKey, type State } from '@commonwatt/ledger';
import { ACTION } from '../action-types.ts';
import { authorised } from '../authority.ts';
import { type MeterChanged, meterChanged } from '../events.ts';
import { counters, members } from '../identity/state.ts';
import type { ContractRefusal } from '../refusals.ts';
import {
  type MeterDevice,
  type RegisterMeter,
  type RetireMeter,
  registerMeterCodec,
  retireMeterCodec,
} from './messages.ts';
import { type Meter, meters } from './state.ts';

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
  const { member } = message;
  const owner = state.get(members, member);
  if (owner === undefined) return { code: 'member_unknown', member };
  if (owner.revokedFromHeight !== undefined && owner.revokedFromHeight <= context.height) {
    return { code: 'member_revoked', member, revokedFromHeight: owner.revokedFromHeight };
  }
  const refusal = refuseDevice(message) ?? refuseFeeder(message) ?? refuseNumber(state);
  if (refusal !== undefined) return refusal;
  const meter = addMeter(state, {
    ...message,
    predecessor: undefined,
    fromMs: 0,
    retiredMs: undefined,
    revokedMs: undefined,
  });
  context.emit<MeterChanged>(meterChanged, { meter, member, change: 'registered' });
  return undefined;
}

/** Why no device can be as described; nothing when one can. */
export function refuseDevice(device: MeterDevice): ContractRefusal | undefined {
  const reason = acceptablePublicKey(device.key);
  if (reason !== undefined) return { code: 'key_unacceptable', key: 'meter', reason };
  for (const direction of ['import', 'export'] as const) {
    const limitW = direction === 'import' ? device.importLimitW : device.exportLimitW;
    const isCounted = device.direction === 'both' || device.direction === direction;
    if (!isCounted && limitW !== 0n) {
      return { code: 'meter_invalid', direction: device.direction, limitW: `${limitW}` };
    }
  }
  return undefined;
}

/** A meter that counts a feeder says which. */
function refuseFeeder({ measures, position }: RegisterMeter): ContractRefusal | undefined {
  return measures === 'feeder' && position.feeder === ''
    ? { code: 'meter_invalid', measures, feeder: '' }
    : undefined;
}

/** Why no further meter can be registered; nothing while there is room. */
export function refuseNumber(state: State): ContractRefusal | undefined {
  return nextNumber(state) > METERS_MAX ? { code: 'meters_too_many', most: METERS_MAX } : undefined;
}

/** Gives a meter the next number. */
export function addMeter(state: State, meter: Meter): number {
  const number = nextNumber(state);
  state.set(counters, COUNTER, { next: number + 1 });
  state.set(meters, number, meter);
  return number;
}

function nextNumber(state: State): number {
  return state.get(counters, COUNTER)?.next ?? 1;
}

function carryOutRetireMeter(
  context: ActionContext,
  { meter }: RetireMeter,
): ContractRefusal | undefined {
  const found = context.state.get(meters, meter);
  if (found === undefined) return { code: 'meter_unknown', meter };
  if (found.retiredMs !== undefined) return { code: 'meter_retired', meter };
  context.state.set(meters, meter, { ...found, retiredMs: context.timeMs });
  context.emit<MeterChanged>(meterChanged, { meter, member: found.member, change: 'retired' });
  return undefined;
}
