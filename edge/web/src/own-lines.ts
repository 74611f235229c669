/**
 * Which anonymous lines of a cleared book are one's own. A line carries the lot of its order: the
 * SHA-256 of the seed, a zero byte and the order's name. Who knows the name finds the line; nobody
 * else can, so this is computed here and asked of no one.
 */

import { browserCrypto } from '@commonwatt/client';
import { formatInstant } from '@commonwatt/units';
import { hexOfBytes } from './hex.ts';

export interface OwnOrders {
  /** Names of standing orders; each derives one order per slot. */
  readonly standing: readonly string[];
  /** Names of orders that were sent one by one. */
  readonly sent: readonly string[];
}

export function ownLots(seed: string, slotMs: number, orders: OwnOrders): ReadonlySet<string> {
  const derived = orders.standing.map((name) => `${name}@${formatInstant(slotMs)}`);
  const names = [...derived, ...orders.sent];
  return new Set(names.map((name) => lotOf(seed, name)));
}

function lotOf(seed: string, order: string): string {
  const text = new TextEncoder().encode(`${seed}\0${order}`);
  return hexOfBytes(browserCrypto.sha256(text));
}
