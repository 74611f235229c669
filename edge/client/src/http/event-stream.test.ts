import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  EVENT_CHARACTERS_MAX,
  EventParser,
  EventStreamError,
  readEvents,
  type ServerEvent,
} from './event-stream.ts';

const TEXT =
  ': hello\n\nevent: block\nid: 7\ndata: {"height":7,\ndata: "words":["ä"]}\n\n' +
  'data:1\r\n\r\nevent: nothing\r\rid: 8\rdata: [2]\r\rdata: "unfinished"\n';

const EVENTS: readonly ServerEvent[] = [
  { id: '7', event: 'block', data: { height: 7, words: ['ä'] } },
  { id: '7', event: 'message', data: 1 },
  { id: '8', event: 'message', data: [2] },
];

function bodyOf(pieces: readonly Uint8Array[]) {
  const waiting = [...pieces];
  let cancelled = 0;
  return {
    get cancelled() {
      return cancelled;
    },
    getReader: () => ({
      async read() {
        const value = waiting.shift();
        return value === undefined ? { done: true } : { done: false, value };
      },
      async cancel() {
        cancelled++;
      },
    }),
  };
}

async function all(stream: AsyncIterable<ServerEvent>): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

test('the events are the same wherever the network cuts the text', async () => {
  const bytes = new TextEncoder().encode(TEXT);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length)), async (cuts) => {
      const ends = [...cuts, bytes.length].sort((a, b) => a - b);
      const pieces = ends.map((end, at) => bytes.subarray(ends[at - 1] ?? 0, end));
      expect(await all(readEvents(bodyOf(pieces)))).toEqual(EVENTS);
    }),
  );
});

test('leaving the loop closes the stream', async () => {
  const body = bodyOf([new TextEncoder().encode(TEXT)]);
  for await (const event of readEvents(body)) {
    expect(event).toEqual(EVENTS[0]);
    break;
  }
  expect(body.cancelled).toBe(1);
});

test('what is no JSON, no UTF-8 or too long is refused', async () => {
  expect(() => [...new EventParser().take('data: {\n\n')]).toThrow(EventStreamError);
  await expect(all(readEvents(bodyOf([Uint8Array.of(0xff, 0x0a)])))).rejects.toThrow();
  const half = `data: ${'x'.repeat(EVENT_CHARACTERS_MAX / 2)}\n`;
  const parser = new EventParser();
  expect([...parser.take(half)]).toEqual([]);
  expect(() => [...parser.take(half + half)]).toThrow(/at most/);
  expect(() => [...new EventParser().take('x'.repeat(EVENT_CHARACTERS_MAX + 1))]).toThrow(
    /at most/,
  );
});
