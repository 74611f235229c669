/**
 * Generators bid quantities into a market whose price falls along a line (Cournot 1838).
 * Price: intercept - slope x total output. Cost of `q` MWh: first q + slope q^2 / 2.
 */

import { square } from '../arithmetic.ts';

export interface Generator {
  /** Marginal cost of the first MWh, EUR/MWh. */
  readonly firstEurPerMwh: number;
  /** By how much each MWh costs more than the one before, EUR/MWh per MWh, at least 0. */
  readonly slopeEurPerMwh2: number;
}

export interface LinearDemand {
  readonly interceptEurPerMwh: number;
  /** Above 0, EUR/MWh per MWh. */
  readonly slopeEurPerMwh2: number;
}

export interface QuantityGame {
  readonly demand: LinearDemand;
  readonly generators: readonly Generator[];
}

export function priceAt({ demand }: QuantityGame, outputsMwh: readonly number[]): number {
  return demand.interceptEurPerMwh - demand.slopeEurPerMwh2 * sumOf(outputsMwh);
}

export function costEur({ firstEurPerMwh, slopeEurPerMwh2 }: Generator, outputMwh: number): number {
  return firstEurPerMwh * outputMwh + (slopeEurPerMwh2 * square(outputMwh)) / 2;
}

export function profitEur(game: QuantityGame, outputs: readonly number[], at: number): number {
  const outputMwh = outputs[at] ?? 0;
  return priceAt(game, outputs) * outputMwh - costEur(generatorAt(game, at), outputMwh);
}

/** Consumers' worth of all output less what it costs: welfare. */
export function welfareEur(
  { demand, generators }: QuantityGame,
  outputs: readonly number[],
): number {
  const total = sumOf(outputs);
  const worth = demand.interceptEurPerMwh * total - (demand.slopeEurPerMwh2 * square(total)) / 2;
  return generators.reduce((sum, one, at) => sum - costEur(one, outputs[at] ?? 0), worth);
}

/** What maximises a generator's profit against the others' outputs: its marginal profit is 0, or it stays out. */
export function bestOutputMwh(game: QuantityGame, outputs: readonly number[], at: number): number {
  const { firstEurPerMwh, slopeEurPerMwh2 } = generatorAt(game, at);
  const { interceptEurPerMwh, slopeEurPerMwh2: fall } = game.demand;
  const others = sumOf(outputs) - (outputs[at] ?? 0);
  const margin = interceptEurPerMwh - fall * others - firstEurPerMwh;
  return Math.max(0, margin / (2 * fall + slopeEurPerMwh2));
}

/** All generators, one after another, each answering what stands. */
export function answerInTurn(game: QuantityGame, outputs: readonly number[]): number[] {
  const answered = [...outputs];
  for (const at of answered.keys()) answered[at] = bestOutputMwh(game, answered, at);
  return answered;
}

/** All generators at once, each answering the round before. */
export function answerAtOnce(game: QuantityGame, outputs: readonly number[]): number[] {
  return outputs.map((_output, at) => bestOutputMwh(game, outputs, at));
}

const ROUNDS_MAX = 10_000;

/**
 * Best responses in turn until nothing moves by more than `tolerance` MWh. With a falling line of demand they climb
 * one strictly concave function, whose derivative by each output is that generator's marginal profit: intercept sum
 * q - fall / 2 (sum q^2 + (sum q)^2) - sum of costs. So they reach its only peak.
 * @throws Error where they have not settled after 10,000 rounds.
 */
export function quantitiesByBestResponse(
  game: QuantityGame,
  start: readonly number[],
  tolerance = 1e-11,
): number[] {
  let outputs = [...start];
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const answered = answerInTurn(game, outputs);
    const isSettled = distance(answered, outputs) <= tolerance;
    outputs = answered;
    if (isSettled) return outputs;
  }
  throw new Error(`quantitiesByBestResponse: expected to settle in ${ROUNDS_MAX} rounds`);
}

/**
 * The equilibrium in closed form. A generator that sells has output (price - first) / (fall + slope); the sum
 * over those that do gives price = (intercept + fall sum first / (fall + slope)) / (1 + fall sum 1 / (fall +
 * slope)). Those of the lowest first cost sell, as many as it lets.
 */
export function quantitiesInClosedForm({ demand, generators }: QuantityGame): number[] {
  return outputsWhere(demand, generators, demand.slopeEurPerMwh2);
}

/** Outputs of the most welfare: nobody reckons with its own weight. Every cost slope must be above 0. */
export function efficientQuantities({ demand, generators }: QuantityGame): number[] {
  return outputsWhere(demand, generators, 0);
}

/** Each output is (price - first) / (markup + slope) or 0, and the price is that of their sum. */
function outputsWhere(
  demand: LinearDemand,
  generators: readonly Generator[],
  markup: number,
): number[] {
  const fall = demand.slopeEurPerMwh2;
  let price = demand.interceptEurPerMwh;
  let weighted = 0;
  let weights = 0;
  for (const { firstEurPerMwh, slopeEurPerMwh2 } of generators.toSorted(byFirstCost)) {
    if (firstEurPerMwh >= price) break;
    weighted += firstEurPerMwh / (markup + slopeEurPerMwh2);
    weights += 1 / (markup + slopeEurPerMwh2);
    price = (demand.interceptEurPerMwh + fall * weighted) / (1 + fall * weights);
  }
  return generators.map(({ firstEurPerMwh, slopeEurPerMwh2 }) =>
    Math.max(0, (price - firstEurPerMwh) / (markup + slopeEurPerMwh2)),
  );
}

/**
 * The determinant of minus the derivatives of marginal profits, among generators that sell. It is above 0 at every
 * equilibrium exactly where there is one only (Kolstad and Mathiesen 1986). Here: 2 fall + slope on the diagonal,
 * fall beside it.
 */
export function uniquenessDeterminant({ demand, generators }: QuantityGame): number {
  const fall = demand.slopeEurPerMwh2;
  const rows = generators.map(({ slopeEurPerMwh2 }, at) =>
    generators.map((_other, column) => (column === at ? 2 * fall + slopeEurPerMwh2 : fall)),
  );
  return determinant(rows);
}

/** By elimination; the pivots of a matrix that is positive definite need no exchange. */
export function determinant(matrix: readonly (readonly number[])[]): number {
  const rows = matrix.map((row) => [...row]);
  let product = 1;
  for (const [at, row] of rows.entries()) {
    const pivot = row[at] ?? 0;
    if (pivot === 0) return 0;
    product *= pivot;
    for (const below of rows.slice(at + 1)) {
      const factor = (below[at] ?? 0) / pivot;
      for (const column of below.keys()) {
        below[column] = (below[column] ?? 0) - factor * (row[column] ?? 0);
      }
    }
  }
  return product;
}

export function distance(a: readonly number[], b: readonly number[]): number {
  return Math.max(0, ...a.map((value, at) => Math.abs(value - (b[at] ?? 0))));
}

function byFirstCost(a: Generator, b: Generator): number {
  return a.firstEurPerMwh - b.firstEurPerMwh;
}

function generatorAt({ generators }: QuantityGame, at: number): Generator {
  const generator = generators[at];
  if (generator === undefined) {
    throw new RangeError(`generator: expected 0 to ${generators.length - 1}, got ${at}`);
  }
  return generator;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
