/** The lots of a book's orders, each drawn once. */

import { hash } from 'node:crypto';
import { sha256 } from '@commonwatt/consensus';
import { type Call, lotsBySeed, type Order } from '@commonwatt/mechanisms';

/**
 * The lots of book after book under one seed. A mechanism asks for the lot of every order several
 * times, mostly in the order of the book: whoever asks for the next one is answered without a search.
 */
export function lotDrawer(seed: string): (orders: readonly Order[]) => Call['lots'] {
  const drawn = drawnBySeed(seed);
  return (orders) => {
    const lots = new Array<string | undefined>(orders.length);
    let places: ReadonlyMap<string, number> | undefined;
    let next = 0;
    const lotAt = (at: number, id: string) => {
      next = at + 1;
      const lot = lots[at] ?? drawn(id);
      lots[at] = lot;
      return lot;
    };
    return (id) => {
      if (orders[next]?.id === id) return lotAt(next, id);
      if (orders[0]?.id === id) return lotAt(0, id);
      places ??= new Map(orders.map((order, at) => [order.id, at]));
      const at = places.get(id);
      return at === undefined ? drawn(id) : lotAt(at, id);
    };
  };
}

/**
 * As `lotsBySeed` draws them, by one call of the host from text to text: a third of the time. Half a
 * surrogate pair is left to it, for the host would hash another character in its place.
 */
function drawnBySeed(seed: string): Call['lots'] {
  const slowly = lotsBySeed(sha256, seed);
  if (!seed.isWellFormed()) return slowly;
  const prefix = `${seed}\u0000`;
  return (id) => (id.isWellFormed() ? hash('sha256', prefix + id, 'hex') : slowly(id));
}
