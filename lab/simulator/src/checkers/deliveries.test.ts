import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BookedTrade, mostDelivered, owedOf, type Statement } from './deliveries.ts';

const [ANA, BEN, CLEO] = [2, 3, 4];

function trade(changes: Partial<BookedTrade> = {}): BookedTrade {
  return {
    seller: ANA,
    buyer: BEN,
    slotMs: 0,
    energy: 100n,
    buyerPrice: 120n,
    sellerPrice: 90n,
    ...changes,
  };
}

function statement(changes: Partial<Statement> = {}): Statement {
  return {
    lines: [
      { member: ANA, trade: 'one', delivered: 40n },
      { member: BEN, trade: 'one', delivered: 40n },
    ],
    metered: [
      { member: ANA, slotMs: 0, imported: 0n, exported: 40n },
      { member: BEN, slotMs: 0, imported: 70n, exported: 0n },
    ],
    ...changes,
  };
}

test('each side has its own price of what was delivered, and the rest is the spread', () => {
  const owed = owedOf(new Map([['one', trade()]]), statement());
  expect([...owed.members]).toEqual([
    [BEN, -40n * 120n],
    [ANA, 40n * 90n],
  ]);
  expect(owed.spread).toBe(40n * 30n);
});

test('between prices of different sign both pay, and the community has both', () => {
  const owed = owedOf(new Map([['one', trade({ sellerPrice: -20n })]]), statement());
  expect([...owed.members.values()]).toEqual([-40n * 120n, -40n * 20n]);
  expect(owed.spread).toBe(40n * 140n);
});

const line = (member: number, delivered: bigint, name = 'one') => ({
  member,
  trade: name,
  delivered,
});

test.each<[string, Partial<Statement>, string]>([
  ['one party alone', { lines: [line(ANA, 40n)] }, '40 Wh delivered to its seller'],
  ['two figures', { lines: [line(ANA, 40n), line(BEN, 39n)] }, "39 to its buyer's"],
  ['a stranger', { lines: [line(CLEO, 40n)] }, 'member 4 was told of trade one'],
  ['twice', { lines: [line(ANA, 40n), line(ANA, 40n)] }, 'member 2 was told twice'],
  ['beyond the trade', { lines: [line(ANA, 101n), line(BEN, 101n)] }, 'of 100'],
  ['beyond a meter', { lines: [line(ANA, 41n), line(BEN, 41n)] }, '41 Wh delivered, 40 metered'],
  ['less than could be', { lines: [line(ANA, 39n), line(BEN, 39n)] }, '40 could have been'],
])('a statement that is not sound: %s', (_name, changes, finding) => {
  expect(() => owedOf(new Map([['one', trade()]]), statement(changes))).toThrow(finding);
});

test('what one seller lacks another may give: the largest flow takes a way back', () => {
  const trades = [
    trade({ seller: 1, buyer: 11, energy: 10n }),
    trade({ seller: 1, buyer: 12, energy: 10n }),
    trade({ seller: 2, buyer: 11, energy: 10n }),
  ];
  const most = mostDelivered(
    trades,
    () => 10n,
    () => 10n,
  );
  expect(most).toBe(20n);
});

test('the largest flow is the smallest cut', () => {
  const members = fc.nat({ max: 2 });
  const some = fc.record({ seller: members, buyer: members, energy: fc.bigInt(0n, 9n) });
  const meters = fc.tuple(fc.bigInt(0n, 9n), fc.bigInt(0n, 9n), fc.bigInt(0n, 9n));
  fc.assert(
    fc.property(fc.array(some, { maxLength: 6 }), meters, meters, (trades, exported, imported) => {
      let least: bigint | undefined;
      // Every set of sellers and buyers on the source's side: what leaves it.
      for (let side = 0; side < 64; side++) {
        const isInside = (at: number) => (side & (1 << at)) !== 0;
        let cut = 0n;
        for (let one = 0; one < 3; one++) {
          if (!isInside(one)) cut += exported[one] as bigint;
          if (isInside(3 + one)) cut += imported[one] as bigint;
        }
        for (const { seller, buyer, energy } of trades) {
          if (isInside(seller) && !isInside(3 + buyer)) cut += energy;
        }
        if (least === undefined || cut < least) least = cut;
      }
      const flow = mostDelivered(
        trades,
        (seller) => exported[seller] as bigint,
        (buyer) => imported[buyer] as bigint,
      );
      expect(flow).toBe(least);
    }),
    { numRuns: 100 },
  );
});
