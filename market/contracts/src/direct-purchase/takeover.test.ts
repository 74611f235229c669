import { energy, money, price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { defineMarket } from '../market/markets.ts';
import { type Trade, trades } from '../market/state.ts';
import { callAuction } from '../market/testing/bare-market.ts';
import { account, balanceOf, toEscrow } from '../wallet/accounts.ts';
import { checkRound } from './check.ts';
import { listEnergy } from './listing.ts';
import { takenTrades } from './state.ts';
import {
  DEADLINE_MS,
  DELIVERED_MS,
  DELIVERY_MS,
  DirectLedger,
  HOUR_MS,
} from './testing/direct-ledger.ts';
import { sha256 } from './testing/sha256.ts';
import { tokensOf } from './tokens.ts';

/** A market of the ledger whose trades a round takes over: three of them, one with a stranger. */
function bidding(changes = {}) {
  const ledger = new DirectLedger(sha256);
  ledger.must(ledger.centre, defineMarket, callAuction({ market: 3, horizonMs: 96 * HOUR_MS }));
  const rules = ledger.open({ mode: 'call auction', market: 3, ...changes });
  const [buyer, wind, thermal] = [
    ledger.admitted('none', 'B'),
    ledger.admitted('wind', 'A'),
    ledger.admitted('thermal', 'A'),
  ];
  const stranger = ledger.member();
  const agree = (name: number, seller: number, slotMs: number, wattHours = 1_000_000n) => {
    const trade: Trade = {
      market: 3,
      slotMs,
      slotLengthMs: 900_000,
      seller,
      buyer,
      energy: energy(wattHours),
      price: price(500_000n),
      requestedMs: 0,
      agreedMs: 0,
    };
    ledger.pay(buyer, wattHours * 500_000n);
    toEscrow(ledger.state, buyer, money(wattHours * 500_000n));
    ledger.state.set(trades, new Uint8Array(32).fill(name), trade);
  };
  agree(1, wind, DELIVERY_MS);
  agree(2, thermal, DELIVERY_MS + HOUR_MS, 3_000_000n);
  agree(3, stranger, DELIVERY_MS);
  agree(4, wind, DELIVERY_MS - HOUR_MS);
  return { ledger, rules, buyer, wind, thermal };
}

describe('negotiated and call-auction rounds', () => {
  test('a round takes over its market’s trades of the admitted in its delivery, coin and all', () => {
    const { ledger, buyer, wind, thermal } = bidding();
    const terms = ledger.termsOf(wind, { price: 1n, energy: 1n });
    expect(ledger.code(wind, listEnergy, { round: 1, terms })).toBe('listing_form_wrong');
    const free = tokensOf(ledger.state, buyer, 'free');
    ledger.until(DEADLINE_MS);
    expect(ledger.round().stage).toBe('checking');
    expect(ledger.state.size(trades)).toBe(2);
    expect(ledger.state.size(takenTrades)).toBe(2);
    // 4 MWh at 0.5 coin/kWh stay 10 tokens to the coin; the collateral comes out of free tokens.
    const collateral = 4_000_000n * 100_000n;
    expect(tokensOf(ledger.state, buyer, 'held')).toBe(4_000_000n * 5_000_000n + collateral);
    expect(tokensOf(ledger.state, buyer, 'free')).toBe(free - collateral);
    expect(balanceOf(ledger.state, account(buyer, 'escrow'))).toBe(2_000_000n * 500_000n);
    ledger.must(ledger.companies.dispatch, checkRound, { round: 1, limits: [], reason: '' });
    expect(
      ledger.contractsOf().map(({ terms: one, amounts }) => [one.seller, amounts.energy]),
    ).toEqual([
      [wind, 1_000_000n],
      [thermal, 3_000_000n],
    ]);
    ledger.endBlock();
  });

  test('they are checked, transferred, delivered and paid as every other round', () => {
    const { ledger, rules, buyer, wind, thermal } = bidding();
    ledger.until(DEADLINE_MS);
    const limits = [{ from: 'A', to: 'B', energy: energy(2_000_000n) }];
    ledger.must(ledger.companies.dispatch, checkRound, { round: 1, limits, reason: 'a line' });
    expect(ledger.contractsOf().map(({ amounts }) => amounts.energy)).toEqual([
      500_000n,
      1_500_000n,
    ]);
    ledger.transferAll();
    ledger.until(DELIVERED_MS);
    ledger.meterReadings(rules, [buyer, wind, thermal]);
    ledger.deliverAll();
    ledger.transferAll();
    expect(ledger.round().stage).toBe('closed');
    for (const { paid } of ledger.contractsOf()) {
      expect(paid?.buyerPays).toBe((paid?.energy ?? 0n) * 5_000_000n);
      expect(paid?.sellerGets).toBe((paid?.energy ?? 0n) * (5_000_000n - 800_000n));
    }
    expect(tokensOf(ledger.state, buyer, 'held')).toBe(0n);
    ledger.endBlock();
  });

  test('a trade that does not bear the transmission stays an ordinary one', () => {
    const corridors = [
      { from: 'A', to: 'B', lossMillionths: 0, transmissionPrice: price(5_000_001n) },
    ];
    const { ledger } = bidding({ corridors });
    ledger.until(DEADLINE_MS);
    expect(ledger.state.size(trades)).toBe(4);
    ledger.until(DEADLINE_MS + 12 * HOUR_MS);
    expect(ledger.round().stage).toBe('closed');
  });
});
