import { money } from '@commonwatt/units';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { account, balanceOf } from '../wallet/accounts.ts';
import { exchangeTokens, redeemTokens, setExchange } from './exchange.ts';
import { DirectLedger } from './testing/direct-ledger.ts';
import { sha256 } from './testing/sha256.ts';
import { EXCHANGE_RESERVE, tokensIssued, tokensOf } from './tokens.ts';

describe('exchange tokens', () => {
  test('1 coin becomes 10 tokens, and 10 tokens 1 coin again', () => {
    const ledger = new DirectLedger(sha256);
    const ana = ledger.admitted('wind', 'A', 0n);
    ledger.pay(ana, 7n);
    expect(ledger.code(ana, exchangeTokens, { amount: money(8n) })).toBe('balance_insufficient');
    expect(ledger.code(ana, exchangeTokens, { amount: money(0n) })).toBe('amount_not_positive');
    expect(ledger.code(ana, exchangeTokens, { amount: money(7n) })).toBe('done');
    expect(tokensOf(ledger.state, ana, 'free')).toBe(70n);
    expect(ledger.code(ana, redeemTokens, { tokens: money(15n) })).toBe('tokens_not_whole');
    expect(ledger.code(ana, redeemTokens, { tokens: money(80n) })).toBe('tokens_insufficient');
    expect(ledger.code(ana, redeemTokens, { tokens: money(30n) })).toBe('done');
    expect(balanceOf(ledger.state, account(ana, 'available'))).toBe(3n);
    expect(balanceOf(ledger.state, EXCHANGE_RESERVE)).toBe(4n);
    ledger.endBlock();
  });

  test('the ratio changes only while there is no token', () => {
    const ledger = new DirectLedger(sha256);
    const ana = ledger.admitted('wind', 'A', 1n);
    const to = (tokensPerCoin: number) =>
      ledger.code(ledger.centre, setExchange, { tokensPerCoin });
    expect(ledger.code(ana, setExchange, { tokensPerCoin: 5 })).toBe('role_missing');
    expect(to(0)).toBe('exchange_invalid');
    expect(to(5)).toBe('exchange_in_use');
    ledger.must(ana, redeemTokens, { tokens: tokensOf(ledger.state, ana, 'free') });
    expect(to(5)).toBe('done');
    ledger.must(ana, exchangeTokens, { amount: money(2n) });
    expect(tokensOf(ledger.state, ana, 'free')).toBe(10n);
  });

  test('D-1: whatever is exchanged and redeemed, every token is backed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 200n })), { maxLength: 12 }),
        (steps) => {
          const ledger = new DirectLedger(sha256);
          const ana = ledger.admitted('wind', 'A', 0n);
          ledger.pay(ana, 100n);
          for (const [exchanges, amount] of steps) {
            if (exchanges) ledger.run(ana, exchangeTokens, { amount: money(amount) });
            else ledger.run(ana, redeemTokens, { tokens: money(amount) });
          }
          const free = tokensOf(ledger.state, ana, 'free');
          expect(tokensIssued(ledger.state)).toBe(free);
          expect(balanceOf(ledger.state, account(ana, 'available')) * 10n + free).toBe(1000n);
          ledger.endBlock();
        },
      ),
      { numRuns: 40 },
    );
  });
});
