import type { Cleared, OrderEnded, StandingOrder, Trade } from '@commonwatt/contracts';
import { energy, price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import {
  CALL_MARKET,
  COMMUNITY_FROM_MS,
  marketsOf,
  NEGOTIATED_MARKET,
  SLOT_MS,
} from '../community/simulated-community.ts';
import { type BookedOrder, OrderBooks, type Told } from './order-books.ts';

const [ANA, BEN] = [2, 3];
const SLOT = COMMUNITY_FROM_MS + 2 * SLOT_MS;
const GATE = SLOT - 300_000;
const NOTHING: Told = { cleared: [], trades: [], ended: [] };

function books(): OrderBooks {
  return new OrderBooks(marketsOf({}), COMMUNITY_FROM_MS);
}

function order(changes: Partial<BookedOrder> = {}): BookedOrder {
  const place = { market: CALL_MARKET, slotMs: SLOT };
  return { ...place, member: BEN, side: 'buy', energy: 10n, limit: 120n, ...changes };
}

const SALE = order({ member: ANA, side: 'sell', limit: 80n });

function tradeOf(changes: Partial<Trade> = {}): Trade {
  return {
    market: CALL_MARKET,
    slotMs: SLOT,
    slotLengthMs: SLOT_MS,
    seller: ANA,
    buyer: BEN,
    energy: energy(10n),
    price: price(120n),
    sellerPrice: price(80n),
    requestedMs: 0,
    agreedMs: 0,
    ...changes,
  };
}

function callOf(changes: Partial<Cleared> = {}): Cleared {
  return {
    market: CALL_MARKET,
    slotMs: SLOT,
    mechanism: 'pay-as-bid',
    mechanismVersion: 1,
    kThousandths: 0,
    seed: new Uint8Array(32),
    price: undefined,
    low: undefined,
    high: undefined,
    volume: energy(10n),
    lines: (['sell', 'buy'] as const).map((side) => ({
      lot: new Uint8Array(32),
      side,
      limit: price(side === 'sell' ? 80n : 120n),
      energy: energy(10n),
      filled: energy(10n),
    })),
    ...changes,
  };
}

describe('what is held back', () => {
  test('a buyer holds back its limit, a seller only a price below zero, until the slot is cleared', () => {
    const book = books();
    book.place('a', order());
    book.place('b', SALE);
    book.place('c', order({ member: ANA, side: 'sell', limit: -5n }));
    expect([book.heldBack(BEN), book.heldBack(ANA)]).toEqual([1200n, 50n]);
    book.begin(GATE, NOTHING);
    expect(book.heldBack(BEN)).toBe(1200n);
    book.begin(GATE, { ...NOTHING, cleared: [callOf()], trades: [tradeOf()] });
    expect([book.heldBack(BEN), book.heldBack(ANA)]).toEqual([0n, 0n]);
  });

  test('what is withdrawn, halted or negotiated holds back nothing', () => {
    const book = books();
    book.place('a', order());
    book.place('b', order());
    book.place('c', order({ market: NEGOTIATED_MARKET }));
    book.end('a');
    expect(book.heldBack(BEN)).toBe(1200n);
    book.setOpen(CALL_MARKET, false);
    expect(book.heldBack(BEN)).toBe(0n);
    book.begin(GATE, NOTHING);
    expect(() => book.begin(GATE, NOTHING)).not.toThrow();
  });

  const standing: StandingOrder = {
    market: CALL_MARKET,
    side: 'buy',
    limit: price(7n),
    energies: [energy(10n)],
    fromMs: SLOT,
    untilMs: SLOT + SLOT_MS,
  };
  const uncovered: OrderEnded = {
    member: BEN,
    market: CALL_MARKET,
    slotMs: SLOT,
    side: 'buy',
    energy: energy(10n),
    reason: 'not covered',
  };

  test('a standing order holds back from the gate on, unless it was not covered', () => {
    const [covered, bare] = [books(), books()];
    for (const book of [covered, bare]) book.placeStanding('s', BEN, standing);
    expect(covered.heldBack(BEN)).toBe(0n);
    covered.begin(GATE, NOTHING);
    bare.begin(GATE, { ...NOTHING, ended: [uncovered] });
    expect([covered.heldBack(BEN), bare.heldBack(BEN)]).toEqual([70n, 0n]);
  });

  test('which of two alike was not covered is left open until they are cleared', () => {
    const book = books();
    book.placeStanding('s', BEN, standing);
    book.placeStanding('t', BEN, { ...standing, limit: price(9n) });
    book.begin(GATE, { ...NOTHING, ended: [uncovered] });
    expect(book.heldBack(BEN)).toBeUndefined();
    book.begin(GATE, NOTHING);
    expect(book.heldBack(BEN)).toBe(0n);
  });
});

describe('a clearing', () => {
  const told = (call: Partial<Cleared>, ...trades: readonly Partial<Trade>[]): Told => ({
    ...NOTHING,
    cleared: [callOf(call)],
    trades: trades.map(tradeOf),
  });

  test.each<[string, Told, string]>([
    ['nothing said', NOTHING, 'was due and was not cleared'],
    ['another slot', told({ slotMs: SLOT + SLOT_MS }), 'was cleared and was not due'],
    ['no trades', told({}), '0 Wh in trades of a volume of 10'],
    ['a dearer trade', told({}, { price: price(121n) }), 'member 3 has to buy 10 Wh at 121'],
    ['a cheaper sale', told({}, { sellerPrice: price(79n) }), 'member 2 has to sell 10 Wh at 79'],
    ['a stranger', told({}, { buyer: 9 }), 'member 9 has to buy 10 Wh at 120'],
    [
      'two prices of one',
      told({ price: price(100n) }, {}),
      'a trade at 120 and 80, the call at 100',
    ],
  ])('%s', (_name, begun, finding) => {
    const book = books();
    book.place('a', order());
    book.place('b', SALE);
    book.begin(GATE, NOTHING);
    expect(() => book.begin(GATE, begun)).toThrow(finding);
  });

  test('a dear order does not make room for a cheap one', () => {
    const book = books();
    book.place('a', order({ energy: 5n }));
    book.place('b', order({ energy: 5n, limit: 100n }));
    book.place('c', SALE);
    book.begin(GATE, NOTHING);
    const parts = [
      { energy: energy(4n), price: price(110n) },
      { energy: energy(6n), price: price(105n) },
    ];
    expect(() => book.begin(GATE, told({}, ...parts))).toThrow('has to buy 10 Wh at 105');
  });
});
