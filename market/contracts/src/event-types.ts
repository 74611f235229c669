/**
 * Every event type by its number. The modules that define them are named here, one by one: whoever loads this has them
 * all, in whatever pieces a program is cut.
 */

import type { AnyEventType } from '@commonwatt/ledger';
import * as bridge from './bridge/events.ts';
import * as certificates from './certificates/events.ts';
import * as directPurchase from './direct-purchase/events.ts';
import * as others from './events.ts';
import * as settlement from './settlement/events.ts';

export const eventTypes: ReadonlyMap<number, AnyEventType> = byNumber([
  // One that a module hands on from another is still one.
  ...new Set(
    [others, settlement, directPurchase, certificates, bridge].flatMap((module) =>
      Object.values<unknown>(module).filter(isEventType),
    ),
  ),
]);

/** @throws Error for a number that two events have */
export function byNumber(types: readonly AnyEventType[]): ReadonlyMap<number, AnyEventType> {
  const all = new Map<number, AnyEventType>();
  for (const type of types) {
    if (all.has(type.type)) throw new Error(`event ${type.type} is defined twice`);
    all.set(type.type, type);
  }
  return all;
}

/** Modules of events export little else: words and limits of theirs. */
function isEventType(value: unknown): value is AnyEventType {
  return typeof value === 'object' && value !== null && 'audience' in value && 'codec' in value;
}
