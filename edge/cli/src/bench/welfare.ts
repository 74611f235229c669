/**
 * A day of 1,000 agents and 300 batteries for the most welfare: the solver of the mechanisms, cold and from the basis
 * of the last clearing, against HiGHS as it comes. Every limit moves by up to one per cent from round to round; the
 * objectives must be equal to a millionth.
 */

import type { LinearProblem, Order } from '@commonwatt/mechanisms';
import { findMechanism, objectiveOf } from '@commonwatt/mechanisms';
import { loadSolver, type Solver } from '@commonwatt/solver';
import { energy, price } from '@commonwatt/units';
import type { Bench } from './figure.ts';
import { compare, cpuSeconds } from './figure.ts';

const AGENTS = 1_000;
const HOURS = 24;
const BATTERIES = 300;
/** Markets that differ by a small change, taken in turns. */
const DAYS = 4;
const ROUNDS = { least: 7, most: 7, untilMs: 25_000 };

export const welfare: Bench = async (report) => {
  const first = firstProblem();
  const problems = Array.from({ length: DAYS }, (_, day) => changed(first, day));
  report(`${first.variables.length} variables, ${first.constraints.length} constraints`);
  const [warm, cold] = [await loadSolver(), await loadSolver()];
  const asItComes = await loadSolver({ asItComes: true });
  const worths = new Map<LinearProblem, number>();
  const rateOf = (solver: Solver) => async (round: number) => {
    const problem = problems[round % DAYS] as LinearProblem;
    let worth = 0;
    const seconds = await cpuSeconds(() => {
      worth = worthOf(problem, solver);
    });
    const expected = worths.get(problem) ?? worth;
    worths.set(problem, expected);
    if (Math.abs(worth - expected) > 1e-6 * Math.abs(expected)) {
      throw new Error(`bench: welfare: expected an objective of ${expected}, got ${worth}`);
    }
    return 1 / seconds;
  };
  const yardstick = rateOf(asItComes);
  const coldRate = rateOf(cold);
  const figures = [
    await compare(
      { name: 'welfare warm', unit: 'days per CPU second', ours: rateOf(warm), yardstick },
      ROUNDS,
    ),
    await compare(
      {
        name: 'welfare cold',
        unit: 'days per CPU second',
        ours: (round) => {
          cold.forget();
          return coldRate(round);
        },
        yardstick,
      },
      ROUNDS,
    ),
  ];
  for (const solver of [warm, cold, asItComes]) solver.dispose();
  return figures;
};

function worthOf(problem: LinearProblem, solver: Solver): number {
  const candidate = solver.solve(problem);
  if (candidate === undefined) throw new Error('bench: welfare: expected an optimum, got none');
  return Number(objectiveOf(problem, candidate.values)) / 1e6;
}

/** The same day with every limit moved by up to one per cent. */
function changed({ variables, constraints }: LinearProblem, day: number): LinearProblem {
  return {
    variables: variables.map((variable, at) => {
      const change = ((at * 31 + day * 89) % 201) - 100;
      return { ...variable, gain: (variable.gain * BigInt(10_000 + change)) / 10_000n };
    }),
    constraints,
  };
}

/** One order per agent and hour, the same in every run. */
function firstProblem(): LinearProblem {
  let state = 20_261_121;
  const draw = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const orders: Order[] = [];
  for (let agent = 0; agent < AGENTS; agent++) {
    for (let hour = 0; hour < HOURS; hour++) {
      const sells = draw(100) < sunshine(hour);
      const limit = sells ? 40_000 + draw(120_000) : 80_000 + draw(220_000);
      orders.push({
        id: `${agent}-${hour}`,
        member: `agent ${agent}`,
        side: sells ? 'sell' : 'buy',
        limit: price(BigInt(limit)),
        energy: energy(BigInt(200 + draw(3_000))),
        time: hour,
      });
    }
  }
  const batteries = Array.from({ length: BATTERIES }, (_, at) => ({
    battery: `battery ${at}`,
    capacity_wh: BigInt(5_000 + draw(10_000)),
    power_wh: BigInt(1_500 + draw(4_000)),
  }));
  const lots = (id: string) =>
    [...id].map((character) => character.charCodeAt(0).toString(16)).join('');
  const problem = mechanism()?.({ orders, lots, settings: {}, tables: { batteries } });
  if (problem === undefined) throw new Error('bench: welfare: expected a mechanism with a problem');
  return problem;
}

function mechanism() {
  const found = findMechanism('social-welfare');
  return found?.kind === 'auction' ? found.problem : undefined;
}

/** Of a hundred agents, how many have something to sell. */
function sunshine(hour: number): number {
  return hour < 7 || hour > 19 ? 15 : 60 - 6 * Math.abs(13 - hour);
}
