/**
 * SETM's payment.Transaction (Algorithm 2, label payment.Transaction): what a trade costs, who pays
 * it, and the escrow that holds it until delivery is settled.
 */

import type { BlockContext } from '@commonwatt/ledger';
import { cost, type Energy, type Money, money, type Price } from '@commonwatt/units';
import { type Traded, traded } from '../events.ts';
import type { Side } from './messages.ts';
import { type Trade, trades } from './state.ts';

const NOTHING = money(0n);

/** The most that an order can come to cost its member: what it holds back. */
export function worstCase(side: Side, limit: Price, energy: Energy): Money {
  const value = cost(energy, limit);
  const due = side === 'buy' ? value : money(-value);
  return due > 0n ? due : NOTHING;
}

type Terms = Pick<Trade, 'seller' | 'buyer' | 'energy' | 'price' | 'sellerPrice'>;

/** The price of a trade for one side. */
export function priceOf({ price, sellerPrice }: Terms, side: Side): Price {
  return side === 'buy' ? price : (sellerPrice ?? price);
}

/** What each side of a trade pays; below zero where it receives. What one pays beyond the other is the spread. */
export function duesOf(terms: Terms): { readonly buyer: Money; readonly seller: Money } {
  const { energy } = terms;
  return {
    buyer: cost(energy, priceOf(terms, 'buy')),
    seller: money(-cost(energy, priceOf(terms, 'sell'))),
  };
}

/**
 * Who pays whom for a trade, and how much: the buyer pays the seller, or at a negative price the seller the
 * buyer. Between two prices of different sign nobody pays the other.
 */
export function paymentOf(terms: Terms): {
  readonly payer: number;
  readonly payee: number;
  readonly amount: Money;
} {
  const { seller: sellerNumber, buyer: buyerNumber } = terms;
  const { buyer, seller } = duesOf(terms);
  if (buyer < 0n) return { payer: sellerNumber, payee: buyerNumber, amount: money(-buyer) };
  const amount = seller < 0n ? money(-seller) : NOTHING;
  return { payer: buyerNumber, payee: sellerNumber, amount };
}

/** Writes a trade down. Its payment stands in escrow already. */
export function recordTrade(context: BlockContext, trade: Uint8Array, terms: Trade): void {
  context.state.set(trades, trade, terms);
  context.emit<Traded>(traded, { trade, terms });
}
