import { struct, u16 } from '@commonwatt/ledger';
import { expect, test } from 'vitest';
import { eventType } from './event-type.ts';
import { byNumber, eventTypes } from './event-types.ts';

const codec = struct<{ readonly count: number }>({ count: u16 });

test('a number means one event', () => {
  const one = eventType(65_001, 'one', codec, 'public');
  const other = eventType(65_001, 'another', codec, 'public');
  expect(byNumber([one]).get(65_001)).toBe(one);
  expect(() => byNumber([one, other])).toThrow('event 65001 is defined twice');
});

test('events of every module stand in the list', () => {
  const hundreds = new Set([...eventTypes.keys()].map((type) => Math.floor(type / 100)));
  // Identity, wallet, market, metering, settlement, governance, direct purchase with certificates and bridge.
  expect([...hundreds].sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
});
