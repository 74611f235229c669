/** One plain sentence for each line of a statement: what was traded, with whom, why this amount. */

import type { Kind } from '@commonwatt/contracts';
import type { Energy, Price } from '@commonwatt/units';
import { energyWords, priceWords } from './wording.ts';

export interface LineFacts {
  readonly side: 'buy' | 'sell';
  readonly counterparty: number;
  readonly counterpartyKind: Kind | undefined;
  readonly traded: Energy;
  readonly delivered: Energy;
  readonly price: Price;
  /** The member's own limit in the clearing; nothing where the price was negotiated. */
  readonly limit: Price | undefined;
  readonly isNegotiated: boolean;
  /** Whether everyone who traded in the slot has this price. */
  readonly isOnePrice: boolean;
  /** What the other side has, where the rule gives a trade two prices. */
  readonly otherPrice: Price | undefined;
}

export function lineWords(facts: LineFacts): string {
  const { side, counterparty, counterpartyKind, traded, delivered, price } = facts;
  const verb = side === 'sell' ? 'sold' : 'bought';
  const preposition = side === 'sell' ? 'to' : 'from';
  const other = `${counterpartyKind ?? 'member'} #${counterparty}`;
  const trade =
    `You ${verb} ${energyWords(traded)} ${preposition} ${other} at ${priceWords(price)}` +
    `${reasonWords(facts)}${spreadWords(facts)}`;
  return delivered === traded ? `${trade}.` : `${trade}; ${deliveryWords(facts)}.`;
}

function reasonWords({ side, price, limit, isNegotiated, isOnePrice }: LineFacts): string {
  if (isNegotiated) return ' as the two of you agreed';
  if (limit === undefined) return ' in the clearing of the slot';
  const own = `your limit of ${priceWords(limit)}`;
  if (!isOnePrice) return limit === price ? ', which is your own limit' : `, within ${own}`;
  if (limit === price) return ` because ${own} was the clearing price`;
  return side === 'sell'
    ? ` because ${own} was below the clearing price`
    : ` because ${own} was above the clearing price`;
}

/** Of two prices the member sees both, and where the difference goes. */
function spreadWords({ side, otherPrice }: LineFacts): string {
  if (otherPrice === undefined) return '';
  const other = side === 'sell' ? 'the buyer pays' : 'the seller gets';
  return `; ${other} ${priceWords(otherPrice)}, and the difference goes to the community`;
}

function deliveryWords({ delivered }: LineFacts): string {
  if (delivered === 0n) return 'the meters confirm no delivery, so nothing is due';
  return `the meters confirm ${energyWords(delivered)}, and only that is due`;
}
