/** Numbers as a reader sees them, alike on every machine: no locale is asked. */

/** With commas between thousands: 12,345.60. Values that round to 0 lose their sign. */
export function fixedText(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  const [whole = '0', fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const sign = value < 0 && Number(text) !== 0 ? '−' : '';
  return `${sign}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** About four digits: enough to compare by eye; the tables hold the rest. */
export function shortText(value: number): string {
  const size = Math.abs(value);
  if (size >= 1000) return fixedText(value, 0);
  if (size >= 100) return fixedText(value, 1);
  if (size >= 1 || size === 0) return trimmed(fixedText(value, 2));
  return trimmed(fixedText(value, 4));
}

function trimmed(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

export interface Shown {
  readonly value: number;
  readonly unit: string;
  readonly text: string;
}

/** Indices and ratios between 0 and 1 are no shares of anything. */
const INDEX = /_(?:gini|jain|ratio)$/;

/** A metric in the unit that the report shows: shares in per cent, prices in ct/kWh. */
export function shownMetric(metric: string, unit: string, value: number): Shown {
  return INDEX.test(metric) ? shown(value, '', fixedText(value, 3)) : shownValue(value, unit);
}

function shownValue(value: number, unit: string): Shown {
  if (unit === 'share') return shown(value * 100, '%', fixedText(value * 100, 1));
  if (unit === 'EUR/MWh') return shown(value / 10, 'ct/kWh', fixedText(value / 10, 2));
  if (unit === 'EUR') return shown(value, 'EUR', fixedText(value, 2));
  if (unit === 'count') return shown(value, '', trimmed(fixedText(value, 2)));
  return shown(value, unit, shortText(value));
}

const shown = (value: number, unit: string, text: string): Shown => ({
  value,
  unit,
  text: unit === '' ? text : `${text} ${unit}`,
});

/** Nano-EUR per Wh are 0.0001 ct/kWh. */
export const ctPerKwh = (price: number): number => price / 10_000;
export const eurOf = (money: number): number => money / 1e9;

export interface EnergyUnit {
  readonly unit: 'kWh' | 'MWh' | 'GWh';
  readonly of: (wattHours: number) => number;
}

/** The unit in which the largest value has at most four digits before the point. */
export function energyUnit(largestWh: number): EnergyUnit {
  const size = Math.abs(largestWh);
  if (size < 1e7) return { unit: 'kWh', of: (wattHours) => wattHours / 1e3 };
  if (size < 1e10) return { unit: 'MWh', of: (wattHours) => wattHours / 1e6 };
  return { unit: 'GWh', of: (wattHours) => wattHours / 1e9 };
}
