/**
 * Exchange tokens in double entry. They are issued against coin of the wallet at a fixed ratio, 10 to
 * 1 unless the operators set another before any was issued, so that every token can be redeemed: what
 * was issued is always the ratio times the coin that backs it.
 */

import type { State } from '@commonwatt/ledger';
import { type Money, money } from '@commonwatt/units';
import type { ContractRefusal } from '../refusals.ts';
import { account, balanceOf } from '../wallet/accounts.ts';
import type { AccountKey } from '../wallet/state.ts';
import { exchange, type TokenKey, type TokenKind, tokens } from './state.ts';

/** Tian et al.: 10 tokens to 1 RMB. */
export const TOKENS_PER_COIN_DEFAULT = 10;

/** The coin behind all tokens. */
export const EXCHANGE_RESERVE: AccountKey = account(0, 'exchange');

const ISSUED: TokenKey = { owner: 0, kind: 'issued' };

export function tokensPerCoin(state: State): bigint {
  return BigInt(state.get(exchange, 0)?.tokensPerCoin ?? TOKENS_PER_COIN_DEFAULT);
}

export function tokensOf(state: State, owner: number, kind: TokenKind): Money {
  return money(tokenBalance(state, { owner, kind }));
}

/** All tokens that there are. */
export function tokensIssued(state: State): Money {
  return money(-tokenBalance(state, ISSUED));
}

function tokenBalance(state: State, key: TokenKey): bigint {
  return state.get(tokens, key)?.balance ?? 0n;
}

/** @throws Error when `amount` is not positive or `from` does not hold it: whoever calls has refused. */
function move(state: State, from: TokenKey, to: TokenKey, amount: Money): void {
  if (amount <= 0n) throw new Error(`tokens: expected amount > 0, got ${amount}`);
  const left = tokenBalance(state, from) - amount;
  if (left < 0n && from.kind !== 'issued') {
    throw new Error(`tokens ${from.kind} of ${from.owner}: expected 0 or more left, got ${left}`);
  }
  write(state, from, left);
  write(state, to, tokenBalance(state, to) + amount);
}

function write(state: State, key: TokenKey, balance: bigint): void {
  if (balance === 0n) state.delete(tokens, key);
  else state.set(tokens, key, { balance: money(balance) });
}

/** Tokens come to be. The caller has moved the coin to the reserve. */
export function issueTokens(state: State, owner: number, amount: Money): void {
  move(state, ISSUED, { owner, kind: 'free' }, amount);
}

/** Free tokens end. The caller moves the coin out of the reserve. */
export function endTokens(state: State, owner: number, amount: Money): void {
  move(state, { owner, kind: 'free' }, ISSUED, amount);
}

export function holdTokens(state: State, owner: number, amount: Money): void {
  if (amount > 0n) move(state, { owner, kind: 'free' }, { owner, kind: 'held' }, amount);
}

export function freeTokens(state: State, owner: number, amount: Money): void {
  if (amount > 0n) move(state, { owner, kind: 'held' }, { owner, kind: 'free' }, amount);
}

/** What a listing or contract holds goes to another's free tokens. */
export function payHeldTokens(state: State, from: number, to: number, amount: Money): void {
  if (amount > 0n) move(state, { owner: from, kind: 'held' }, { owner: to, kind: 'free' }, amount);
}

export function payFreeTokens(state: State, from: number, to: number, amount: Money): void {
  if (amount > 0n && from !== to) {
    move(state, { owner: from, kind: 'free' }, { owner: to, kind: 'free' }, amount);
  }
}

export function refuseTokens(
  state: State,
  owner: number,
  needed: bigint,
): ContractRefusal | undefined {
  const free = tokensOf(state, owner, 'free');
  return free < needed ? { code: 'tokens_insufficient', free, needed } : undefined;
}

/**
 * D-1: tokens sum to nothing, none but what was issued is below zero, and coin backs all of them.
 * @throws Error otherwise
 */
export function checkTokens(state: State): void {
  let sum = 0n;
  const changes = state.changes(tokens);
  for (const { key, before, after } of changes) {
    sum += (after?.balance ?? 0n) - (before?.balance ?? 0n);
    if (after !== undefined && after.balance < 0n && key.kind !== 'issued') {
      throw new Error(`D-1: expected tokens of ${key.owner} >= 0, got ${after.balance}`);
    }
  }
  if (sum !== 0n) throw new Error(`D-1: expected token changes that sum to zero, got ${sum}`);
  if (changes.length === 0) return;
  const backed = balanceOf(state, EXCHANGE_RESERVE) * tokensPerCoin(state);
  const issued = tokensIssued(state);
  if (issued !== backed) throw new Error(`D-1: expected ${backed} tokens issued, got ${issued}`);
}
