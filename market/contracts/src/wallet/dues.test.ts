import { State } from '@commonwatt/ledger';
import { money } from '@commonwatt/units';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { account, balanceOf, CompoundEntry, ISSUANCE, move, writeCreditLimit } from './accounts.ts';
import { checkDues, dueOf, owing, serveDue, serveDues, takeCharge } from './dues.ts';
import { accounts, creditLimits } from './state.ts';

const [ANA, BEN] = [2, 3];
const FEES = account(0, 'grid');
let state: State;
beforeEach(() => {
  state = new State([accounts, creditLimits, owing]);
});

const fund = (member: number, amount: bigint) =>
  move(state, ISSUANCE, account(member, 'available'), money(amount));
const charge = (amount: bigint, member = ANA) => {
  const entry = new CompoundEntry(state);
  takeCharge({ state, timeMs: 5 }, entry, member, amount);
  entry.change(FEES, amount);
  entry.end();
};
const free = (member = ANA) => balanceOf(state, account(member, 'available'));

describe('a charge', () => {
  test('is paid from the free balance, down to the credit limit, and the rest stands as a due', () => {
    fund(ANA, 10n);
    writeCreditLimit(state, ANA, money(4n));
    charge(20n);
    expect([free(), dueOf(state, ANA), balanceOf(state, FEES)]).toEqual([-4n, 6n, 20n]);
    expect(state.get(owing, ANA)).toEqual({ sinceMs: 5 });
  });

  test('that is covered leaves no due', () => {
    fund(ANA, 20n);
    charge(20n);
    expect([free(), dueOf(state, ANA), state.size(owing)]).toEqual([0n, 0n, 0]);
  });

  test('of one whose limit was cut below what is lent stands whole as a due', () => {
    writeCreditLimit(state, ANA, money(4n));
    charge(4n);
    writeCreditLimit(state, ANA, money(1n));
    charge(3n);
    expect([free(), dueOf(state, ANA)]).toEqual([-4n, 3n]);
    expect(serveDue(state, ANA)).toBe(0n);
  });
});

describe('money that comes', () => {
  test('serves the due first, and what is left is free', () => {
    charge(6n);
    fund(ANA, 4n);
    expect(serveDue(state, ANA)).toBe(4n);
    expect([free(), dueOf(state, ANA)]).toEqual([0n, 2n]);
    fund(ANA, 5n);
    expect(serveDue(state, ANA)).toBe(2n);
    expect([free(), dueOf(state, ANA), state.size(owing)]).toEqual([3n, 0n, 0]);
    expect(serveDue(state, ANA)).toBe(0n);
  });

  test('serves the dues of all at once', () => {
    charge(6n);
    charge(7n, BEN);
    fund(ANA, 9n);
    fund(BEN, 1n);
    serveDues(state);
    expect([free(ANA), dueOf(state, ANA), dueOf(state, BEN)]).toEqual([3n, 0n, 6n]);
  });
});

test('W-1, W-4: charges and money in any order make and lose none', () => {
  const step = fc.tuple(fc.constantFrom(ANA, BEN), fc.integer({ min: -50, max: 50 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      state = new State([accounts, creditLimits, owing]);
      writeCreditLimit(state, BEN, money(20n));
      for (const [member, amount] of steps) {
        if (amount < 0) charge(BigInt(-amount), member);
        if (amount > 0) fund(member, BigInt(amount));
        serveDue(state, member);
        // Served first: who is due to pay has nothing left to spend.
        if (dueOf(state, member) > 0n) expect(free(member)).toBe(member === BEN ? -20n : 0n);
      }
      const sum = state.entries(accounts).reduce((all, [, one]) => all + one.balance, 0n);
      expect(sum).toBe(0n);
      expect(() => checkDues(state)).not.toThrow();
    }),
  );
});

test('W-4: a due that nobody owes stops the node', () => {
  state.set(owing, ANA, { sinceMs: 1 });
  expect(() => checkDues(state)).toThrow('W-4: expected member 2 to be due what it owes, got 0');
});
