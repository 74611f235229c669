/** A market's rule and its settings as a reader of screens meets them. */

import { parsePrice } from '@commonwatt/units';
import { centsPerKilowattHour } from './figures.ts';
import { en } from './words/en.ts';

/** Settings that are prices stand in the ledger as `clear --param` takes them: in EUR/MWh. */
const PRICES = new Set(['reserve', 'increment', 'start', 'step', 'floor', 'ceiling', 'pool_price']);

/** A rule that this app does not know yet keeps its name. */
export function ruleName(mechanism: string): string {
  return en.rules.byName[mechanism]?.name ?? mechanism;
}

export function ruleAbout(mechanism: string): string | undefined {
  return en.rules.byName[mechanism]?.about;
}

/** What a limit means by the rule, where it is more than a bound of the one price. */
export function orderWords(mechanism: string): string | undefined {
  return en.rules.byName[mechanism]?.order;
}

export function settingName(name: string): string {
  const known: Readonly<Record<string, string>> = en.rules.settings;
  return known[name] ?? name;
}

export function settingValue({ name, value }: { readonly name: string; readonly value: string }) {
  if (PRICES.has(name) && /^-?\d{1,12}(\.\d{1,3})?$/.test(value)) {
    return centsPerKilowattHour(parsePrice(value, 'EUR/MWh'), 2);
  }
  if (name === 'gate' && /^-?\d{1,12}$/.test(value)) return gateText(Number(value));
  const known: Readonly<Record<string, string>> = en.rules.values;
  return known[`${name} ${value}`] ?? value;
}

/** `gate` of two stages: milliseconds from the start of the slot. */
function gateText(ms: number): string {
  const seconds = Math.abs(ms) / 1000;
  const parts = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'min'],
    [seconds % 60, 's'],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count}\u202f${unit}`);
  const text = told.length === 0 ? '0\u202fs' : told.join(' ');
  return ms <= 0 ? en.rules.beforeSlot(text) : en.rules.afterSlot(text);
}
