import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flowBetweenZones, type ZoneLevels } from './zone-flow.ts';

type Level = { readonly limit: bigint; readonly energy: bigint };

const levels = (descending: boolean) =>
  fc
    .uniqueArray(fc.record({ limit: fc.bigInt(-9n, 9n), energy: fc.bigInt(1n, 4n) }), {
      maxLength: 4,
      selector: ({ limit }) => limit,
    })
    .map((list) => list.sort((a, b) => (a.limit < b.limit ? -1 : 1) * (descending ? -1 : 1)));
const zone: fc.Arbitrary<ZoneLevels> = fc.record({ demand: levels(true), supply: levels(false) });

/** What a zone is worth at best when it takes so much from outside; undefined where it cannot. */
function worthAt({ demand, supply }: ZoneLevels, imported: bigint): bigint | undefined {
  const most = demand.reduce((sum, { energy }) => sum + energy, 0n);
  let best: bigint | undefined;
  for (let bought = 0n; bought <= most; bought++) {
    const value = valueOfFirst(demand, bought);
    const expense = valueOfFirst(supply, bought - imported);
    if (value === undefined || expense === undefined) continue;
    if (best === undefined || value - expense > best) best = value - expense;
  }
  return best;
}

function valueOfFirst(list: readonly Level[], energy: bigint): bigint | undefined {
  if (energy < 0n) return undefined;
  let left = energy;
  let value = 0n;
  for (const level of list) {
    const part = [left, level.energy].sort((a, b) => Number(a - b))[0] as bigint;
    value += part * level.limit;
    left -= part;
  }
  return left === 0n ? value : undefined;
}

const worthOf = (
  zones: readonly ZoneLevels[],
  bought: readonly bigint[],
  sold: readonly bigint[],
) =>
  zones.reduce(
    (sum, { demand, supply }, at) =>
      sum +
      (valueOfFirst(demand, bought[at] ?? 0n) ?? 0n) -
      (valueOfFirst(supply, sold[at] ?? 0n) ?? 0n),
    0n,
  );

describe('flow between zones', () => {
  test('is the best of all flows over a row of three zones', () => {
    fc.assert(
      fc.property(
        fc.tuple(zone, zone, zone),
        fc.bigInt(0n, 5n),
        fc.bigInt(0n, 5n),
        (zones, first, second) => {
          const lines = [
            { from: 0, to: 1, capacity: first },
            { from: 2, to: 1, capacity: second },
          ];
          const { bought, sold, flows } = flowBetweenZones(zones, lines);
          let most = 0n;
          for (let a = -first; a <= first; a++) {
            for (let b = -second; b <= second; b++) {
              const parts = [
                worthAt(zones[0], -a),
                worthAt(zones[1], a + b),
                worthAt(zones[2], -b),
              ];
              if (parts.includes(undefined)) continue;
              const worth = parts.reduce<bigint>((sum, one) => sum + (one ?? 0n), 0n);
              if (worth > most) most = worth;
            }
          }
          expect(worthOf(zones, bought, sold)).toBe(most);
          const [a = 0n, b = 0n] = flows;
          expect([
            (bought[0] ?? 0n) - (sold[0] ?? 0n),
            (bought[2] ?? 0n) - (sold[2] ?? 0n),
          ]).toEqual([-a, -b]);
          expect((bought[1] ?? 0n) - (sold[1] ?? 0n)).toBe(a + b);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('more can flow where a line has room, and back where something flows', () => {
    const zones: ZoneLevels[] = [
      { demand: [], supply: [{ limit: 1n, energy: 9n }] },
      { demand: [{ limit: 5n, energy: 9n }], supply: [] },
    ];
    const { flows, reaches } = flowBetweenZones(zones, [{ from: 1, to: 0, capacity: 4n }]);
    expect(flows).toEqual([-4n]);
    expect(reaches).toEqual([
      [true, false],
      [true, true],
    ]);
  });
});
