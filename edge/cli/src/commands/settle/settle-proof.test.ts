/** What a settlement promises, tried out on whole files against judges that share nothing with it. */

import { createHash } from 'node:crypto';
import { SeededRandom } from '@commonwatt/simulator';
import { type Energy, formatInstant, formatPrice, type Price } from '@commonwatt/units';
import loadHighs from 'highs';
import { beforeAll, describe, expect, test } from 'vitest';
import { exactJson } from './exact-json.ts';
import { type ReadingRow, readReadings, readTrades, type TradeRow } from './settle-csv.ts';
import { type SettlementTables, settlementTables } from './settlement-tables.ts';

const sha256 = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(bytes).digest());
const FROM_MS = Date.UTC(2021, 2, 28);
const QUARTER_MS = 900_000;

interface Files {
  readonly trades: readonly TradeRow[];
  readonly readings: readonly ReadingRow[];
}

interface Plan {
  readonly members: number;
  readonly trades: number;
  readonly slots: number;
  readonly wattHours: number;
  /** Thousandths of what was traded that are metered, from and to. */
  readonly metered: readonly [least: number, most: number];
}

/** Members who both sell and buy; every tenth reading is missing. */
function drawn(random: SeededRandom, plan: Plan): Files {
  const trades = Array.from({ length: plan.trades }, (_, at): TradeRow => {
    const seller = random.below(plan.members);
    const buyer = (seller + 1 + random.below(plan.members - 1)) % plan.members;
    return {
      trade: `t${at}`,
      slotMs: FROM_MS + random.below(plan.slots) * QUARTER_MS,
      seller: `m${seller}`,
      buyer: `m${buyer}`,
      energy: BigInt(random.below(plan.wattHours + 1)) as Energy,
      price: (10n * BigInt(random.below(40_000)) - 50_000n) as Price,
    };
  });
  const sums = new Map<string, bigint>();
  for (const { slotMs, seller, buyer, energy } of trades) {
    for (const key of [`${slotMs}/export/${seller}`, `${slotMs}/import/${buyer}`]) {
      sums.set(key, (sums.get(key) ?? 0n) + energy);
    }
  }
  const [least, most] = plan.metered;
  const readings = [...sums].flatMap(([key, traded]): readonly ReadingRow[] => {
    if (random.below(10) === 0) return [];
    const [slotMs = '', direction = '', member = ''] = key.split('/');
    const part = BigInt(least + random.below(most - least + 1));
    const energy = ((traded * part) / 1000n) as Energy;
    return [
      {
        slotMs: Number(slotMs),
        direction: direction === 'export' ? 'export' : 'import',
        member,
        energy,
      },
    ];
  });
  return { trades, readings };
}

/** As files, with one of the ways to write an instant. */
function written({ trades, readings }: Files, random: SeededRandom): Files {
  const instant = (slotMs: number): string => {
    if (random.below(2) === 0) return formatInstant(slotMs);
    return formatInstant(slotMs + 2 * 3_600_000).replace('Z', '+02:00');
  };
  const ofTrades = trades.map((one) =>
    [
      one.trade,
      instant(one.slotMs),
      one.seller,
      one.buyer,
      one.energy,
      formatPrice(one.price, 'EUR/MWh'),
    ].join(','),
  );
  const ofReadings = readings.map((one) =>
    [one.member, instant(one.slotMs), one.direction, one.energy].join(','),
  );
  const [trading, reading] = [
    'trade,slot,seller,buyer,energy_wh,price',
    'member,slot,direction,energy_wh',
  ];
  return {
    trades: readTrades('trades.csv', [trading, ...ofTrades].join('\n')),
    readings: readReadings('readings.csv', [reading, ...ofReadings].join('\n')),
  };
}

function shuffled<T>(list: readonly T[], random: SeededRandom): readonly T[] {
  const mixed = [...list];
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [mixed[last], mixed[other]] = [mixed[other] as T, mixed[last] as T];
  }
  return mixed;
}

const settled = ({ trades, readings }: Files): SettlementTables =>
  settlementTables(sha256, trades, readings);

/** Everything it says, as one text, with the allocations in the order of their names. */
function comparable({ allocations, ...rest }: SettlementTables): string {
  const byName = [...allocations].sort((a, b) => (a.trade < b.trade ? -1 : 1));
  return exactJson({ ...rest, byName });
}

test.each([
  ['of ordinary energies', 9, 40, 900],
  ['of small ones, whose remainders are equal and go by lot', 5, 40, 2],
])(
  '500 permutations of both files, in other zones, say the same: %s',
  (_of, members, trades, wattHours) => {
    const random = new SeededRandom(5);
    const files = drawn(random, { members, trades, slots: 2, wattHours, metered: [300, 1200] });
    const straight = comparable(settled(files));
    expect(settled(files).deviations.length).toBeGreaterThan(5);
    for (let round = 0; round < 500; round++) {
      const mixed = {
        trades: shuffled(files.trades, random),
        readings: shuffled(files.readings, random),
      };
      expect(comparable(settled(round % 10 === 0 ? written(mixed, random) : mixed))).toBe(straight);
    }
  },
);

test('metered is allocated and left over, traded is allocated and short, and money is exact', () => {
  const random = new SeededRandom(6);
  for (let round = 0; round < 60; round++) {
    const plan = { members: 6, trades: 25, slots: 3, wattHours: 500, metered: [0, 1500] } as const;
    const files = drawn(random, plan);
    const tables = settled(files);
    const parts = new Map(tables.allocations.map((one) => [one.trade, one]));
    let total = 0n;
    const sums = new Map<string, { traded: bigint; allocated: bigint }>();
    for (const trade of files.trades) {
      const { energy, money } = parts.get(trade.trade) ?? { energy: -1n, money: 0n };
      const isRight = energy >= 0n && energy <= trade.energy && money === energy * trade.price;
      if (!isRight) expect.fail(`${trade.trade}: ${energy} Wh of ${trade.energy}, ${money}`);
      total += energy;
      for (const key of [
        `${trade.slotMs}/export/${trade.seller}`,
        `${trade.slotMs}/import/${trade.buyer}`,
      ]) {
        const { traded, allocated } = sums.get(key) ?? { traded: 0n, allocated: 0n };
        sums.set(key, { traded: traded + trade.energy, allocated: allocated + energy });
      }
    }
    expect(tables.total).toBe(total);
    const metered = new Map(
      files.readings.map((one) => [`${one.slotMs}/${one.direction}/${one.member}`, one.energy]),
    );
    expect(tables.residuals).toHaveLength(files.readings.length);
    for (const { slotMs, direction, member, energy } of tables.residuals) {
      const key = `${slotMs}/${direction}/${member}`;
      expect(energy).toBe((metered.get(key) ?? -1n) - (sums.get(key)?.allocated ?? 0n));
    }
    const deviations = new Map(
      tables.deviations.map((one) => {
        const direction = one.side === 'seller' ? 'export' : 'import';
        return [`${one.slotMs}/${direction}/${one.member}`, one.energy];
      }),
    );
    const missing = new Set(
      tables.missing.map((one) => `${one.slotMs}/${one.direction}/${one.member}`),
    );
    for (const [key, { traded }] of sums) {
      const short = traded - (metered.get(key) ?? 0n);
      expect(deviations.get(key)).toBe(short > 0n ? short : undefined);
      expect(missing.has(key)).toBe(!metered.has(key));
    }
  }
});

describe('the total', () => {
  // Its types describe the CommonJS module; what is imported here is the function itself.
  const load = loadHighs as unknown as typeof loadHighs.default;
  let highs: Awaited<ReturnType<typeof load>>;
  beforeAll(async () => {
    highs = await load();
  });

  /** All slots of both files as one linear program. */
  function optimum({ trades, readings }: Files): bigint {
    const counted = new Map(
      readings.map((one) => [`${one.slotMs}/${one.direction}/${one.member}`, one.energy]),
    );
    const limits = new Map<string, string[]>();
    trades.forEach(({ slotMs, seller, buyer }, at) => {
      for (const key of [`${slotMs}/export/${seller}`, `${slotMs}/import/${buyer}`]) {
        limits.set(key, [...(limits.get(key) ?? []), `x${at}`]);
      }
    });
    const { Status, ObjectiveValue } = highs.solve(
      [
        'Maximize',
        ` energy: ${trades.map((_, at) => `x${at}`).join(' + ')}`,
        'Subject To',
        ...[...limits].map(
          ([key, own], at) => ` c${at}: ${own.join(' + ')} <= ${counted.get(key) ?? 0n}`,
        ),
        'Bounds',
        ...trades.map(({ energy }, at) => ` 0 <= x${at} <= ${energy}`),
        'End',
      ].join('\n'),
      { output_flag: false },
    );
    expect(Status).toBe('Optimal');
    expect(Math.abs(ObjectiveValue - Math.round(ObjectiveValue))).toBeLessThan(1e-4);
    return BigInt(Math.round(ObjectiveValue));
  }

  test('is the optimum of a linear program (HiGHS) on 100 random files', () => {
    const random = new SeededRandom(7);
    for (let round = 0; round < 100; round++) {
      const files = drawn(random, {
        members: 2 + random.below(20),
        trades: 1 + random.below(80),
        slots: 1 + random.below(3),
        wattHours: 1 + random.below(2000),
        metered: [random.below(900), 900 + random.below(300)],
      });
      expect(settled(files).total).toBe(optimum(files));
    }
  });
});
