/**
 * Negotiated bilateral trade and centralised bidding: a round of such a mode takes over the open trades
 * of its market, which is the foundation's own. The trade's coin in escrow becomes tokens that the
 * round holds, both sides add their collateral, and from then on the round's check, transfers,
 * delivery and certificates are those of every other.
 */

import { type BlockContext, toHex } from '@commonwatt/ledger';
import { type Money, money, price } from '@commonwatt/units';
import { type Trade, trades, tradesOfSlot } from '../market/state.ts';
import { account, move } from '../wallet/accounts.ts';
import { refuseNotAdmitted } from './admission.ts';
import { corridorBetween } from './corridors.ts';
import { TAKEN_MAX } from './limits.ts';
import { amountsOf } from './pricing.ts';
import {
  admissions,
  type ContractTerms,
  type ListingKey,
  listings,
  type Round,
  takenTrades,
} from './state.ts';
import { EXCHANGE_RESERVE, holdTokens, issueTokens, tokensOf, tokensPerCoin } from './tokens.ts';
import { commitmentOf } from './transfers.ts';

/**
 * Takes what can be taken, by slot and name; the rest stays an ordinary trade and is settled by runs:
 * one whose parties are not admitted on its sides, whose regions no corridor joins, whose price does
 * not bear transmission, or whose collateral a party has not the tokens for.
 */
export function takeTrades(context: BlockContext, number: number, round: Round): void {
  let contract = 0;
  for (const [trade, terms] of openTrades(context, round)) {
    if (contract >= TAKEN_MAX) return;
    if (takeTrade(context, { round: number, contract }, round, trade, terms)) contract += 1;
  }
}

/** Trades of the market whose slots lie in the delivery, by slot and then by name. */
function openTrades(
  { state }: BlockContext,
  { rules }: Round,
): readonly (readonly [Uint8Array, Trade])[] {
  const slots = state
    .groupNames(tradesOfSlot)
    .map(Number)
    .filter((slotMs) => slotMs >= rules.deliveryFromMs && slotMs < rules.deliveryUntilMs)
    .sort((a, b) => a - b);
  return slots.flatMap((slotMs) =>
    state
      .group(tradesOfSlot, `${slotMs}`)
      .filter(
        ([, one]) =>
          one.market === rules.market && slotMs + one.slotLengthMs <= rules.deliveryUntilMs,
      )
      .sort(([a], [b]) => (toHex(a) < toHex(b) ? -1 : 1)),
  );
}

function takeTrade(
  context: BlockContext,
  key: { readonly round: number; readonly contract: number },
  round: Round,
  trade: Uint8Array,
  agreed: Trade,
): boolean {
  const { state } = context;
  const terms = termsOf(context, round, agreed);
  if (terms === undefined) return false;
  const amounts = amountsOf(terms, agreed.energy);
  if (amounts.sellerGets < 0n) return false;
  const coin = money(agreed.energy * agreed.price);
  const paid = money(coin * tokensPerCoin(state));
  const buyerHolds = commitmentOf(round, { amounts }, 'buyer');
  const sellerHolds = commitmentOf(round, { amounts }, 'seller');
  const covered =
    tokensOf(state, terms.buyer, 'free') + paid >= buyerHolds &&
    tokensOf(state, terms.seller, 'free') >= sellerHolds;
  if (!covered) return false;
  if (coin > 0n) {
    move(state, account(terms.buyer, 'escrow'), EXCHANGE_RESERVE, coin);
    issueTokens(state, terms.buyer, paid);
  }
  state.delete(trades, trade);
  hold(context, { round: key.round, member: terms.buyer }, buyerHolds);
  hold(context, { round: key.round, member: terms.seller }, sellerHolds);
  state.set(takenTrades, key, { trade, terms, energy: agreed.energy });
  return true;
}

/** What a member holds in a round without listings stands in one row, as a listing's does. */
function hold({ state, timeMs }: BlockContext, key: ListingKey, amount: Money): void {
  holdTokens(state, key.member, amount);
  const before = state.get(listings, key);
  state.set(listings, key, {
    terms: undefined,
    commitment: undefined,
    held: money((before?.held ?? 0n) + amount),
    listedMs: before?.listedMs ?? timeMs,
  });
}

/** A trade's price is in coin at the buyer's meter; it names no environmental price or subsidy. */
function termsOf(
  { state }: BlockContext,
  { rules }: Round,
  { buyer, seller, price: agreed }: Trade,
): ContractTerms | undefined {
  const [wants, offers] = [state.get(admissions, buyer), state.get(admissions, seller)];
  if (wants?.side !== 'buyer' || offers?.side !== 'seller' || agreed < 0n) return undefined;
  if (refuseNotAdmitted(state, buyer) ?? refuseNotAdmitted(state, seller)) return undefined;
  const corridor = corridorBetween(rules, { from: offers.region, to: wants.region });
  if (corridor === undefined) return undefined;
  const agreedPrice = price(agreed * tokensPerCoin(state));
  const nothing = price(0n);
  return {
    buyer,
    seller,
    green: false,
    type: offers.type,
    buyerRegion: wants.region,
    sellerRegion: offers.region,
    lossMillionths: corridor.lossMillionths,
    transmissionPrice: corridor.transmissionPrice,
    buyerLimit: agreedPrice,
    sellerLimit: nothing,
    environmentalPrice: nothing,
    crossSubsidy: nothing,
    certificatePrice: rules.certificatePrice,
    agreedPrice,
  };
}
