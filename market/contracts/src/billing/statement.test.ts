import { energy, money, price } from '@commonwatt/units';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Charge } from './charges.ts';
import { memberStatement } from './statement.ts';
import type { StatementInput } from './statement-input.ts';
import {
  FROM_MS,
  given,
  line,
  QUARTER_MS,
  reading,
  tariff,
  UNTIL_MS,
} from './testing/street-month.ts';

const amounts = (charges: readonly Charge[]) =>
  Object.fromEntries(charges.map(({ kind, energy: wh, money: nano }) => [kind, [wh, nano]]));

describe('a day in the mode shown', () => {
  const statement = memberStatement(given());

  test('its energy: what was metered, less what the community allocated, is the residual', () => {
    expect(statement.energy).toEqual({
      imported: 800n,
      exported: 1001n,
      bought: 621n,
      sold: 700n,
      residualImport: 179n,
      residualExport: 301n,
      deviationBuy: 0n,
      deviationSell: 0n,
    });
  });

  test('its charges, each a line of its own and exact', () => {
    expect(amounts(statement.charges)).toEqual({
      bought: [621n, -621n * 160_000n],
      sold: [700n, 700n * 160_000n],
      supply: [179n, -179n * 251_000n],
      'feed-in': [301n, 301n * 67_000n],
      'grid fee': [800n, -(621n * 29_700n + 179n * 69_100n)],
      levy: [179n, -179n * 6_200n],
      tax: [179n, -179n * 1_000n],
      'platform fee': [621n, -621n * 5_003n],
      'member fee': [undefined, -1_000_000_000n],
      'base fee': [undefined, -2_505_000_000n],
    });
  });

  test('only what the community charges is billed, only what a run posted is paid', () => {
    const kinds = (is: (charge: Charge) => boolean) =>
      statement.charges.filter(is).map(({ kind }) => kind);
    expect(kinds(({ isBilled }) => isBilled)).toEqual([
      'bought',
      'sold',
      'platform fee',
      'member fee',
    ]);
    expect(kinds(({ isPosted }) => isPosted)).toEqual(['bought', 'sold']);
  });

  test('its savings add up from their terms', () => {
    const savings = statement.savings;
    expect(savings?.supply).toBe(800n * 251_000n);
    expect(savings?.feedIn).toBe(1001n * 67_000n);
    expect(savings?.gridAndTaxes).toBe(800n * 76_300n);
    const { supply, feedIn, gridAndTaxes, baseFees, supplierOnly, withCommunity, saved } =
      savings as NonNullable<typeof savings>;
    expect(supplierOnly).toBe(supply - feedIn + gridAndTaxes + baseFees);
    expect(withCommunity).toBe(-statement.amount);
    expect(saved).toBe(supplierOnly - withCommunity);
  });

  test('its quality, and nothing found against it', () => {
    const whole = {
      measured: 4,
      substituted: 0,
      estimated: 0,
      missing: 0,
      total: 4,
      signedBy: { device: 4, gateway: 0, provider: 0 },
    };
    expect(statement.quality).toEqual(whole);
    expect(statement.findings).toEqual([]);
  });
});

test('in the mode posted everything is billed, and what a run posts is paid', () => {
  const { charges } = memberStatement(given({ mode: 'posted' }));
  expect(charges.every(({ isBilled }) => isBilled)).toBe(true);
  expect(charges.filter(({ isPosted }) => !isPosted).map(({ kind }) => kind)).toEqual([
    'platform fee',
    'member fee',
    'base fee',
  ]);
});

test('without trades the community saves nothing but costs its fees', () => {
  const { savings } = memberStatement(given({ lines: [] }));
  expect(savings?.saved).toBe(-1_000_000_000n);
});

test('a longer slot takes from its readings, the earliest first, after shorter ones', () => {
  const statement = memberStatement(
    given({ lines: [line(0, 'buy', 400n, { slots: 4 }), line(0, 'buy', 321n)] }),
  );
  expect(statement.slots.map(({ bought }) => bought)).toEqual([500n, 221n, 0n, 0n]);
  expect(statement.findings).toEqual([]);
});

test('more allocated than metered is found, and no residual is negative', () => {
  const statement = memberStatement(given({ lines: [line(1, 'buy', 301n)] }));
  const finding = { code: 'allocated_above_metered', slots: 1, firstMs: FROM_MS + QUARTER_MS };
  expect(statement.findings).toEqual([finding]);
  expect(statement.energy.residualImport).toBe(500n);
});

test('a slot without a tariff is found, and no savings are claimed', () => {
  const until = { ...tariff, validUntilMs: FROM_MS + 2 * QUARTER_MS };
  const statement = memberStatement(given({ tariffs: [until] }));
  expect(statement.savings).toBeUndefined();
  expect(statement.findings).toEqual([
    { code: 'tariff_missing', slots: 2, firstMs: FROM_MS + 2 * QUARTER_MS },
  ]);
});

test('a new tariff within the period makes lines of its own', () => {
  const changeMs = FROM_MS + QUARTER_MS;
  const before = { ...tariff, validUntilMs: changeMs };
  const after = { ...tariff, version: 4, validFromMs: changeMs, feedInPrice: price(70_000n) };
  const { charges } = memberStatement(given({ tariffs: [after, before] }));
  const supply = charges.filter(({ kind }) => kind === 'supply');
  expect(supply.map((one) => [one.tariff?.version, one.energy])).toEqual([[3, 179n]]);
  const grid = charges.filter(({ kind }) => kind === 'grid fee');
  expect(grid.map((one) => [one.tariff?.version, one.energy])).toEqual([
    [3, 500n],
    [4, 300n],
  ]);
});

test('a reading that is not there is missing, and a substituted one is told', () => {
  const readings = [
    reading(0, 500n),
    { ...reading(1, 300n), quality: 'substituted' as const },
    { ...reading(3, 5n), quality: 'missing' as const },
  ];
  const { quality, slots } = memberStatement(given({ readings, lines: [] }));
  const expected = {
    measured: 1,
    substituted: 1,
    estimated: 0,
    missing: 2,
    total: 4,
    signedBy: { device: 2, gateway: 0, provider: 0 },
  };
  expect(quality).toEqual(expected);
  expect(slots.map((slot) => slot.quality)).toEqual(['measured', 'substituted', 'missing']);
});

test('deviations are charged beside the trades', () => {
  const charged = money(-1_500n);
  const deviation = { slotMs: FROM_MS, side: 'buy', energy: energy(15n), money: charged } as const;
  const statement = memberStatement(given({ deviations: [deviation] }));
  expect(statement.energy.deviationBuy).toBe(15n);
  expect(amounts(statement.charges).deviation).toEqual([15n, -1_500n]);
  expect(statement.slots[0]?.amount).toBe(-321n * 160_000n - 1_500n);
});

test('what a run posted must be what the tariffs come to', () => {
  const posted = -(179n * (251_000n + 69_100n + 6_200n + 1_000n) + 621n * 29_700n) + 301n * 67_000n;
  const codes = (nano: bigint, mode: 'shown' | 'posted') =>
    memberStatement(given({ mode, posted: money(nano) })).findings.map(({ code }) => code);
  expect(codes(posted, 'posted')).toEqual([]);
  expect(codes(posted + 1n, 'posted')).toEqual(['posted_differs']);
  expect(codes(0n, 'shown')).toEqual([]);
  expect(codes(1n, 'shown')).toEqual(['posted_differs']);
});

describe('a meter that takes part with half of its energy', () => {
  const part = (slot: number, imported: bigint, exported = 0n) => ({
    slotMs: FROM_MS + slot * QUARTER_MS,
    imported: energy(imported),
    exported: energy(exported),
  });
  const takingPart = [part(0, 250n), part(1, 150n)];
  const changes = { lines: [line(0, 'buy', 200n)], deviations: [], takingPart } as const;

  test('is charged in the mode posted for what its run posted, and for no other community’s part', () => {
    // 200 of 250 Wh are another member's, and 50 and 150 Wh the supplier's.
    const posted = -(200n * (251_000n + 69_100n + 6_200n + 1_000n) + 200n * 29_700n);
    const readings = [reading(0, 500n), reading(1, 300n)];
    const statement = memberStatement(
      given({ ...changes, readings, mode: 'posted', posted: money(posted) }),
    );
    expect(statement.findings).toEqual([]);
    expect(statement.energy).toMatchObject({ imported: 400n, bought: 200n, residualImport: 200n });
    expect(amounts(statement.charges).supply).toEqual([200n, -200n * 251_000n]);
  });

  test('is shown everything in the mode shown: the supplier bills what no community allocated', () => {
    const readings = [reading(0, 500n), reading(1, 300n)];
    const { energy: sums } = memberStatement(given({ ...changes, readings, posted: money(0n) }));
    expect(sums).toMatchObject({ imported: 800n, residualImport: 600n });
  });

  test('never takes part with more than was metered', () => {
    const readings = [reading(0, 249n), reading(1, 300n)];
    const { findings } = memberStatement(given({ ...changes, readings, mode: 'posted' }));
    expect(findings.map(({ code }) => code)).toEqual(['allocated_above_metered']);
  });
});

test.each<[string, Partial<StatementInput>, RegExp]>([
  ['a period that ends before it begins', { untilMs: FROM_MS }, /expected a period/],
  ['a slot outside it', { readings: [reading(-1, 1n)] }, /expected slots from/],
  ['two readings of one slot', { readings: [reading(0, 1n), reading(0, 1n)] }, /one reading/],
  [
    'a line between slots',
    { lines: [{ ...line(0, 'buy', 1n), slotLengthMs: 1000 }] },
    /whole slots of 900000/,
  ],
  [
    'a meter read outside the period',
    { meters: [{ meter: 1, fromMs: FROM_MS, untilMs: UNTIL_MS + 1 }] },
    /meter 1 within the period/,
  ],
])('%s is refused', (_name, changes, message) => {
  expect(() => memberStatement(given(changes))).toThrow(message);
});

const watts = fc.bigInt({ min: 0n, max: 5_000n });
const day = fc.record({
  slots: fc.array(fc.tuple(watts, watts, fc.nat(1000), fc.nat(1000)), {
    minLength: 1,
    maxLength: 20,
  }),
  nano: fc.bigInt({ min: -500_000n, max: 1_000_000n }),
  mode: fc.constantFrom('shown' as const, 'posted' as const),
});

test('energy and money are conserved whatever the day, and the order of rows tells nothing', () => {
  fc.assert(
    fc.property(day, ({ slots, nano, mode }) => {
      const readings = slots.map(([imported, exported], at) => reading(at, imported, exported));
      const lines = slots.flatMap(([imported, exported, buy, sell], at) => [
        line(at, 'buy', (imported * BigInt(buy)) / 1000n, { nano }),
        line(at, 'sell', (exported * BigInt(sell)) / 1000n, { nano }),
      ]);
      const input = given({ readings, lines, mode });
      const statement = memberStatement(input);
      const { imported, exported, bought, sold, residualImport, residualExport } = statement.energy;
      expect(residualImport).toBe(imported - bought);
      expect(residualExport).toBe(exported - sold);
      expect(statement.amount).toBe(statement.charges.reduce((sum, one) => sum + one.money, 0n));
      const reversed = given({ readings: readings.toReversed(), lines: lines.toReversed(), mode });
      expect(memberStatement(reversed)).toEqual(statement);
      if (mode === 'shown' && statement.savings !== undefined) {
        // What the community saves is the spread on what it traded, less its fees.
        const spread = bought * (251_000n - nano) + sold * (nano - 67_000n);
        const fees = bought * 5_003n + 1_000_000_000n;
        const grid = bought * (69_100n - 29_700n + 6_200n + 1_000n);
        expect(statement.savings.saved).toBe(spread + grid - fees);
      }
    }),
  );
});
