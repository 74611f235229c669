/**
 * The double entry. Money moves between two accounts, or in one entry between many whose changes sum
 * to zero, and in no other way. So the sum over all accounts is always zero: what members hold is
 * exactly what the issuance account owes.
 */

import type { State } from '@commonwatt/ledger';
import { type Money, money } from '@commonwatt/units';
import { members } from '../identity/state.ts';
import type { ContractRefusal } from '../refusals.ts';
import { type AccountKey, type AccountKind, accounts, creditLimits } from './state.ts';

/**
 * The largest single amount and credit limit: 2^90 nano, some 10^18 of currency. With at most 2^32
 * members and ISSUED_MAX no balance can then leave the 128 bits of money.
 */
export const AMOUNT_MAX: Money = money(1n << 90n);
/** The most money that one ledger may hold at a time: 2^120 nano. */
export const ISSUED_MAX: Money = money(1n << 120n);

const NOTHING = money(0n);

/** The account whose balance is the negative of all money on the ledger. */
export const ISSUANCE: AccountKey = { owner: 0, kind: 'issuance' };

export function account(owner: number, kind: AccountKind): AccountKey {
  if (owner !== lastOwner) {
    lastOwner = owner;
    keysOfOwner.clear();
  }
  const known = keysOfOwner.get(kind);
  if (known !== undefined) return known;
  const key = { owner, kind };
  keysOfOwner.set(kind, key);
  return key;
}

/** Keys of the owner that was named last: a batch of orders asks for them again and again. */
const keysOfOwner = new Map<AccountKind, AccountKey>();
let lastOwner = -1;

export function balanceOf(state: State, key: AccountKey): Money {
  return state.get(accounts, key)?.balance ?? NOTHING;
}

export function creditLimitOf(state: State, member: number): Money {
  return state.get(creditLimits, member)?.limit ?? NOTHING;
}

/** What a member may still commit to orders and trades: the free balance and the credit limit. */
export function spendable(state: State, member: number): Money {
  return money(balanceOf(state, account(member, 'available')) + creditLimitOf(state, member));
}

/**
 * Moves money; nothing else ever changes a balance. Whoever calls has refused what is not covered.
 * @throws Error when `amount` is not positive, both accounts are one, or `from` does not hold it:
 *   free balances may fall to the credit limit, issuance, dues and supply without limit, all others
 *   to zero.
 */
export function move(state: State, from: AccountKey, to: AccountKey, amount: Money): void {
  if (amount <= 0n) throw new Error(`move: expected amount > 0, got ${amount}`);
  if (from.owner === to.owner && from.kind === to.kind) {
    throw new Error(`move: expected two accounts, got ${nameOf(from)} twice`);
  }
  take(state, from, amount);
  setBalance(state, to, money(balanceOf(state, to) + amount));
}

function take(state: State, from: AccountKey, amount: bigint): void {
  const left = balanceOf(state, from) - amount;
  const least = leastBalance(state, from);
  if (least !== undefined && left < least) {
    throw new Error(`move from ${nameOf(from)}: expected at least ${least} left, got ${left}`);
  }
  setBalance(state, from, money(left));
}

/**
 * One entry with many sides, as a settlement run posts it: each account changes once, by what all of
 * its payments come to. `end` must be called after the last change.
 */
export class CompoundEntry {
  readonly #state: State;
  #sum = 0n;

  constructor(state: State) {
    this.#state = state;
  }

  /** @throws Error when the account does not hold what is taken from it, as `move` does. */
  change(key: AccountKey, amount: bigint): void {
    if (amount === 0n) return;
    if (amount < 0n) take(this.#state, key, -amount);
    else setBalance(this.#state, key, money(balanceOf(this.#state, key) + amount));
    this.#sum += amount;
  }

  /** @throws Error when the changes made or lost money. */
  end(): void {
    if (this.#sum !== 0n) throw new Error(`entry: expected a sum of 0, got ${this.#sum}`);
  }
}

/** What these hold may be owed: money itself, a member's dues, what the supplier pays for feed-in. */
const UNBOUNDED: ReadonlySet<AccountKind> = new Set(['issuance', 'due', 'supply']);

/** How low a posting may take an account; nothing for those that may owe without limit. */
function leastBalance(state: State, { owner, kind }: AccountKey): bigint | undefined {
  if (UNBOUNDED.has(kind)) return undefined;
  return kind === 'available' ? -creditLimitOf(state, owner) : 0n;
}

/** An account without money has no entry, so that its absence can be proved. */
function setBalance(state: State, key: AccountKey, balance: Money): void {
  if (balance === 0n) state.delete(accounts, key);
  else state.set(accounts, key, { balance });
}

function nameOf({ owner, kind }: AccountKey): string {
  return `${kind} of ${owner}`;
}

/** Holds back money for an order. @throws Error when the member's spendable money is less. */
export function reserve(state: State, member: number, amount: Money): void {
  if (amount === 0n) return;
  move(state, account(member, 'available'), account(member, 'reserved'), amount);
}

/** Gives back what an order held. @throws Error when less is reserved. */
export function release(state: State, member: number, amount: Money): void {
  if (amount === 0n) return;
  move(state, account(member, 'reserved'), account(member, 'available'), amount);
}

/** Sets money aside for a trade. @throws Error when the member's spendable money is less. */
export function toEscrow(state: State, member: number, amount: Money): void {
  if (amount === 0n) return;
  move(state, account(member, 'available'), account(member, 'escrow'), amount);
}

/** The part of what an order held that its trade needs. @throws Error when less is reserved. */
export function reservedToEscrow(state: State, member: number, amount: Money): void {
  if (amount === 0n) return;
  move(state, account(member, 'reserved'), account(member, 'escrow'), amount);
}

/** Why no message may name such an amount. */
export function refuseAmount(amount: Money): ContractRefusal | undefined {
  if (amount <= 0n) return { code: 'amount_not_positive', amount };
  if (amount > AMOUNT_MAX) return { code: 'amount_too_large', amount, amountMax: AMOUNT_MAX };
  return undefined;
}

/** Why no account may have such a credit limit. */
export function refuseCreditLimit(limit: Money): ContractRefusal | undefined {
  if (limit < 0n) return { code: 'limit_negative', limit };
  if (limit > AMOUNT_MAX) {
    return { code: 'amount_too_large', amount: limit, amountMax: AMOUNT_MAX };
  }
  return undefined;
}

/** Sets how far below zero a member's free balance may go. Expects `refuseCreditLimit` to pass. */
export function writeCreditLimit(state: State, member: number, limit: Money): void {
  if (limit === 0n) state.delete(creditLimits, member);
  else state.set(creditLimits, member, { limit });
}

export function refuseUnknownMember(state: State, member: number): ContractRefusal | undefined {
  return state.get(members, member) === undefined ? { code: 'member_unknown', member } : undefined;
}

const NEVER_NEGATIVE: ReadonlySet<AccountKind> = new Set(['reserved', 'escrow', 'withdrawing']);

/**
 * W-1 and W-2 over what the block changed; by induction they hold for the whole state.
 * @throws Error when the block made or lost money, or an account that holds money owes some.
 */
export function checkAccounts(state: State): void {
  let sum = 0n;
  for (const { key, before, after } of state.changes(accounts)) {
    sum += (after?.balance ?? 0n) - (before?.balance ?? 0n);
    if (after !== undefined && after.balance < 0n && NEVER_NEGATIVE.has(key.kind)) {
      throw new Error(`W-2: expected ${nameOf(key)} >= 0, got ${after.balance}`);
    }
  }
  if (sum !== 0n) throw new Error(`W-1: expected changes that sum to zero, got ${sum}`);
}
