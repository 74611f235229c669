import { createHash } from 'node:crypto';
import { money } from '@commonwatt/units';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { marketModule } from '../execution/market-by-meters.ts';
import { account, balanceOf, reserve } from '../wallet/accounts.ts';
import { accounts } from '../wallet/state.ts';
import { BEGIN_MS } from '../wallet/testing/bare-ledger.ts';
import { exposedOrders } from './book.ts';
import { setMarketOpen } from './markets.ts';
import { checkReserved } from './module.ts';
import { accept, counter, reply } from './negotiation.ts';
import { request, share, withdraw } from './orders.ts';
import { paymentOf } from './payment.ts';
import { standingOrder, withdrawStanding } from './standing.ts';
import { books, exposures, negotiations, orders, standingOrders, trades } from './state.ts';
import {
  at,
  BareMarket,
  CALL,
  callAuction,
  NEGOTIATED,
  QUARTER_MS,
  SLOT_MS,
  wh,
} from './testing/bare-market.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());

describe('the module', () => {
  test('every table and action has its own number', () => {
    const ids = marketModule.tables.map(({ id }) => id);
    const types = marketModule.actions.map(({ type }) => type);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(types).size).toBe(types.length);
    expect(ids.every((id) => id >= 30 && id <= 39)).toBe(true);
  });

  test('genesis names a market that cannot be', () => {
    const wrong = [callAuction(), callAuction({ market: 2, kThousandths: 1001 })];
    expect(() => new BareMarket(sha256, wrong)).toThrow(
      'genesis market 2: market_rules_invalid kThousandths 0 to 1000',
    );
  });

  test('M-2: money held back without an order stops the node', () => {
    const ledger = new BareMarket(sha256);
    const ana = ledger.trader();
    ledger.endBlock();
    reserve(ledger.state, ana, money(5n));
    expect(() => checkReserved(ledger.state)).toThrow(`M-2: expected orders to hold what`);
  });
});

const MEMBERS = 5;
const START = 2000n;
const SLOTS = 3;

type Step =
  | {
      kind: 'order';
      market: number;
      side: 'buy' | 'sell';
      energy: bigint;
      limit: bigint;
      slot: number;
    }
  | { kind: 'standing'; side: 'buy' | 'sell'; energy: bigint; limit: bigint }
  | { kind: 'withdraw' | 'withdraw standing'; pick: number }
  | { kind: 'reply' | 'counter' | 'accept'; pick: number; energy: bigint; limit: bigint }
  | { kind: 'time'; afterMs: number }
  | { kind: 'halt' | 'open' };

const side = fc.constantFrom('buy' as const, 'sell' as const);
const amount = { energy: fc.bigInt(1n, 12n), limit: fc.bigInt(-60n, 60n) };
const pick = fc.nat(50);
const step: fc.Arbitrary<readonly [number, Step]> = fc.tuple(
  fc.integer({ min: 1, max: MEMBERS }),
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('order' as const),
        market: fc.constantFrom(CALL, NEGOTIATED),
        side,
        slot: fc.nat(SLOTS - 1),
        ...amount,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('standing' as const), side, ...amount }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constantFrom('withdraw' as const, 'withdraw standing' as const),
        pick,
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constantFrom('reply' as const, 'counter' as const, 'accept' as const),
        pick,
        ...amount,
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('time' as const),
        afterMs: fc.constantFrom(1000, 300_000, QUARTER_MS),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constantFrom('halt' as const, 'open' as const) }),
    },
  ),
);

/** What was reached over all runs: a law over states that never came up proves nothing. */
const reached = { trades: 0, agreements: 0, halts: 0, standing: 0 };

function take(ledger: BareMarket, operator: number, member: number, one: Step): void {
  const picked = <K, V>(rows: readonly (readonly [K, V])[], index: number) =>
    rows.length === 0 ? undefined : rows[index % rows.length];
  switch (one.kind) {
    case 'order': {
      const slotMs = SLOT_MS + one.slot * QUARTER_MS;
      const message = { ...one, slotMs, energy: wh(one.energy), limit: at(one.limit) };
      ledger.run(member, one.side === 'buy' ? request : share, message);
      return;
    }
    case 'standing': {
      const span = { fromMs: BEGIN_MS, untilMs: BEGIN_MS + 10 * QUARTER_MS };
      const { side: which, limit } = one;
      const energies = [wh(one.energy)];
      const order = { market: CALL, side: which, limit: at(limit), energies, ...span };
      if (ledger.run(member, standingOrder, order) === undefined) reached.standing += 1;
      return;
    }
    case 'withdraw': {
      const row = picked(ledger.state.entries(orders), one.pick);
      if (row) ledger.run(row[1].member, withdraw, { order: row[0] });
      return;
    }
    case 'withdraw standing': {
      const row = picked(ledger.state.entries(standingOrders), one.pick);
      if (row) ledger.run(row[1].member, withdrawStanding, { standing: row[0] });
      return;
    }
    case 'reply': {
      const open = ledger.state.entries(orders).filter(([, { market }]) => market === NEGOTIATED);
      const row = picked(open, one.pick);
      if (!row) return;
      const energy = one.energy < row[1].energy ? wh(one.energy) : row[1].energy;
      ledger.run(member, reply, { order: row[0], energy, price: at(one.limit) });
      return;
    }
    case 'counter':
    case 'accept': {
      const row = picked(ledger.state.entries(negotiations), one.pick);
      if (!row) return;
      const [negotiation, { offeredBy, seller, buyer, energy, price }] = row;
      const turn = offeredBy === 'sell' ? buyer : seller;
      if (one.kind === 'accept') {
        const done = ledger.run(turn, accept, { negotiation, energy, price }) === undefined;
        if (done) reached.agreements += 1;
      } else {
        const terms = { energy: wh(one.energy), price: at(one.limit) };
        ledger.run(turn, counter, { negotiation, ...terms });
      }
      return;
    }
    case 'time':
      ledger.block(ledger.timeMs + one.afterMs);
      return;
    default: {
      const open = one.kind === 'halt' ? 'halted' : 'open';
      if (open === 'halted') reached.halts += 1;
      ledger.run(operator, setMarketOpen, { market: CALL, open, reason: '' });
    }
  }
}

/** The second bookkeeper: everything that the ledger keeps as a sum, summed again from its rows. */
function checkBooks(ledger: BareMarket): void {
  const { state } = ledger;
  const reserved = new Map<number, bigint>();
  const escrow = new Map<number, bigint>();
  const exposed = new Map<string, bigint>();
  const amounts = new Map<string, bigint>();
  const add = <K>(map: Map<K, bigint>, key: K, value: bigint) =>
    map.set(key, (map.get(key) ?? 0n) + value);
  for (const [, one] of state.entries(orders)) {
    add(reserved, one.member, one.reserved);
    add(exposed, `${one.member}/${one.slotMs}/${one.side}`, one.energy);
    add(amounts, `${one.market}/${one.slotMs}/${one.side}`, one.energy);
  }
  for (const [, trade] of state.entries(trades)) {
    const { payer, amount: due } = paymentOf(trade);
    add(escrow, payer, due);
    add(exposed, `${trade.buyer}/${trade.slotMs}/buy`, trade.energy);
    add(exposed, `${trade.seller}/${trade.slotMs}/sell`, trade.energy);
  }
  let sum = 0n;
  for (const [, { balance }] of state.entries(accounts)) sum += balance;
  expect(sum).toBe(0n);
  for (let member = 1; member <= MEMBERS; member++) {
    const held = (kind: 'available' | 'reserved' | 'escrow') =>
      balanceOf(state, account(member, kind));
    expect(held('reserved')).toBe(reserved.get(member) ?? 0n);
    expect(held('escrow')).toBe(escrow.get(member) ?? 0n);
    expect(held('available') + held('reserved') + held('escrow')).toBe(START);
    expect(held('available') >= 0n).toBe(true);
  }
  for (const one of state.tallied(exposures).entries()) {
    const side = one.first % 2 === 0 ? 'buy' : 'sell';
    expect(one.amount).toBe(exposed.get(`${one.first >> 1}/${one.second}/${side}`));
  }
  for (const [, { member, slotMs, side: which }] of state.entries(orders)) {
    expect(exposedOrders(state, { member, slotMs, side: which })).toBeGreaterThan(0);
  }
  expect(state.tallied(books).entries().length).toBe(amounts.size);
  for (const one of state.tallied(books).entries()) {
    const side = one.first % 2 === 0 ? 'buy' : 'sell';
    expect(one.amount).toBe(amounts.get(`${one.first >> 1}/${one.second}/${side}`));
  }
}

test('M-1 to M-4: whatever members do, a second bookkeeper comes to the same sums', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 120 }), (steps) => {
      const ledger = new BareMarket(sha256);
      for (let member = 1; member <= MEMBERS; member++) ledger.trader(START, 100n);
      const operator = ledger.operator();
      for (const [member, one] of steps) {
        take(ledger, operator, member, one);
        checkBooks(ledger);
      }
      for (let more = 0; more < 40; more++) {
        const due = marketModule.nextDueMs?.(ledger.state, ledger.timeMs);
        if (due === undefined) break;
        ledger.block(due);
        checkBooks(ledger);
      }
      ledger.endBlock();
      expect(ledger.state.size(orders)).toBe(0);
      reached.trades += ledger.state.size(trades);
    }),
    { numRuns: 80 },
  );
  for (const [what, count] of Object.entries(reached)) {
    expect(count, `${what} reached`).toBeGreaterThan(4);
  }
});
