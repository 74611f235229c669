/** How an event type is defined: once, under a number of its own. */

import type { Codec, EventType } from '@commonwatt/ledger';

export function eventType<T>(
  type: number,
  name: string,
  codec: Codec<T>,
  audience: EventType<T>['audience'],
): EventType<T> {
  return { type, name, codec, audience };
}
