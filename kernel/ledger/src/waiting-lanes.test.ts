import { expect, test } from 'vitest';
import { ReadTransaction } from './transaction.ts';
import { WaitingLanes } from './waiting-lanes.ts';

function transaction(key: number, lane: number): ReadTransaction {
  const envelope = {
    chain: new Uint8Array(32),
    sender: new Uint8Array(32).fill(key),
    onBehalfOf: undefined,
    lane,
    sequence: 0,
    validFromMs: 0,
    validUntilMs: 1,
    atomic: false,
  };
  const none = new Uint8Array();
  const piece = { memory: none, from: 0, length: 0 };
  return new ReadTransaction(envelope, [], none, { bytes: piece, signed: piece });
}

test('each key and lane counts for itself, up and down', () => {
  const waiting = new WaitingLanes();
  const [ana, anaGateway, ben] = [transaction(1, 0), transaction(1, 1), transaction(2, 0)];
  waiting.enter(ana);
  waiting.enter(ana);
  waiting.enter(anaGateway);
  expect([ana, anaGateway, ben].map((one) => waiting.countBefore(one))).toEqual([2, 1, 0]);
  waiting.leave(ana);
  waiting.leave(anaGateway);
  expect([ana, anaGateway, ben].map((one) => waiting.countBefore(one))).toEqual([1, 0, 0]);
});

test('what never entered cannot leave', () => {
  const waiting = new WaitingLanes();
  waiting.leave(transaction(1, 0));
  expect(waiting.countBefore(transaction(1, 0))).toBe(0);
});
