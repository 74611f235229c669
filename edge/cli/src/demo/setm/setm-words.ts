/** Quantities of the case study in words, exact to the last digit. */

import {
  type Energy,
  energy,
  formatEnergy,
  formatMoney,
  formatPrice,
  type Money,
  type Price,
} from '@commonwatt/units';

const QUARTER_HOURS_PER_HOUR = 4n;

export function kWh(amount: Energy): string {
  return `${formatEnergy(amount, 'kWh')} kWh`;
}

/** Energy of the quarter hour as the mean power that SETM's messages speak of. */
export function kW(amount: Energy): string {
  return `${formatEnergy(energy(amount * QUARTER_HOURS_PER_HOUR), 'kWh')} kW`;
}

export function eurPerMwh(price: Price): string {
  return `${formatPrice(price, 'EUR/MWh')} EUR/MWh`;
}

export function euros(amount: Money): string {
  return `${formatMoney(amount)} EUR`;
}
