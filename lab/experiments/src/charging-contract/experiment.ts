/** Contracts for charging that vehicles choose from: the closed form beside all menus of a grid. */

import type { Comparison, Experiment } from '../reproduction.ts';
import { decimal, ruleRow } from '../rows.ts';
import { bestOnContractGrid, bestOnEnergyGrid } from './every-menu.ts';
import {
  bestMenu,
  type ChargingMarket,
  logarithmic,
  type Menu,
  menuEnergyKwh,
  menuProfitEur,
  rationedMenu,
  slackOf,
  type VehicleType,
  vehicleWorthEur,
  virtualPreferences,
} from './menu.ts';
import { bestPricePerKwh, bestSingleContract, toldApart } from './other-offers.ts';
import parameters from './parameters.json' with { type: 'json' };

/** Rounding of floats, EUR. */
const ROUNDING_EUR = 1e-9;

export function marketOf(types: readonly VehicleType[]): ChargingMarket {
  const { baseKwh, costEurPerKwh, energyKwhMax } = parameters;
  return { types, satisfaction: logarithmic(baseKwh), costEurPerKwh, energyKwhMax };
}

/** The rows about one set of types. */
export function menuRows(market: ChargingMarket): readonly Comparison[] {
  const menu = bestMenu(market);
  return [...feasibilityRows(market, menu), ...gridRows(market, menu), ...offerRows(market, menu)];
}

function feasibilityRows(market: ChargingMarket, menu: Menu): readonly Comparison[] {
  const { participationEur, incentiveEur } = slackOf(market, menu);
  const energies = menu.map(({ energyKwh }) => energyKwh);
  const rents = market.types.map((type, at) => vehicleWorthEur(market, type, menuAt(menu, at)));
  const virtual = virtualPreferences(market.types);
  const first = toldApart(market);
  const top = energies.length - 1;
  return [
    ruleRow({
      name: 'every type takes part and prefers its own contract',
      ours: `least margins ${decimal(participationEur, 6)} and ${decimal(incentiveEur, 6)} EUR`,
      holds: participationEur > -ROUNDING_EUR && incentiveEur > -ROUNDING_EUR,
      note: menu
        .map((one) => `${decimal(one.energyKwh, 2)} kWh for ${decimal(one.paymentEur, 2)} EUR`)
        .join(', '),
    }),
    ruleRow({
      name: 'greater types get no less energy and keep no less',
      ours: `kept ${rents.map((rent) => decimal(rent, 3)).join(', ')} EUR`,
      holds: isRising(energies) && isRising(rents) && Math.abs(rents[0] ?? 1) < ROUNDING_EUR,
      note: `virtual preferences ${virtual.map((one) => decimal(one, 3)).join(', ')} EUR`,
    }),
    ruleRow({
      name: 'the greatest type is served as if it were known, the others no more than that',
      ours: `${decimal(energies[top] ?? 0, 4)} kWh, known ${decimal(first[top]?.energyKwh ?? 0, 4)} kWh`,
      holds:
        Math.abs((energies[top] ?? 0) - menuAt(first, top).energyKwh) < ROUNDING_EUR &&
        energies.every((energy, at) => energy <= menuAt(first, at).energyKwh + ROUNDING_EUR),
      note: '',
    }),
  ];
}

function gridRows(market: ChargingMarket, menu: Menu): readonly Comparison[] {
  const profit = menuProfitEur(market, menu);
  const energies = bestOnEnergyGrid(market, parameters.energySteps);
  const contracts = bestOnContractGrid(market, parameters.contractGrid);
  return [
    ruleRow({
      name: 'profit per vehicle beside all lists of energies of a grid',
      ours: `${decimal(profit, 6)} EUR, grid ${decimal(energies.profitEur, 6)} EUR`,
      holds: energies.profitEur <= profit + ROUNDING_EUR && energies.profitEur > 0.998 * profit,
      note: `${energies.seen} lists in steps of ${market.energyKwhMax / parameters.energySteps} kWh, payments by all constraints`,
    }),
    ruleRow({
      name: 'profit per vehicle beside all menus of a grid',
      ours: `${decimal(profit, 6)} EUR, grid ${decimal(contracts.profitEur, 6)} EUR`,
      holds: contracts.profitEur <= profit + ROUNDING_EUR && contracts.profitEur > 0.7 * profit,
      note: `energies and payments both on a grid, ${contracts.seen} partial menus judged`,
    }),
  ];
}

function offerRows(market: ChargingMarket, menu: Menu): readonly Comparison[] {
  const profit = menuProfitEur(market, menu);
  const price = bestPricePerKwh(market);
  const single = bestSingleContract(market);
  const known = menuProfitEur(market, toldApart(market));
  const rationed = rationedMenu(market, parameters.rationedEnergyKwh);
  const energyKwh = menuEnergyKwh(market, rationed.menu);
  const slack = slackOf(market, rationed.menu);
  const rationedProfit = menuProfitEur(market, rationed.menu);
  const most = parameters.rationedEnergyKwh;
  const grid = bestOnEnergyGrid(market, parameters.energySteps, most).profitEur;
  return [
    ruleRow({
      name: 'a price per kWh and one contract earn no more, telling types apart no less',
      ours: [price.value, single, profit, known].map((one) => decimal(one, 4)).join(', '),
      holds: price.value < profit && single <= profit + ROUNDING_EUR && profit < known,
      note: `EUR per vehicle: price ${decimal(price.at, 3)} EUR/kWh, one contract, menu, types known`,
    }),
    ruleRow({
      name: `profit per vehicle with ${most} kWh for each, beside the grid`,
      ours: `${decimal(rationedProfit, 6)} EUR, grid ${decimal(grid, 6)} EUR`,
      holds:
        energyKwh <= most + ROUNDING_EUR &&
        grid <= rationedProfit + ROUNDING_EUR &&
        grid > 0.99 * rationedProfit &&
        slack.participationEur > -ROUNDING_EUR &&
        slack.incentiveEur > -ROUNDING_EUR,
      note: `${decimal(energyKwh, 6)} kWh taken, one more worth ${decimal(rationed.scarcityEurPerKwh, 4)} EUR`,
    }),
  ];
}

function menuAt(menu: Menu, at: number) {
  return menu[at] ?? { energyKwh: 0, paymentEur: 0 };
}

function isRising(values: readonly number[]): boolean {
  return values.every((value, at) => at === 0 || value >= (values[at - 1] ?? 0) - ROUNDING_EUR);
}

export const chargingContract = {
  name: 'charging-contract',
  paper:
    'Su et al. 2018: contracts for charging electric vehicles; Bolton and Dewatripont 2005, chapter 2: screening',
  claim:
    'The reduced problem gives the best menu of all that vehicles of hidden types would choose from',
  run: () => ({
    experiment: 'charging-contract',
    parts: parameters.cases.map(({ name, types }) => ({
      title: `Three types, ${name}`,
      comparisons: menuRows(marketOf(types)),
    })),
  }),
} satisfies Experiment;
