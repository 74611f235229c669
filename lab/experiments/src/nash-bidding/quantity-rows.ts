/** Rows about generators that bid quantities. */

import { type Draw, drawFrom } from '@commonwatt/mechanisms';
import { greatestOnGrid } from '../greatest.ts';
import type { Comparison } from '../reproduction.ts';
import { decimal, ruleRow } from '../rows.ts';
import {
  answerAtOnce,
  distance,
  priceAt,
  profitEur,
  type QuantityGame,
  quantitiesByBestResponse,
  quantitiesInClosedForm,
  uniquenessDeterminant,
} from './cournot.ts';

export const POINTS = 20_000;
/** A gain counts from a hundred millionths of what is at stake. */
export const GAIN_LEAST = 1e-8;
const MILLION = 1_000_000n;

/** The largest share of its profit, or of 1 EUR, that a generator gains by another quantity. */
export function quantityGain(game: QuantityGame, outputs: readonly number[]): number {
  const to = game.demand.interceptEurPerMwh / game.demand.slopeEurPerMwh2;
  const gains = outputs.map((_output, at) => {
    const now = profitEur(game, outputs, at);
    const best = greatestOnGrid(
      (tried) => profitEur(game, outputs.with(at, tried), at),
      { from: 0, to },
      POINTS,
    );
    return (best.value - now) / Math.max(1, now);
  });
  return Math.max(...gains);
}

/** A fraction from 0 to 1 in millionths. */
export function fractionOf(draw: Draw): number {
  return Number(draw(MILLION + 1n)) / Number(MILLION);
}

export function quantityRows(
  game: QuantityGame,
  { seed, starts }: { readonly seed: number; readonly starts: number },
): readonly Comparison[] {
  const still = game.generators.map(() => 0);
  const found = quantitiesByBestResponse(game, still);
  const closed = quantitiesInClosedForm(game);
  const gain = quantityGain(game, found);
  const draw = drawFrom(BigInt(seed));
  const most = game.demand.interceptEurPerMwh / game.demand.slopeEurPerMwh2;
  let apart = 0;
  for (let start = 0; start < starts; start += 1) {
    const drawn = game.generators.map(() => fractionOf(draw) * most);
    apart = Math.max(apart, distance(quantitiesByBestResponse(game, drawn), found));
  }
  const sellers = { ...game, generators: game.generators.filter((_one, at) => found[at] !== 0) };
  const determinant = uniquenessDeterminant(sellers);
  return [
    ruleRow({
      name: 'outputs, MWh: best responses beside closed form',
      ours: `${listed(found)}; closed form ${listed(closed)}`,
      holds: distance(found, closed) < 1e-8,
      note: `price ${decimal(priceAt(game, found), 4)} EUR/MWh; the last generator stays out`,
    }),
    ruleRow({
      name: 'no generator gains by another quantity',
      ours: gain <= 0 ? 'nothing on the grid' : `${gain.toExponential(1)} of its profit`,
      holds: gain <= GAIN_LEAST,
      note: `${POINTS} quantities each`,
    }),
    ruleRow({
      name: 'the equilibrium is the only one: determinant of marginal profits',
      ours: decimal(determinant, 4),
      theirs: 'above 0',
      holds: determinant > 0,
      note: 'Kolstad and Mathiesen 1986, among the generators that sell',
    }),
    ruleRow({
      name: `from ${starts} drawn starts to the same outputs`,
      ours: `${apart.toExponential(1)} MWh apart`,
      holds: apart < 1e-8,
      note: `seed ${seed}`,
    }),
  ];
}

/** Answers at once, from 1 MWh beside the equilibrium: what Theocharis 1960 found of 2, 3 and more sellers. */
export function theocharisRows(game: QuantityGame, marginal: number): readonly Comparison[] {
  const expectations = [
    { count: 2, theirs: 'stable', holds: (share: number) => share < 1e-3 },
    { count: 3, theirs: 'neutrally stable', holds: (share: number) => Math.abs(share - 1) < 1e-6 },
    { count: 4, theirs: 'unstable', holds: (share: number) => share > 1.5 },
    { count: 5, theirs: 'unstable', holds: (share: number) => share > 1.5 },
  ];
  return expectations.map(({ count, theirs, holds }) => {
    const share = errorAfterAnswersAtOnce(alike(game, count, marginal, 0), 20);
    return ruleRow({
      name: `${count} generators that answer at once, 20 rounds`,
      ours: `error times ${share < 1e-3 ? share.toExponential(1) : decimal(share, 3)}`,
      theirs,
      holds: holds(share),
      note: 'by turns every number of them settles',
    });
  });
}

/** How many times as far from the equilibrium all are after so many rounds as before. */
export function errorAfterAnswersAtOnce(game: QuantityGame, rounds: number): number {
  const still = quantitiesInClosedForm(game);
  let outputs = still.map((output) => output + 1);
  for (let round = 0; round < rounds; round += 1) outputs = answerAtOnce(game, outputs);
  return distance(outputs, still);
}

export function alike(
  { demand }: Pick<QuantityGame, 'demand'>,
  count: number,
  firstEurPerMwh: number,
  slopeEurPerMwh2: number,
): QuantityGame {
  return { demand, generators: Array(count).fill({ firstEurPerMwh, slopeEurPerMwh2 }) };
}

function listed(outputs: readonly number[]): string {
  return outputs.map((output) => decimal(output, 3)).join(', ');
}
