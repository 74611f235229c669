import { describe, expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import { action } from '../execution/testing-ledger.test-support.ts';
import { account, balanceOf, ISSUANCE } from '../wallet/accounts.ts';
import { depositCodec, requestWithdrawalCodec } from '../wallet/messages.ts';
import { burnCodec } from './messages.ts';
import { pegOf } from './peers.ts';
import {
  CERTIFICATES,
  carry,
  expectDone,
  fund,
  lockCoin,
  MARKET,
  nano,
  relay,
  twoLedgers,
} from './testing/two-ledgers.ts';

const burnCoin = (amount: number) =>
  action(ACTION.burnCoin, burnCodec, { peer: MARKET, amount: nano(amount) });

describe('coin', () => {
  test('locked on the one ledger is minted on the other, burnt there and released here', async () => {
    const { market, certificates } = await twoLedgers();
    await fund(market, 'ana', nano(1000));
    await expectDone(market, 'ana', lockCoin(nano(700)));
    expect(market.free('ana')).toBe(300n);
    await carry(market, certificates);
    expect(certificates.free('ana')).toBe(700n);
    expect(certificates.free('ben')).toBe(0n);
    await expectDone(certificates, 'ana', burnCoin(500));
    await carry(certificates, market);
    expect(market.free('ana')).toBe(800n);
    expect(certificates.free('ana')).toBe(200n);
    expect(balanceOf(market.ledger.state, account(0, 'pegged'))).toBe(200n);
    expect(-balanceOf(certificates.ledger.state, ISSUANCE)).toBe(200n);
    expect(pegOf(market.ledger.state, CERTIFICATES)).toEqual({ sent: 1, out: 700n, in: 500n });
    expect(pegOf(certificates.ledger.state, MARKET)).toEqual({ sent: 1, out: 500n, in: 700n });
    expect(await relay(market, certificates)).toEqual([]);
    expect(await market.ledger.replayed()).toEqual(market.ledger.ledger.headHash);
    expect(await certificates.ledger.replayed()).toEqual(certificates.ledger.ledger.headHash);
  });

  test('locks own money alone, in any amount that a transfer could have', async () => {
    const { market } = await twoLedgers();
    await fund(market, 'ana', nano(10));
    expect(await market.ledger.run('ana', lockCoin(nano(11)))).toEqual(['balance_insufficient']);
    expect(await market.ledger.run('ana', lockCoin(nano(0)))).toEqual(['amount_not_positive']);
    expect(await market.ledger.run('ana', lockCoin(nano(-1)))).toEqual(['amount_not_positive']);
  });

  test('comes and goes over the bridge alone on the ledger of certificates', async () => {
    const { market, certificates } = await twoLedgers();
    await fund(market, 'ana', nano(10));
    await expectDone(market, 'ana', lockCoin(nano(10)));
    await carry(market, certificates);
    const reference = new Uint8Array(32);
    const deposit = { member: 1, amount: nano(5), reference };
    expect(
      await certificates.ledger.run('officer', action(ACTION.deposit, depositCodec, deposit)),
    ).toEqual(['coin_pegged']);
    const withdrawal = action(ACTION.requestWithdrawal, requestWithdrawalCodec, {
      amount: nano(5),
    });
    expect(await certificates.ledger.run('ana', withdrawal)).toEqual(['coin_pegged']);
  });

  test('is locked on a market and burnt on a ledger of certificates, never the other way', async () => {
    const { market, certificates } = await twoLedgers();
    expect(await certificates.ledger.run('ana', lockCoin(nano(1)))).toEqual(['wrong_ledger']);
    expect(await market.ledger.run('ana', burnCoin(1))).toEqual(['wrong_ledger']);
  });
});
