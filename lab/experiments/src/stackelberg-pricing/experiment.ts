/** Pricing games of leaders and followers: solvers beside closed forms, and no deviation that gains. */

import type { Comparison, Experiment, ReproductionPart } from '../reproduction.ts';
import { decimal, percent, ruleRow } from '../rows.ts';
import { companyGain, consumerGain, gainOnGrid } from './deviations.ts';
import { dutchPilotRows } from './dutch-pilot.ts';
import {
  type CompaniesGame,
  companiesByBestResponse,
  companiesInClosedForm,
  type Prices,
} from './many-companies.ts';
import {
  type BuyersMarket,
  buyersPrice,
  buyersPriceInClosedForm,
  householdWorthEur,
  operatorCostEur,
  ownUseKwh,
} from './one-buyer.ts';
import {
  consumerSurplusEur,
  quadraticDemandKwh,
  type SellersMarket,
  sellerProfitEur,
  sellersPrice,
  sellersPriceInClosedForm,
} from './one-seller.ts';
import parameters from './parameters.json' with { type: 'json' };

/** Points of a grid of deviations; a gain counts from a hundred millionths of what is at stake. */
const POINTS = 20_000;
const GAIN_LEAST = 1e-8;

export function sellerRows(market: SellersMarket): readonly Comparison[] {
  const { consumers, costEurPerKwh } = market;
  const found = sellersPrice(market);
  const closed = sellersPriceInClosedForm(market);
  const most = Math.max(...consumers.map(({ firstEurPerKwh }) => firstEurPerKwh));
  const profitAt = (price: number) => sellerProfitEur(market, price);
  const gain = gainOnGrid(profitAt, found.value, { from: 0, to: 2 * most }, POINTS);
  const gains = consumers.map((consumer) => {
    const taken = quadraticDemandKwh(consumer, found.at);
    const surplusAt = (kwh: number) => consumerSurplusEur(consumer, found.at, kwh);
    return gainOnGrid(surplusAt, surplusAt(taken), { from: 0, to: 2 * taken + 10 }, POINTS);
  });
  const welfareAt = (price: number) =>
    consumers.reduce(
      (sum, consumer) => {
        const kwh = quadraticDemandKwh(consumer, price);
        return sum + consumerSurplusEur(consumer, price, kwh);
      },
      sellerProfitEur(market, price),
    );
  const lost = 1 - welfareAt(found.at) / welfareAt(costEurPerKwh);
  return [
    ruleRow({
      name: 'price, EUR/kWh: search beside closed form',
      ours: `${decimal(found.at, 6)}, closed form ${decimal(closed.at, 6)}`,
      holds: Math.abs(found.at - closed.at) < 1e-6,
      note: 'the consumer of the lowest first worth is priced out',
    }),
    nothingToGain('the seller gains by no other price', gain / found.value),
    nothingToGain('no consumer gains by another demand', Math.max(...gains) / closed.value),
    ruleRow({
      name: 'welfare lost beside a price at cost',
      ours: percent(lost, 2),
      holds: lost > 0,
      note: 'what a leader takes by naming the price costs more than it gains',
    }),
  ];
}

export function buyerRows(market: BuyersMarket): readonly Comparison[] {
  const { households, feedInEurPerKwh, gridEurPerKwh } = market;
  const found = buyersPrice(market);
  const closed = buyersPriceInClosedForm(market);
  const interval = { from: feedInEurPerKwh, to: gridEurPerKwh };
  const gain = gainOnGrid(
    (price) => -operatorCostEur(market, price),
    found.value,
    interval,
    POINTS,
  );
  const gains = households.map((household) => {
    const worthAt = (kwh: number) => householdWorthEur(household, found.at, kwh);
    const now = worthAt(ownUseKwh(household, found.at));
    return gainOnGrid(worthAt, now, { from: 0, to: household.surplusKwh }, POINTS);
  });
  const saved = 1 + found.value / (market.needKwh * gridEurPerKwh);
  return [
    ruleRow({
      name: 'price, EUR/kWh: search beside closed form',
      ours: `${decimal(found.at, 6)}, closed form ${decimal(closed, 6)}`,
      holds: Math.abs(found.at - closed) < 1e-6,
      note: 'sqrt(grid price x sum of preferences / (households + sum of surpluses))',
    }),
    nothingToGain('the operator saves by no other price', gain / -found.value),
    nothingToGain('no household gains by selling more or less', Math.max(...gains)),
    ruleRow({
      name: 'the operator pays less than the grid alone would cost',
      ours: percent(saved, 2),
      holds: saved > 0,
      note: 'and every household gets more than the feed-in price',
    }),
    misreportRow(market, found.at),
  ];
}

/** What a household gains that answers every price as if its preference were another, then uses what is best. */
function misreportRow(market: BuyersMarket, price: number): Comparison {
  const gains = market.households.map((household, at) => {
    const truth = householdWorthEur(household, price, ownUseKwh(household, price));
    const worthAt = (factor: number) => {
      const said = { ...household, preferenceEur: household.preferenceEur * factor };
      const households = market.households.map((one, place) => (place === at ? said : one));
      const asked = buyersPrice({ ...market, households }).at;
      return householdWorthEur(household, asked, ownUseKwh(said, asked));
    };
    return gainOnGrid(worthAt, truth, { from: 0.5, to: 2 }, 300) / truth;
  });
  const gain = Math.max(...gains);
  return ruleRow({
    name: 'no household gains by answering as another would',
    ours: `gains ${percent(gain, 3)} of its worth at most`,
    theirs: 'strategy proof',
    holds: gain <= GAIN_LEAST,
    failsAsKnown: true,
    note: 'to answer with a higher preference, and to sell as answered, raises the price; at the price named, truth is best',
  });
}

export function companiesGame(periods: number): CompaniesGame {
  const { budgetsDkk, consumersPerBudget, baseKwh, powerShares, powerKwh } = parameters.companies;
  const shares = powerShares.reduce((sum, share) => sum + share, 0);
  const energyKwh = powerKwh.reduce((sum, one) => sum + one, 0);
  return {
    groups: budgetsDkk.map((budget) => ({ count: consumersPerBudget, budget, baseKwh })),
    availability: powerShares.map((share) =>
      Array<number>(periods).fill(((share / shares) * energyKwh) / periods),
    ),
  };
}

export function companyRows(game: CompaniesGame, start: Prices): readonly Comparison[] {
  const { prices, rounds, isSettled } = companiesByBestResponse(game, start);
  const closed = companiesInClosedForm(game).flat();
  const apart = Math.max(
    ...prices.flat().map((price, at) => Math.abs(price / (closed[at] ?? 0) - 1)),
  );
  const gains = game.groups.map((group) => consumerGain(group, prices, 50));
  const first = (all: Prices) => all.map((row) => decimal(row[0] ?? 0, 6)).join(', ');
  return [
    ruleRow({
      name: 'prices of the first period, DKK/kWh',
      ours: first(prices),
      theirs: first(companiesInClosedForm(game)),
      holds: isSettled && apart < 1e-6,
      note: `best responses in turn, ${rounds} rounds from 5 DKK/kWh; theirs by their closed form`,
    }),
    nothingToGain('no company gains by another price', companyGain(game, prices, 600)),
    nothingToGain('no consumer gains by moving its money', Math.max(...gains)),
  ];
}

function nothingToGain(name: string, gain: number): Comparison {
  return ruleRow({
    name,
    ours: gain <= 0 ? 'nothing on the grid' : `${gain.toExponential(1)} of it`,
    holds: gain <= GAIN_LEAST,
    note: '',
  });
}

function companyParts(): readonly ReproductionPart[] {
  return [1, 3].map((periods) => ({
    title: `Four companies, 2000 consumers with budgets, ${periods} period(s) (Alshehri et al.)`,
    comparisons: companyRows(
      companiesGame(periods),
      parameters.companies.powerShares.map(() => Array<number>(periods).fill(5)),
    ),
  }));
}

export const stackelbergPricing = {
  name: 'stackelberg-pricing',
  paper:
    'Tushar et al. 2015; Maharjan et al. 2013; Alshehri, Liu, Chen, Başar 2015: Stackelberg games of energy prices',
  claim:
    'Leaders that name prices and followers that answer them have an equilibrium in closed form',
  run: () => ({
    experiment: 'stackelberg-pricing',
    parts: [
      {
        title: 'One seller, consumers of quadratic utility',
        comparisons: sellerRows(parameters.oneSeller),
      },
      {
        title: 'One operator that buys from households (Tushar et al.)',
        comparisons: buyerRows(parameters.oneBuyer),
      },
      ...companyParts(),
      {
        title: 'One company, 77 consumers, 24 hours (the Dutch pilot of Alshehri et al.)',
        comparisons: dutchPilotRows(parameters.dutchPilot),
      },
    ],
  }),
} satisfies Experiment;
