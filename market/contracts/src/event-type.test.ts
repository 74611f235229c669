import { struct, u16 } from '@commonwatt/ledger';
import { expect, test } from 'vitest';
import { definedEvents, eventType } from './event-type.ts';
import { eventTypes } from './events.ts';

test('a number means one event', () => {
  expect(definedEvents).toBe(eventTypes);
  const [[taken] = []] = eventTypes;
  const codec = struct<{ readonly count: number }>({ count: u16 });
  expect(() => eventType(taken ?? 0, 'again', codec, 'public')).toThrow(
    `event ${taken} is defined twice`,
  );
  const fresh = eventType(65_001, 'of this test', codec, 'public');
  expect(definedEvents.get(65_001)).toBe(fresh);
});
