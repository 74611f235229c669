/** How much of everything a market takes. Each bound is a rule that every node applies alike. */

import { type Energy, energy, type Price, price } from '@commonwatt/units';

/**
 * Energy on one side of one slot that a single member may have at stake, whatever its connection:
 * 2^40 Wh. Times the orders of a book it stays within an energy, times PRICE_MAGNITUDE_MAX within
 * the wallet's largest amount.
 */
export const MEMBER_ENERGY_MAX: Energy = energy(1n << 40n);
/** The widest collar: 2^50 nano per Wh either way. */
export const PRICE_MAGNITUDE_MAX: Price = price(1n << 50n);

/** Open orders of one member in one slot on one side, over all markets. */
export const MEMBER_ORDERS_MAX = 16;
/** Orders that are sent to one slot of one market. Derived ones come on top. */
export const BOOK_ORDERS_MAX = 50_000;
/** Standing orders on the ledger: with BOOK_ORDERS_MAX at most the lines of one `cleared` event. */
export const STANDING_ORDERS_MAX = 50_000;
export const MEMBER_STANDING_ORDERS_MAX = 16;
/** How far ahead a standing order may end: ten years. */
export const STANDING_SPAN_MS_MAX = 3653 * 86_400_000;
/** Open negotiations about one order. */
export const ORDER_NEGOTIATIONS_MAX = 256;
/** Consumers that may join one growing transaction. */
export const GROWING_CONSUMERS_MAX = 1000;

/** Orders of one call by a rule other than `uniform`, sent or derived: some rules look at every pair. */
export const CALL_ORDERS_MAX = 4000;

export const MARKETS_MAX = 100;
/** Slots that a market's horizon may reach. */
export const HORIZON_SLOTS_MAX = 10_000;
/** Slots of one market that one block closes; the next block goes on. */
export const CLOSED_PER_BLOCK_MAX = 4;
/** Slots whose rows one block may prune. */
export const PRUNED_PER_BLOCK_MAX = 64;
/**
 * After a standstill, standing orders still trade the slots that began within the last day: the
 * meters went on, and nobody shall lose local energy to an outage.
 */
export const CATCH_UP_MS_MAX = 86_400_000;
