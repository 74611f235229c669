import { State } from '@commonwatt/ledger';
import { money } from '@commonwatt/units';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { account, balanceOf, ISSUANCE, move } from '../wallet/accounts.ts';
import { dueOf, owing } from '../wallet/dues.ts';
import { accounts, creditLimits } from '../wallet/state.ts';
import { COMMUNITY_ACCOUNTS } from './messages.ts';
import { type Payment, payAll } from './payments.ts';

let state: State;
beforeEach(() => {
  state = new State([accounts, creditLimits, owing]);
});
const pay = (...payments: readonly Payment[]) => payAll({ state, timeMs: 1 } as never, payments);
const own = (member: number) =>
  balanceOf(state, account(member, 'available')) - dueOf(state, member);

test('what one pays fills one receiver after the other, whatever it can pay now', () => {
  move(state, ISSUANCE, account(1, 'available'), money(4n));
  pay(
    { member: 1, amount: -10n },
    { member: 2, amount: 7n },
    { member: 3, amount: -1n },
    { community: 'grid', amount: 3n },
    { community: 'taxes', amount: 1n },
  );
  expect([1, 2, 3].map(own)).toEqual([-6n, 7n, -1n]);
  expect([dueOf(state, 1), dueOf(state, 3)]).toEqual([6n, 1n]);
  expect(balanceOf(state, account(0, 'grid'))).toBe(3n);
});

test('the supplier pays for feed-in from an account that may owe', () => {
  pay({ member: 1, amount: 5n }, { community: 'supply', amount: -5n });
  expect([own(1), balanceOf(state, account(0, 'supply'))]).toEqual([5n, -5n]);
});

test('payments that do not sum to nothing stop the node', () => {
  expect(() => pay({ member: 1, amount: 5n })).toThrow('payments: expected a sum of 0, got 5');
});

test('everyone receives and pays exactly what is said', () => {
  const amounts = fc.array(fc.bigInt({ min: -50n, max: 50n }), { maxLength: 8 });
  fc.assert(
    fc.property(amounts, (list) => {
      state = new State([accounts, creditLimits, owing]);
      const sum = list.reduce((all, one) => all + one, 0n);
      pay(...list.map((amount, at): Payment => ({ member: at + 1, amount })), {
        community: 'supply',
        amount: -sum,
      });
      list.forEach((amount, at) => {
        expect(own(at + 1)).toBe(amount);
      });
      const community = COMMUNITY_ACCOUNTS.map((kind) => balanceOf(state, account(0, kind)));
      expect(community.reduce((all, one) => all + one, 0n)).toBe(-sum);
    }),
  );
});
