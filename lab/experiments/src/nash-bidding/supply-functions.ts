/**
 * Generators bid lines through the origin, output = supply x price, before demand is known (Klemperer and
 * Meyer 1989; here their linear case). Demand: level - response x price, the level unknown to bidders.
 * Cost of `q` MWh: slope q^2 / 2.
 */

import { square } from '../arithmetic.ts';

export interface SupplyGame {
  /** MWh less per EUR/MWh, at least 0; above 0 where there are fewer than three generators. */
  readonly responseMwh2PerEur: number;
  /** Cost slope of each generator, EUR/MWh per MWh, above 0. */
  readonly slopesEurPerMwh2: readonly number[];
}

/** How steeply the demand that is left to one generator falls with the price. */
function residualResponse(game: SupplyGame, supplies: readonly number[], at: number): number {
  return supplies.reduce(
    (sum, supply, other) => (other === at ? sum : sum + supply),
    game.responseMwh2PerEur,
  );
}

/**
 * A generator's best line against the others': at every level of demand at once its profit on the demand left to
 * it peaks where output = m (price - slope output), m the residual response; so supply = m / (1 + slope m).
 */
export function bestSupply(game: SupplyGame, supplies: readonly number[], at: number): number {
  const residual = residualResponse(game, supplies, at);
  return residual / (1 + (game.slopesEurPerMwh2[at] ?? 0) * residual);
}

const ROUNDS_MAX = 100_000;

/** @throws Error where best responses in turn have not settled after 100,000 rounds. */
export function suppliesByBestResponse(
  game: SupplyGame,
  start: readonly number[],
  tolerance = 1e-13,
): number[] {
  const supplies = [...start];
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    let moved = 0;
    for (const [at, before] of supplies.entries()) {
      const supply = bestSupply(game, supplies, at);
      supplies[at] = supply;
      moved = Math.max(moved, Math.abs(supply - before));
    }
    if (moved <= tolerance) return supplies;
  }
  throw new Error(`suppliesByBestResponse: expected to settle in ${ROUNDS_MAX} rounds`);
}

/**
 * The line of each of `count` generators alike: the root above 0 of
 * slope (count - 1) s^2 + (1 + slope response - (count - 1)) s - response = 0.
 */
export function supplyInClosedForm(count: number, slope: number, response: number): number {
  if (count === 1) return response / (1 + slope * response);
  const linear = count - 2 - slope * response;
  const product = 4 * slope * (count - 1) * response;
  return (linear + Math.sqrt(square(linear) + product)) / (2 * slope * (count - 1));
}

/** The price at which all lines meet demand of that level. */
export function clearingPrice(game: SupplyGame, supplies: readonly number[], levelMwh: number) {
  const all = supplies.reduce((sum, supply) => sum + supply, game.responseMwh2PerEur);
  return levelMwh / all;
}

/** What a generator earns where it lets the price be so much and serves the demand left to it. */
export function profitAtPriceEur(
  game: SupplyGame,
  supplies: readonly number[],
  at: number,
  levelMwh: number,
  priceEurPerMwh: number,
): number {
  const outputMwh = levelMwh - residualResponse(game, supplies, at) * priceEurPerMwh;
  const cost = ((game.slopesEurPerMwh2[at] ?? 0) * square(outputMwh)) / 2;
  return priceEurPerMwh * outputMwh - cost;
}

/** Worth less cost of what is sold at a level of demand; the response must be above 0. */
export function supplyWelfareEur(
  game: SupplyGame,
  supplies: readonly number[],
  levelMwh: number,
): number {
  const price = clearingPrice(game, supplies, levelMwh);
  const total = levelMwh - game.responseMwh2PerEur * price;
  const worth = (levelMwh * total - square(total) / 2) / game.responseMwh2PerEur;
  return supplies.reduce(
    (sum, supply, at) => sum - ((game.slopesEurPerMwh2[at] ?? 0) * square(supply * price)) / 2,
    worth,
  );
}
