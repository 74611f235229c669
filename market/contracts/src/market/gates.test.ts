import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { BEGIN_MS } from '../wallet/testing/bare-ledger.ts';
import { marketsDueMs } from './gates.ts';
import { CLOSED_PER_BLOCK_MAX } from './limits.ts';
import { reply } from './negotiation.ts';
import { request, withdraw } from './orders.ts';
import { closedSlots, growingTransactions, markets, orders, trades } from './state.ts';
import {
  at,
  BareMarket,
  CALL,
  GATE_MS,
  NEGOTIATED,
  QUARTER_MS,
  SLOT_MS,
  wh,
} from './testing/bare-market.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const DAY_MS = 86_400_000;
const due = (ledger: BareMarket) => marketsDueMs(ledger.state, ledger.timeMs);
const nextGate = (ledger: BareMarket) => ledger.state.get(markets, CALL)?.nextGateSlotMs;

describe('the next block that time needs', () => {
  test('is none where nothing is ordered', () => {
    const ledger = new BareMarket(sha256);
    expect(due(ledger)).toBeUndefined();
    expect(ledger.block(BEGIN_MS + 30 * DAY_MS)).toEqual([]);
    expect(nextGate(ledger)).toBe(BEGIN_MS + 30 * DAY_MS + QUARTER_MS);
  });

  test('is the gate of the next slot with an order, then at once', () => {
    const ledger = new BareMarket(sha256);
    const slotMs = SLOT_MS + DAY_MS;
    ledger.order(ledger.trader(), 'buy', 5n, 10n, { slotMs });
    expect(due(ledger)).toBe(slotMs - 300_000);
    ledger.block(SLOT_MS + DAY_MS - 300_001);
    expect(ledger.state.size(closedSlots)).toBe(0);
    ledger.block(slotMs - 300_000);
    expect(ledger.state.size(closedSlots)).toBe(1);
    expect(due(ledger)).toBe(slotMs - 300_000);
    ledger.block();
    expect(ledger.named('cleared')).toMatchObject([{ slotMs }]);
    expect(due(ledger)).toBeUndefined();
  });

  test('is the earliest over sent and standing orders of all markets', () => {
    const ledger = new BareMarket(sha256);
    const ana = ledger.trader();
    ledger.order(ana, 'buy', 5n, 10n, { slotMs: SLOT_MS + 9 * QUARTER_MS });
    ledger.standing(ana, 'buy', [5n], 10n, { fromMs: SLOT_MS + 6 * QUARTER_MS });
    expect(due(ledger)).toBe(GATE_MS + 6 * QUARTER_MS);
    ledger.order(ana, 'buy', 5n, 10n, { market: NEGOTIATED, slotMs: SLOT_MS + QUARTER_MS });
    expect(due(ledger)).toBe(GATE_MS + QUARTER_MS);
  });

  test('an order taken back costs one look at its slot and no more', () => {
    const ledger = new BareMarket(sha256);
    const ana = ledger.trader();
    const order = ledger.order(ana, 'buy', 5n, 10n);
    ledger.code(ana, withdraw, { order });
    expect(due(ledger)).toBe(GATE_MS);
    expect(ledger.block(GATE_MS)).toEqual([]);
    expect(due(ledger)).toBeUndefined();
  });
});

describe('closing', () => {
  test('a block at the gate takes no order for the slot any more', () => {
    const ledger = new BareMarket(sha256);
    const ana = ledger.trader();
    const message = { market: CALL, slotMs: SLOT_MS, energy: wh(1n), limit: at(1n) };
    ledger.block(GATE_MS - 1);
    expect(ledger.code(ana, request, message)).toBe('done');
    ledger.block(GATE_MS);
    expect(ledger.code(ana, request, message)).toBe('gate_closed');
    expect(nextGate(ledger)).toBe(SLOT_MS + QUARTER_MS);
  });

  test('M-8: one block closes so many slots, the next go on, and each is cleared once', () => {
    const ledger = new BareMarket(sha256);
    const ana = ledger.trader();
    const ben = ledger.trader();
    const slots = 2 * CLOSED_PER_BLOCK_MAX + 1;
    for (let slot = 0; slot < slots; slot++) {
      ledger.order(ana, 'buy', 5n, 120n, { slotMs: SLOT_MS + slot * QUARTER_MS });
      ledger.order(ben, 'sell', 5n, 80n, { slotMs: SLOT_MS + slot * QUARTER_MS });
    }
    const later = BEGIN_MS + DAY_MS;
    const perBlock: number[] = [];
    for (ledger.block(later); due(ledger) !== undefined; ledger.block(later)) {
      perBlock.push(ledger.state.size(closedSlots));
      expect(nextGate(ledger)).toBe(
        perBlock.length * CLOSED_PER_BLOCK_MAX < slots
          ? SLOT_MS + perBlock.length * CLOSED_PER_BLOCK_MAX * QUARTER_MS
          : later + QUARTER_MS,
      );
    }
    ledger.endBlock();
    expect(perBlock).toEqual([CLOSED_PER_BLOCK_MAX, CLOSED_PER_BLOCK_MAX, 1]);
    expect(ledger.state.size(trades)).toBe(slots);
  });

  test('M-8: after a standstill of a month, standing orders trade the last day', () => {
    const ledger = new BareMarket(sha256);
    const month = { untilMs: BEGIN_MS + 60 * DAY_MS };
    ledger.standing(ledger.trader(), 'buy', [5n], 120n, month);
    ledger.standing(ledger.trader(), 'sell', [5n], 80n, month);
    const later = BEGIN_MS + 30 * DAY_MS;
    let blocks = 0;
    for (ledger.block(later); (due(ledger) ?? Infinity) <= later; ledger.block(later)) blocks++;
    expect(ledger.state.size(trades)).toBe(97);
    expect(blocks).toBeLessThan(30);
    expect(due(ledger)).toBe(later + QUARTER_MS - 300_000);
  });

  test('a negotiated slot ends what was not agreed, and nothing is cleared', () => {
    const ledger = new BareMarket(sha256);
    const ana = ledger.trader();
    ledger.order(ana, 'sell', 5n, 10n, { market: NEGOTIATED });
    expect(ledger.block(GATE_MS)).toMatchObject([
      { name: 'order ended', value: { member: ana, energy: 5n, reason: 'unmatched' } },
    ]);
    expect(ledger.state.size(orders)).toBe(0);
    expect(ledger.state.size(closedSlots)).toBe(0);
    expect(due(ledger)).toBeUndefined();
  });
});

test('M-9: growing transactions are forgotten when the slot is over, trades stay', () => {
  const ledger = new BareMarket(sha256);
  const ana = ledger.trader();
  const ben = ledger.trader();
  ledger.order(ana, 'buy', 5n, 120n);
  ledger.order(ben, 'sell', 5n, 80n);
  const share = ledger.order(ben, 'sell', 5n, 80n, { market: NEGOTIATED });
  ledger.code(ana, reply, { order: share, energy: wh(5n), price: at(70n) });
  const later = SLOT_MS + 2 * QUARTER_MS;
  ledger.order(ana, 'buy', 5n, 120n, { slotMs: later });
  ledger.block(GATE_MS);
  ledger.block();
  expect(ledger.state.size(growingTransactions)).toBe(1);
  ledger.block(later - 300_000);
  ledger.block();
  expect(ledger.state.size(growingTransactions)).toBe(0);
  expect(ledger.state.size(trades)).toBe(1);
});
