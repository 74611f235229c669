import { expect, test } from 'vitest';
import { MemoryMailbox } from './mailbox.ts';

const clock = { ms: 1000, nowMs: () => clock.ms };
const sealed = Uint8Array.of(1, 2, 3);

test('messages stand in order with the time of their arrival, each sender counting alone', () => {
  const mailbox = new MemoryMailbox(clock);
  expect(mailbox.post('n', { from: 1, sequence: 0, sealed })).toBeUndefined();
  clock.ms = 2000;
  expect(mailbox.post('n', { from: 2, sequence: 0, sealed })).toBeUndefined();
  expect(mailbox.post('n', { from: 1, sequence: 1, sealed })).toBeUndefined();
  expect(mailbox.post('n', { from: 1, sequence: 1, sealed })).toEqual({
    code: 'sequence_wrong',
    expected: 2,
    got: 1,
  });
  const received = mailbox.messages('n').map((one) => [one.from, one.sequence, one.receivedMs]);
  expect(received).toEqual([
    [1, 0, 1000],
    [2, 0, 2000],
    [1, 1, 2000],
  ]);
  expect(mailbox.messages('other')).toEqual([]);
});

test('what is posted cannot be changed through the buffer it came in', () => {
  const mailbox = new MemoryMailbox(clock);
  const buffer = Uint8Array.of(9);
  mailbox.post('n', { from: 1, sequence: 0, sealed: buffer });
  buffer[0] = 0;
  expect(mailbox.messages('n')[0]?.sealed).toEqual(Uint8Array.of(9));
});

test('one sender cannot fill the other’s share, and old negotiations give way', () => {
  const limits = { negotiationsMax: 2, messagesMax: 1, ageMsMax: 100 };
  const mailbox = new MemoryMailbox(clock, limits);
  const post = (name: string, from: number, sequence: number) =>
    mailbox.post(name, { from, sequence, sealed })?.code;
  expect(post('a', 1, 0)).toBeUndefined();
  expect(post('a', 1, 1)).toBe('messages_too_many');
  expect(post('a', 2, 0)).toBeUndefined();
  post('b', 1, 0);
  post('c', 1, 0);
  expect(mailbox.messages('a')).toEqual([]);
  expect(mailbox.messages('c')).toHaveLength(1);
  clock.ms += 101;
  expect(mailbox.messages('c')).toEqual([]);
});
