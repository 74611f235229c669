/** The case study of one company and 77 consumers that the authors publish with their notebook. */

import type { Comparison } from '../reproduction.ts';
import { decimal, numberRow, ruleRow } from '../rows.ts';
import {
  budgetDemandsKwh,
  companiesInClosedForm,
  type Prices,
  revenueOf,
  wantedKwh,
} from './many-companies.ts';

export interface DutchPilot {
  readonly consumers: number;
  readonly baseKwh: number;
  readonly powerWhPerConsumer: readonly number[];
  readonly pilotEurPerKwh: readonly number[];
  readonly printed: { readonly energyKwhPerConsumer: string; readonly budgetEur: string };
}

const BISECTIONS = 200;

/**
 * The least budget with which a consumer that buys in every period takes so much energy at these prices:
 * (energy + periods x base) / mean of 1 / price - base x sum of prices. It asks no demand to be at least 0.
 */
export function budgetInClosedForm(
  energyKwh: number,
  baseKwh: number,
  prices: readonly number[],
): number {
  const meanOfInverses = prices.reduce((sum, price) => sum + 1 / price, 0) / prices.length;
  const sum = prices.reduce((total, price) => total + price, 0);
  return (energyKwh + prices.length * baseKwh) / meanOfInverses - baseKwh * sum;
}

/** The budget with which a consumer's best response is so much energy, no demand below 0. */
export function budgetByBestResponse(
  energyKwh: number,
  baseKwh: number,
  prices: readonly number[],
): number {
  let low = 0;
  let high = energyKwh * Math.max(...prices);
  for (let step = 0; step < BISECTIONS; step += 1) {
    const budget = (low + high) / 2;
    const taken = budgetDemandsKwh({ budget, baseKwh }, prices).reduce((sum, one) => sum + one, 0);
    if (taken < energyKwh) low = budget;
    else high = budget;
  }
  return high;
}

export function dutchPilotRows(pilot: DutchPilot): readonly Comparison[] {
  const { baseKwh, pilotEurPerKwh, powerWhPerConsumer, printed } = pilot;
  const energyKwh = powerWhPerConsumer.reduce((sum, one) => sum + one, 0) / 1000;
  const budget = budgetInClosedForm(energyKwh, baseKwh, pilotEurPerKwh);
  const level =
    (budget + baseKwh * pilotEurPerKwh.reduce((sum, one) => sum + one, 0)) / pilotEurPerKwh.length;
  const closedForm = pilotEurPerKwh.map((price) => level / price - baseKwh);
  const negative = closedForm.filter((demandKwh) => demandKwh < 0);
  const needed = budgetByBestResponse(energyKwh, baseKwh, pilotEurPerKwh);
  return [
    numberRow({
      name: 'energy of a consumer, kWh',
      ours: energyKwh,
      theirs: printed.energyKwhPerConsumer,
      tolerance: 1e-9,
      decimals: 3,
      note: 'the sum of the published profile',
    }),
    numberRow({
      name: 'budget for it at the pilot prices, EUR',
      ours: budget,
      theirs: printed.budgetEur,
      tolerance: 1e-12,
      decimals: 10,
      note: 'their Theorem 1',
    }),
    ruleRow({
      name: 'that budget is spent on demands of 0 or more',
      ours: `${negative.length} hours below 0, least ${decimal(Math.min(...closedForm), 3)} kWh`,
      theirs: 'demand >= 0',
      holds: negative.length === 0,
      failsAsKnown: true,
      note: 'the closed form asks every price to be below the level at which buying stops',
    }),
    numberRow({
      name: 'budget with no demand below 0, EUR',
      ours: needed,
      theirs: printed.budgetEur,
      tolerance: 1e-6,
      decimals: 6,
      contradictsAsKnown: true,
      note: 'the energy bought at the best response to the same prices',
    }),
    ...oneCompanyRows(pilot, budget),
  ];
}

/** With one company the whole budget is its revenue at any price, so that it has no best one. */
function oneCompanyRows(pilot: DutchPilot, budget: number): readonly Comparison[] {
  const groups = [{ count: pilot.consumers, budget, baseKwh: pilot.baseKwh }];
  const powerKwh = pilot.powerWhPerConsumer.map((one) => (one * pilot.consumers) / 1000);
  const game = { groups, availability: [powerKwh] };
  const prices = companiesInClosedForm(game);
  const unsold = wantedKwh(game, prices).map((kwh, hour) => Math.abs(kwh - (powerKwh[hour] ?? 0)));
  const dearer: Prices = prices.map((row) => row.map((price) => price * 1.25));
  const revenue = revenueOf(game, prices, 0);
  const other = revenueOf(game, dearer, 0);
  return [
    ruleRow({
      name: 'their prices sell the power of every hour',
      ours: `at most ${decimal(Math.max(...unsold), 9)} kWh left or short`,
      holds: Math.max(...unsold) < 1e-6,
      note: 'by the best responses of the consumers; their figure of the prices is not at hand',
    }),
    ruleRow({
      name: 'one company has one best list of prices',
      ours: `${decimal(revenue, 6)} EUR, at prices a quarter higher ${decimal(other, 6)} EUR`,
      theirs: 'a unique equilibrium',
      holds: Math.abs(other - revenue) > 1e-9 * revenue,
      failsAsKnown: true,
      note: 'a lone company takes in all budgets whatever it asks; from two on, prices are unique',
    }),
  ];
}
