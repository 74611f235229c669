/** A batch of actions: each succeeds or is refused alone, unless the batch is atomic. */

import { DecodeError } from './byte-stream.ts';
import type { EventLog } from './event-log.ts';
import type { ActionContext, Actor, BlockContext, Execution, Refusal } from './rules.ts';
import type { State } from './state.ts';
import type { ReadAction, ReadTransaction } from './transaction.ts';
import type { Crypto } from './world.ts';

/** What stands around a batch while it runs. */
export interface BatchPlace {
  readonly execution: Execution;
  /** Emits into `events`. */
  readonly context: BlockContext;
  readonly transaction: ReadTransaction;
  readonly actor: Actor;
  readonly transactionIndex: number;
  readonly events: Pick<EventLog, 'length' | 'truncate'>;
}

/** Runs the actions in order. Gives one entry each: why it was refused, or nothing when done. */
export function runActions(place: BatchPlace): readonly (Refusal | undefined)[] {
  const { transaction, actor, transactionIndex, events } = place;
  const { state } = place.context;
  const whole = state.mark();
  const firstEvent = events.length;
  const refusals: (Refusal | undefined)[] = [];
  const { actions } = transaction;
  const context = new ActionPlace(place.context, actor, transaction, transactionIndex);
  for (let at = 0; at < actions.length; at++) {
    const mark = state.mark();
    const firstOfAction = events.length;
    context.actionIndex = at;
    const refusal = runAction(place.execution, context, actions[at] as ReadAction);
    if (refusal !== undefined) {
      state.rollback(mark);
      events.truncate(firstOfAction);
    }
    refusals.push(refusal);
  }
  if (transaction.envelope.atomic && refusals.some((one) => one !== undefined)) {
    state.rollback(whole);
    events.truncate(firstEvent);
    return refusals.map((one) => one ?? BATCH_REFUSED);
  }
  return refusals;
}

/** An action of an atomic batch that fell with another. */
const BATCH_REFUSED: Refusal = { code: 'batch_refused' };

/** The refusal a sender is told at the door; nothing where the batch may stand in a block. */
export function refusalOfBatch(
  transaction: ReadTransaction,
  refusals: readonly (Refusal | undefined)[],
): Refusal | undefined {
  const own = refusals.find((one) => one !== undefined && one !== BATCH_REFUSED);
  if (transaction.envelope.atomic) return own;
  return refusals.every((one) => one !== undefined) ? own : undefined;
}

/** What an action finds around it: one object for a whole batch, whose index alone moves on. */
class ActionPlace implements ActionContext {
  readonly state: State;
  readonly crypto: Crypto;
  readonly chain: Uint8Array;
  readonly height: number;
  readonly timeMs: number;
  readonly parent: Uint8Array;
  readonly version: BlockContext['version'];
  readonly emit: BlockContext['emit'];
  readonly actor: Actor;
  readonly transaction: ReadTransaction;
  readonly transactionIndex: number;
  actionIndex = 0;

  constructor(
    context: BlockContext,
    actor: Actor,
    transaction: ReadTransaction,
    transactionIndex: number,
  ) {
    this.state = context.state;
    this.crypto = context.crypto;
    this.chain = context.chain;
    this.height = context.height;
    this.timeMs = context.timeMs;
    this.parent = context.parent;
    this.version = context.version;
    this.emit = context.emit;
    this.actor = actor;
    this.transaction = transaction;
    this.transactionIndex = transactionIndex;
  }
}

function runAction(
  execution: Execution,
  context: ActionContext,
  action: ReadAction,
): Refusal | undefined {
  const rule = execution.actions.get(action.type);
  if (rule === undefined) return { code: 'action_unknown', type: action.type };
  try {
    return rule.apply(context, action.message(rule.codec, rule.name));
  } catch (error) {
    if (error instanceof DecodeError) return malformed(error);
    throw error;
  }
}

/** SETM's answer to a wrong user (Algorithm 1, line 7). */
export const WRONG_USER = 'This is wrong user.';

export function isRefusal(answer: Actor | Refusal): answer is Refusal {
  return 'code' in answer;
}

/** The refusal of bytes that are no transaction or no message of their type. */
export function malformed(error: DecodeError): Refusal {
  return { code: 'malformed', field: error.field, expected: error.expected, got: error.got };
}
