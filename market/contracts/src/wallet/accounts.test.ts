import { State } from '@commonwatt/ledger';
import { money } from '@commonwatt/units';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { members } from '../identity/state.ts';
import {
  AMOUNT_MAX,
  account,
  balanceOf,
  CompoundEntry,
  checkAccounts,
  ISSUANCE,
  move,
  refuseAmount,
  refuseCreditLimit,
  refuseUnknownMember,
  release,
  reserve,
  reservedToEscrow,
  spendable,
  toEscrow,
  writeCreditLimit,
} from './accounts.ts';
import { type AccountKey, accounts, attestations, creditLimits } from './state.ts';

const ANA = 1;
const BEN = 2;
const free = (owner: number) => account(owner, 'available');

function stateWith(ana: bigint): State {
  const state = new State([members, accounts, creditLimits, attestations]);
  if (ana > 0n) move(state, ISSUANCE, free(ANA), money(ana));
  return state;
}

describe('move', () => {
  test('takes from one and gives to the other', () => {
    const state = stateWith(10n);
    move(state, free(ANA), free(BEN), money(4n));
    expect(balanceOf(state, free(ANA))).toBe(6n);
    expect(balanceOf(state, free(BEN))).toBe(4n);
    expect(balanceOf(state, ISSUANCE)).toBe(-10n);
  });

  test('removes an account without money from the table', () => {
    const state = stateWith(10n);
    move(state, free(ANA), ISSUANCE, money(10n));
    expect(state.size(accounts)).toBe(0);
  });

  test('refuses nothing, less than nothing, and an account to itself', () => {
    const state = stateWith(10n);
    expect(() => move(state, free(ANA), free(BEN), money(0n))).toThrow('amount > 0, got 0');
    expect(() => move(state, free(ANA), free(BEN), money(-1n))).toThrow('amount > 0, got -1');
    expect(() => move(state, free(ANA), free(ANA), money(1n))).toThrow('available of 1 twice');
  });

  test('W-3: no posting takes a free balance below the credit limit', () => {
    const state = stateWith(10n);
    expect(() => move(state, free(ANA), free(BEN), money(11n))).toThrow('at least 0 left, got -1');
    writeCreditLimit(state, ANA, money(5n));
    move(state, free(ANA), free(BEN), money(15n));
    expect(balanceOf(state, free(ANA))).toBe(-5n);
    expect(() => move(state, free(ANA), free(BEN), money(1n))).toThrow('at least -5 left, got -6');
  });

  test.each(['reserved', 'escrow', 'withdrawing', 'community'] as const)(
    'W-2: %s never owes, whatever the credit limit',
    (kind) => {
      const state = stateWith(10n);
      writeCreditLimit(state, ANA, money(100n));
      expect(() => move(state, account(ANA, kind), free(ANA), money(1n))).toThrow(
        `${kind} of 1: expected at least 0 left, got -1`,
      );
    },
  );
});

describe('a compound entry', () => {
  test('changes many accounts, and the sum over all of them stays', () => {
    const state = stateWith(10n);
    const entry = new CompoundEntry(state);
    entry.change(free(ANA), -7n);
    entry.change(free(BEN), 4n);
    entry.change(account(BEN, 'escrow'), 3n);
    entry.change(account(BEN, 'reserved'), 0n);
    entry.end();
    expect(
      [free(ANA), free(BEN), account(BEN, 'escrow')].map((one) => balanceOf(state, one)),
    ).toEqual([3n, 4n, 3n]);
    expect(state.size(accounts)).toBe(4);
  });

  test('takes from no account what it does not hold, and makes no money', () => {
    const state = stateWith(10n);
    const entry = new CompoundEntry(state);
    expect(() => entry.change(free(ANA), -11n)).toThrow('at least 0 left, got -1');
    entry.change(free(BEN), 1n);
    expect(() => entry.end()).toThrow('entry: expected a sum of 0, got 1');
  });
});

describe('holding money back', () => {
  test('what is reserved and in escrow is no longer spendable', () => {
    const state = stateWith(10n);
    writeCreditLimit(state, ANA, money(20n));
    expect(spendable(state, ANA)).toBe(30n);
    reserve(state, ANA, money(12n));
    toEscrow(state, ANA, money(3n));
    expect(spendable(state, ANA)).toBe(15n);
    reservedToEscrow(state, ANA, money(5n));
    release(state, ANA, money(7n));
    expect(spendable(state, ANA)).toBe(22n);
    expect(balanceOf(state, account(ANA, 'escrow'))).toBe(8n);
    expect(balanceOf(state, account(ANA, 'reserved'))).toBe(0n);
  });

  test('nothing is held for nothing', () => {
    const state = stateWith(0n);
    for (const hold of [reserve, release, toEscrow, reservedToEscrow]) hold(state, ANA, money(0n));
    expect(state.size(accounts)).toBe(0);
  });

  test('a limit that was lowered takes nothing back: what is held can still go on', () => {
    const state = stateWith(0n);
    writeCreditLimit(state, ANA, money(20n));
    reserve(state, ANA, money(20n));
    writeCreditLimit(state, ANA, money(0n));
    reservedToEscrow(state, ANA, money(15n));
    release(state, ANA, money(5n));
    expect(balanceOf(state, free(ANA))).toBe(-15n);
    expect(() => reserve(state, ANA, money(1n))).toThrow('at least 0 left');
  });
});

describe('refusals', () => {
  test.each([
    [-1n, 'amount_not_positive'],
    [0n, 'amount_not_positive'],
    [AMOUNT_MAX + 1n, 'amount_too_large'],
    [1n, undefined],
    [AMOUNT_MAX, undefined],
  ])('an amount of %s: %s', (amount, code) => {
    expect(refuseAmount(money(amount))?.code).toBe(code);
  });

  test.each([
    [-1n, 'limit_negative'],
    [AMOUNT_MAX + 1n, 'amount_too_large'],
    [0n, undefined],
    [AMOUNT_MAX, undefined],
  ])('a credit limit of %s: %s', (limit, code) => {
    expect(refuseCreditLimit(money(limit))?.code).toBe(code);
  });

  test('a member that is not there', () => {
    expect(refuseUnknownMember(stateWith(0n), 9)).toEqual({ code: 'member_unknown', member: 9 });
  });
});

describe('invariants', () => {
  test('W-1: money out of nothing stops the node', () => {
    const state = stateWith(10n);
    state.settle();
    state.set(accounts, free(BEN), { balance: money(1n) });
    expect(() => checkAccounts(state)).toThrow('W-1: expected changes that sum to zero, got 1');
  });

  test('W-2: a negative escrow stops the node', () => {
    const state = stateWith(10n);
    state.set(accounts, account(BEN, 'escrow'), { balance: money(-1n) });
    expect(() => checkAccounts(state)).toThrow('W-2: expected escrow of 2 >= 0, got -1');
  });

  test('W-1: whatever is moved, the sum is zero and agrees with a second bookkeeper', () => {
    const keys: AccountKey[] = [ISSUANCE, free(1), free(2), account(1, 'reserved')];
    keys.push(account(2, 'escrow'), account(3, 'withdrawing'));
    const key = fc.constantFrom(...keys);
    const moves = fc.array(fc.tuple(key, key, fc.bigInt(1n, 50n)), { maxLength: 60 });
    fc.assert(
      fc.property(moves, (list) => {
        const state = stateWith(0n);
        writeCreditLimit(state, 1, money(30n));
        const held = new Map<AccountKey, bigint>();
        for (const [from, to, amount] of list) {
          const left = (held.get(from) ?? 0n) - amount;
          const least = from === ISSUANCE ? undefined : from === keys[1] ? -30n : 0n;
          if (from === to || (least !== undefined && left < least)) {
            expect(() => move(state, from, to, money(amount))).toThrow();
            continue;
          }
          move(state, from, to, money(amount));
          held.set(from, left);
          held.set(to, (held.get(to) ?? 0n) + amount);
        }
        for (const one of keys) expect(balanceOf(state, one)).toBe(held.get(one) ?? 0n);
        const sum = state.entries(accounts).reduce((all, [, { balance }]) => all + balance, 0n);
        expect(sum).toBe(0n);
        checkAccounts(state);
      }),
    );
  });
});
