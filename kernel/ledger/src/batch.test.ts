import { describe, expect, test } from 'vitest';
import { type BatchPlace, refusalOfBatch, runActions } from './batch.ts';
import { u8 } from './codec.ts';
import { EventLog } from './event-log.ts';
import type { BlockContext, EventType, Execution } from './rules.ts';
import { State, table } from './state.ts';
import { ReadAction, type ReadTransaction } from './transaction.ts';

const counts = table<number, number>(1, 'counts', u8, u8);
const added: EventType<number> = { type: 1, name: 'added', codec: u8, audience: 'public' };

/** Action 1 counts its message once, refuses it the second time, and leaves traces either way. */
const execution = {
  actions: new Map([
    [
      1,
      {
        type: 1,
        name: 'count',
        codec: u8,
        apply(context: BlockContext, message: number) {
          const stands = context.state.get(counts, message) !== undefined;
          context.state.set(counts, message, 1);
          context.emit(added, message);
          return stands ? { code: 'stands', message } : undefined;
        },
      },
    ],
  ]),
} as unknown as Execution;

function place(atomic: boolean, ...messages: readonly number[][]): BatchPlace {
  const state = new State([counts]);
  const events = new EventLog();
  const transaction = {
    envelope: { atomic },
    actions: messages.map(
      (bytes) => new ReadAction(bytes[0] ?? 0, Uint8Array.from(bytes), 1, bytes.length),
    ),
  } as unknown as ReadTransaction;
  const context = {
    state,
    emit: (type: EventType<unknown>, value: unknown) => events.add(0, type, value),
  } as unknown as BlockContext;
  const actor = { member: 1, key: new Uint8Array(32), delegate: undefined };
  return { execution, context, transaction, actor, transactionIndex: 0, events };
}

const codes = (refusals: ReturnType<typeof runActions>) => refusals.map((one) => one?.code);

describe('a batch whose actions stand alone', () => {
  test('keeps what was done and undoes what was refused', () => {
    const batch = place(false, [1, 5], [1, 5], [9], [1], [1, 6]);
    const refusals = runActions(batch);
    expect(codes(refusals)).toEqual([
      undefined,
      'stands',
      'action_unknown',
      'malformed',
      undefined,
    ]);
    expect(batch.context.state.entries(counts).map(([key]) => key)).toEqual([5, 6]);
    expect(batch.events).toHaveLength(2);
    expect(refusalOfBatch(batch.transaction, refusals)).toBeUndefined();
  });

  test('is refused at the door when every action is, with the first reason', () => {
    const batch = place(false, [9], [1]);
    expect(refusalOfBatch(batch.transaction, runActions(batch))?.code).toBe('action_unknown');
  });
});

describe('an atomic batch', () => {
  test('is done whole', () => {
    const batch = place(true, [1, 5], [1, 6]);
    expect(codes(runActions(batch))).toEqual([undefined, undefined]);
    expect(batch.context.state.size(counts)).toBe(2);
  });

  test('falls whole, and tells the reason of the action that fell', () => {
    const batch = place(true, [1, 5], [1, 5], [1, 6]);
    const refusals = runActions(batch);
    expect(codes(refusals)).toEqual(['batch_refused', 'stands', 'batch_refused']);
    expect(batch.context.state.size(counts)).toBe(0);
    expect(batch.events).toHaveLength(0);
    expect(refusalOfBatch(batch.transaction, refusals)).toEqual({ code: 'stands', message: 5 });
  });
});
