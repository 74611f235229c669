/**
 * Sealed messages between the two parties of a negotiation. The node keeps them in memory, in order
 * of each sender's sequence, and cannot read them: the parties hold the mutual key.
 */

import type { Clock } from '@commonwatt/ledger';
import type { DeskRefusal, Mailbox, MailboxMessage } from './desks.ts';

export interface MailboxLimits {
  readonly negotiationsMax: number;
  /** Of one sender. */
  readonly messagesMax: number;
  /** Messages older than this are forgotten. */
  readonly ageMsMax: number;
}

const LIMITS: MailboxLimits = {
  negotiationsMax: 10_000,
  messagesMax: 64,
  ageMsMax: 2 * 86_400_000,
};

export class MemoryMailbox implements Mailbox {
  readonly #clock: Clock;
  readonly #limits: MailboxLimits;
  /** In order of the first message: the oldest negotiation gives way. */
  readonly #boxes = new Map<string, MailboxMessage[]>();

  constructor(clock: Clock, limits: Partial<MailboxLimits> = {}) {
    this.#clock = clock;
    this.#limits = { ...LIMITS, ...limits };
  }

  messages(negotiation: string): readonly MailboxMessage[] {
    this.#forget();
    return [...(this.#boxes.get(negotiation) ?? [])];
  }

  post(negotiation: string, message: Omit<MailboxMessage, 'receivedMs'>): DeskRefusal | undefined {
    this.#forget();
    const box = this.#boxes.get(negotiation) ?? [];
    const expected = box.filter((one) => one.from === message.from).length;
    if (expected >= this.#limits.messagesMax) {
      return { code: 'messages_too_many', messagesMax: this.#limits.messagesMax };
    }
    if (message.sequence !== expected) {
      return { code: 'sequence_wrong', expected, got: message.sequence };
    }
    const sealed = Uint8Array.from(message.sealed);
    box.push({ ...message, sealed, receivedMs: this.#clock.nowMs() });
    this.#boxes.set(negotiation, box);
    return undefined;
  }

  #forget(): void {
    const oldestMs = this.#clock.nowMs() - this.#limits.ageMsMax;
    for (const [negotiation, box] of this.#boxes) {
      const first = box[0] as MailboxMessage;
      const isOld = first.receivedMs < oldestMs;
      if (!isOld && this.#boxes.size <= this.#limits.negotiationsMax) return;
      this.#boxes.delete(negotiation);
    }
  }
}
