import { TRADERS } from '@commonwatt/mechanisms';
import { describe, expect, test } from 'vitest';
import { ranWith, scenarioOf } from './studies.test-support.ts';
import { Traders } from './traders.ts';

const NAMES = TRADERS.map(({ name }) => name);
const FLOOR = 80_000;
const CEILING = 300_000;

const membersOf = (trader: string) => [
  { trader, buyLimit: 250_000, sellLimit: 90_000 },
  { trader, buyLimit: 220_000, sellLimit: 110_000 },
  { trader, buyLimit: 180_000, sellLimit: 130_000 },
];

function shouts(trader: string, seed: number, slots: number) {
  const traders = new Traders({ members: membersOf(trader), floor: FLOOR, ceiling: CEILING, seed });
  return Array.from({ length: slots }, (_, slot) => {
    const book = traders.shout(slot, slot * 900_000, Int32Array.of(500, 0, -300), 0);
    const filledWh = book.members.map(() => (slot % 2 === 0 ? 300 : 0));
    traders.learn(
      book,
      {
        filledWh,
        payments: book.isBid.map((isBid, at) => (isBid ? 1 : -1) * (filledWh[at] ?? 0) * 150_000),
        trades: [],
        price: null,
        priceLow: null,
        priceHigh: null,
        lotSeed: '',
      },
      0,
    );
    return book;
  });
}

const efficiencyOf = async (trader: string, seed: number, changes: object = {}) => {
  const time = { from: '2025-05-05T22:00:00Z', until: '2025-05-08T22:00:00Z', slot_minutes: 60 };
  const { result } = await ranWith(
    scenarioOf({ traders: { trader }, seed, time, ...changes }),
    'few',
  );
  const sum = (of: 'welfare' | 'optimumWelfare') =>
    result.slots.reduce((total, slot) => total + slot[of], 0);
  return sum('welfare') / sum('optimumWelfare');
};

describe('traders of a study', () => {
  test('there are the seven', () => {
    expect(NAMES.length).toBe(7);
  });

  test.each(NAMES)(
    '%s: shouts by its member’s need, repeats by the seed, stays within bounds',
    (name) => {
      const books = shouts(name, 5, 30);
      expect(shouts(name, 5, 30)).toEqual(books);
      for (const { members, isBid, energiesWh, prices, limits } of books) {
        // A trader may stay silent; who needs nothing always does.
        expect(members).not.toContain(1);
        for (const [at, member] of members.entries()) {
          expect([isBid[at], energiesWh[at]]).toEqual(member === 0 ? [true, 500] : [false, 300]);
          expect(limits[at]).toBe(member === 0 ? 250_000 : 130_000);
          expect(prices[at]).toBeGreaterThanOrEqual(FLOOR);
          expect(prices[at]).toBeLessThanOrEqual(CEILING);
          if (name === 'zi-u') continue;
          const loss =
            isBid[at] === true
              ? (prices[at] as number) - 250_000
              : 130_000 - (prices[at] as number);
          expect(loss).toBeLessThanOrEqual(0);
        }
      }
    },
  );

  test('a name that nobody has', () => {
    expect(() => shouts('nobody', 1, 1)).toThrow('trader: expected a known name, got nobody');
  });

  test.each(NAMES)('%s: runs over days and more than one round', async (name) => {
    const efficiency = await efficiencyOf(name, 1, { market: { mechanism: 'uniform', rounds: 3 } });
    expect(efficiency).toBeLessThanOrEqual(1);
    if (name === 'truthful') expect(efficiency).toBe(1);
    if (name !== 'zi-u') expect(efficiency).toBeGreaterThan(0);
  });

  test('who keeps to its limits never loses by a trade; who shouts anything does', async () => {
    const leastOf = async (trader: string) => {
      const { result } = await ranWith(scenarioOf({ traders: { trader } }), 'few');
      return Math.min(...result.members.map(({ gain }) => gain));
    };
    expect(await leastOf('zi-u')).toBeLessThan(0);
    for (const name of NAMES.filter((one) => one !== 'zi-u')) {
      expect(await leastOf(name), name).toBeGreaterThanOrEqual(0);
    }
  });
});
