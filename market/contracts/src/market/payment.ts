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

/** Who pays for a trade, and how much: the buyer, or the seller at a negative price. */
export function paymentOf({ seller, buyer, energy, price }: Trade): {
  readonly payer: number;
  readonly payee: number;
  readonly amount: Money;
} {
  const due = cost(energy, price);
  return due >= 0n
    ? { payer: buyer, payee: seller, amount: due }
    : { payer: seller, payee: buyer, amount: money(-due) };
}

/** Writes a trade down. Its payment stands in escrow already. */
export function recordTrade(context: BlockContext, trade: Uint8Array, terms: Trade): void {
  context.state.set(trades, trade, terms);
  context.emit<Traded>(traded, { trade, terms });
}
