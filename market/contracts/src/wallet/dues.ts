/**
 * What members are due to pay and could not: a charge that no escrow covers is paid from the free
 * balance down to the credit limit, and the rest stands as a due. Whoever is to receive a charge
 * receives it in full; the community bears the due as it bears credit. A due is never spendable, and
 * money that comes to its member serves it first.
 */

import { type State, struct, table, u32, u64 } from '@commonwatt/ledger';
import { type Money, money } from '@commonwatt/units';
import { account, balanceOf, type CompoundEntry, move, spendable } from './accounts.ts';

/** Members with a due, and since when. Their due account is below zero by what is due. */
export const owing = table<number, { readonly sinceMs: number }>(
  23,
  'owing',
  u32,
  struct<{ readonly sinceMs: number }>({ sinceMs: u64 }),
);

const NOTHING = money(0n);

/** What a member is due to pay: zero or more. */
export function dueOf(state: State, member: number): Money {
  return money(-balanceOf(state, account(member, 'due')));
}

/** What of an amount a member can pay now. Its free balance may be below a credit limit cut since. */
function payable(state: State, member: number, amount: bigint): bigint {
  const free = spendable(state, member);
  if (free <= 0n) return 0n;
  return free < amount ? free : amount;
}

/**
 * Takes a charge from a member into an entry that gives it to others, what the member cannot pay as a
 * due. Expects a positive amount.
 */
export function takeCharge(
  { state, timeMs }: { readonly state: State; readonly timeMs: number },
  entry: CompoundEntry,
  member: number,
  amount: bigint,
): void {
  const paid = payable(state, member, amount);
  entry.change(account(member, 'available'), -paid);
  const rest = amount - paid;
  if (rest === 0n) return;
  if (dueOf(state, member) === 0n) state.set(owing, member, { sinceMs: timeMs });
  entry.change(account(member, 'due'), -rest);
}

/** Serves a due with what the member may spend now. Returns what was served. */
export function serveDue(state: State, member: number): Money {
  if (state.size(owing) === 0) return NOTHING;
  const due = dueOf(state, member);
  if (due === 0n) return due;
  const served = money(payable(state, member, due));
  if (served === 0n) return served;
  move(state, account(member, 'available'), account(member, 'due'), served);
  if (served === due) state.delete(owing, member);
  return served;
}

/** Serves what dues can be served, by rising member: before anything in a block can spend it. */
export function serveDues(state: State): void {
  if (state.size(owing) === 0) return;
  for (const [member] of state.entries(owing)) serveDue(state, member);
}

/** @throws Error when a due account holds money, or has no entry among the owing */
export function checkDues(state: State): void {
  for (const { key: member, after } of state.changes(owing)) {
    const due = dueOf(state, member);
    if (due < 0n || (after !== undefined) !== due > 0n) {
      throw new Error(`W-4: expected member ${member} to be due what it owes, got ${due}`);
    }
  }
}
