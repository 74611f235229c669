import { createHash } from 'node:crypto';
import { money, power } from '@commonwatt/units';
import { expect, test } from 'vitest';
import type { Founder } from '../genesis-parameters.ts';
import { AMOUNT_MAX, creditLimitOf, spendable } from './accounts.ts';
import { walletModule } from './module.ts';
import { accounts, creditLimits } from './state.ts';
import { BareLedger } from './testing/bare-ledger.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());

function founder(creditLimit: bigint): Founder {
  const zero = new Uint8Array(32);
  return {
    publicKey: zero,
    agreementKey: zero,
    kind: 'household',
    roles: 1,
    recordCommitment: zero,
    importLimitW: power(0n),
    exportLimitW: power(0n),
    creditLimit: money(creditLimit),
  };
}

test('founders begin with their credit limits and no money', () => {
  const ledger = new BareLedger(sha256, [walletModule]);
  ledger.genesis({ founders: [founder(0n), founder(250n)] });
  expect(creditLimitOf(ledger.state, 1)).toBe(0n);
  expect(spendable(ledger.state, 2)).toBe(250n);
  expect(ledger.state.size(creditLimits)).toBe(1);
  expect(ledger.state.size(accounts)).toBe(0);
});

test.each([-1n, AMOUNT_MAX + 1n])('a founder with a credit limit of %s is named', (limit) => {
  const ledger = new BareLedger(sha256, [walletModule]);
  const founders = [founder(0n), founder(limit)];
  expect(() => ledger.genesis({ founders })).toThrow(`founders[1].creditLimit`);
});

test('the wallet checks its invariants at the end of a block', () => {
  const ledger = new BareLedger(sha256, [walletModule]);
  ledger.state.set(accounts, { owner: 1, kind: 'available' }, { balance: money(1n) });
  expect(() => ledger.endBlock()).toThrow('W-1');
});
