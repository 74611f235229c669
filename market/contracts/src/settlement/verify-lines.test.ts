import { energy, money, price } from '@commonwatt/units';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { energyCommitmentOf, linesRootOf, type SettledLine } from './lines.ts';
import type { Posting } from './messages.ts';
import { computeRun } from './run.ts';
import { hashOf, runInput, sha256, type TerseStreet } from './testing/street.ts';
import { type LinesClaim, verifyLines } from './verify-lines.ts';

const street: TerseStreet = {
  slots: 2,
  trades: [
    { name: 'a', slot: 0, seller: 1, buyer: 2, energy: 300, price: 100 },
    { name: 'b', slot: 0, seller: 1, buyer: 3, energy: 100, price: 200 },
    { name: 'c', slot: 1, seller: 3, buyer: 1, energy: 50, price: 100 },
  ],
  meters: {
    1: {
      member: 1,
      renewable: true,
      counted: [
        [5, 120],
        [60, 0],
      ],
    },
    2: {
      member: 1,
      counted: [
        [0, 80],
        [0, 0],
      ],
    },
    3: {
      member: 2,
      counted: [
        [400, 0],
        [100, 0],
      ],
    },
    4: {
      member: 3,
      counted: [
        [40, 0],
        [0, 20],
      ],
    },
  },
};

/** What a member holds of a run: its own trades, meters, readings and lines. */
function claimOf(member: number, of: TerseStreet = street, version = 1): LinesClaim {
  const input = { ...runInput(of), version };
  const { run, members } = computeRun(sha256, input);
  const own = members.find((one) => one.member === member);
  const posting = run.postings.find((one) => one.member === member);
  if (own === undefined || posting === undefined) throw new Error(`member ${member} has no lines`);
  const meters = new Map([...input.meters].filter(([, meter]) => meter.member === member));
  return {
    periodFromMs: input.periodFromMs,
    periodUntilMs: input.periodUntilMs,
    posting,
    lines: own.lines,
    energy: own.energy,
    trades: input.trades.filter(([, { seller, buyer }]) => seller === member || buyer === member),
    meters,
    readings: [...input.readings].flatMap(([meter, list]) => (meters.has(meter) ? list : [])),
    slotLengthMs: input.slotLengthMs,
    rulesVersion: input.version,
  };
}

test.each([1, 2, 3])('member %i finds nothing wrong in its own lines', (member) => {
  expect(verifyLines(sha256, claimOf(member)).findings).toEqual([]);
  expect(verifyLines(sha256, claimOf(member, street, 2)).findings).toEqual([]);
});

test('a shortfall is the own reading’s or the counterparty’s', () => {
  const { shortfalls } = verifyLines(sha256, claimOf(1));
  const told = shortfalls.map((one) => [one.cause, one.energy]).sort();
  // a: 150 of 300 by the own export. b: 50 of 100, and 3 took only 40. c: 3 gave only 20 of 50.
  expect(told).toEqual([
    ['counterparty', 10n],
    ['counterparty', 30n],
    ['own reading', 150n],
    ['own reading', 50n],
  ]);
});

test('by version 2 a Wh that one buyer cannot take goes to the other', () => {
  const { shortfalls } = verifyLines(sha256, claimOf(1, street, 2));
  // a: 160 of 300 and b: 40 of 100 use up the 200 exported. c: 3 gave only 20 of 50, 60 imported.
  expect(shortfalls.map((one) => [one.cause, one.energy]).sort()).toEqual([
    ['counterparty', 30n],
    ['own reading', 140n],
    ['own reading', 60n],
  ]);
});

test('by version 2 lines that are together above the reading are found', () => {
  const honest = claimOf(1, street, 2);
  const lines = honest.lines.map((line) => ({ ...line, delivered: line.traded }));
  const found = verifyLines(sha256, { ...honest, lines }).findings;
  const above = found.filter(({ place }) => place === 'delivered').map(({ got }) => got);
  // 400 Wh of 200 exported; the 50 of c are within the 60 imported.
  expect(above.length).toBeGreaterThan(0);
  expect(above).not.toContain('50');
});

test('a version that is not there is refused', () => {
  expect(() => verifyLines(sha256, { ...claimOf(1), rulesVersion: 4 })).toThrow(
    'settlement rules: expected version 1 or 2 or 3, got 4',
  );
});

const claim = claimOf(1);
const firstLine = claim.lines[0] as SettledLine;

/** The operator shows other lines, and commits to them, so that only re-execution can tell. */
function committed(changes: Partial<SettledLine>, posting: Partial<Posting> = {}): LinesClaim {
  const lines = [{ ...firstLine, ...changes }, ...claim.lines.slice(1)];
  const amount = money(lines.reduce((sum, line) => sum + line.money, 0n));
  const linesRoot = linesRootOf(sha256, lines);
  return { ...claim, lines, posting: { ...claim.posting, amount, linesRoot, ...posting } };
}

test.each<[string, LinesClaim, readonly string[]]>([
  [
    'a line of another root',
    { ...claim, lines: claim.lines.slice(1) },
    ['linesRoot', 'amount', 'line', 'energy.sold', 'energy.renewable'],
  ],
  ['another amount', committed({}, { amount: money(1n) }), ['amount']],
  [
    'another salt',
    {
      ...claim,
      lines: [{ ...firstLine, salt: hashOf('x').slice(0, 16) }, ...claim.lines.slice(1)],
    },
    ['linesRoot'],
  ],
  ['another slot', committed({ slotMs: firstLine.slotMs - 900_000 }), ['slotMs', 'slotMs']],
  ['another counterparty', committed({ counterparty: 9 }), ['counterparty']],
  ['another side', committed({ side: 'buy' }), ['side', 'energy.bought', 'energy.sold']],
  ['another traded energy', committed({ traded: energy(1n) }), ['traded']],
  ['another price', committed({ price: price(1n) }), ['price']],
  ['other money', committed({ money: money(1n) }), ['money']],
  ['a trade that is not there', committed({ trade: hashOf('z') }), ['line', 'energy.renewable']],
  [
    'one trade twice',
    { ...claim, lines: [...claim.lines, firstLine] },
    ['linesRoot', 'amount', 'line', 'energy.sold'],
  ],
  [
    'readings left out',
    { ...claim, readings: claim.readings.slice(1) },
    ['delivered', 'delivered', 'energy.renewable'],
  ],
  [
    'another energy total',
    { ...claim, energy: { ...claim.energy, renewable: energy(0n) } },
    ['energy.renewable', 'energyCommitment'],
  ],
  [
    'a commitment to other totals',
    {
      ...claim,
      energy: { ...claim.energy, sold: energy(9n) },
      posting: {
        ...claim.posting,
        energyCommitment: energyCommitmentOf(sha256, { ...claim.energy, sold: energy(9n) }),
      },
    },
    ['energy.sold'],
  ],
])('%s is found', (_what, tampered, places) => {
  const found = verifyLines(sha256, tampered).findings.map((one) => one.place);
  expect([...new Set(found)].sort()).toEqual([...new Set(places)].sort());
});

test('one Wh more than the own meters allow is found, priced as it may be', () => {
  const delivered = energy(firstLine.delivered + 111n);
  const found = verifyLines(sha256, committed({ delivered })).findings;
  expect(found).toContainEqual(expect.objectContaining({ place: 'money' }));
  expect(found).toContainEqual(
    expect.objectContaining({ place: 'delivered', got: `${delivered}` }),
  );
});

test.each([1, 2])(
  'whatever a run of version %i says, every member it concerns can confirm it',
  (version) => {
    const wh = fc.integer({ min: 0, max: 200 });
    const trade = fc.record({
      slot: fc.integer({ min: 0, max: 3 }),
      seller: fc.integer({ min: 1, max: 3 }),
      buyer: fc.integer({ min: 4, max: 6 }),
      energy: fc.integer({ min: 1, max: 100 }),
      quarters: fc.constantFrom(1, 1, 2, 4),
    });
    const counted = fc.array(fc.tuple(wh, wh), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.array(trade, { minLength: 1, maxLength: 10 }),
        fc.array(counted, { minLength: 6, maxLength: 6 }),
        (trades, all) => {
          const random: TerseStreet = {
            slots: 4,
            trades: trades.map((one, at) => ({
              ...one,
              name: `${at}`,
              slot: one.slot - (one.slot % one.quarters),
            })),
            meters: Object.fromEntries(
              all.map((each, at) => [
                at + 1,
                { member: at + 1, renewable: at % 2 === 0, counted: each },
              ]),
            ),
          };
          const parties = new Set(trades.flatMap(({ seller, buyer }) => [seller, buyer]));
          for (const member of parties) {
            expect(verifyLines(sha256, claimOf(member, random, version)).findings).toEqual([]);
          }
        },
      ),
      { numRuns: 100 },
    );
  },
);
