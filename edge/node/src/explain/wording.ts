/** Quantities and instants as the node's sentences write them: exact, in UTC. */

import {
  type Energy,
  formatEnergy,
  formatInstant,
  formatPrice,
  formatRounded,
  type Price,
} from '@commonwatt/units';

export const priceWords = (price: Price): string => `${formatPrice(price, 'ct/kWh')} ct/kWh`;

/** The number alone, to the hundredth of a cent: a mean has more digits than say anything. */
export const roundedPriceWords = (price: Price): string => formatRounded(price, 'ct/kWh', 2);

export const energyWords = (energy: Energy): string => `${formatEnergy(energy, 'kWh')} kWh`;

/** 14:00 of the instant's day. */
export function timeWords(instantMs: number): string {
  return formatInstant(instantMs).slice(11, 16);
}

/** 14:00–14:15; with the date where the two do not lie on one day. */
export function spanWords(fromMs: number, untilMs: number): string {
  const [from, until] = [formatInstant(fromMs), formatInstant(untilMs)];
  // Midnight that ends a day belongs to that day.
  const sameDay = formatInstant(untilMs - 1).slice(0, 10) === from.slice(0, 10);
  if (sameDay) return `${timeWords(fromMs)}–${timeWords(untilMs)}`;
  return `${from.slice(0, 16).replace('T', ' ')}–${until.slice(0, 16).replace('T', ' ')}`;
}

/** 1 trade, 2 trades. */
export function countWords(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}
