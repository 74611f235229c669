/** What a market is founded with, read from what was typed: exactly, or not at all, with the field that is wrong. */

import { type MarketRule, refuseRuleSettings } from '@commonwatt/client';
import { formatPrice, type Price, parsePrice, QuantityTextError } from '@commonwatt/units';

export interface MarketText {
  readonly number: string;
  readonly name: string;
  readonly mechanism: string;
  /** Minutes before the slot. */
  readonly gateLead: string;
  readonly horizonHours: string;
  /** ct/kWh. */
  readonly priceLeast: string;
  readonly priceMost: string;
  readonly kThousandths: string;
  readonly rounds: string;
  /** By name: prices in ct/kWh, `gate` in minutes before the slot. What is empty is not said. */
  readonly settings: Readonly<Record<string, string>>;
}

export type MarketField = Exclude<keyof MarketText, 'settings'> | `settings.${string}`;

/** A field that cannot be read, and what would stand in it. */
export class MarketFieldError extends Error {
  override readonly name = 'MarketFieldError';
  readonly field: MarketField;
  readonly expected: string;

  constructor(field: MarketField, expected: string) {
    super(`${field}: expected ${expected}`);
    this.field = field;
    this.expected = expected;
  }
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** @throws MarketFieldError naming the first field that the ledger would refuse. */
export function marketOf(text: MarketText, rule: MarketRule, slotLengthMs: number) {
  const market = whole(text, 'number', { least: 0, most: 65_535 });
  const name = text.name.trim();
  if (name.length < 1 || name.length > 40) {
    throw new MarketFieldError('name', '1 to 40 characters');
  }
  const gateLeadMs = whole(text, 'gateLead', { least: 0, most: 1440 }) * MINUTE_MS;
  const horizonMs = whole(text, 'horizonHours', { least: 1, most: 8784 }) * HOUR_MS;
  if (horizonMs < gateLeadMs + slotLengthMs) {
    throw new MarketFieldError('horizonHours', 'more than until the gate closes, and one slot');
  }
  const priceLeast = centsOf('priceLeast', text.priceLeast);
  const priceMost = centsOf('priceMost', text.priceMost);
  if (priceMost < priceLeast) throw new MarketFieldError('priceMost', 'the least price or more');
  const kThousandths = rule.hasK ? whole(text, 'kThousandths', { least: 0, most: 1000 }) : 500;
  const roundsMax = rule.kind === 'negotiated' ? whole(text, 'rounds', { least: 1, most: 255 }) : 1;
  const settings = settingsOf(text, rule);
  const { mechanism, kind } = rule;
  const refused = refuseRuleSettings({ mechanism, kThousandths, settings });
  if (refused !== undefined) {
    const field = isSetting(refused.field) ? refused.field : 'mechanism';
    throw new MarketFieldError(field, refused.expected);
  }
  return {
    ...{ market, name, kind, mechanism, settings, slotLengthMs, gateLeadMs, horizonMs },
    ...{ priceLeast, priceMost, kThousandths, roundsMax },
  };
}

const isSetting = (field: string): field is `settings.${string}` => field.startsWith('settings.');

/** As the ledger takes them: prices in EUR/MWh, `gate` in milliseconds from the start of the slot. */
function settingsOf(text: MarketText, rule: MarketRule) {
  return rule.settings.flatMap(({ name, form }) => {
    const typed = text.settings[name]?.trim() ?? '';
    if (typed === '') return [];
    const field = `settings.${name}` as const;
    if (form === 'price') {
      return [{ name, value: formatPrice(centsOf(field, typed), 'EUR/MWh') }];
    }
    if (name === 'gate') {
      if (!/^\d{1,5}$/.test(typed)) throw new MarketFieldError(field, 'whole minutes, 0 to 99999');
      const ms = Number(typed) * MINUTE_MS;
      return [{ name, value: ms === 0 ? '0' : `-${ms}` }];
    }
    return [{ name, value: typed }];
  });
}

function whole(
  text: MarketText,
  field: 'number' | 'gateLead' | 'horizonHours' | 'kThousandths' | 'rounds',
  { least, most }: { readonly least: number; readonly most: number },
): number {
  const value = Number(text[field]);
  if (/^\d{1,6}$/.test(text[field].trim()) && value >= least && value <= most) return value;
  throw new MarketFieldError(field, `a whole number from ${least} to ${most}`);
}

/** A comma is what many keyboards have for the point. */
function centsOf(field: MarketField, typed: string): Price {
  try {
    return parsePrice(typed.trim().replace(',', '.'), 'ct/kWh', { field });
  } catch (fault) {
    if (fault instanceof QuantityTextError) {
      throw new MarketFieldError(field, 'a price in ct/kWh, such as 14.5');
    }
    throw fault;
  }
}
