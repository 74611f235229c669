/** How much a round may hold, so that every block's work and every action's size is bounded. */

const DAY_MS = 86_400_000;

/** Listings of one side in one round: a matching with every price equal makes the product of both. */
export const LISTINGS_PER_SIDE_MAX = 100;
/** Corridors of a round, and limits. */
export const CORRIDORS_MAX = 400;
/** Rounds that are not over. */
export const OPEN_ROUNDS_MAX = 16;
/** Rounds that a ledger keeps: the oldest that is over makes room for a new one. */
export const ROUNDS_MAX = 200;
/** Applications that a ledger holds. */
export const ADMISSIONS_MAX = 10_000;
/** Deliveries that one statement names: it fits one action. */
export const STATED_MAX = 5_000;
/** Trades of a market that one round takes over. */
export const TAKEN_MAX = 5_000;
/** Statements of a round that wait for signatures. */
export const OPEN_STATEMENTS_MAX = 64;
/** How far ahead a round's last instant may lie. */
export const ROUND_MS_MAX = 400 * DAY_MS;
/** The longest that one of its stages may last. */
export const STAGE_MS_MAX = 62 * DAY_MS;
/** Energy of one listing: 2^50 Wh, a thousand TWh. */
export const LISTED_ENERGY_MAX = 1n << 50n;
/** Price, environmental price, cross-subsidy, transmission and certificate price: 2^40 nano-token per Wh. */
export const LISTED_PRICE_MAX = 1n << 40n;
/** Tokens to one coin: 10 is the paper's. */
export const TOKENS_PER_COIN_MAX = 1_000_000;
/** A loss in millionths stays below all of it. */
export const LOSS_WHOLE = 1_000_000;
