import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { account, balanceOf, spendable } from '../wallet/accounts.ts';
import { HORIZON_SLOTS_MAX, MARKETS_MAX } from './limits.ts';
import { defineMarket, refuseDefinition, setMarketOpen } from './markets.ts';
import type { DefineMarket } from './messages.ts';
import { reply } from './negotiation.ts';
import { request } from './orders.ts';
import { closedSlots, exposures, markets, negotiations, orders } from './state.ts';
import {
  at,
  BareMarket,
  CALL,
  callAuction,
  GATE_MS,
  NEGOTIATED,
  negotiated,
  QUARTER_MS,
  SLOT_MS,
  wh,
} from './testing/bare-market.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const FRESH = 7;

describe('define market', () => {
  test('needs an operator', () => {
    const ledger = new BareMarket(sha256);
    const ana = ledger.trader();
    expect(ledger.code(ana, defineMarket, callAuction())).toBe('role_missing');
  });

  test('refuses in this order, naming the field', () => {
    const ledger = new BareMarket(sha256);
    const operator = ledger.operator();
    const wrong = callAuction({
      mechanism: 'vickrey',
      name: '',
      slotLengthMs: 700_000,
      gateLeadMs: 300_000,
      horizonMs: 900_000,
      priceLeast: at(-(1n << 50n) - 1n),
      priceMost: at((1n << 50n) + 1n),
      kThousandths: 1001,
    });
    const steps: [Partial<DefineMarket>, string, string?][] = [
      [{}, 'market_known'],
      [{ market: FRESH }, 'mechanism_unknown'],
      [{ mechanism: 'negotiation' }, 'market_rules_invalid', 'name'],
      [{ name: 'x' }, 'market_rules_invalid', 'slotLengthMs'],
      [{ slotLengthMs: 1_800_000 }, 'market_rules_invalid', 'slotLengthMs'],
      [{ slotLengthMs: QUARTER_MS }, 'market_rules_invalid', 'horizonMs'],
      [
        { horizonMs: 300_001 + HORIZON_SLOTS_MAX * QUARTER_MS },
        'market_rules_invalid',
        'horizonMs',
      ],
      [{ horizonMs: 1_200_000 }, 'market_rules_invalid', 'priceLeast'],
      [{ priceLeast: at(5n) }, 'market_rules_invalid', 'priceMost'],
      [{ priceMost: at(4n) }, 'market_rules_invalid', 'priceMost'],
      [{ priceMost: at(5n) }, 'market_rules_invalid', 'kThousandths'],
      [{ kThousandths: 1000 }, 'market_rules_invalid', 'mechanism'],
      [{ kind: 'negotiated' }, 'market_rules_invalid', 'roundsMax'],
      [{ roundsMax: 1 }, 'done'],
    ];
    let message = wrong;
    for (const [change, code, field] of steps) {
      message = { ...message, ...change };
      const refusal = ledger.run(operator, defineMarket, message);
      expect([refusal?.code ?? 'done', refusal?.field]).toEqual([code, field]);
    }
    expect(ledger.named('market changed')).toEqual([
      { market: FRESH, change: 'defined', reason: 'x' },
    ]);
  });

  test('refuses a setting that the mechanism does not take, naming it', () => {
    const ledger = new BareMarket(sha256);
    const operator = ledger.operator();
    const rules = callAuction({ market: FRESH, mechanism: 'ascending-increment' });
    const define = (changes: Partial<DefineMarket>) =>
      ledger.run(operator, defineMarket, { ...rules, ...changes });
    const increment = (value: string) => [{ name: 'increment', value }];
    expect(define({ settings: increment('a step') })).toEqual({
      code: 'market_rules_invalid',
      field: 'settings.increment',
      expected: 'EUR/MWh with up to 3 decimals, at least 0.001',
    });
    expect(define({ settings: [{ name: 'pace', value: '1' }] })).toMatchObject({
      code: 'market_rules_invalid',
      field: 'settings.pace',
    });
    const talks = negotiated({ market: FRESH, settings: increment('1') });
    expect(define(talks)).toMatchObject({ field: 'settings.increment' });
    expect(define({ settings: increment('0.010') })).toBeUndefined();
    expect(ledger.state.get(markets, FRESH)?.rules.settings).toEqual(increment('0.010'));
  });

  test('a ledger has so many markets and no more', () => {
    const ledger = new BareMarket(sha256, []);
    const operator = ledger.operator();
    for (let market = 1; market <= MARKETS_MAX; market++) {
      expect(ledger.code(operator, defineMarket, callAuction({ market }))).toBe('done');
    }
    const further = callAuction({ market: MARKETS_MAX + 1 });
    expect(refuseDefinition(ledger.state, further)).toMatchObject({
      code: 'market_rules_invalid',
      field: 'market',
    });
  });
});

describe('the kill switch', () => {
  const halt = { market: CALL, open: 'halted', reason: 'frequency' } as const;

  test('refuses in this order', () => {
    const ledger = new BareMarket(sha256);
    const operator = ledger.operator();
    const ana = ledger.trader();
    expect(ledger.code(ana, setMarketOpen, { ...halt, market: 9 })).toBe('role_missing');
    expect(ledger.code(operator, setMarketOpen, { ...halt, market: 9 })).toBe('market_unknown');
    expect(ledger.code(operator, setMarketOpen, halt)).toBe('done');
  });

  test('M-7: gives back what resting orders hold and touches nothing else', () => {
    const ledger = new BareMarket(sha256);
    const operator = ledger.operator();
    const ana = ledger.trader(1000n);
    ledger.order(ana, 'buy', 5n, 100n);
    ledger.order(ana, 'buy', 1n, 100n, { slotMs: SLOT_MS + QUARTER_MS });
    ledger.block(GATE_MS);
    expect(ledger.state.size(closedSlots)).toBe(1);
    expect(balanceOf(ledger.state, account(ana, 'reserved'))).toBe(600n);
    ledger.code(operator, setMarketOpen, halt);
    expect(spendable(ledger.state, ana)).toBe(1000n);
    expect(ledger.state.size(orders)).toBe(0);
    expect(ledger.state.tallied(exposures).size).toBe(0);
    expect(ledger.state.size(closedSlots)).toBe(0);
    expect(ledger.named('order ended')).toMatchObject([
      { energy: 5n, reason: 'market halted' },
      { energy: 1n, reason: 'market halted' },
    ]);
    const more = { market: CALL, slotMs: SLOT_MS + QUARTER_MS, energy: wh(1n), limit: at(1n) };
    expect(ledger.code(ana, request, more)).toBe('market_halted');
    expect(ledger.block(GATE_MS + 1000)).toEqual([]);
    ledger.endBlock();
  });

  test('leaves other markets alone, and ends the negotiations of its own', () => {
    const ledger = new BareMarket(sha256, [callAuction(), negotiated()]);
    const operator = ledger.operator();
    const ana = ledger.trader(1000n);
    const ben = ledger.trader(1000n);
    ledger.order(ana, 'buy', 5n, 100n);
    const order = ledger.order(ana, 'sell', 5n, 100n, { market: NEGOTIATED });
    ledger.code(ben, reply, { order, energy: wh(5n), price: at(90n) });
    expect(ledger.state.size(negotiations)).toBe(1);
    ledger.code(operator, setMarketOpen, { ...halt, market: NEGOTIATED });
    expect(ledger.state.size(negotiations)).toBe(0);
    expect(ledger.state.size(orders)).toBe(1);
    ledger.endBlock();
  });

  test('an opened market goes on with the standing orders of slots that are still open', () => {
    const ledger = new BareMarket(sha256);
    const operator = ledger.operator();
    const ana = ledger.trader();
    const ben = ledger.trader();
    ledger.standing(ana, 'buy', [5n], 100n);
    ledger.standing(ben, 'sell', [5n], 50n);
    ledger.code(operator, setMarketOpen, halt);
    ledger.block(GATE_MS);
    expect(ledger.state.size(closedSlots)).toBe(0);
    ledger.code(operator, setMarketOpen, { ...halt, open: 'open' });
    expect(ledger.state.get(markets, CALL)).toMatchObject({
      status: 'open',
      nextGateSlotMs: SLOT_MS + QUARTER_MS,
      nextBusySlotMs: SLOT_MS + QUARTER_MS,
    });
    ledger.block(GATE_MS + QUARTER_MS);
    ledger.block();
    expect(ledger.named('traded')).toMatchObject([{ terms: { slotMs: SLOT_MS + QUARTER_MS } }]);
  });
});
