import { type Call, clearLinesBy, type Order } from '@commonwatt/mechanisms';
import { energy, price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { publicBook } from './book-lines.ts';
import { callMechanism } from './mechanism.ts';

const order = (
  id: string,
  member: string,
  side: 'buy' | 'sell',
  limit: bigint,
  wattHours: bigint,
): Order => ({ id, member, side, limit: price(limit), energy: energy(wattHours), time: 0 });

/** Ids stand for their own lots. */
const callOf = (orders: readonly Order[]): Call => ({ orders, lots: (id) => id, settings: {} });

function shownBy(name: string, orders: readonly Order[]) {
  const mechanism = callMechanism(name, 1);
  const call = callOf(orders);
  const refused = mechanism.refuse(call) !== undefined;
  const clearing = refused ? undefined : mechanism.clear(call);
  return { mechanism, clearing, ...publicBook(mechanism, call, clearing) };
}

const OWN_CROSSING = [
  order('0a', 'ana', 'buy', 50n, 10n),
  order('0b', 'ana', 'sell', 20n, 4n),
  order('0c', 'ben', 'sell', 30n, 6n),
];

describe('the lines of a clearing', () => {
  test.each(['uniform', 'average', 'pay-as-bid', 'iterative-double-auction'])(
    'by %s have own crossings out of them and no marks',
    (name) => {
      const { lines, selfTrades } = shownBy(name, OWN_CROSSING);
      expect(lines.map(({ lot, energy: left }) => [lot, left])).toEqual([
        ['0a', 6n],
        ['0c', 6n],
      ]);
      expect(lines.every(({ party }) => party === undefined)).toBe(true);
      expect(selfTrades).toEqual([{ member: 'ana', bid: '0a', ask: '0b', energy: 4n }]);
    },
  );

  test('are whole and marked where the outcome depends on who is who', () => {
    // By lot alone the orders would fall into other halves than by member: 0a and 1c are one member's.
    const orders = [
      order('00', 'ana', 'buy', 50n, 10n),
      order('1c', 'ben', 'sell', 30n, 10n),
      order('11', 'ben', 'buy', 10n, 10n),
      order('22', 'cleo', 'sell', 20n, 10n),
      order('33', 'dan', 'buy', 60n, 10n),
    ];
    const { lines, mechanism, clearing } = shownBy('muda', orders);
    expect(lines.map(({ lot, party }) => [lot, party])).toEqual([
      ['00', 0],
      ['11', 1],
      ['1c', 1],
      ['22', 2],
      ['33', 3],
    ]);
    const again = clearLinesBy({ mechanism, settings: {}, lines });
    expect(again.trades.map(({ bid, ask, buyerPrice }) => [bid, ask, buyerPrice])).toEqual(
      clearing?.trades.map(({ bid, ask, buyerPrice }) => [bid, ask, buyerPrice]),
    );
    expect(clearing?.trades.length).toBeGreaterThan(0);
  });

  test('by time are whole, and marked where own energy met', () => {
    const alone = shownBy('continuous', OWN_CROSSING.slice(1));
    expect(alone.lines.map(({ party, time }) => [party, time])).toEqual([
      [undefined, 0],
      [undefined, 0],
    ]);
    const met = shownBy('continuous', OWN_CROSSING);
    expect(met.lines.map(({ lot, energy: whole, party }) => [lot, whole, party])).toEqual([
      ['0a', 10n, 0],
      ['0b', 4n, 0],
      ['0c', 6n, 1],
    ]);
    expect(met.selfTrades).toEqual([]);
  });

  test('of a call that the rule refuses need no marks where they are refused as well', () => {
    const many = Array.from({ length: 201 }, (_, at) =>
      order(at.toString(16).padStart(4, '0'), `${at}`, at % 2 === 0 ? 'buy' : 'sell', 5n, 1n),
    );
    const { clearing, lines } = shownBy('naive-auction', many);
    expect(clearing).toBeUndefined();
    expect(lines).toHaveLength(201);
    expect(lines.every(({ party }) => party === undefined)).toBe(true);
  });

  test('of a call that is refused for own crossings carry marks, so that it is refused again', () => {
    const many = Array.from({ length: 201 }, (_, at) => {
      const side = at % 2 === 0 ? 'buy' : 'sell';
      return order(at.toString(16).padStart(4, '0'), 'ana', side, 5n, 1n);
    });
    const { mechanism, lines } = shownBy('naive-auction', many);
    expect(lines.every(({ party }) => party === 0)).toBe(true);
    expect(() => clearLinesBy({ mechanism, settings: {}, lines })).toThrow(/too_many_orders/);
  });
});
