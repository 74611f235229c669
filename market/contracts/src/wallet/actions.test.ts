import { createHash } from 'node:crypto';
import { type Money, money } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { thresholds } from '../governance/state.ts';
import { ROLE } from '../identity/messages.ts';
import { AMOUNT_MAX, account, balanceOf, creditLimitOf, ISSUANCE, ISSUED_MAX } from './accounts.ts';
import {
  confirmWithdrawal,
  deposit,
  rejectWithdrawal,
  requestWithdrawal,
  setCreditLimit,
  transfer,
} from './actions.ts';
import { walletModule } from './module.ts';
import { BareLedger } from './testing/bare-ledger.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const entry = (text: string) => sha256(Buffer.from(text));
const amount = (nano: bigint): Money => money(nano);

/** Officer 1, ana 2 with 100, ben 3, zoe 4 revoked. */
function walletLedger() {
  const ledger = new BareLedger(sha256, [walletModule]);
  const officer = ledger.member({ roles: ROLE.treasurer | ROLE.operator });
  const ana = ledger.member();
  const ben = ledger.member();
  const zoe = ledger.member({ revokedFromHeight: 0 });
  ledger.pay(ana, 100n);
  const balance = (member: number, kind: Parameters<typeof account>[1] = 'available') =>
    balanceOf(ledger.state, account(member, kind));
  return { ledger, officer, ana, ben, zoe, balance };
}

describe('deposit', () => {
  test('refuses in this order', () => {
    const { ledger, officer, ana } = walletLedger();
    ledger.code(officer, deposit, { member: ana, amount: amount(1n), reference: entry('used') });
    const rows: [number, number, bigint, string, string][] = [
      [ana, 99, 0n, 'used', 'role_missing'],
      [officer, 99, 0n, 'used', 'member_unknown'],
      [officer, ana, 0n, 'used', 'amount_not_positive'],
      [officer, ana, AMOUNT_MAX + 1n, 'used', 'amount_too_large'],
      [officer, ana, 5n, 'used', 'reference_used'],
      [officer, ana, 5n, 'fresh', 'done'],
      [officer, ana, 5n, 'fresh', 'reference_used'],
    ];
    for (const [sender, member, nano, reference, code] of rows) {
      const message = { member, amount: amount(nano), reference: entry(reference) };
      expect(ledger.code(sender, deposit, message)).toBe(code);
    }
  });

  test('is owed by issuance, and told to the member', () => {
    const { ledger, officer, ben, balance } = walletLedger();
    ledger.code(officer, deposit, { member: ben, amount: amount(7n), reference: entry('a') });
    expect(balance(ben)).toBe(7n);
    expect(balanceOf(ledger.state, ISSUANCE)).toBe(-107n);
    expect(ledger.named('posted')).toEqual([{ member: ben, reason: 'deposit', amount: 7n }]);
    ledger.endBlock();
  });

  test('waits for a decision where several treasurers are needed', () => {
    const { ledger, officer, ben } = walletLedger();
    ledger.state.set(thresholds, 'treasurer', { count: 2 });
    const message = { member: ben, amount: amount(7n), reference: entry('a') };
    expect(ledger.code(officer, deposit, message)).toBe('needs_decision');
  });

  test('stops at the most that a ledger may hold', () => {
    const { ledger, officer, ana, ben } = walletLedger();
    ledger.pay(ana, ISSUED_MAX - 100n - 3n);
    const message = { member: ben, amount: amount(4n), reference: entry('a') };
    expect(ledger.run(officer, deposit, message)).toMatchObject({
      code: 'amount_too_large',
      amountMax: 3n,
    });
  });
});

describe('withdrawal', () => {
  test('request withdrawal refuses in this order', () => {
    const { ledger, officer, ana } = walletLedger();
    ledger.code(officer, setCreditLimit, { member: ana, limit: amount(1000n) });
    for (const [nano, code] of [
      [0n, 'amount_not_positive'],
      [AMOUNT_MAX + 1n, 'amount_too_large'],
      [101n, 'balance_insufficient'],
      [100n, 'done'],
    ] as const) {
      expect(ledger.code(ana, requestWithdrawal, { amount: amount(nano) })).toBe(code);
    }
  });

  test('confirm withdrawal refuses in this order', () => {
    const { ledger, officer, ana } = walletLedger();
    ledger.code(officer, deposit, { member: ana, amount: amount(1n), reference: entry('used') });
    ledger.code(ana, requestWithdrawal, { amount: amount(40n) });
    const rows: [number, number, bigint, string, string][] = [
      [ana, 99, 0n, 'used', 'role_missing'],
      [officer, 99, 0n, 'used', 'member_unknown'],
      [officer, ana, 0n, 'used', 'amount_not_positive'],
      [officer, ana, AMOUNT_MAX + 1n, 'used', 'amount_too_large'],
      [officer, ana, 41n, 'used', 'reference_used'],
      [officer, ana, 41n, 'fresh', 'balance_insufficient'],
      [officer, ana, 40n, 'fresh', 'done'],
    ];
    for (const [sender, member, nano, reference, code] of rows) {
      const message = { member, amount: amount(nano), reference: entry(reference) };
      expect(ledger.code(sender, confirmWithdrawal, message)).toBe(code);
    }
  });

  test('reject withdrawal refuses in this order', () => {
    const { ledger, officer, ana } = walletLedger();
    ledger.code(ana, requestWithdrawal, { amount: amount(40n) });
    const rows: [number, number, bigint, string][] = [
      [ana, 99, 0n, 'role_missing'],
      [officer, 99, 0n, 'member_unknown'],
      [officer, ana, 0n, 'amount_not_positive'],
      [officer, ana, 41n, 'balance_insufficient'],
      [officer, ana, 40n, 'done'],
    ];
    for (const [sender, member, nano, code] of rows) {
      const message = { member, amount: amount(nano) };
      expect(ledger.code(sender, rejectWithdrawal, message)).toBe(code);
    }
  });

  test('sets money aside, then pays it out or gives it back', () => {
    const { ledger, officer, ana, balance } = walletLedger();
    ledger.code(ana, requestWithdrawal, { amount: amount(60n) });
    expect([balance(ana), balance(ana, 'withdrawing')]).toEqual([40n, 60n]);
    const paid = { member: ana, amount: amount(50n), reference: entry('bank') };
    ledger.code(officer, confirmWithdrawal, paid);
    ledger.code(officer, rejectWithdrawal, { member: ana, amount: amount(10n) });
    expect([balance(ana), balance(ana, 'withdrawing')]).toEqual([50n, 0n]);
    expect(balanceOf(ledger.state, ISSUANCE)).toBe(-50n);
    const reasons = ledger.events.map(({ value }) => [value.reason, value.amount]);
    expect(reasons).toEqual([
      ['withdrawal requested', 60n],
      ['withdrawal', 50n],
      ['withdrawal rejected', 10n],
    ]);
    ledger.endBlock();
  });
});

describe('transfer', () => {
  test('refuses in this order', () => {
    const { ledger, officer, ana, ben, zoe } = walletLedger();
    ledger.code(officer, setCreditLimit, { member: ana, limit: amount(1000n) });
    const rows: [number, bigint, string][] = [
      [ana, 0n, 'transfer_to_self'],
      [99, 0n, 'member_unknown'],
      [zoe, 0n, 'member_revoked'],
      [ben, 0n, 'amount_not_positive'],
      [ben, AMOUNT_MAX + 1n, 'amount_too_large'],
      [ben, 101n, 'balance_insufficient'],
      [ben, 100n, 'done'],
    ];
    for (const [to, nano, code] of rows) {
      expect(ledger.code(ana, transfer, { to, amount: amount(nano) })).toBe(code);
    }
  });

  test('W-1: the same money cannot be spent twice', () => {
    const { ledger, ana, ben, balance } = walletLedger();
    const all = { to: ben, amount: amount(100n) };
    expect(ledger.code(ana, transfer, all)).toBe('done');
    expect(ledger.code(ana, transfer, all)).toBe('balance_insufficient');
    expect([balance(ana), balance(ben)]).toEqual([0n, 100n]);
    expect(ledger.events.map(({ value }) => [value.member, value.reason])).toEqual([
      [ana, 'transfer out'],
      [ben, 'transfer in'],
    ]);
    ledger.endBlock();
  });
});

describe('set credit limit', () => {
  test('refuses in this order', () => {
    const { ledger, officer, ana } = walletLedger();
    const rows: [number, number, bigint, string][] = [
      [ana, 99, -1n, 'role_missing'],
      [officer, 99, -1n, 'member_unknown'],
      [officer, ana, -1n, 'limit_negative'],
      [officer, ana, AMOUNT_MAX + 1n, 'amount_too_large'],
      [officer, ana, 9n, 'done'],
    ];
    for (const [sender, member, limit, code] of rows) {
      expect(ledger.code(sender, setCreditLimit, { member, limit: amount(limit) })).toBe(code);
    }
    expect(creditLimitOf(ledger.state, ana)).toBe(9n);
  });
});
