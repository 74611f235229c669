import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type MailboxLimits, SealedMailbox } from './mailbox.ts';
import { MemoryRecordStore, openRecordStore } from './personal/record-store.ts';

const clock = { ms: 1000, nowMs: () => clock.ms };
const sealed = Uint8Array.of(1, 2, 3);
const inMemory = (limits?: Partial<MailboxLimits>) =>
  new SealedMailbox(new MemoryRecordStore(), clock, limits);

test('messages stand in order with the time of their arrival, each sender counting alone', () => {
  const mailbox = inMemory();
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
  const mailbox = inMemory();
  const buffer = Uint8Array.of(9);
  mailbox.post('n', { from: 1, sequence: 0, sealed: buffer });
  buffer[0] = 0;
  expect(mailbox.messages('n')[0]?.sealed).toEqual(Uint8Array.of(9));
});

test('one sender cannot fill the other’s share, and old negotiations give way', () => {
  const mailbox = inMemory({ negotiationsMax: 2, messagesMax: 1, ageMsMax: 100 });
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

test('what was posted is there again after a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'commonwatt-mailbox-'));
  try {
    const [first, second] = [`${'b'.repeat(64)}:1`, `${'a'.repeat(64)}:0`];
    let mailbox = new SealedMailbox(openRecordStore(folder), clock);
    mailbox.post(first, { from: 7, sequence: 0, sealed });
    clock.ms += 10;
    mailbox.post(second, { from: 7, sequence: 0, sealed });
    mailbox.post(first, { from: 8, sequence: 0, sealed });
    const before = [mailbox.messages(first), mailbox.messages(second)];
    await mailbox.close();
    mailbox = new SealedMailbox(openRecordStore(folder), clock, { negotiationsMax: 2 });
    expect([mailbox.messages(first), mailbox.messages(second)]).toEqual(before);
    expect(mailbox.post(first, { from: 7, sequence: 0, sealed })?.code).toBe('sequence_wrong');
    expect(mailbox.post(first, { from: 7, sequence: 1, sealed })).toBeUndefined();
    // The negotiation that began first is the one that gives way, whatever its name.
    mailbox.post('c', { from: 7, sequence: 0, sealed });
    expect(mailbox.messages(first)).toEqual([]);
    expect(mailbox.messages(second)).toHaveLength(1);
    await mailbox.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
