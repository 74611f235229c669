import { encode, equalBytes, toHex } from '@commonwatt/ledger';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { energyCommitmentOf, linesRootOf, opensEnergy } from './lines.ts';
import { runCodec } from './messages.ts';
import { type ComputedRun, commitmentsOf, computeRun, type RunInput, runHash } from './run.ts';
import {
  FROM_MS,
  hashOf,
  QUARTER_MS,
  runInput,
  secretOf,
  sha256,
  type TerseStreet,
  tradeEntry,
} from './testing/street.ts';

/** 1 sells what its roof makes, 4 sells too; 2 and 3 buy, and 3 also sells at a negative price. */
const street: TerseStreet = {
  slots: 2,
  trades: [
    { name: 'a', slot: 0, seller: 1, buyer: 2, energy: 300, price: 100 },
    { name: 'b', slot: 0, seller: 1, buyer: 3, energy: 100, price: 200 },
    { name: 'c', slot: 1, seller: 4, buyer: 2, energy: 50, price: 100 },
    { name: 'd', slot: 1, seller: 3, buyer: 2, energy: 80, price: -10 },
  ],
  meters: {
    1: {
      member: 1,
      renewable: true,
      counted: [
        [5, 200],
        [6, 0],
      ],
    },
    2: {
      member: 2,
      counted: [
        [400, 0],
        [130, 0],
      ],
    },
    3: {
      member: 3,
      counted: [
        [40, 0],
        [0, 80],
      ],
    },
    4: { member: 4, counted: [[0, 0], undefined] },
  },
};

const of = (computed: ComputedRun, member: number) => {
  const found = computed.members.find((one) => one.member === member);
  if (found === undefined) throw new Error(`member ${member} has no lines`);
  return found;
};

describe('a run', () => {
  const computed = computeRun(sha256, runInput(street));

  test('pays what was delivered', () => {
    // Slot 0: 1 exported 200 of 400, so 150 to a and 50 to b; 3 imported 40, so b delivers 40.
    // Slot 1: 4's reading is missing, so c delivers nothing; d delivers 80, and its seller pays.
    const figures = (member: number) =>
      of(computed, member).lines.map((line) => [line.side, line.delivered, line.money]);
    expect(figures(1).sort()).toEqual([
      ['sell', 150n, 15_000n],
      ['sell', 40n, 8_000n],
    ]);
    expect(figures(2).sort()).toEqual([
      ['buy', 0n, 0n],
      ['buy', 150n, -15_000n],
      ['buy', 80n, 800n],
    ]);
    expect(computed.run.postings.map((one) => [one.member, one.amount])).toEqual([
      [1, 23_000n],
      [2, -14_200n],
      [3, -8_800n],
      [4, 0n],
    ]);
  });

  test('names totals per slot and nobody’s own figures', () => {
    const none = {
      residualImport: 0n,
      residualExport: 0n,
      shared: 0n,
      sellersShort: 0n,
      buyersShort: 0n,
    };
    expect(computed.run.slotTotals).toEqual([
      { slotMs: FROM_MS, traded: 400n, delivered: 190n, imported: 445n, exported: 200n, ...none },
      {
        slotMs: FROM_MS + QUARTER_MS,
        traded: 130n,
        delivered: 80n,
        imported: 136n,
        exported: 80n,
        ...none,
      },
    ]);
  });

  test('names the readings that were missing', () => {
    expect(computed.missing).toEqual([{ member: 4, meter: 4, slotMs: FROM_MS + QUARTER_MS }]);
    expect(computed.unusable).toEqual([]);
  });

  test('commits to lines and energy that its members can open', () => {
    for (const posting of computed.run.postings) {
      const { lines, energy } = of(computed, posting.member);
      expect(toHex(linesRootOf(sha256, lines))).toBe(toHex(posting.linesRoot));
      expect(toHex(energyCommitmentOf(sha256, energy))).toBe(toHex(posting.energyCommitment));
      expect(
        opensEnergy(sha256, { ...energy, sold: energy.bought }, posting.energyCommitment),
      ).toBe(energy.sold === energy.bought);
    }
    expect(of(computed, 1).energy).toMatchObject({ bought: 0n, sold: 190n, renewable: 190n });
    expect(of(computed, 2).energy).toMatchObject({ bought: 230n, sold: 0n, renewable: 0n });
    expect(of(computed, 3).energy).toMatchObject({ bought: 40n, sold: 80n, renewable: 0n });
  });

  test('salts every line of every member differently', () => {
    const salts = computed.members.flatMap(({ lines, energy }) => [
      toHex(energy.salt),
      ...lines.map((line) => toHex(line.salt)),
    ]);
    expect(new Set(salts).size).toBe(salts.length);
  });

  test('has a hash that does not change unseen', () => {
    expect(toHex(runHash(sha256, computed.run))).toMatchInlineSnapshot(
      `"00782dcfceb5a889ba1a3b32a53756dfecb443f0d91ac813357b5fb2e049fde2"`,
    );
  });

  test('has the hash of its bytes under its own purpose', () => {
    const other = { ...computed.run, rulesVersion: 2 };
    expect(equalBytes(runHash(sha256, other), runHash(sha256, computed.run))).toBe(false);
    const bare = sha256(encode(runCodec, computed.run));
    expect(equalBytes(bare, runHash(sha256, computed.run))).toBe(false);
  });
});

describe('what a run refuses to compute', () => {
  const input = runInput(street);

  test.each<[string, Partial<RunInput>, string]>([
    [
      'a version it does not have',
      { version: 4 },
      'settlement rules: expected version 1 or 2 or 3, got 4',
    ],
    ['a trade beyond the period', { periodUntilMs: FROM_MS + QUARTER_MS }, 'expected a slot from'],
    ['a trade before the period', { periodFromMs: FROM_MS + QUARTER_MS }, 'expected a slot from'],
    [
      'a trade of a member with itself',
      { trades: [tradeEntry({ name: 'x', slot: 0, seller: 2, buyer: 2, energy: 5 })] },
      `trade ${toHex(hashOf('x'))}: expected two members, got 2 as seller and buyer`,
    ],
    ['a slot that is no multiple', { slotLengthMs: 1_800_000 }, 'expected whole slots of 1800000'],
    [
      'a member without a secret',
      { secrets: new Map([[1, secretOf(1)]]) },
      'secrets: expected one of member 2',
    ],
  ])('%s', (_what, change, message) => {
    expect(() => computeRun(sha256, { ...input, ...change })).toThrow(message);
  });
});

test('readings without their commitment are not used', () => {
  const input = runInput(street);
  const without = { ...input, commitments: input.commitments.filter(([key]) => key.meter !== 1) };
  const computed = computeRun(sha256, without);
  expect(computed.unusable).toEqual([
    { meter: 1, reason: 'the ledger holds no commitment to them' },
  ]);
  expect(of(computed, 1).amount).toBe(0n);
});

test('commitments of another period are left aside', () => {
  const input = runInput(street);
  const longer = input.commitments.map(
    ([key, one]) => [key, { ...one, periodUntilMs: one.periodUntilMs + 1 }] as const,
  );
  expect(commitmentsOf(input, [...input.commitments, ...longer])).toEqual(input.commitments);
});

test('a period without trades is a run of totals alone', () => {
  const { run } = computeRun(sha256, runInput({ ...street, trades: [] }));
  expect(run.postings).toEqual([]);
  expect(run.slotTotals).toHaveLength(2);
});

const wh = fc.integer({ min: 0, max: 400 });
const counted = fc.array(fc.option(fc.tuple(wh, wh), { nil: undefined }), {
  minLength: 4,
  maxLength: 4,
});
const streets = fc.record({
  slots: fc.constant(4),
  trades: fc
    .array(
      fc.record({
        slot: fc.integer({ min: 0, max: 3 }),
        parties: fc
          .uniqueArray(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 2 })
          .map(([seller = 0, buyer = 0]) => ({ seller, buyer })),
        energy: fc.integer({ min: 1, max: 200 }),
        price: fc.integer({ min: -50, max: 400 }),
      }),
      { maxLength: 15 },
    )
    .map((all) => all.map(({ parties, ...one }, at) => ({ ...one, ...parties, name: `${at}` }))),
  meters: fc
    .array(
      fc.record({ member: fc.integer({ min: 1, max: 5 }), renewable: fc.boolean(), counted }),
      { maxLength: 8 },
    )
    .map((all) => Object.fromEntries(all.map((one, at) => [at + 1, one]))),
});

test('S-2: money is conserved, and nobody pays beyond escrow or gets beyond claims', () => {
  fc.assert(
    fc.property(streets, (one) => {
      const input = runInput(one);
      const { run, members } = computeRun(sha256, input);
      expect(run.postings.reduce((sum, { amount }) => sum + amount, 0n)).toBe(0n);
      for (const { member, amount, energy, lines } of members) {
        const owed = lines.map((line) => {
          const value = line.traded * line.price;
          return line.side === 'sell' ? value : -value;
        });
        const escrow = owed.reduce((sum, each) => (each < 0n ? sum - each : sum), 0n);
        const claims = owed.reduce((sum, each) => (each > 0n ? sum + each : sum), 0n);
        expect(-amount).toBeLessThanOrEqual(escrow);
        expect(amount).toBeLessThanOrEqual(claims);
        expect(energy.renewable).toBeLessThanOrEqual(energy.sold);
        const exported = [...input.readings.values()]
          .flat()
          .filter(({ meter }) => input.meters.get(meter)?.member === member)
          .filter(({ meter }) => input.meters.get(meter)?.renewable === 'yes')
          .reduce((sum, reading) => sum + reading.exported, 0n);
        expect(energy.renewable).toBeLessThanOrEqual(exported);
      }
      for (const { traded, delivered } of run.slotTotals) {
        expect(delivered).toBeLessThanOrEqual(traded);
      }
    }),
    { numRuns: 200 },
  );
});

test('S-7: the same run comes of the same input in any order', () => {
  fc.assert(
    fc.property(streets, fc.infiniteStream(fc.nat()), (one, chance) => {
      const shuffled = <T>(list: Iterable<T>): T[] =>
        [...list]
          .map((item) => [chance.next().value as number, item] as const)
          .sort(([a], [b]) => a - b)
          .map(([, item]) => item);
      const input = runInput(one);
      const mixed: RunInput = {
        ...input,
        trades: shuffled(input.trades),
        readings: new Map(
          shuffled(input.readings).map(([meter, list]) => [meter, shuffled(list)] as const),
        ),
        meters: new Map(shuffled(input.meters)),
        secrets: new Map(shuffled(input.secrets)),
        commitments: shuffled(input.commitments),
      };
      const hash = runHash(sha256, computeRun(sha256, input).run);
      expect(toHex(runHash(sha256, computeRun(sha256, mixed).run))).toBe(toHex(hash));
      expect(computeRun(sha256, mixed)).toEqual(computeRun(sha256, input));
    }),
    { numRuns: 200 },
  );
});

test('another secret changes the commitments and nothing else', () => {
  const input = runInput(street);
  const { run } = computeRun(sha256, input);
  const secrets = new Map([...input.secrets, [2, hashOf('another')] as const]);
  const other = computeRun(sha256, { ...input, secrets }).run;
  expect({ ...other, postings: [] }).toEqual({ ...run, postings: [] });
  const changed = other.postings.filter(
    (one, at) => !equalBytes(one.linesRoot, run.postings[at]?.linesRoot ?? new Uint8Array()),
  );
  expect(changed.map((one) => one.member)).toEqual([2]);
});
