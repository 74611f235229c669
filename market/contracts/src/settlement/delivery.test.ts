import { toHex } from '@commonwatt/ledger';
import { energy } from '@commonwatt/units';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  deliver,
  lowerOf,
  MeteredEnergy,
  type SharedDelivery,
  settlementLot,
  sharesOf,
  slotsOf,
  type TradeEntry,
} from './delivery.ts';
import {
  FROM_MS,
  hashOf,
  QUARTER_MS,
  sha256,
  type TerseTrade,
  tradeEntry,
} from './testing/street.ts';

const period = { periodFromMs: FROM_MS, periodUntilMs: FROM_MS + 8 * QUARTER_MS };

/** [member, side, slot, Wh] */
type Counted = readonly [number, 'buy' | 'sell', number, number];

function metered(counted: readonly Counted[]): MeteredEnergy {
  const all = new MeteredEnergy(QUARTER_MS);
  for (const [member, side, slot, wh] of counted) {
    all.add(member, side, FROM_MS + slot * QUARTER_MS, BigInt(wh));
  }
  return all;
}

function delivered(trades: readonly TerseTrade[], counted: readonly Counted[]) {
  const names = new Map(trades.map((one) => [toHex(hashOf(one.name)), one.name]));
  const all = deliver(sha256, period, trades.map(tradeEntry), metered(counted));
  return Object.fromEntries(
    all.map((one) => [names.get(toHex(one.trade[0])), Number(one.delivered)]),
  );
}

describe('the rule, version 1', () => {
  test('what both meters confirm is delivered in full', () => {
    const trades = [{ name: 'a', slot: 0, seller: 1, buyer: 2, energy: 500 }];
    const counted: Counted[] = [
      [1, 'sell', 0, 900],
      [2, 'buy', 0, 500],
    ];
    expect(delivered(trades, counted)).toEqual({ a: 500 });
  });

  test('a short export is shared pro rata to the traded energy', () => {
    const trades = [
      { name: 'a', slot: 0, seller: 1, buyer: 2, energy: 300 },
      { name: 'b', slot: 0, seller: 1, buyer: 3, energy: 100 },
    ];
    const counted: Counted[] = [
      [1, 'sell', 0, 200],
      [2, 'buy', 0, 999],
      [3, 'buy', 0, 999],
    ];
    expect(delivered(trades, counted)).toEqual({ a: 150, b: 50 });
  });

  test('a trade delivers the lower of what seller and buyer have for it', () => {
    const trades = [
      { name: 'a', slot: 0, seller: 1, buyer: 2, energy: 300 },
      { name: 'b', slot: 0, seller: 1, buyer: 3, energy: 100 },
    ];
    const counted: Counted[] = [
      [1, 'sell', 0, 200],
      [2, 'buy', 0, 40],
      [3, 'buy', 0, 60],
    ];
    expect(delivered(trades, counted)).toEqual({ a: 40, b: 50 });
  });

  test('a whole Wh that is left goes to the largest remainder', () => {
    const trades = [
      { name: 'a', slot: 0, seller: 1, buyer: 2, energy: 5 },
      { name: 'b', slot: 0, seller: 1, buyer: 3, energy: 3 },
    ];
    const counted: Counted[] = [
      [1, 'sell', 0, 4],
      [2, 'buy', 0, 9],
      [3, 'buy', 0, 9],
    ];
    // 4 x 5 / 8 = 2.5 and 4 x 3 / 8 = 1.5: a tie. With 3: 1.875 and 1.125.
    expect(delivered(trades, [[1, 'sell', 0, 3], ...counted.slice(1)])).toEqual({ a: 2, b: 1 });
    const lot = (name: string) => settlementLot(sha256, period, 'trade', hashOf(name));
    const tie = lot('a') < lot('b') ? { a: 3, b: 1 } : { a: 2, b: 2 };
    expect(delivered(trades, counted)).toEqual(tie);
  });

  test('the lot of a tie depends on the period, the purpose and the id', () => {
    const later = { ...period, periodUntilMs: period.periodUntilMs + QUARTER_MS };
    const lots = [
      settlementLot(sha256, period, 'trade', hashOf('a')),
      settlementLot(sha256, period, 'meter', hashOf('a')),
      settlementLot(sha256, period, 'trade', hashOf('b')),
      settlementLot(sha256, later, 'trade', hashOf('a')),
    ];
    expect(new Set(lots).size).toBe(4);
  });

  test('no reading delivers nothing, and other slots do not help out', () => {
    const trades = [{ name: 'a', slot: 0, seller: 1, buyer: 2, energy: 500 }];
    expect(delivered(trades, [])).toEqual({ a: 0 });
    const counted: Counted[] = [
      [1, 'sell', 1, 500],
      [2, 'buy', 0, 500],
    ];
    expect(delivered(trades, counted)).toEqual({ a: 0 });
  });

  test('a member who sells and buys in one slot has an export and an import', () => {
    const trades = [
      { name: 'a', slot: 0, seller: 1, buyer: 2, energy: 100 },
      { name: 'b', slot: 0, seller: 3, buyer: 1, energy: 100 },
    ];
    const counted: Counted[] = [
      [1, 'sell', 0, 70],
      [1, 'buy', 0, 30],
      [2, 'buy', 0, 100],
      [3, 'sell', 0, 100],
    ];
    expect(delivered(trades, counted)).toEqual({ a: 70, b: 30 });
  });

  test('a longer slot is served from what shorter ones left, and nothing twice', () => {
    const trades = [
      { name: 'hour', slot: 0, seller: 1, buyer: 2, energy: 1000, quarters: 4 },
      { name: 'quarter', slot: 1, seller: 1, buyer: 2, energy: 300 },
    ];
    const counted: Counted[] = [0, 1, 2, 3].flatMap((slot): Counted[] => [
      [1, 'sell', slot, 250],
      [2, 'buy', slot, 250],
    ]);
    expect(delivered(trades, counted)).toEqual({ hour: 750, quarter: 250 });
  });
});

const street = fc.record({
  trades: fc.array(
    fc.record({
      slot: fc.integer({ min: 0, max: 3 }),
      seller: fc.integer({ min: 1, max: 4 }),
      buyer: fc.integer({ min: 5, max: 8 }),
      energy: fc.integer({ min: 1, max: 50 }),
      quarters: fc.constantFrom(1, 1, 1, 2, 4),
    }),
    { maxLength: 12 },
  ),
  counted: fc.array(
    fc.tuple(
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 0, max: 7 }),
      fc.integer({ min: 0, max: 90 }),
    ),
    { maxLength: 40 },
  ),
});

function world(one: typeof street extends fc.Arbitrary<infer T> ? T : never) {
  const trades = one.trades.map((trade, at) => ({
    ...trade,
    name: `trade ${at}`,
    slot: trade.slot - (trade.slot % trade.quarters),
  }));
  const counted = one.counted.map(
    ([member, slot, wh]): Counted => [member, member < 5 ? 'sell' : 'buy', slot, wh],
  );
  return { trades, counted };
}

test('laws: nothing is delivered beyond what was traded or metered', () => {
  fc.assert(
    fc.property(street, (one) => {
      const { trades, counted } = world(one);
      const all = deliver(sha256, period, trades.map(tradeEntry), metered(counted));
      const sums = new Map<string, bigint>();
      for (const { trade, sellerShare, buyerShare, delivered: wh } of all) {
        const [, terms] = trade;
        expect(sellerShare).toBeLessThanOrEqual(terms.energy);
        expect(buyerShare).toBeLessThanOrEqual(terms.energy);
        expect([sellerShare, buyerShare]).toContain(wh);
        expect(wh).toBeLessThanOrEqual(sellerShare);
        expect(wh).toBeLessThanOrEqual(buyerShare);
        for (const member of [terms.seller, terms.buyer]) {
          sums.set(`${member}`, (sums.get(`${member}`) ?? 0n) + wh);
        }
      }
      for (const [member, sum] of sums) {
        const own = counted.filter((each) => `${each[0]}` === member);
        expect(sum).toBeLessThanOrEqual(BigInt(own.reduce((total, each) => total + each[3], 0)));
      }
    }),
    { numRuns: 300 },
  );
});

test('laws: a side’s shares of a slot sum to the lower of metered and traded', () => {
  fc.assert(
    fc.property(street, (one) => {
      const { trades, counted } = world(one);
      for (const ofSlot of slotsOf(trades.map(tradeEntry))) {
        const shares = sharesOf(sha256, period, ofSlot, 'sell', metered(counted));
        const sellers = new Set(ofSlot.map(([, { seller }]) => seller));
        for (const seller of sellers) {
          const own = ofSlot.filter(([, terms]) => terms.seller === seller);
          const traded = own.reduce((sum, [, terms]) => sum + terms.energy, 0n);
          const left = metered(counted).left(seller, 'sell', (own[0] as TradeEntry)[1]);
          const shared = own.reduce((sum, [id]) => sum + (shares.get(toHex(id)) ?? 0n), 0n);
          expect(shared).toBe(lowerOf(energy(left), energy(traded)));
        }
      }
    }),
    { numRuns: 200 },
  );
});

test('S-7: the order of trades and readings changes nothing', () => {
  const asText = (all: readonly SharedDelivery[]) =>
    all.map((one) => `${toHex(one.trade[0])}=${one.delivered}`).join();
  fc.assert(
    fc.property(street, fc.infiniteStream(fc.nat()), (one, chance) => {
      const { trades, counted } = world(one);
      const shuffled = <T>(list: readonly T[]): T[] =>
        list
          .map((item) => [chance.next().value as number, item] as const)
          .sort(([a], [b]) => a - b)
          .map(([, item]) => item);
      const straight = deliver(sha256, period, trades.map(tradeEntry), metered(counted));
      const mixed = deliver(
        sha256,
        period,
        shuffled(trades).map(tradeEntry),
        metered(shuffled(counted)),
      );
      expect(asText(mixed)).toBe(asText(straight));
    }),
    { numRuns: 300 },
  );
});

test('delivering more than is metered is a mistake of ours', () => {
  const [, terms] = tradeEntry({ name: 'a', slot: 0, seller: 1, buyer: 2, energy: 5 });
  expect(() => metered([[1, 'sell', 0, 4]]).serve(1, 'sell', terms, 5n)).toThrow(
    'delivery: 1 Wh more delivered than metered',
  );
  expect(lowerOf(terms.energy, terms.energy)).toBe(5n);
});
