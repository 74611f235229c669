/**
 * Sealed messages between the two parties of a negotiation, in order of each sender's sequence. The
 * node keeps the sealed bytes on disk and cannot read them: the parties hold the mutual key. What
 * was posted is durable when `post` returns.
 *
 *   m/NEGOTIATION/ARRIVAL     who sent it, its place among the sender's, when it came, sealed bytes
 */

import { join } from 'node:path';
import {
  bytesUpTo,
  type Clock,
  type Codec,
  decode,
  encode,
  struct,
  u32,
  u64,
} from '@commonwatt/ledger';
import type { DeskRefusal, Mailbox, MailboxMessage } from './desks.ts';
import {
  MemoryRecordStore,
  openRecordStore,
  type RecordStore,
  type RecordStoreFailedError,
} from './personal/record-store.ts';

export interface MailboxLimits {
  readonly negotiationsMax: number;
  /** Of one sender. */
  readonly messagesMax: number;
  /** A negotiation whose first message is older than this is forgotten. */
  readonly ageMsMax: number;
}

const LIMITS: MailboxLimits = {
  negotiationsMax: 10_000,
  messagesMax: 64,
  // Longer than any market's horizon, so that no message goes before its slot.
  ageMsMax: 32 * 86_400_000,
};

const SEALED_BYTES_MAX = 65_536;
const RECORDS_MAX = 10_000_000;
const PREFIX = 'm/';
/** Stands after every digit, letter and colon of a key. */
const AFTER_ALL = '~';

const messageCodec: Codec<MailboxMessage> = struct<MailboxMessage>({
  from: u32,
  sequence: u32,
  receivedMs: u64,
  sealed: bytesUpTo(SEALED_BYTES_MAX),
});

/** DIR/mailbox beside DIR/blocks, or the mailbox of a ledger in memory. */
export function openMailbox(
  dir: string | undefined,
  clock: Clock,
  onFailure?: (fault: RecordStoreFailedError) => void,
): SealedMailbox {
  const store =
    dir === undefined ? new MemoryRecordStore() : openRecordStore(join(dir, 'mailbox'), onFailure);
  return new SealedMailbox(store, clock);
}

/** What is known of a message without its bytes. */
interface Slip {
  readonly from: number;
  readonly receivedMs: number;
  readonly key: string;
}

export class SealedMailbox implements Mailbox {
  readonly #store: RecordStore;
  readonly #clock: Clock;
  readonly #limits: MailboxLimits;
  /** In order of the first message: the oldest negotiation gives way. */
  readonly #boxes = new Map<string, Slip[]>();

  constructor(store: RecordStore, clock: Clock, limits: Partial<MailboxLimits> = {}) {
    this.#store = store;
    this.#clock = clock;
    this.#limits = { ...LIMITS, ...limits };
    this.#reopen();
  }

  #reopen(): void {
    const found = new Map<string, Slip[]>();
    for (const { key, value } of this.#store.range(PREFIX, PREFIX + AFTER_ALL, RECORDS_MAX)) {
      const negotiation = key.slice(PREFIX.length, key.lastIndexOf('/'));
      const { from, receivedMs } = decode(messageCodec, value, key);
      const box = found.get(negotiation) ?? [];
      found.set(negotiation, box);
      box.push({ from, receivedMs, key });
    }
    const begunMs = ([, [first]]: readonly [string, readonly Slip[]]) => first?.receivedMs ?? 0;
    const ordered = [...found].sort((a, b) => begunMs(a) - begunMs(b));
    for (const [negotiation, box] of ordered) this.#boxes.set(negotiation, box);
  }

  messages(negotiation: string): readonly MailboxMessage[] {
    this.#forget();
    return (this.#boxes.get(negotiation) ?? []).map(({ key }) => {
      const value = this.#store.get(key);
      if (value === undefined) throw new Error(`mailbox: expected a message at ${key}`);
      return decode(messageCodec, value, key);
    });
  }

  post(negotiation: string, message: Omit<MailboxMessage, 'receivedMs'>): DeskRefusal | undefined {
    this.#forget();
    const box = this.#boxes.get(negotiation) ?? [];
    const { from, sequence } = message;
    const expected = box.filter((one) => one.from === from).length;
    if (expected >= this.#limits.messagesMax) {
      return { code: 'messages_too_many', messagesMax: this.#limits.messagesMax };
    }
    if (sequence !== expected) return { code: 'sequence_wrong', expected, got: sequence };
    const receivedMs = this.#clock.nowMs();
    const key = `${PREFIX}${negotiation}/${`${box.length}`.padStart(10, '0')}`;
    this.#store.write([{ key, value: encode(messageCodec, { ...message, receivedMs }) }]);
    box.push({ from, receivedMs, key });
    this.#boxes.set(negotiation, box);
    return undefined;
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  #forget(): void {
    const oldestMs = this.#clock.nowMs() - this.#limits.ageMsMax;
    for (const [negotiation, box] of this.#boxes) {
      const first = box[0] as Slip;
      const isOld = first.receivedMs < oldestMs;
      if (!isOld && this.#boxes.size <= this.#limits.negotiationsMax) return;
      this.#store.write(box.map(({ key }) => ({ key, value: undefined })));
      this.#boxes.delete(negotiation);
    }
  }
}
