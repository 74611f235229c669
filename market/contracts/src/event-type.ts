/** How an event type is defined: once, under a number of its own. */

import type { AnyEventType, Codec, EventType } from '@commonwatt/ledger';

const all = new Map<number, AnyEventType>();

/** Every event type by its number, as far as the modules that define them were loaded. */
export const definedEvents: ReadonlyMap<number, AnyEventType> = all;

/** @throws Error for a number that is taken */
export function eventType<T>(
  type: number,
  name: string,
  codec: Codec<T>,
  audience: EventType<T>['audience'],
): EventType<T> {
  const event = { type, name, codec, audience };
  if (all.has(type)) throw new Error(`event ${type} is defined twice`);
  all.set(type, event);
  return event;
}
