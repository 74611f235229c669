/** Coin of the wallet becomes exchange tokens, and free tokens become coin again. */

import type { ActionContext, ActionType } from '@commonwatt/ledger';
import { type Money, money } from '@commonwatt/units';
import { ACTION } from '../action-types.ts';
import { actingMember, authorised } from '../authority.ts';
import type { ContractRefusal } from '../refusals.ts';
import { account, balanceOf, move, refuseAmount } from '../wallet/accounts.ts';
import { serveDue } from '../wallet/dues.ts';
import { refuseNotAdmitted } from './admission.ts';
import { type TokensMoved, tokensMoved } from './events.ts';
import { TOKENS_PER_COIN_MAX } from './limits.ts';
import {
  type ExchangeTokens,
  exchangeTokensCodec,
  type RedeemTokens,
  redeemTokensCodec,
  type SetExchange,
  setExchangeCodec,
} from './messages.ts';
import { exchange } from './state.ts';
import {
  EXCHANGE_RESERVE,
  endTokens,
  issueTokens,
  refuseTokens,
  tokensIssued,
  tokensPerCoin,
} from './tokens.ts';

/** A ratio holds for every token that there is, so it changes only while there is none. */
export const setExchange = authorised<SetExchange>(
  ACTION.setExchange,
  'set exchange',
  'operator',
  setExchangeCodec,
  ({ state }, { tokensPerCoin: ratio }) => {
    if (ratio < 1 || ratio > TOKENS_PER_COIN_MAX) {
      return { code: 'exchange_invalid', tokensPerCoin: ratio, most: TOKENS_PER_COIN_MAX };
    }
    const issued = tokensIssued(state);
    if (issued > 0n) return { code: 'exchange_in_use', issued };
    state.set(exchange, 0, { tokensPerCoin: ratio });
    return undefined;
  },
);

/** Own money only, as with a withdrawal: what is lent buys no tokens. */
export const exchangeTokens: ActionType<ExchangeTokens> = {
  type: ACTION.exchangeTokens,
  name: 'exchange tokens',
  codec: exchangeTokensCodec,
  apply(context, { amount }) {
    const { state } = context;
    const member = actingMember(context);
    const refusal =
      refuseNotAdmitted(state, member) ??
      refuseAmount(amount) ??
      refuseCoin(context, member, amount);
    if (refusal !== undefined) return refusal;
    const tokens = money(amount * tokensPerCoin(state));
    move(state, account(member, 'available'), EXCHANGE_RESERVE, amount);
    issueTokens(state, member, tokens);
    tell(context, { member, change: 'exchanged', tokens, coin: amount });
    return undefined;
  },
};

/** Open to whoever holds tokens: who is no longer admitted gets its money back. */
export const redeemTokens: ActionType<RedeemTokens> = {
  type: ACTION.redeemTokens,
  name: 'redeem tokens',
  codec: redeemTokensCodec,
  apply(context, { tokens }) {
    const { state } = context;
    const member = actingMember(context);
    const ratio = tokensPerCoin(state);
    const refusal =
      refuseAmount(tokens) ??
      (tokens % ratio === 0n
        ? undefined
        : { code: 'tokens_not_whole' as const, tokens, tokensPerCoin: ratio }) ??
      refuseTokens(state, member, tokens);
    if (refusal !== undefined) return refusal;
    const coin = money(tokens / ratio);
    endTokens(state, member, tokens);
    move(state, EXCHANGE_RESERVE, account(member, 'available'), coin);
    serveDue(state, member);
    tell(context, { member, change: 'redeemed', tokens, coin });
    return undefined;
  },
};

function refuseCoin(
  { state }: ActionContext,
  member: number,
  needed: Money,
): ContractRefusal | undefined {
  const balance = balanceOf(state, account(member, 'available'));
  return balance < needed ? { code: 'balance_insufficient', balance, needed } : undefined;
}

function tell(context: ActionContext, value: TokensMoved): void {
  context.emit<TokensMoved>(tokensMoved, value);
}
