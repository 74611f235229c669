/** What an operator earns by other offers than the best menu. */

import { type Greatest, greatest } from '../greatest.ts';
import { type ChargingMarket, type Menu, menuProfitEur } from './menu.ts';

/** Each type is known: it gets what is worth its cost and pays all of that worth. No menu earns more. */
export function toldApart({ types, satisfaction, ...market }: ChargingMarket): Menu {
  return types.map(({ preferenceEur }) => {
    const wanted = satisfaction.energyKwhAtSlope(market.costEurPerKwh / preferenceEur);
    const energyKwh = Math.min(market.energyKwhMax, wanted);
    return { energyKwh, paymentEur: preferenceEur * satisfaction.of(energyKwh) };
  });
}

/** The best single price per kWh: every type takes what it likes at that price. */
export function bestPricePerKwh(market: ChargingMarket): Greatest {
  const { types, costEurPerKwh } = market;
  const dearest = Math.max(...types.map(({ preferenceEur }) => preferenceEur));
  const menuAt = (price: number): Menu =>
    toldApart({ ...market, costEurPerKwh: price }).map(({ energyKwh }) => ({
      energyKwh,
      paymentEur: price * energyKwh,
    }));
  return greatest(
    (price) => menuProfitEur(market, menuAt(price)),
    { from: costEurPerKwh, to: costEurPerKwh + dearest },
    2000,
  );
}

/** One contract for all who want it: energy and payment such that a type and all greater ones take it. */
export function bestSingleContract(market: ChargingMarket): number {
  const { types, satisfaction, costEurPerKwh, energyKwhMax } = market;
  let best = 0;
  for (const [lowest, { preferenceEur }] of types.entries()) {
    const share = types.slice(lowest).reduce((sum, one) => sum + one.share, 0);
    const energyKwh = Math.min(
      energyKwhMax,
      satisfaction.energyKwhAtSlope(costEurPerKwh / preferenceEur),
    );
    const paymentEur = preferenceEur * satisfaction.of(energyKwh);
    best = Math.max(best, share * (paymentEur - costEurPerKwh * energyKwh));
  }
  return best;
}
