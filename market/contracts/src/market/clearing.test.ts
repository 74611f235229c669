import { createHash } from 'node:crypto';
import { toHex } from '@commonwatt/ledger';
import { checkClearing, lotsBySeed } from '@commonwatt/mechanisms';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cleared } from '../events.ts';
import { account, balanceOf, spendable } from '../wallet/accounts.ts';
import { setCreditLimit } from '../wallet/actions.ts';
import { BEGIN_MS } from '../wallet/testing/bare-ledger.ts';
import { exposureOf } from './book.ts';
import { timeOf } from './clearing.ts';
import { linesCallOf } from './lines-call.ts';
import { callMechanism, MECHANISM_VERSIONS, settingsOf } from './mechanism.ts';
import type { Side } from './messages.ts';
import { orderIdText, tradeId } from './order-id.ts';
import { request, share } from './orders.ts';
import { duesOf, priceOf } from './payment.ts';
import { closedSlots, orders, type Trade, trades } from './state.ts';
import { at, BareMarket, CALL, callAuction, GATE_MS, SLOT_MS, wh } from './testing/bare-market.ts';
import { COMMUNITY_ZONE } from './zones.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());

/** Closes the first gate and clears in the block after. */
function clear(ledger: BareMarket): Cleared {
  ledger.block(GATE_MS);
  ledger.block();
  ledger.endBlock();
  return ledger.named('cleared')[0] as Cleared;
}

/** What anyone does with a receipt: the price, volume and fills once more from its lines. */
function recomputed(event: Cleared) {
  const { lines, price, volume } = event;
  const fills = lines.map(({ lot, filled }) => ({ lot: toHex(lot), energy: filled }));
  return checkClearing(linesCallOf(event), { price: price ?? null, volume, fills });
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
const sentOrder = fc.record<Sent>({
  member: fc.integer({ min: 1, max: 6 }),
  side: fc.constantFrom('buy', 'sell'),
  energy: fc.bigInt(1n, 30n),
  limit: fc.bigInt(-5n, 5n),
});
const sentOrders = fc.array(sentOrder, { minLength: 1, maxLength: 25 });
/** Enough of them that any rule finds something to trade. */
const manyOrders = fc.array(sentOrder, { minLength: 14, maxLength: 25 });

/** By member; whoever has none stands where they come together. */
const FEEDERS: Readonly<Record<number, string>> = { 1: 'north', 2: 'north', 3: 'south' };
const NETWORK = [
  { from: 'north', to: COMMUNITY_ZONE, limit: wh(9n) },
  { from: COMMUNITY_ZONE, to: 'south', limit: wh(4n) },
];

interface Street {
  readonly rules?: ReturnType<typeof callAuction>;
  /** When the order of an index comes. */
  readonly placedMs?: (index: number) => number;
}

function outcome(sent: readonly Sent[], arrival: readonly number[], street: Street = {}) {
  const ledger = new BareMarket(sha256, [street.rules ?? callAuction()]);
  for (let member = 1; member <= 6; member++) {
    ledger.trader(1_000_000n);
    const feeder = FEEDERS[member];
    if (feeder !== undefined) ledger.meter(member, feeder);
  }
  for (const index of arrival) {
    const { member, side, energy, limit } = sent[index] as Sent;
    const message = { market: CALL, slotMs: SLOT_MS, energy: wh(energy), limit: at(limit) };
    const id = sha256(Buffer.from(`order ${index}`));
    ledger.timeMs = street.placedMs?.(index) ?? ledger.timeMs;
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

/** Two orders come with every block, so that some times are equal. */
const pairwise = (index: number) => BEGIN_MS + Math.floor(index / 2) * 1000;

/** The same rows as `clear --mechanism NAME --seed HASH` has them: names, members, limits, energy, time. */
function clearedByCommand(sent: readonly Sent[], event: Cleared) {
  const mechanism = callMechanism(event.mechanism, event.mechanismVersion);
  const lotOf = lotsBySeed(sha256, toHex(event.seed));
  const rows = sent.map(({ member, side, energy, limit }, index) => ({
    id: `${toHex(sha256(Buffer.from(`order ${index}`)))}:0`,
    member: `${member}`,
    side,
    limit: at(limit),
    energy: wh(energy),
    time: timeOf({ placedMs: pairwise(index), slotMs: SLOT_MS }),
    zone: FEEDERS[member] ?? COMMUNITY_ZONE,
  }));
  const settings = settingsOf(mechanism, event);
  const tables = { network: NETWORK.map(({ from, to, limit }) => ({ from, to, limit_wh: limit })) };
  const clearing = mechanism.clear({ orders: rows, lots: lotOf, settings, tables });
  const named = new Map(rows.map((row) => [row.id, row]));
  return clearing.trades
    .map((one) => ({
      buyer: Number(named.get(one.bid)?.member),
      seller: Number(named.get(one.ask)?.member),
      energy: one.energy,
      price: one.buyerPrice,
      sellerPrice: one.sellerPrice,
    }))
    .sort(byTerms);
}

type Terms = Pick<Trade, 'buyer' | 'seller' | 'energy'> & {
  readonly price: bigint | null;
  readonly sellerPrice: bigint | null;
};

function byTerms(a: Terms, b: Terms): number {
  const text = ({ buyer, seller, energy, price, sellerPrice }: Terms) =>
    `${buyer} ${seller} ${energy} ${price} ${sellerPrice}`;
  return text(a) < text(b) ? -1 : 1;
}

/** What the open trades say is in escrow, and what is, by member. */
function duesIn(ledger: BareMarket): readonly bigint[] {
  const due = new Map<number, bigint>();
  for (const [, terms] of ledger.state.entries(trades)) {
    const dues = duesOf(terms);
    for (const side of ['buyer', 'seller'] as const) {
      if (dues[side] > 0n) due.set(terms[side], (due.get(terms[side]) ?? 0n) + dues[side]);
    }
  }
  return [1, 2, 3, 4, 5, 6].map((member) => due.get(member) ?? 0n);
}

function escrowed(ledger: BareMarket): readonly bigint[] {
  return [1, 2, 3, 4, 5, 6].map((member) => balanceOf(ledger.state, account(member, 'escrow')));
}

describe.each([...MECHANISM_VERSIONS.keys()].filter((name) => name !== 'negotiation'))(
  '%s as the rule of a market',
  (mechanism) => {
    const settings = mechanism.startsWith('ascending')
      ? [{ name: 'increment', value: '0.001' }]
      : undefined;
    const network = mechanism === 'zonal' ? NETWORK : undefined;

    test('gives the trades of the command on the same rows, and lines that anyone can clear', () => {
      let traded = 0;
      fc.assert(
        fc.property(manyOrders, (sent) => {
          const arrival = sent.map((_, index) => index);
          const { ledger, event } = outcome(sent, arrival, {
            rules: callAuction({ mechanism, settings, network }),
            placedMs: pairwise,
          });
          const happened = ledger.state
            .entries(trades)
            .map(([, terms]) => {
              const { buyer, seller, energy, price } = terms;
              return { buyer, seller, energy, price, sellerPrice: priceOf(terms, 'sell') };
            })
            .sort(byTerms);
          expect(happened).toEqual(clearedByCommand(sent, event));
          expect(recomputed(event).ok).toBe(true);
          const fake = { ...event, volume: wh(event.volume + 1n) };
          expect(recomputed(fake).ok).toBe(false);
          expect(ledger.state.size(orders)).toBe(0);
          expect(escrowed(ledger)).toEqual(duesIn(ledger));
          if (happened.length > 0) traded += 1;
        }),
        { numRuns: 30 },
      );
      expect(traded).toBeGreaterThan(3);
    });
  },
);

test('lines carry marks only where the outcome depends on who is who', () => {
  const sent: readonly Sent[] = [
    { member: 1, side: 'buy', energy: 10n, limit: 4n },
    { member: 1, side: 'sell', energy: 5n, limit: 1n },
    { member: 2, side: 'sell', energy: 8n, limit: 2n },
    { member: 3, side: 'buy', energy: 7n, limit: 3n },
    { member: 4, side: 'sell', energy: 7n, limit: 0n },
  ];
  const shown = (mechanism: string) =>
    outcome(sent, [0, 1, 2, 3, 4], { rules: callAuction({ mechanism }) }).event.lines;
  for (const mechanism of ['uniform', 'average', 'sbba']) {
    const lines = shown(mechanism);
    expect(lines.map(({ party, placedMs }) => party ?? placedMs)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(lines.reduce((sum, { energy }) => sum + energy, 0n)).toBe(27n);
  }
  const marked = shown('continuous');
  expect(marked.map(({ energy }) => energy).sort()).toEqual([10n, 5n, 7n, 7n, 8n]);
  expect(new Set(marked.map(({ party }) => party)).size).toBe(4);
  expect(marked.every(({ placedMs }) => placedMs !== undefined)).toBe(true);
});

test('what a rule refuses for its number of orders ends without a trade', () => {
  const ledger = new BareMarket(sha256, [callAuction({ mechanism: 'naive-auction' })]);
  for (let count = 0; count < 7; count++) {
    const member = ledger.trader(1000n);
    for (let one = 0; one < 16; one++) {
      ledger.order(member, 'buy', 1n, 5n);
      ledger.order(member, 'sell', 1n, 9n);
    }
  }
  const event = clear(ledger);
  expect(event).toMatchObject({ price: undefined, volume: 0n });
  expect(event.lines).toHaveLength(224);
  expect(event.lines.every(({ party, filled }) => party === undefined && filled === 0n)).toBe(true);
  expect(recomputed(event)).toEqual({ ok: true, clearing: undefined });
  expect(ledger.state.size(trades)).toBe(0);
  expect(ledger.state.size(orders)).toBe(0);
  expect(spendable(ledger.state, 1)).toBe(1000n);
});
