/**
 * Server-sent events (WHATWG HTML, section 9.2) over fetch: the browser's own EventSource cannot
 * sign its request. Stricter than the standard: UTF-8 must be right, data is strict JSON, and an
 * event has a largest size.
 */
import { type JsonValue, readStrictJsonText } from '@commonwatt/api';
import type { ByteStream } from './limited-body.ts';

export const EVENT_CHARACTERS_MAX = 4 * 1_048_576;

export interface ServerEvent {
  /** To be sent as `lastEventId` when the stream is opened again. */
  readonly id: string;
  readonly event: string;
  readonly data: JsonValue;
}

/** What came is no stream of events. */
export class EventStreamError extends Error {
  override readonly name = 'EventStreamError';
}

/** The events of a body, until it ends or the loop over them is left, which closes it. */
export async function* readEvents(stream: ByteStream): AsyncGenerator<ServerEvent, void, void> {
  const reader = stream.getReader();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const parser = new EventParser();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* parser.take(decoder.decode(value, { stream: true }));
    }
  } finally {
    await reader.cancel();
  }
}

/** Takes text in pieces of any size and gives the events that are complete. */
export class EventParser {
  #rest = '';
  #data: string[] = [];
  #event = '';
  #id = '';
  #characters = 0;

  *take(text: string): Generator<ServerEvent, void, void> {
    this.#rest += text;
    for (;;) {
      const line = this.#nextLine();
      if (line === undefined) break;
      const event = this.#takeLine(line);
      if (event !== undefined) yield event;
    }
    this.#requireRoom(this.#rest.length);
  }

  /** A line ends with LF, CR or both; a CR at the end of a piece waits for what follows it. */
  #nextLine(): string | undefined {
    const end = this.#rest.search(/[\r\n]/);
    if (end < 0 || (this.#rest[end] === '\r' && end === this.#rest.length - 1)) return undefined;
    const line = this.#rest.slice(0, end);
    const ending = this.#rest.startsWith('\r\n', end) ? 2 : 1;
    this.#rest = this.#rest.slice(end + ending);
    return line;
  }

  #takeLine(line: string): ServerEvent | undefined {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
    if (field === 'data') {
      this.#characters += value.length + 1;
      this.#requireRoom(this.#characters);
      this.#data.push(value);
    } else if (field === 'event') this.#event = value;
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
    return undefined;
  }

  #dispatch(): ServerEvent | undefined {
    const text = this.#data.join('\n');
    const event = this.#event === '' ? 'message' : this.#event;
    const isEmpty = this.#data.length === 0;
    this.#data = [];
    this.#event = '';
    this.#characters = 0;
    if (isEmpty) return undefined;
    const reading = readStrictJsonText(text);
    if (!reading.ok) {
      throw new EventStreamError(`event '${event}': expected JSON, got ${reading.reason}`);
    }
    return { id: this.#id, event, data: reading.value };
  }

  #requireRoom(characters: number): void {
    if (characters <= EVENT_CHARACTERS_MAX) return;
    throw new EventStreamError(`event: expected at most ${EVENT_CHARACTERS_MAX} characters`);
  }
}
