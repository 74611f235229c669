/**
 * Server-sent events. A subscriber is a place in the ledger, not a queue: what it has not taken yet
 * is read again from the blocks when it has room, so that nothing piles up for a slow one, and a
 * reconnecting one goes on where it was. Who falls too far behind is told so and dropped.
 */

import type { ServerResponse } from 'node:http';
import { addressName } from '../rate-limit.ts';
import type { ServerLimits } from './limits.ts';
import { type Refused, refused } from './refused.ts';

/** What a stream is about. */
export interface EventSource {
  /** Sent at once: where the ledger is now. */
  readonly hello: () => string;
  /** The events of a committed block, closed by one that carries its height as id. */
  readonly ofBlock: (height: number) => string;
  /** Asked at every block: whether the subscriber may still listen. */
  readonly mayListen: () => boolean;
}

export type StreamLimits = Pick<
  ServerLimits,
  | 'streamsMax'
  | 'streamsPerAddressMax'
  | 'streamBufferBytesMax'
  | 'streamLagBlocksMax'
  | 'streamHeartbeatMs'
  | 'streamStallMs'
>;

interface Subscriber {
  readonly source: EventSource;
  readonly response: ServerResponse;
  readonly address: string;
  nextHeight: number;
  /** Since when the other side takes nothing; nothing while it does. */
  stalledSinceMs: number | undefined;
}

/** One event in the text/event-stream form. */
export function formatEvent(event: {
  readonly name: string;
  readonly data: unknown;
  readonly id?: number;
}): string {
  const id = event.id === undefined ? '' : `id: ${event.id}\n`;
  return `${id}event: ${event.name}\ndata: ${JSON.stringify(event.data)}\n\n`;
}

export class EventStreams {
  readonly #limits: StreamLimits;
  readonly #headHeight: () => number;
  readonly #nowMs: () => number;
  readonly #subscribers = new Set<Subscriber>();
  readonly #perAddress = new Map<string, number>();
  readonly #heartbeat: NodeJS.Timeout;

  constructor(options: {
    readonly limits: StreamLimits;
    /** The last committed height; -1 before the first block. */
    readonly headHeight: () => number;
    readonly nowMs: () => number;
  }) {
    this.#limits = options.limits;
    this.#headHeight = options.headHeight;
    this.#nowMs = options.nowMs;
    this.#heartbeat = setInterval(() => this.beat(), options.limits.streamHeartbeatMs);
    this.#heartbeat.unref();
  }

  get count(): number {
    return this.#subscribers.size;
  }

  /** Why no further stream is opened for an address. */
  refuse(address: string): Refused<'too_many_streams'> | undefined {
    const ofAddress = this.#perAddress.get(addressName(address)) ?? 0;
    if (ofAddress >= this.#limits.streamsPerAddressMax) {
      return refused('too_many_streams', { streamsMax: this.#limits.streamsPerAddressMax });
    }
    if (this.#subscribers.size >= this.#limits.streamsMax) {
      return refused('too_many_streams', { streamsMax: this.#limits.streamsMax });
    }
    return undefined;
  }

  /** Takes over a response whose head is written. Expects `refuse` to have passed. */
  open(
    response: ServerResponse,
    options: {
      readonly source: EventSource;
      readonly address: string;
      /** The last block the subscriber has seen, as it says itself. */
      readonly lastHeight: number | undefined;
    },
  ): void {
    const head = this.#headHeight();
    const address = addressName(options.address);
    // A height that is yet to come was seen on another ledger: begin here.
    const seen = Math.min(options.lastHeight ?? head, head);
    const isFarBehind = head - seen > this.#limits.streamLagBlocksMax;
    const subscriber: Subscriber = {
      source: options.source,
      response,
      address,
      nextHeight: (isFarBehind ? head : seen) + 1,
      stalledSinceMs: undefined,
    };
    this.#subscribers.add(subscriber);
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1);
    response.on('close', () => this.#forget(subscriber));
    response.on('error', () => this.#forget(subscriber));
    response.on('drain', () => {
      subscriber.stalledSinceMs = undefined;
      this.#pump(subscriber);
    });
    this.#write(subscriber, options.source.hello());
    if (isFarBehind) {
      const data = { fromHeight: seen + 1, untilHeight: head };
      this.#write(subscriber, formatEvent({ name: 'missed', data, id: head }));
    }
    this.#pump(subscriber);
  }

  /** Tells every subscriber of the blocks it has not seen. */
  follow(): void {
    for (const subscriber of this.#subscribers) this.#pump(subscriber);
  }

  #pump(subscriber: Subscriber): void {
    const head = this.#headHeight();
    if (head - subscriber.nextHeight > this.#limits.streamLagBlocksMax) {
      this.#end(subscriber, 'lagging', { nextHeight: subscriber.nextHeight, height: head });
      return;
    }
    if (subscriber.nextHeight <= head && !subscriber.source.mayListen()) {
      this.#end(subscriber, 'closed', { reason: 'no longer entitled' });
      return;
    }
    while (subscriber.nextHeight <= head && this.#hasRoom(subscriber)) {
      this.#write(subscriber, subscriber.source.ofBlock(subscriber.nextHeight));
      subscriber.nextHeight++;
    }
  }

  #hasRoom({ response }: Subscriber): boolean {
    return response.writable && response.writableLength < this.#limits.streamBufferBytesMax;
  }

  #write(subscriber: Subscriber, text: string): void {
    if (text === '' || !subscriber.response.writable) return;
    if (!subscriber.response.write(text)) subscriber.stalledSinceMs ??= this.#nowMs();
  }

  /** Shows the quiet ones that the line is up, and lets go of those who take nothing. */
  beat(): void {
    const nowMs = this.#nowMs();
    for (const subscriber of this.#subscribers) {
      const { stalledSinceMs } = subscriber;
      if (stalledSinceMs === undefined) this.#write(subscriber, ': still here\n\n');
      else if (nowMs - stalledSinceMs >= this.#limits.streamStallMs) this.#drop(subscriber);
    }
  }

  /** Says why, and gives the other side one stall's time to take it. */
  #end(subscriber: Subscriber, name: string, data: unknown): void {
    this.#forget(subscriber);
    const { response } = subscriber;
    const late = setTimeout(() => response.destroy(), this.#limits.streamStallMs);
    late.unref();
    response.on('close', () => clearTimeout(late));
    response.end(formatEvent({ name, data }));
  }

  #drop(subscriber: Subscriber): void {
    this.#forget(subscriber);
    subscriber.response.destroy();
  }

  #forget(subscriber: Subscriber): void {
    if (!this.#subscribers.delete(subscriber)) return;
    const left = (this.#perAddress.get(subscriber.address) ?? 1) - 1;
    if (left > 0) this.#perAddress.set(subscriber.address, left);
    else this.#perAddress.delete(subscriber.address);
  }

  /** Ends every stream. */
  close(): void {
    clearInterval(this.#heartbeat);
    for (const subscriber of [...this.#subscribers]) {
      this.#forget(subscriber);
      subscriber.response.end();
    }
  }
}
