/** The share of a meter's energy that takes part in the community, as it was and as it is planned. */

import type { ActionContext, State } from '@commonwatt/ledger';
import { ACTION } from '../action-types.ts';
import { authorised } from '../authority.ts';
import { type MeterChanged, meterChanged } from '../events.ts';
import type { ContractRefusal } from '../refusals.ts';
import { type SetParticipation, setParticipationCodec } from './messages.ts';
import { refuseSlotStart } from './period.ts';
import { meters, PARTICIPATIONS_MAX, type Participation, participations } from './state.ts';

/** All of a meter's energy. */
export const PARTICIPATION_FULL = 1000;
/** A change is planned at most so long ahead. */
export const PARTICIPATION_AHEAD_MS_MAX = 366 * 86_400_000;

export const setParticipation = authorised(
  ACTION.setParticipation,
  'setParticipation',
  'registrar',
  setParticipationCodec,
  carryOutSetParticipation,
);

function carryOutSetParticipation(
  context: ActionContext,
  message: SetParticipation,
): ContractRefusal | undefined {
  const { state, timeMs } = context;
  const { meter, fromMs, thousandths } = message;
  const found = state.get(meters, meter);
  if (found === undefined) return { code: 'meter_unknown', meter };
  if (found.retiredMs !== undefined) {
    return { code: 'meter_retired', meter, retiredMs: found.retiredMs };
  }
  if (thousandths > PARTICIPATION_FULL) {
    return { code: 'participation_invalid', thousandths, most: PARTICIPATION_FULL };
  }
  const cut = refuseSlotStart(state, fromMs);
  if (cut !== undefined) return cut;
  if (fromMs < timeMs) return { code: 'instant_past', fromMs, timeMs };
  if (fromMs > timeMs + PARTICIPATION_AHEAD_MS_MAX) {
    return { code: 'instant_too_far', fromMs, timeMs };
  }
  const history = withChange(state.get(participations, meter) ?? [], { fromMs, thousandths });
  if (history.length > PARTICIPATIONS_MAX) {
    return { code: 'participations_too_many', meter, most: PARTICIPATIONS_MAX };
  }
  state.set(participations, meter, history);
  const { member } = found;
  context.emit<MeterChanged>(meterChanged, { meter, member, change: 'participation set' });
  return undefined;
}

/** What was planned for this instant or later has not begun, and falls away. */
function withChange(
  history: readonly Participation[],
  change: Participation,
): readonly Participation[] {
  return [...history.filter(({ fromMs }) => fromMs < change.fromMs), change];
}

/** The thousandths that count at an instant. */
export function participationOf(history: readonly Participation[], instantMs: number): number {
  return history.findLast(({ fromMs }) => fromMs <= instantMs)?.thousandths ?? PARTICIPATION_FULL;
}

/** The thousandths of a meter's energy that take part in a slot, from 0 to 1000. */
export function participationAt(state: State, meter: number, slotMs: number): number {
  return participationOf(state.get(participations, meter) ?? [], slotMs);
}
