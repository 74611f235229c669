import { money, price } from '@commonwatt/units';
import { beforeAll, describe, expect, test } from 'vitest';
import { trades } from '../market/state.ts';
import { account, move } from '../wallet/accounts.ts';
import {
  boundsOf,
  checkEscrow,
  openTradesOf,
  tradedBySlot,
  tradesTouching,
} from './open-trades.ts';
import { ANA, BEN, CLEO, type SettlingLedger, smallStreet } from './testing/settling-ledger.ts';
import { FROM_MS, QUARTER_MS, tradeEntry } from './testing/street.ts';

let ledger: SettlingLedger;
beforeAll(async () => {
  ledger = await smallStreet();
});

const slots = (fromSlot: number, untilSlot: number) => ({
  periodFromMs: FROM_MS + fromSlot * QUARTER_MS,
  periodUntilMs: FROM_MS + untilSlot * QUARTER_MS,
});

test('the open trades of a period are those of its slots', () => {
  const count = (from: number, until: number) =>
    openTradesOf(ledger.state, slots(from, until)).length;
  expect([count(0, 4), count(0, 1), count(1, 2), count(2, 4), count(-4, 0)]).toEqual([
    3, 2, 1, 0, 0,
  ]);
});

test('a trade whose slot crosses either end of the period cuts it', () => {
  const { state } = ledger;
  const mark = state.mark();
  const [id, hour] = tradeEntry({
    name: 'hour',
    slot: 4,
    seller: 2,
    buyer: 3,
    energy: 1,
    quarters: 4,
  });
  state.set(trades, id, hour);
  const cut = (from: number, until: number) =>
    tradesTouching(state, slots(from, until)).cut !== undefined;
  expect([cut(0, 4), cut(0, 5), cut(4, 8), cut(7, 9), cut(8, 9), cut(0, 8)]).toEqual([
    false,
    true,
    false,
    true,
    false,
    false,
  ]);
  state.rollback(mark);
});

test('bounds add up what each party may have to pay and to get, at negative prices turned', () => {
  const bounds = boundsOf(
    [
      { name: 'a', slot: 0, seller: ANA, buyer: BEN, energy: 10, price: 3 },
      { name: 'b', slot: 0, seller: CLEO, buyer: ANA, energy: 5, price: 2 },
      { name: 'c', slot: 0, seller: CLEO, buyer: BEN, energy: 7, price: -1 },
      { name: 'd', slot: 0, seller: CLEO, buyer: 9, energy: 7, price: 0 },
    ].map(tradeEntry),
    { sellerDeviationPrice: price(2n), buyerDeviationPrice: price(3n) },
  );
  expect([...bounds].sort(([a], [b]) => a - b)).toEqual([
    [ANA, { escrow: 10n, claims: 30n, deviationMost: 35n }],
    [BEN, { escrow: 30n, claims: 7n, deviationMost: 51n }],
    [CLEO, { escrow: 7n, claims: 10n, deviationMost: 38n }],
    [9, { escrow: 0n, claims: 0n, deviationMost: 21n }],
  ]);
});

test('traded energy adds up per start of slot', () => {
  const open = openTradesOf(ledger.state, slots(0, 4));
  expect([...tradedBySlot(open)]).toEqual([
    [FROM_MS, 400n],
    [FROM_MS + QUARTER_MS, 50n],
  ]);
});

describe('S-1: escrow equals the sum over open trades', () => {
  const spoiled = (change: () => void): (() => void) => {
    return () => {
      const { state } = ledger;
      const mark = state.mark();
      try {
        change();
        checkEscrow(state);
      } finally {
        state.rollback(mark);
      }
    };
  };
  const [id] = tradeEntry({ name: 'a', slot: 0, seller: ANA, buyer: BEN, energy: 300 });

  test('holds where trade and escrow go together', () => {
    const { state } = ledger;
    const both = () => {
      state.delete(trades, id);
      move(state, account(BEN, 'escrow'), account(ANA, 'available'), money(30_000n));
    };
    expect(spoiled(both)).not.toThrow();
  });

  test('stops the node where a trade ends and its escrow stays', () => {
    expect(spoiled(() => ledger.state.delete(trades, id))).toThrow(
      `S-1: expected member ${BEN}'s escrow to be 5000, got 35000`,
    );
  });

  test('stops the node where escrow goes and its trade stays', () => {
    const { state } = ledger;
    const taken = () => move(state, account(CLEO, 'escrow'), account(ANA, 'available'), money(1n));
    expect(spoiled(taken)).toThrow(`S-1: expected member ${CLEO}'s escrow to be 20000, got 19999`);
  });
});
