import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OrderBook } from './order-book.ts';

/** The book as anyone would write it: lists that are searched. */
class PlainBook {
  readonly trades: string[] = [];
  standing: { order: number; buys: boolean; level: number; wh: number; member: number }[] = [];

  submit(order: number, buys: boolean, level: number, wh: number, member: number): void {
    let left = wh;
    while (left > 0) {
      const [best] = this.standing
        .filter((one) => one.buys !== buys && (buys ? one.level <= level : one.level >= level))
        .sort((a, b) => (buys ? a.level - b.level : b.level - a.level));
      if (best === undefined) break;
      const met = Math.min(left, best.wh);
      if (best.member !== member) this.trades.push(`${order}-${best.order} ${met} @ ${best.level}`);
      left -= met;
      best.wh -= met;
      this.standing = this.standing.filter(({ wh: rest }) => rest > 0);
    }
    if (left > 0) this.standing.push({ order, buys, level, wh: left, member });
  }

  withdraw(order: number): number {
    const left = this.standing.find((one) => one.order === order)?.wh ?? 0;
    this.standing = this.standing.filter((one) => one.order !== order);
    return left;
  }
}

const LEVELS = 80;
const event = fc.record({
  buys: fc.boolean(),
  level: fc.integer({ min: 0, max: LEVELS - 1 }),
  wh: fc.integer({ min: 1, max: 9 }),
  member: fc.integer({ min: 0, max: 3 }),
  withdraws: fc.option(fc.nat({ max: 60 }), { nil: undefined }),
});

const tradesOf = (book: OrderBook) => {
  const { incoming, standing, levels, energiesWh } = book.fills;
  return [...incoming].map((one, at) => `${one}-${standing[at]} ${energiesWh[at]} @ ${levels[at]}`);
};

describe('an order book', () => {
  test('trades as the plain book does, and stands as deep', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const ours = new OrderBook({ orders: events.length, levels: LEVELS });
        const plain = new PlainBook();
        for (const [order, { buys, level, wh, member, withdraws }] of events.entries()) {
          if (withdraws !== undefined) {
            expect(ours.withdraw(withdraws)).toBe(plain.withdraw(withdraws));
            continue;
          }
          if (buys) ours.buy(order, level, wh, member);
          else ours.sell(order, level, wh, member);
          plain.submit(order, buys, level, wh, member);
        }
        expect(tradesOf(ours)).toEqual(plain.trades);
        for (let level = 0; level < LEVELS; level++) {
          const wh = plain.standing.filter((one) => one.level === level);
          expect(ours.depthWh(level)).toBe(wh.reduce((sum, one) => sum + one.wh, 0));
        }
        const bids = plain.standing.filter(({ buys }) => buys).map(({ level }) => level);
        const asks = plain.standing.filter(({ buys }) => !buys).map(({ level }) => level);
        expect(ours.best).toEqual({
          bid: bids.length === 0 ? undefined : Math.max(...bids),
          ask: asks.length === 0 ? undefined : Math.min(...asks),
        });
      }),
      { numRuns: 1000 },
    );
  });

  test('the earliest of a level is met first, at its own price', () => {
    const book = new OrderBook({ orders: 4, levels: 10 });
    book.sell(0, 5, 3, 0);
    book.sell(1, 5, 3, 1);
    book.sell(2, 4, 1, 2);
    book.buy(3, 9, 5, 3);
    expect(tradesOf(book)).toEqual(['3-2 1 @ 4', '3-0 3 @ 5', '3-1 1 @ 5']);
    expect(book.depthWh(5)).toBe(2);
  });

  test('defect 10: a withdrawal of an order that is not there is answered, and changes nothing', () => {
    const book = new OrderBook({ orders: 3, levels: 10 });
    book.sell(0, 5, 3, 0);
    book.buy(1, 5, 2, 1);
    // One that is filled, one that never came, numbers that no order can have.
    for (const unknown of [1, 2, 3, -1, 1.5, Number.NaN]) expect(book.withdraw(unknown)).toBe(0);
    expect(book.depthWh(5)).toBe(1);
    expect([book.withdraw(0), book.withdraw(0)]).toEqual([1, 0]);
    expect(book.best).toEqual({ bid: undefined, ask: undefined });
  });

  test('tells more trades than it had room for at first', () => {
    const count = 3000;
    const book = new OrderBook({ orders: 2 * count, levels: 1 });
    for (let at = 0; at < count; at++) {
      book.buy(2 * at, 0, 1, 0);
      book.sell(2 * at + 1, 0, 1, 1);
    }
    expect(book.fills.incoming).toHaveLength(count);
    expect(book.fills.standing[count - 1]).toBe(2 * count - 2);
  });
});
