/** Another device in a meter's place, and the end of trust in a meter's key. */

import type { ActionContext } from '@commonwatt/ledger';
import { ACTION } from '../action-types.ts';
import { authorised } from '../authority.ts';
import { type MeterChanged, meterChanged } from '../events.ts';
import type { ContractRefusal } from '../refusals.ts';
import {
  type ReplaceMeter,
  type RevokeMeter,
  replaceMeterCodec,
  revokeMeterCodec,
} from './messages.ts';
import { addMeter, refuseDevice, refuseNumber } from './meters.ts';
import { closedPeriodIn, PERIOD_MS_MAX, refuseSlotStart } from './period.ts';
import { meters, participations } from './state.ts';

/** A device is replaced at most this long before or after the block that says so. */
export const REPLACEMENT_MS_MAX = PERIOD_MS_MAX;

export const replaceMeter = authorised(
  ACTION.replaceMeter,
  'replaceMeter',
  'registrar',
  replaceMeterCodec,
  carryOutReplaceMeter,
);

export const revokeMeter = authorised(
  ACTION.revokeMeter,
  'revokeMeter',
  'registrar',
  revokeMeterCodec,
  carryOutRevokeMeter,
);

function carryOutReplaceMeter(
  context: ActionContext,
  message: ReplaceMeter,
): ContractRefusal | undefined {
  const { state } = context;
  const { meter, fromMs, ...device } = message;
  const old = state.get(meters, meter);
  if (old === undefined) return { code: 'meter_unknown', meter };
  if (old.retiredMs !== undefined) {
    return { code: 'meter_retired', meter, retiredMs: old.retiredMs };
  }
  const refusal =
    refuseInstant(context, message, old.fromMs) ?? refuseDevice(device) ?? refuseNumber(state);
  if (refusal !== undefined) return refusal;
  const { member } = old;
  const successor = addMeter(state, {
    ...old,
    ...device,
    predecessor: meter,
    fromMs,
    retiredMs: undefined,
    revokedMs: undefined,
  });
  state.set(meters, meter, { ...old, retiredMs: fromMs });
  const history = state.get(participations, meter);
  if (history !== undefined) state.set(participations, successor, history);
  context.emit<MeterChanged>(meterChanged, { meter, member, change: 'replaced' });
  context.emit<MeterChanged>(meterChanged, { meter: successor, member, change: 'registered' });
  return undefined;
}

/** A slot's beginning, near the block's time, after the old device's own, and not settled yet. */
function refuseInstant(
  context: ActionContext,
  { fromMs }: ReplaceMeter,
  firstMs: number,
): ContractRefusal | undefined {
  const { state, timeMs } = context;
  const refusal = refuseSlotStart(state, fromMs);
  if (refusal !== undefined) return refusal;
  if (fromMs <= firstMs || fromMs < timeMs - REPLACEMENT_MS_MAX) {
    return { code: 'instant_past', fromMs, timeMs };
  }
  if (fromMs > timeMs + REPLACEMENT_MS_MAX) return { code: 'instant_too_far', fromMs, timeMs };
  const settled = closedPeriodIn(state, { periodFromMs: fromMs, periodUntilMs: timeMs });
  return settled === undefined ? undefined : { code: 'period_settled', ...settled };
}

function carryOutRevokeMeter(
  context: ActionContext,
  { meter, fromMs }: RevokeMeter,
): ContractRefusal | undefined {
  const found = context.state.get(meters, meter);
  if (found === undefined) return { code: 'meter_unknown', meter };
  if (found.revokedMs !== undefined) {
    return { code: 'meter_revoked', meter, revokedMs: found.revokedMs };
  }
  if (fromMs > context.timeMs) return { code: 'instant_too_far', fromMs, timeMs: context.timeMs };
  context.state.set(meters, meter, { ...found, revokedMs: fromMs });
  const { member } = found;
  context.emit<MeterChanged>(meterChanged, { meter, member, change: 'revoked' });
  return undefined;
}
