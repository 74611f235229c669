/** Generators that bid quantities, lines or one number: equilibria beside closed forms, and what they cost. */

import { drawFrom } from '@commonwatt/mechanisms';
import { square } from '../arithmetic.ts';
import { greatestOnGrid } from '../greatest.ts';
import type { Comparison, Experiment } from '../reproduction.ts';
import { decimal, ruleRow } from '../rows.ts';
import {
  distance,
  efficientQuantities,
  priceAt,
  type QuantityGame,
  quantitiesByBestResponse,
  welfareEur,
} from './cournot.ts';
import {
  type BidGame,
  bidProfitEur,
  bidsByBestResponse,
  type ConvexCost,
  efficientOutputs,
  equilibriumOutputs,
  greatestBidEur,
  outputsOfBids,
  totalCostEur,
} from './parameterized-bids.ts';
import parameters from './parameters.json' with { type: 'json' };
import {
  alike,
  fractionOf,
  GAIN_LEAST,
  POINTS,
  quantityRows,
  theocharisRows,
} from './quantity-rows.ts';
import {
  clearingPrice,
  profitAtPriceEur,
  type SupplyGame,
  suppliesByBestResponse,
  supplyInClosedForm,
  supplyWelfareEur,
} from './supply-functions.ts';

const market: QuantityGame = {
  demand: parameters.demand,
  generators: parameters.generators,
};

/** Welfare at equilibrium as a share of the most, sellers of one constant cost: 1 - 1 / (n + 1)^2. */
function anarchyRows(): readonly Comparison[] {
  const { interceptEurPerMwh, slopeEurPerMwh2 } = parameters.demand;
  const margin = interceptEurPerMwh - parameters.marginalEurPerMwh;
  const most = square(margin) / (2 * slopeEurPerMwh2);
  return parameters.bidders.map((count) => {
    const game = alike(market, count, parameters.marginalEurPerMwh, 0);
    const outputs = quantitiesByBestResponse(game, Array<number>(count).fill(0));
    const ours = welfareEur(game, outputs) / most;
    const closed = 1 - 1 / square(count + 1);
    return ruleRow({
      name: `bidders ${count}: welfare share`,
      ours: `${decimal(ours, 6)}, closed form ${decimal(closed, 6)}`,
      holds: Math.abs(ours - closed) < 1e-8,
      note: `price ${decimal(priceAt(game, outputs), 3)} EUR/MWh, cost ${parameters.marginalEurPerMwh}`,
    });
  });
}

/** The same plant split among ever more owners: quantities beside lines beside price takers. */
function ownershipRows(): readonly Comparison[] {
  const demand = parameters.demand;
  const response = 1 / demand.slopeEurPerMwh2;
  const level = demand.interceptEurPerMwh * response;
  return parameters.bidders.map((count) => {
    const slope = parameters.sharedSlopeEurPerMwh2 * count;
    const game = alike({ demand }, count, 0, slope);
    const outputs = quantitiesByBestResponse(game, Array<number>(count).fill(0));
    const efficient = efficientQuantities(game);
    const supply: SupplyGame = {
      responseMwh2PerEur: response,
      slopesEurPerMwh2: Array<number>(count).fill(slope),
    };
    const lines = suppliesByBestResponse(supply, Array<number>(count).fill(1));
    const most = welfareEur(game, efficient);
    const quantity = { price: priceAt(game, outputs), share: welfareEur(game, outputs) / most };
    const line = {
      price: clearingPrice(supply, lines, level),
      share: supplyWelfareEur(supply, lines, level) / most,
    };
    const taker = priceAt(game, efficient);
    const isOrdered = taker < line.price && line.price <= quantity.price + 1e-9;
    return ruleRow({
      name: `owners ${count}: price of takers, of lines, of quantities`,
      ours: `${decimal(taker, 3)} < ${decimal(line.price, 3)} <= ${decimal(quantity.price, 3)} EUR/MWh`,
      holds: isOrdered && quantity.share <= line.share + 1e-12 && line.share < 1,
      note: `welfare shares ${decimal(line.share, 6)} of lines, ${decimal(quantity.share, 6)} of quantities`,
    });
  });
}

export function supplyGain(
  game: SupplyGame,
  supplies: readonly number[],
  levels: readonly number[],
): number {
  const gains = levels.flatMap((level) =>
    supplies.map((_supply, at) => {
      const price = clearingPrice(game, supplies, level);
      const now = profitAtPriceEur(game, supplies, at, level, price);
      const profitAt = (tried: number) => profitAtPriceEur(game, supplies, at, level, tried);
      const best = greatestOnGrid(profitAt, { from: 0, to: 4 * price }, POINTS);
      return (best.value - now) / now;
    }),
  );
  return Math.max(...gains);
}

function supplyRows(): readonly Comparison[] {
  const { responseMwh2PerEur, slopesEurPerMwh2, levelsMwh } = parameters.supply;
  const game = { responseMwh2PerEur, slopesEurPerMwh2 };
  const supplies = suppliesByBestResponse(game, [1, 1, 1, 1]);
  const far = suppliesByBestResponse(game, [0, 100, 0.001, 7]);
  const gain = supplyGain(game, supplies, levelsMwh);
  const same = suppliesByBestResponse(
    { responseMwh2PerEur, slopesEurPerMwh2: [0.3, 0.3, 0.3] },
    [1, 1, 1],
  );
  const closed = supplyInClosedForm(3, 0.3, responseMwh2PerEur);
  return [
    ruleRow({
      name: 'three generators alike: line beside closed form',
      ours: `${decimal(same[0] ?? 0, 6)}, closed form ${decimal(closed, 6)}`,
      holds: distance(same, [closed, closed, closed]) < 1e-9,
      note: 'MWh per EUR/MWh',
    }),
    ruleRow({
      name: 'four generators: lines from two starts',
      ours: supplies.map((supply) => decimal(supply, 4)).join(', '),
      holds: distance(supplies, far) < 1e-9,
      note: 'best responses in turn',
    }),
    ruleRow({
      name: 'no generator gains at any level of demand',
      ours: gain <= 0 ? 'nothing on the grid' : `${gain.toExponential(1)} of its profit`,
      holds: gain <= GAIN_LEAST,
      note: `demand at ${levelsMwh.join(', ')} MWh: one line is the best at all of them`,
    }),
  ];
}

export function quadraticCost(firstEurPerMwh: number, slopeEurPerMwh2: number): ConvexCost {
  return {
    eurOf: (mwh) => (mwh <= 0 ? 0 : firstEurPerMwh * mwh + (slopeEurPerMwh2 * square(mwh)) / 2),
    marginalEurPerMwh: (mwh) => firstEurPerMwh + slopeEurPerMwh2 * mwh,
  };
}

export function bidGain(game: BidGame, bids: readonly number[]): number {
  const gains = bids.map((_bid, at) => {
    const now = bidProfitEur(game, bids, at);
    const profitAt = (tried: number) => bidProfitEur(game, bids.with(at, tried), at);
    const to = greatestBidEur(bids, at);
    return (greatestOnGrid(profitAt, { from: 0, to }, POINTS).value - now) / Math.max(1, now);
  });
  return Math.max(...gains);
}

function parameterizedRows(): readonly Comparison[] {
  const { demandMwh, costs } = parameters.parameterized;
  const game: BidGame = {
    demandMwh,
    costs: costs.map((one) => quadraticCost(one.firstEurPerMwh, one.slopeEurPerMwh2)),
  };
  const bids = bidsByBestResponse(
    game,
    costs.map(() => 1000),
  );
  const outputs = outputsOfBids(game, bids);
  const closed = equilibriumOutputs(game);
  const gain = bidGain(game, bids);
  return [
    ruleRow({
      name: 'outputs, MWh: best bids in turn beside raised costs',
      ours: [outputs, closed].map((all) => all.map((q) => decimal(q, 3)).join(', ')).join('; '),
      holds: distance(outputs, closed) < 1e-3,
      note: 'the equilibrium is the efficient split of marginal cost x (1 + output / ((N - 2) demand))',
    }),
    ruleRow({
      name: 'no firm gains by another bid',
      ours: gain <= 0 ? 'nothing on the grid' : `${gain.toExponential(1)} of its profit`,
      holds: gain <= GAIN_LEAST,
      note: '',
    }),
    ...parameters.parameterized.firms.map(lossRow),
    ...parameters.parameterized.firms.map(boundRow),
  ];
}

/** The dearest equilibrium among drawn costs, beside the bound on all of them. */
function lossRow(count: number): Comparison {
  const draw = drawFrom(BigInt(parameters.seed + count));
  let worst = 1;
  let even = 0;
  for (let round = 0; round < parameters.parameterized.draws; round += 1) {
    const costs = Array.from({ length: count }, () =>
      quadraticCost(1 + 9 * fractionOf(draw), fractionOf(draw) < 0.5 ? 0 : fractionOf(draw) / 10),
    );
    const game = { demandMwh: parameters.parameterized.demandMwh, costs };
    const efficient = totalCostEur(game, efficientOutputs(game));
    const ratio = totalCostEur(game, equilibriumOutputs(game)) / efficient;
    if (ratio < 1 + 1e-9) even += 1;
    worst = Math.max(worst, ratio);
  }
  const bound = 1 + 1 / (count - 2);
  return ruleRow({
    name: `${count} firms: cost at equilibrium over least cost`,
    ours: `at most ${decimal(worst, 4)} in ${parameters.parameterized.draws} draws`,
    theirs: `at most ${decimal(bound, 4)}`,
    holds: worst <= bound && even < parameters.parameterized.draws,
    note: `1 + 1 / (N - 2); seed ${parameters.seed + count}`,
  });
}

/**
 * Costs that come as near to the bound as is liked: one firm's energy is free but for the last thousandth of demand,
 * which costs 1 EUR/MWh; the others' costs nearly as much as that does once it is raised.
 */
export function nearlyWorstGame(count: number, demandMwh: number, last: number): BidGame {
  const free = (1 - last) * demandMwh;
  const cheap: ConvexCost = {
    eurOf: (mwh) => Math.max(0, mwh - free),
    marginalEurPerMwh: (mwh) => (mwh <= free ? 0 : 1),
  };
  const raised = 1 + (1 - last) / (count - 2);
  const dear = (raised / (1 + last / ((count - 1) * (count - 2)))) * (1 - 1e-6);
  return { demandMwh, costs: [cheap, ...Array(count - 1).fill(quadraticCost(dear, 0))] };
}

function boundRow(count: number): Comparison {
  const game = nearlyWorstGame(count, parameters.parameterized.demandMwh, 0.001);
  const least = totalCostEur(game, efficientOutputs(game));
  const ratio = totalCostEur(game, equilibriumOutputs(game)) / least;
  const bound = 1 + 1 / (count - 2);
  return ruleRow({
    name: `${count} firms: the bound is approached`,
    ours: decimal(ratio, 4),
    theirs: `at most ${decimal(bound, 4)}`,
    holds: ratio <= bound && ratio > bound - 0.005,
    note: 'one firm whose last thousandth alone costs anything',
  });
}

export const nashBidding = {
  name: 'nash-bidding',
  paper:
    'Cournot 1838; Theocharis 1960; Klemperer and Meyer 1989; Johari and Tsitsiklis 2011: bids of quantities, lines and one number',
  claim:
    'Each bidding game has one equilibrium, reached by best responses in turn, and more bidders lose less welfare',
  run: () => ({
    experiment: 'nash-bidding',
    parts: [
      { title: 'Quantities (Cournot)', comparisons: quantityRows(market, parameters) },
      {
        title: 'Answers at once (Theocharis)',
        comparisons: theocharisRows(market, parameters.marginalEurPerMwh),
      },
      { title: 'Welfare by the number of bidders, one constant cost', comparisons: anarchyRows() },
      {
        title: 'One plant of rising cost split among owners: lines and quantities',
        comparisons: ownershipRows(),
      },
      { title: 'Lines (linear supply functions)', comparisons: supplyRows() },
      {
        title: 'One number each, demand fixed (Johari and Tsitsiklis)',
        comparisons: parameterizedRows(),
      },
    ],
  }),
} satisfies Experiment;
