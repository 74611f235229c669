import { createHash } from 'node:crypto';
import { toHex } from '@commonwatt/ledger';
import { checkClearing } from '@commonwatt/mechanisms';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cleared } from '../events.ts';
import { account, balanceOf, spendable } from '../wallet/accounts.ts';
import { setCreditLimit } from '../wallet/actions.ts';
import { exposureOf } from './book.ts';
import type { Side } from './messages.ts';
import { orderIdText, tradeId } from './order-id.ts';
import { request, share } from './orders.ts';
import { closedSlots, orders, trades } from './state.ts';
import { at, BareMarket, CALL, callAuction, GATE_MS, SLOT_MS, wh } from './testing/bare-market.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());

/** Closes the first gate and clears in the block after. */
function clear(ledger: BareMarket): Cleared {
  ledger.block(GATE_MS);
  ledger.block();
  ledger.endBlock();
  return ledger.named('cleared')[0] as Cleared;
}

/** What anyone does with a receipt: the price, volume and fills once more from its lines. */
function recomputed({ lines, kThousandths, price, volume }: Cleared) {
  return checkClearing(
    lines.map(({ lot, side, limit, energy }) => ({ lot: toHex(lot), side, limit, energy })),
    { k: { numerator: BigInt(kThousandths), denominator: 1000n } },
    {
      price: price ?? null,
      volume,
      fills: lines.map(({ lot, filled }) => ({ lot: toHex(lot), energy: filled })),
    },
  );
}

describe('a clearing', () => {
  test('trades at one price, moves the payment to escrow and gives back the rest', () => {
    const ledger = new BareMarket(sha256);
    const ana = ledger.trader(10_000n);
    const ben = ledger.trader(0n);
    const bid = ledger.order(ana, 'buy', 50n, 110n);
    const ask = ledger.order(ben, 'sell', 30n, 80n);
    const event = clear(ledger);
    expect(event).toMatchObject({ price: 110n, low: 110n, high: 110n, volume: 30n });
    expect(balanceOf(ledger.state, account(ana, 'escrow'))).toBe(3300n);
    expect(balanceOf(ledger.state, account(ana, 'reserved'))).toBe(0n);
    expect(spendable(ledger.state, ana)).toBe(6700n);
    const id = tradeId(ledger.crypto, { buy: bid, sell: ask });
    expect(ledger.state.get(trades, id)).toEqual({
      market: CALL,
      slotMs: SLOT_MS,
      slotLengthMs: 900_000,
      seller: ben,
      buyer: ana,
      energy: 30n,
      price: 110n,
      requestedMs: GATE_MS - 600_000,
      agreedMs: GATE_MS + 1000,
    });
    expect(ledger.named('order ended')).toMatchObject([
      { member: ana, energy: 20n, reason: 'unmatched' },
    ]);
    expect(ledger.state.size(orders)).toBe(0);
    expect(exposureOf(ledger.state, { member: ana, slotMs: SLOT_MS, side: 'buy' })).toEqual({
      energy: 30n,
      orders: 0,
    });
  });

  test('M-5: at a negative price the seller pays', () => {
    const ledger = new BareMarket(sha256);
    const ana = ledger.trader(0n);
    const ben = ledger.trader(10_000n);
    ledger.order(ana, 'buy', 10n, -100n);
    ledger.order(ben, 'sell', 10n, -300n);
    expect(clear(ledger)).toMatchObject({ low: -300n, high: -100n });
    expect((ledger.named('cleared')[0] as Cleared).price).toBe(-200n);
    expect(balanceOf(ledger.state, account(ben, 'escrow'))).toBe(2000n);
    expect(balanceOf(ledger.state, account(ana, 'escrow'))).toBe(0n);
    expect(spendable(ledger.state, ben)).toBe(8000n);
  });

  test('M-5: a credit limit lowered after the order does not stop its clearing', () => {
    const ledger = new BareMarket(sha256);
    const operator = ledger.operator();
    const ana = ledger.trader(0n);
    const ben = ledger.trader(0n);
    ledger.code(operator, setCreditLimit, { member: ana, limit: 5000n });
    ledger.order(ana, 'buy', 50n, 100n);
    ledger.order(ben, 'sell', 50n, 60n);
    ledger.code(operator, setCreditLimit, { member: ana, limit: 0n });
    clear(ledger);
    expect(balanceOf(ledger.state, account(ana, 'escrow'))).toBe(4000n);
    expect(balanceOf(ledger.state, account(ana, 'available'))).toBe(-4000n);
  });

  test('nobody trades with themselves', () => {
    const ledger = new BareMarket(sha256);
    const ana = ledger.trader(10_000n);
    const ben = ledger.trader(0n);
    ledger.order(ana, 'buy', 50n, 120n);
    ledger.order(ana, 'sell', 30n, 80n);
    ledger.order(ben, 'sell', 15n, 90n);
    const event = clear(ledger);
    expect(event.volume).toBe(15n);
    expect(event.lines.map(({ energy }) => energy).sort()).toEqual([15n, 20n]);
    const ended = ledger.named('order ended').map((value) => value as Record<string, unknown>);
    expect(ended.map(({ side, energy, reason }) => [side, energy, reason])).toEqual(
      expect.arrayContaining([
        ['buy', 30n, 'own crossing'],
        ['buy', 5n, 'unmatched'],
        ['sell', 30n, 'own crossing'],
      ]),
    );
    expect(ended).toHaveLength(3);
  });

  test('an order of a revoked member is not matched', () => {
    const ledger = new BareMarket(sha256);
    const ana = ledger.trader(10_000n);
    const ben = ledger.trader(0n);
    ledger.order(ana, 'buy', 50n, 120n);
    ledger.order(ben, 'sell', 30n, 80n);
    ledger.amend(ana, { revokedFromHeight: 1 });
    const event = clear(ledger);
    expect(event).toMatchObject({ price: undefined, volume: 0n });
    expect(event.lines).toHaveLength(1);
    expect(ledger.named('order ended')).toMatchObject([
      { member: ana, energy: 50n, reason: 'member revoked' },
      { member: ben, energy: 30n, reason: 'unmatched' },
    ]);
    expect(spendable(ledger.state, ana)).toBe(10_000n);
  });

  test('M-6: lots are drawn from the hash of the block that closed the gate', () => {
    const ledger = new BareMarket(sha256);
    const ana = ledger.trader();
    const ben = ledger.trader();
    const bid = ledger.order(ana, 'buy', 50n, 120n);
    const { transaction, index } = ledger.standing(ben, 'sell', [30n], 80n);
    ledger.block(GATE_MS);
    expect(ledger.state.entries(closedSlots)).toEqual([
      [{ market: CALL, slotMs: SLOT_MS }, { closedHeight: 1 }],
    ]);
    ledger.block();
    const event = ledger.named('cleared')[0] as Cleared;
    expect(event.seed).toEqual(sha256(Buffer.from('block 1')));
    const derived = orderIdText({ transaction, index, derivedForMs: SLOT_MS });
    expect(derived).toBe(`${toHex(transaction)}:0@2026-01-01T00:15:00Z`);
    const seed = toHex(event.seed);
    const lots = [orderIdText(bid), derived].map((text) =>
      createHash('sha256').update(seed).update('\0').update(text).digest('hex'),
    );
    expect(event.lines.map(({ lot }) => toHex(lot))).toEqual(lots.sort());
  });

  test('k of the market decides where in the interval the price stands', () => {
    for (const [kThousandths, expected] of [
      [0, 80n],
      [1000, 120n],
    ] as const) {
      const ledger = new BareMarket(sha256, [callAuction({ kThousandths })]);
      ledger.order(ledger.trader(), 'buy', 10n, 120n);
      ledger.order(ledger.trader(), 'sell', 10n, 80n);
      expect(clear(ledger)).toMatchObject({ price: expected, kThousandths });
    }
  });
});

interface Sent {
  readonly member: number;
  readonly side: Side;
  readonly energy: bigint;
  readonly limit: bigint;
}
const sentOrders = fc.array(
  fc.record<Sent>({
    member: fc.integer({ min: 1, max: 6 }),
    side: fc.constantFrom('buy', 'sell'),
    energy: fc.bigInt(1n, 30n),
    limit: fc.bigInt(-5n, 5n),
  }),
  { minLength: 1, maxLength: 25 },
);

function outcome(sent: readonly Sent[], arrival: readonly number[]) {
  const ledger = new BareMarket(sha256);
  for (let member = 1; member <= 6; member++) ledger.trader(1_000_000n);
  for (const index of arrival) {
    const { member, side, energy, limit } = sent[index] as Sent;
    const message = { market: CALL, slotMs: SLOT_MS, energy: wh(energy), limit: at(limit) };
    const id = sha256(Buffer.from(`order ${index}`));
    ledger.runAs(member, side === 'buy' ? request : share, message, { id, index: 0 });
  }
  const event = clear(ledger);
  return { ledger, event };
}

describe('laws', () => {
  test('M-6: arrival within a block changes nothing', () => {
    const shuffled = sentOrders.chain((sent) =>
      fc.tuple(
        fc.constant(sent),
        fc.shuffledSubarray(
          sent.map((_, index) => index),
          { minLength: sent.length },
        ),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([sent, arrival]) => {
        const inOrder = outcome(
          sent,
          sent.map((_, index) => index),
        );
        const other = outcome(sent, arrival);
        expect(other.event).toEqual(inOrder.event);
        expect(other.ledger.state.entries(trades)).toEqual(inOrder.ledger.state.entries(trades));
      }),
      { numRuns: 60 },
    );
  });

  test('M-6: a stranger computes the price again from the lines of the receipt', () => {
    fc.assert(
      fc.property(sentOrders, (sent) => {
        const { event } = outcome(
          sent,
          sent.map((_, index) => index),
        );
        expect(recomputed(event).ok).toBe(true);
        if (event.volume > 0n) {
          const other = { ...event, price: at((event.price ?? 0n) + 1n) };
          expect(recomputed(other)).toMatchObject({ ok: false, code: 'price_differs' });
        }
      }),
      { numRuns: 60 },
    );
  });
});
