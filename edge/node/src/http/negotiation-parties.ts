/** The two members of a negotiation, also after it has ended. */

import { type NegotiationMoved, negotiationMoved, negotiations } from '@commonwatt/contracts';
import { equalBytes, fromHex } from '@commonwatt/ledger';
import type { Desks } from '../desks.ts';
import { valueOf as eventValue } from '../projections/block-reader.ts';

export interface NegotiationSides {
  readonly seller: number;
  readonly buyer: number;
}

/** Named by the transaction and the position of the action that began it: `HEX:INDEX`. */
export function negotiationSides(desks: Desks, id: string): NegotiationSides | undefined {
  const [hex = '', position = ''] = id.split(':');
  const name = { transaction: fromHex(hex), index: Number(position) };
  if (name.index > 0xffff) return undefined;
  return desks.ledger.state.get(negotiations, name) ?? beginningOf(desks, hex, name.index);
}

/** An ended negotiation is gone from the state; the block in which it began still names its two. */
function beginningOf(desks: Desks, hex: string, index: number): NegotiationMoved | undefined {
  const place = desks.projections.transaction(hex);
  const block = place && desks.projections.block(place.height);
  const id = fromHex(hex);
  for (const event of block?.events ?? []) {
    const moved = eventValue(event, negotiationMoved);
    if (moved?.index === index && equalBytes(moved.negotiation, id)) return moved;
  }
  return undefined;
}

export function partiesOfNegotiation(desks: Desks, id: string): readonly number[] {
  const sides = negotiationSides(desks, id);
  return sides === undefined ? [] : [sides.seller, sides.buyer];
}
