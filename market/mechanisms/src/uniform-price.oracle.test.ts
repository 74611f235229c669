import { energy, price } from '@commonwatt/units';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Line, Order, Side } from './order.ts';
import { clearUniformPrice } from './uniform-price.ts';

/** Small books with many ties, some of them with one member on both sides. */
const books = fc
  .uniqueArray(fc.bigInt({ min: 0n, max: 255n }), { maxLength: 9 })
  .chain((lots) =>
    fc.tuple(
      ...lots.map((lot) =>
        fc.record({
          id: fc.constant(lot.toString(16).padStart(2, '0')),
          member: fc.constantFrom('ana', 'bo', 'cleo', 'dan', `only-${lot}`),
          side: fc.constantFrom<Side>('buy', 'sell'),
          limit: fc.bigInt({ min: -4n, max: 5n }).map(price),
          energy: fc.bigInt({ min: 0n, max: 4n }).map(energy),
        }),
      ),
    ),
  )
  .map((orders: Order[]) => orders);

const lots = (id: string) => id;

/** One entry per watt-hour: small enough to try everything. */
function wattHours(lines: readonly Line[], side: Side): bigint[] {
  return lines
    .filter((line) => line.side === side)
    .flatMap((line) => Array.from<bigint>({ length: Number(line.energy) }).fill(line.limit));
}

const ascending = (a: bigint, b: bigint) => Number(a - b);

/** Tries every price: the most that can trade at one, and the prices at which nobody is left out. */
function byTryingEveryPrice(lines: readonly Line[]) {
  const bids = wattHours(lines, 'buy');
  const asks = wattHours(lines, 'sell');
  const candidates = Array.from({ length: 21 }, (_, at) => BigInt(at - 10));
  const tradedAt = (at: bigint) =>
    Math.min(
      bids.filter((limit) => limit >= at).length,
      asks.filter((limit) => limit <= at).length,
    );
  const volume = Math.max(...candidates.map(tradedAt));
  const clears = candidates.filter(
    (at) =>
      tradedAt(at) === volume &&
      bids.filter((limit) => limit > at).length <= volume &&
      asks.filter((limit) => limit < at).length <= volume,
  );
  return { volume: BigInt(volume), low: clears[0], high: clears.at(-1) };
}

/** The M-th and (M+1)-st highest of all limits, M being the watt-hours for sale. */
function byCountingFromTheTop(lines: readonly Line[]) {
  const asks = wattHours(lines, 'sell');
  const all = [...wattHours(lines, 'buy'), ...asks].sort(ascending).reverse();
  return { low: all[asks.length], high: all[asks.length - 1] };
}

/** Tries every volume: the best that the dearest bids and the cheapest asks can be worth together. */
function bestWelfare(lines: readonly Line[]): bigint {
  const bids = wattHours(lines, 'buy').sort(ascending).reverse();
  const asks = wattHours(lines, 'sell').sort(ascending);
  let best = 0n;
  let worth = 0n;
  for (const [at, value] of bids.entries()) {
    const expense = asks[at];
    if (expense === undefined) break;
    worth += value - expense;
    if (worth > best) best = worth;
  }
  return best;
}

test('agrees with trying every price, counting from the top, and trying every volume', () => {
  let traded = 0;
  fc.assert(
    fc.property(books, (orders) => {
      const cleared = clearUniformPrice({ orders, lots });
      const tried = byTryingEveryPrice(cleared.lines);
      expect(cleared.volume).toBe(tried.volume);
      expect(cleared.welfare).toBe(bestWelfare(cleared.lines));
      if (cleared.priceInterval === null || cleared.price === null) {
        expect(cleared.volume).toBe(0n);
        return;
      }
      traded += 1;
      const { low, high } = cleared.priceInterval;
      expect({ low, high }).toEqual({ low: tried.low, high: tried.high });
      expect({ low, high }).toEqual(byCountingFromTheTop(cleared.lines));
      expect(2n * cleared.price).toBeLessThanOrEqual(low + high);
      expect(2n * cleared.price).toBeGreaterThan(low + high - 2n);
    }),
    { numRuns: 2000 },
  );
  expect(traded).toBeGreaterThan(500);
});

test('fills by merit: whoever is better than a filled order of the same side is full', () => {
  fc.assert(
    fc.property(books, (orders) => {
      const { lines, fills } = clearUniformPrice({ orders, lots });
      const better = (a: Line, b: Line) =>
        a.side === b.side && (a.side === 'buy' ? a.limit > b.limit : a.limit < b.limit);
      for (const filled of lines.filter(({ lot }) => fills.has(lot))) {
        for (const line of lines.filter((other) => better(other, filled))) {
          expect(fills.get(line.lot)).toBe(line.energy);
        }
      }
    }),
  );
});

test('equals at the margin are less than one watt-hour from their exact share', () => {
  fc.assert(
    fc.property(books, (orders) => {
      const { lines, fills, rationed } = clearUniformPrice({ orders, lots });
      if (rationed === null) return;
      const level = lines.filter(
        ({ side, limit }) => side === rationed.side && limit === rationed.limit,
      );
      for (const line of level) {
        const filled = fills.get(line.lot) ?? 0n;
        const off = filled * rationed.offered - line.energy * rationed.filled;
        expect(off < rationed.offered && -off < rationed.offered).toBe(true);
      }
    }),
    { numRuns: 1000 },
  );
});
