import { money } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { account, ISSUANCE, move } from '../wallet/accounts.ts';
import { checkPegs } from './invariants.ts';
import { pegOf } from './peers.ts';
import { pegs } from './state.ts';
import {
  CERTIFICATES,
  carry,
  expectDone,
  fund,
  lockCoin,
  MARKET,
  nano,
  type TwoLedgers,
  twoLedgers,
} from './testing/two-ledgers.ts';

async function locked(): Promise<TwoLedgers> {
  const two = await twoLedgers();
  await fund(two.market, 'ana', nano(100));
  await expectDone(two.market, 'ana', lockCoin(nano(60)));
  await carry(two.market, two.certificates);
  return two;
}

describe('a node stops', () => {
  test('where locked coin is taken without a release', async () => {
    const { state } = (await locked()).market.ledger;
    move(state, account(0, 'pegged'), account(1, 'available'), money(1n));
    expect(() => checkPegs(state)).toThrow('B-2: expected 60 locked, got 59');
  });

  test('where more is minted than was claimed', async () => {
    const { state } = (await locked()).certificates.ledger;
    move(state, ISSUANCE, account(1, 'available'), money(1n));
    expect(() => checkPegs(state)).toThrow('B-2: expected 60 minted, got 61');
  });

  test('where more came back than went', async () => {
    const { state } = (await locked()).market.ledger;
    state.set(pegs, CERTIFICATES, { ...pegOf(state, CERTIFICATES), in: money(61n) });
    expect(() => checkPegs(state)).toThrow('B-1:');
    const other = (await locked()).certificates.ledger.state;
    other.set(pegs, MARKET, { ...pegOf(other, MARKET), out: money(61n) });
    expect(() => checkPegs(other)).toThrow('B-1:');
  });

  test('nowhere else', async () => {
    const { market, certificates } = await locked();
    expect(() => checkPegs(market.ledger.state)).not.toThrow();
    expect(() => checkPegs(certificates.ledger.state)).not.toThrow();
  });
});
