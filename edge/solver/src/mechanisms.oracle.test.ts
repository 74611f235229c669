/**
 * Mechanisms that ask a solver, in calls as large as a quarter of a town: what they make of the candidate is worth what
 * the programme is worth, but for the Wh of rounding.
 */

import {
  type AuctionMechanism,
  type Call,
  findMechanism,
  type Order,
  objectiveOf,
} from '@commonwatt/mechanisms';
import { describe, expect, test } from 'vitest';
import { loadSolver } from './solver.ts';

const solver = await loadSolver();

/** Whole numbers from 0 on, by Lehmer's generator: the same town in every run. */
function drawer(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

const ZONES = ['mill', 'hill', 'quay', 'mead', 'yard', 'ford', 'dale', 'moor'];

function town(count: number, seed: number): Order[] {
  const draw = drawer(seed);
  return Array.from({ length: count }, (_, at) => ({
    id: `o${at}`,
    member: `m${at}`,
    side: draw(2) === 0 ? 'buy' : 'sell',
    // Dearer towards the evening.
    limit: BigInt(20_000 + draw(280_000) + 8000 * (at % 24)) as Order['limit'],
    energy: BigInt(100 + draw(4000)) as Order['energy'],
    time: at % 24,
    zone: ZONES[at % ZONES.length] as string,
  }));
}

const lots = (id: string) => id.slice(1).padStart(8, '0');
const LINES = ZONES.map((from, at) => ({
  from,
  to: ZONES[(at + 1) % ZONES.length] as string,
  susceptance: BigInt(1 + (at % 4)),
  limit_wh: BigInt(3000 + 2500 * at),
}));
const mechanism = (name: string) => findMechanism(name) as AuctionMechanism;

const CALLS: readonly [name: string, call: Call][] = [
  [
    'locational-marginal-price',
    { orders: town(400, 7), lots, settings: {}, tables: { network: LINES } },
  ],
  [
    'social-welfare',
    {
      orders: town(1200, 8),
      lots,
      settings: {},
      tables: {
        batteries: [
          { battery: 'shed', capacity_wh: 9000n, power_wh: 3000n },
          { battery: 'barn', capacity_wh: 20_000n, power_wh: 5000n },
        ],
      },
    },
  ],
  [
    'preference-matching',
    {
      orders: town(120, 9).map((order, at) => ({
        ...order,
        extra: {
          accepts: Array.from({ length: 120 }, (_, other) => `m${other}`).filter(
            (_, other) => (other * 31 + at * 17) % 5 < 2,
          ),
        },
      })),
      lots,
      settings: {},
      tables: { limits: [{ zone: 'mill', exchange_wh: 4000n, total_wh: 9000n }] },
    },
  ],
];

describe.each(CALLS)('%s', (name, call) => {
  const { problem, clear } = mechanism(name);
  if (problem === undefined) throw new Error(`${name}: expected a problem`);
  const stated = problem(call);
  const candidate = solver.solve(stated);
  const most = objectiveOf(stated, candidate?.values ?? []) / 1_000_000n;
  const cleared = clear({ ...call, candidate });

  test('is worth what the programme is worth, but for less than a Wh of every variable', () => {
    const rounding = stated.variables.reduce(
      (sum, { gain }) => sum + (gain < 0n ? -gain : gain),
      0n,
    );
    expect(cleared.volume).toBeGreaterThan(10_000n);
    expect(cleared.welfare).toBeLessThanOrEqual(most + 1n);
    expect(cleared.welfare).toBeGreaterThan(most - rounding);
    expect(1000n * cleared.welfare).toBeGreaterThan(999n * most);
  });

  test('a market maker who carries or congests keeps what that earns, and never adds', () => {
    expect(cleared.surplus).toBeGreaterThanOrEqual(0n);
    const binds = name === 'preference-matching' ? cleared.surplus === 0n : cleared.surplus > 0n;
    expect(binds).toBe(true);
  });
});

test('nodal prices: the bound that anyone can reckon from them is the worth of the programme', () => {
  const [, call] = CALLS[0] as (typeof CALLS)[number];
  const { problem, clear } = mechanism('locational-marginal-price');
  const stated = problem?.(call);
  if (stated === undefined) throw new Error('expected a problem');
  const candidate = solver.solve(stated);
  const most = objectiveOf(stated, candidate?.values ?? []) / 1_000_000n;
  const { details } = clear({ ...call, candidate });
  const bound = details?.worth_at_most_nano as bigint;
  expect(bound).toBeGreaterThanOrEqual(most - 1n);
  expect(bound).toBeLessThanOrEqual(most + most / 1_000_000n);
});
