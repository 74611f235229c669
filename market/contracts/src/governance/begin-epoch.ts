/**
 * An epoch begins where the ledger was restored from a backup and blocks were lost: the first block
 * after the last that was kept says so, and the checkpoints from then on are of another log
 * (`epochOrigin`). Whoever holds a checkpoint of the lost blocks sees what became of them.
 *
 * One operator's voice is enough, whatever the threshold: to restore is an act of whoever holds the
 * disk, and this action gives no power; it only puts on the ledger what would otherwise be a fork.
 */

import {
  type ActionContext,
  type ActionType,
  EPOCH_MAX,
  equalBytes,
  FIRST_EPOCH,
  type State,
} from '@commonwatt/ledger';
import { ACTION } from '../action-types.ts';
import { refuseVoice } from '../authority.ts';
import { type EpochBegun, epochBegun } from '../events.ts';
import type { ContractRefusal } from '../refusals.ts';
import { type BeginEpoch, beginEpochCodec } from './messages.ts';
import { EPOCHS_MAX, epochs } from './state.ts';

export const beginEpoch: ActionType<BeginEpoch> = {
  type: ACTION.beginEpoch,
  name: 'beginEpoch',
  codec: beginEpochCodec,
  apply: applyBeginEpoch,
};

/** The ledger's epoch: 1 until it was restored for the first time. */
export function presentEpoch(state: State): number {
  return Math.max(FIRST_EPOCH, ...state.entries(epochs).map(([epoch]) => epoch));
}

function applyBeginEpoch(context: ActionContext, message: BeginEpoch): ContractRefusal | undefined {
  const { state, height, parent } = context;
  const lacking = refuseVoice(context, 'operator');
  if (lacking !== undefined) return lacking;
  const { epoch, keptHeight, keptHash, lostSize } = message;
  const present = presentEpoch(state);
  // Gaps are lost epochs: the backup may be older than the one that was begun last.
  if (epoch <= present || epoch > EPOCH_MAX || state.size(epochs) >= EPOCHS_MAX) {
    return { code: 'epoch_invalid', epoch, present };
  }
  // It stands directly behind the last block that was kept, and only one may stand there.
  const begunHere = state.get(epochs, present)?.keptHeight === keptHeight;
  if (keptHeight !== height - 1 || !equalBytes(keptHash, parent) || begunHere) {
    return { code: 'epoch_invalid', keptHeight, expected: height - 1 };
  }
  // Blocks that are known to be lost are more than those that were kept.
  if (lostSize !== undefined && lostSize <= height) {
    return { code: 'epoch_invalid', lostSize, expected: height + 1 };
  }
  state.set(epochs, epoch, { keptHeight, keptHash, lostSize });
  context.emit<EpochBegun>(epochBegun, { epoch, keptHeight, lostSize });
  return undefined;
}
