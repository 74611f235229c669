import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import {
  ACTION,
  depositCodec,
  endReadingCodec,
  grantReadingCodec,
  SCOPE,
} from '@commonwatt/contracts';
import { money } from '@commonwatt/units';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EventStreams, formatEvent, type StreamLimits } from './event-streams.ts';
import { Refused } from './refused.ts';
import {
  action,
  CALL,
  GENESIS_MS,
  keyOf,
  numberOf,
  SLOT_MS,
  TestingCommunity,
} from './testing-community.test-support.ts';
import { FRIEND, fillRows, scopeKey } from './testing-rows.test-support.ts';

interface Received {
  readonly event: string;
  readonly id: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it reads
  readonly data: any;
}

/** A subscriber over a real socket that reads event by event. */
class Listener {
  readonly status: number;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #gone: AbortController;
  #text = '';

  private constructor(
    status: number,
    reader: ReadableStreamDefaultReader<Uint8Array>,
    gone: AbortController,
  ) {
    this.status = status;
    this.#reader = reader;
    this.#gone = gone;
  }

  static async open(url: string, headers: Record<string, string> = {}): Promise<Listener> {
    const gone = new AbortController();
    const response = await fetch(url, { headers, signal: gone.signal });
    if (response.body === null) throw new Error('no body');
    return new Listener(response.status, response.body.getReader(), gone);
  }

  /** The next event; nothing when the stream has ended. */
  async next(): Promise<Received | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n\n');
      if (end >= 0) {
        const part = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 2);
        if (part.startsWith(':')) continue;
        const fields = new Map(
          part.split('\n').map((row) => row.split(/: (.*)/s, 2) as [string, string]),
        );
        return {
          event: fields.get('event') ?? '',
          id: fields.get('id'),
          data: JSON.parse(fields.get('data') ?? 'null'),
        };
      }
      const { value, done } = await this.#reader.read();
      if (done) return undefined;
      this.#text += Buffer.from(value).toString('utf8');
    }
  }

  /** All events up to the block of a height. */
  async until(height: number): Promise<Received[]> {
    const events: Received[] = [];
    for (;;) {
      const event = await this.next();
      if (event === undefined) throw new Error(`the stream ended before block ${height}`);
      events.push(event);
      if (event.event === 'block' && event.id === `${height}`) return events;
    }
  }

  close(): void {
    this.#gone.abort();
  }
}

let community: TestingCommunity;
let base: string;
let listeners: Listener[] = [];

beforeEach(async () => {
  community = await TestingCommunity.open({ limits: { streamLagBlocksMax: 30 } });
  base = await community.server.listen();
});
afterEach(async () => {
  for (const listener of listeners) listener.close();
  listeners = [];
  await community.close();
});

async function listen(url: string, name?: string, lastHeight?: number): Promise<Listener> {
  const headers: Record<string, string> = {};
  if (name !== undefined) {
    headers.authorization = community.authorization(keyOf(name), { method: 'GET', url });
  }
  if (lastHeight !== undefined) headers['last-event-id'] = `${lastHeight}`;
  const listener = await Listener.open(`${base}${url}`, headers);
  listeners.push(listener);
  return listener;
}

const height = () => community.ledger.head?.height ?? -1;

let references = 0;
function deposit(member: number) {
  references++;
  const reference = new Uint8Array(32);
  new DataView(reference.buffer).setUint32(0, references);
  return community.send(
    'treasurer',
    action(ACTION.deposit, depositCodec, { member, amount: money(7_000n), reference }),
  );
}

describe('public events', () => {
  test('tell of every block once, in order, with its height as id', async () => {
    const listener = await listen('/api/events');
    expect(await listener.next()).toMatchObject({ event: 'hello', data: { height: height() } });
    const from = height();
    for (let block = 0; block < 5; block++) await deposit(2);
    const events = await listener.until(from + 5);
    expect(events.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5].map((step) => `${from + step}`));
    expect(events[0]?.data).toMatchObject({ height: from + 1, transactions: 1 });
    expect(events[0]?.data.words).toEqual([`block ${from + 1}`]);
  });

  test('go on after the last block that was seen', async () => {
    for (let block = 0; block < 5; block++) await deposit(2);
    const listener = await listen('/api/events', undefined, 2);
    const events = await listener.until(height());
    expect(events.map(({ event, id }) => id ?? event)).toEqual(['hello', '3', '4', '5']);
  });

  test('say what was missed rather than sending all of a long absence', async () => {
    for (let block = 0; block < 35; block++) await deposit(2);
    const listener = await listen('/api/events', undefined, 1);
    await listener.next();
    expect(await listener.next()).toMatchObject({
      event: 'missed',
      id: `${height()}`,
      data: { fromHeight: 2, untilHeight: height() },
    });
    await deposit(2);
    expect(await listener.next()).toMatchObject({ event: 'block', id: `${height()}` });
  });

  test('take a last id from another ledger, or none at all, as now', async () => {
    const far = await listen('/api/events', undefined, 999_999);
    await far.next();
    await deposit(2);
    expect((await far.next())?.id).toBe(`${height()}`);
  });

  test('carry prices and nothing of anybody', async () => {
    await fillRows(community);
    const listener = await listen('/api/events', undefined, height() - 25);
    await community.passTo(SLOT_MS - 300_000);
    await community.passTo(SLOT_MS - 200_000);
    const events = await listener.until(height());
    expect(events.find(({ event }) => event === 'price')?.data).toEqual({
      height: expect.any(Number),
      market: CALL,
      slotMs: SLOT_MS,
      price: '150000',
      volume: '600',
    });
    const kinds = new Set(events.map(({ event }) => event));
    expect([...kinds].sort()).toEqual(['block', 'hello', 'price']);
    expect(JSON.stringify(events)).not.toMatch(/member|seller|buyer|producer|label/);
  });
});

describe('personal events', () => {
  const url = `/api/members/${numberOf('ana')}/events`;

  test('go to the member, and are of nobody else', async () => {
    await fillRows(community);
    const ana = await listen(url, 'ana');
    const auditor = await listen(url, 'auditor');
    await deposit(numberOf('bob'));
    await deposit(numberOf('ana'));
    await community.passTo(SLOT_MS - 300_000);
    await community.passTo(SLOT_MS - 200_000);
    const events = await ana.until(height());
    const own = events.filter(({ event }) => event !== 'block' && event !== 'hello');
    expect(own.find(({ event }) => event === 'traded')?.data.value.terms).toMatchObject({
      seller: numberOf('ana'),
      buyer: numberOf('bob'),
    });
    expect(own.filter(({ event }) => event === 'posted')).toHaveLength(1);
    for (const { data } of own) expect(JSON.stringify(data)).toContain(`:${numberOf('ana')}`);
    expect(await auditor.until(height())).toEqual(events);
  });

  test('show a granted key the kinds of its scopes alone', async () => {
    await fillRows(community);
    const friend = await listen(url, FRIEND);
    const reader = await listen(url, scopeKey('trades'));
    await deposit(numberOf('ana'));
    await community.passTo(SLOT_MS - 300_000);
    await community.passTo(SLOT_MS - 200_000);
    const kindsOf = async (listener: Listener) =>
      new Set((await listener.until(height())).map(({ event }) => event));
    expect(await kindsOf(friend)).toContain('posted');
    const kinds = await kindsOf(reader);
    expect(kinds).toContain('traded');
    expect(kinds).not.toContain('posted');
    expect(kinds).not.toContain('order-ended');
  });

  test('end with the grant', async () => {
    const key = keyOf('reader').publicKey;
    const granted = { key, scopes: SCOPE.trades, untilMs: GENESIS_MS + 3_600_000 };
    await community.send('ana', action(ACTION.grantReading, grantReadingCodec, granted));
    const reader = await listen(url, 'reader');
    await reader.next();
    await community.send('ana', action(ACTION.endReading, endReadingCodec, { key }));
    expect(await reader.next()).toMatchObject({ event: 'closed' });
    expect(await reader.next()).toBeUndefined();
  });
});

describe('streams', () => {
  test('are bounded for an address, and free again when they end', async () => {
    await community.close();
    community = await TestingCommunity.open({ limits: { streamsPerAddressMax: 2 } });
    base = await community.server.listen();
    const first = await listen('/api/events');
    await listen('/api/events');
    expect((await listen('/api/events')).status).toBe(429);
    first.close();
    await expect.poll(async () => (await listen('/api/events')).status).toBe(200);
  });
});

/** A subscriber's side that takes as much as the test lets it. */
class Sink extends EventEmitter {
  text = '';
  writable = true;
  writableLength = 0;
  isDestroyed = false;
  readonly #takes: boolean;
  constructor(takes: boolean) {
    super();
    this.#takes = takes;
  }
  write(text: string): boolean {
    this.text += text;
    if (!this.#takes) this.writableLength += text.length;
    return this.#takes;
  }
  end(text = ''): void {
    this.text += text;
    this.writable = false;
    this.emit('close');
  }
  destroy(): void {
    this.isDestroyed = true;
    this.writable = false;
    this.emit('close');
  }
}

describe('a slow subscriber', () => {
  const limits: StreamLimits = {
    streamsMax: 3,
    streamsPerAddressMax: 3,
    streamBufferBytesMax: 1000,
    streamLagBlocksMax: 10,
    streamHeartbeatMs: 1_000_000,
    streamStallMs: 500,
  };
  let head = 0;
  let nowMs = 0;
  const streams = () => new EventStreams({ limits, headHeight: () => head, nowMs: () => nowMs });
  const source = {
    hello: () => formatEvent({ name: 'hello', data: {} }),
    ofBlock: (at: number) => formatEvent({ name: 'block', data: 'x'.repeat(300), id: at }),
    mayListen: () => true,
  };
  const open = (hub: EventStreams, sink: Sink, address = '192.0.2.1') =>
    hub.open(sink as unknown as ServerResponse, { source, address, lastHeight: undefined });

  test('never has more waiting than its buffer and a block, and is told and dropped', () => {
    head = 0;
    const hub = streams();
    const [slow, quick] = [new Sink(false), new Sink(true)];
    open(hub, slow);
    open(hub, quick);
    for (head = 1; head <= 40; head++) hub.follow();
    expect(slow.text.length).toBeLessThan(2000);
    expect(slow.text).toMatch(/event: lagging\ndata: \{"nextHeight":\d+,"height":\d+\}\n\n$/);
    expect(slow.writable).toBe(false);
    expect(quick.text.match(/event: block/g)).toHaveLength(40);
    expect(hub.count).toBe(1);
    hub.close();
  });

  test('gets what it missed when it takes again', () => {
    head = 0;
    const hub = streams();
    const sink = new Sink(false);
    open(hub, sink);
    for (head = 1; head <= 6; head++) hub.follow();
    head = 6;
    expect(sink.text.match(/event: block/g)?.length).toBeLessThan(6);
    for (let drains = 0; drains < 5; drains++) {
      sink.writableLength = 0;
      sink.emit('drain');
    }
    const ids = [...sink.text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
    expect(ids).toEqual([1, 2, 3, 4, 5, 6]);
    hub.close();
  });

  test('that takes nothing at all is let go', () => {
    head = 0;
    nowMs = 0;
    const hub = streams();
    const sink = new Sink(false);
    open(hub, sink);
    const before = sink.text;
    nowMs = 499;
    hub.beat();
    expect([sink.isDestroyed, sink.text]).toEqual([false, before]);
    nowMs = 500;
    hub.beat();
    expect([sink.isDestroyed, hub.count]).toEqual([true, 0]);
    hub.close();
  });

  test('hears a heartbeat while nothing happens', () => {
    const hub = streams();
    const sink = new Sink(true);
    open(hub, sink);
    hub.beat();
    expect(sink.text).toMatch(/: still here\n\n$/);
    hub.close();
    expect(sink.writable).toBe(false);
  });

  test('takes a place of all, whatever its address', () => {
    const hub = streams();
    for (let at = 0; at < 3; at++) {
      expect(hub.refuse(`192.0.2.${at}`)).toBeUndefined();
      open(hub, new Sink(true), `192.0.2.${at}`);
    }
    expect(hub.refuse('192.0.2.99')).toBeInstanceOf(Refused);
    hub.close();
  });
});
