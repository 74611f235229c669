/**
 * Value added tax of a line: who sells it to whom decides. Categories are those of EN 16931-1 (UNTDID
 * 5305): S standard rate, Z zero rate, E exempt, AE reverse charge, O not subject to the tax.
 */

import { type BillingRules, vatRateAt } from './billing-rules.ts';
import type { ChargeKind } from './charges.ts';
import { chargesTax, type Party } from './party.ts';

export const VAT_CATEGORIES = ['S', 'Z', 'E', 'AE', 'O'] as const;
export type VatCategory = (typeof VAT_CATEGORIES)[number];

/** Rules V-1 to V-4 of the README. */
export const VAT_RULES = ['V-1', 'V-2', 'V-3', 'V-4'] as const;

export interface VatTreatment {
  readonly category: VatCategory;
  /** In hundredths of a percent. */
  readonly hundredths: number;
  /** Which rule of the README decided, and which version of the community's rules it read. */
  readonly rule: (typeof VAT_RULES)[number];
  readonly rulesVersion: number;
}

/** What a reseller of energy buys as such; fees for services are taxed as usual. */
const RESOLD: ReadonlySet<ChargeKind> = new Set(['bought', 'sold', 'supply', 'feed-in']);

export interface Sale {
  readonly seller: Party;
  readonly buyer: Party;
  readonly kind: ChargeKind;
  /** The instant whose rate counts: the last of the period. */
  readonly taxPointMs: number;
}

/** Nothing where the rules have no rate for the line. */
export function vatOf(rules: BillingRules, sale: Sale): VatTreatment | undefined {
  const { seller, buyer, kind, taxPointMs } = sale;
  const rulesVersion = rules.version;
  if (seller.status === 'private') {
    return { category: 'O', hundredths: 0, rule: 'V-1', rulesVersion };
  }
  if (!chargesTax(seller.status))
    return { category: 'E', hundredths: 0, rule: 'V-2', rulesVersion };
  if (buyer.status === 'reverse charge' && RESOLD.has(kind)) {
    return { category: 'AE', hundredths: 0, rule: 'V-3', rulesVersion };
  }
  const rate = vatRateAt(rules, kind, taxPointMs);
  if (rate === undefined) return undefined;
  const { hundredths } = rate;
  return { category: hundredths === 0 ? 'Z' : 'S', hundredths, rule: 'V-4', rulesVersion };
}
