import { energy, money } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { entitlementOf } from '../certificates/entitlements.ts';
import { account, balanceOf } from '../wallet/accounts.ts';
import { requestWithdrawal } from '../wallet/actions.ts';
import { dueOf } from '../wallet/dues.ts';
import { stateDelivery } from './delivery.ts';
import { redeemTokens } from './exchange.ts';
import { contractSource } from './payment.ts';
import { deliveringPlants } from './testing/delivering.ts';
import { mwh } from './testing/direct-ledger.ts';
import { sha256 } from './testing/sha256.ts';
import type { Plants } from './testing/street-of-plants.ts';
import { tokensIssued, tokensOf } from './tokens.ts';

/** Paid in full, without a certificate account. */
function closed(): Plants {
  const all = deliveringPlants({ certificateMember: 0 });
  all.ledger.deliverAll();
  all.ledger.transferAll();
  expect(all.ledger.round().stage).toBe('closed');
  return all;
}

function parties({ ledger, buyer, wind, thermal }: Plants): readonly number[] {
  return [buyer, wind, thermal, ledger.companies.grid, ledger.companies.fees];
}

const free = (all: Plants) =>
  parties(all).map((member) => tokensOf(all.ledger.state, member, 'free'));

function correct({ ledger }: Plants, contract: number, fedIn: bigint, version: number): string {
  const { amounts } = ledger.contract(contract);
  const deliveries = [{ contract, fedIn: energy(fedIn), drawn: amounts.energy }];
  return ledger.code(ledger.centre, stateDelivery, ledger.statement(deliveries, version));
}

describe('a corrected delivery', () => {
  test('is settled by difference: however many versions lead there, it comes to the same', () => {
    const once = deliveringPlants({ certificateMember: 0 });
    once.ledger.deliverAll((contract) => (contract === 1 ? { fedIn: mwh(3n) } : {}));
    once.ledger.transferAll();
    const all = closed();
    const before = free(all);
    expect(correct(all, 1, 4_700_000n, 1)).toBe('statement_wrong');
    expect(correct(all, 1, 1_000_000n, 2)).toBe('done');
    expect(correct(all, 1, 3_000_000n, 3)).toBe('done');
    expect(free(all)).toEqual(free(once));
    expect(free(all)).not.toEqual(before);
    const sum = (values: readonly bigint[]) => values.reduce((total, one) => total + one, 0n);
    expect(sum(free(all))).toBe(sum(before));
    expect(all.ledger.contract(1)).toMatchObject({
      paid: { energy: mwh(3n) },
      sellerCharge: 1_700_000n * 50_000n,
      reason: 'corrected by version 3',
    });
    all.ledger.endBlock();
  });

  test('grants again what it entitles to, and nothing twice', () => {
    const all = closed();
    const { ledger, wind, thermal } = all;
    const granted = (member: number, kind: 'renewable' | 'obligation', contract: number) =>
      entitlementOf(ledger.state, {
        member,
        kind,
        source: contractSource(sha256, new Uint8Array(32), { round: 1, contract }),
      });
    expect(granted(wind, 'renewable', 2)).toMatchObject({ version: 1 });
    expect(correct(all, 2, 940_000n, 2)).toBe('done');
    expect(granted(wind, 'renewable', 2)).toMatchObject({ version: 2, energy: 1_000_000n });
    expect(correct(all, 1, 0n, 2)).toBe('done');
    expect(granted(thermal, 'obligation', 1)).toMatchObject({ version: 2, energy: 0n });
    ledger.endBlock();
  });

  test('a party without tokens does not hold it up: its wallet pays, or owes', () => {
    const all = closed();
    const { ledger, thermal, buyer } = all;
    const tokens = tokensOf(ledger.state, thermal, 'free');
    ledger.must(thermal, redeemTokens, { tokens: money(tokens - (tokens % 10n)) });
    const coin = balanceOf(ledger.state, account(thermal, 'available'));
    ledger.must(thermal, requestWithdrawal, { amount: coin });
    const before = tokensOf(ledger.state, buyer, 'free');
    const back = ledger.contract(1).paid?.buyerPays ?? 0n;
    const got = ledger.contract(1).paid?.sellerGets ?? 0n;
    expect(correct(all, 1, 0n, 2)).toBe('done');
    const charged = got + 4_700_000n * 50_000n - (tokens % 10n);
    expect(dueOf(ledger.state, thermal)).toBe((charged + 9n) / 10n);
    expect(tokensOf(ledger.state, buyer, 'free')).toBe(before + back);
    expect(tokensIssued(ledger.state)).toBe(balanceOf(ledger.state, account(0, 'exchange')) * 10n);
    ledger.endBlock();
  });

  test('until the time of corrections is over', () => {
    const all = closed();
    const { ledger, rules } = all;
    ledger.block(ledger.timeMs + rules.correctionMs - 1);
    expect(correct(all, 1, 0n, 2)).toBe('done');
    ledger.block(ledger.timeMs + 1);
    expect(correct(all, 1, 1n, 3)).toBe('round_stage_wrong');
  });
});
