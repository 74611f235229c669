/**
 * Every rule that a market may name. A line never changes once a ledger may have used it: a better
 * rule is a new version beside it.
 */

import { PRICE_MAX, price } from '@commonwatt/units';
import type {
  Call,
  CallMechanism,
  Mechanism,
  NegotiationMechanism,
  SettingDeclaration,
  Settings,
} from './mechanism.ts';
import { refuseSettings } from './mechanism.ts';
import { negotiate, refuseNegotiation } from './negotiation.ts';
import { refuseOrders } from './order.ts';
import type { Collar, PriceRule } from './price-rule.ts';
import { refusePriceRule } from './price-rule.ts';
import { clearUniformPrice } from './uniform-price.ts';

const K_DENOMINATOR_MAX = 1_000_000n;

const UNIFORM_SETTINGS: readonly SettingDeclaration[] = [
  {
    name: 'kNumerator',
    meaning: 'How far up the price interval the price stands: numerator of k.',
    unit: 'one',
    least: 0n,
    most: K_DENOMINATOR_MAX,
    fallback: 1n,
  },
  {
    name: 'kDenominator',
    meaning: 'Denominator of k; k is between 0 and 1.',
    unit: 'one',
    least: 1n,
    most: K_DENOMINATOR_MAX,
    fallback: 2n,
  },
  {
    name: 'priceFloor',
    meaning: 'The least price of the collar; none when absent.',
    unit: 'nano/Wh',
    least: -PRICE_MAX - 1n,
    most: PRICE_MAX,
    fallback: undefined,
  },
  {
    name: 'priceCeiling',
    meaning: 'The dearest price of the collar; none when absent.',
    unit: 'nano/Wh',
    least: -PRICE_MAX - 1n,
    most: PRICE_MAX,
    fallback: undefined,
  },
];

/** Expects settings that `refuseSettings` has let pass. */
export function priceRuleOf(settings: Settings): PriceRule {
  const numerator = settings.kNumerator ?? 1n;
  const denominator = settings.kDenominator ?? 2n;
  const { priceFloor, priceCeiling } = settings;
  let collar: Collar | undefined;
  if (priceFloor !== undefined || priceCeiling !== undefined) {
    collar = {
      floor: price(priceFloor ?? -PRICE_MAX - 1n),
      ceiling: price(priceCeiling ?? PRICE_MAX),
    };
  }
  return { k: { numerator, denominator }, collar };
}

const uniformPrice: CallMechanism = {
  kind: 'call',
  name: 'uniform',
  version: 1,
  source:
    'Rustichini, Satterthwaite and Williams 1994 (k-double auction); price interval between the ' +
    '(M+1)-st and M-th price of Wurman, Walsh and Wellman 1998',
  rule:
    'Own crossing orders out first; most volume by merit; one price, low + k (high - low) of the ' +
    'interval that clears the same trades, rounded down',
  ties:
    'Equal limits at the margin share pro rata to energy by largest remainder, equal remainders ' +
    'by lowest lot',
  settings: UNIFORM_SETTINGS,
  properties: [
    'budget_balance',
    'individual_rationality',
    'order_independence',
    'no_overfill',
    'conservation',
    'no_self_trade',
    'one_price',
    'scale',
    'shift',
  ],
  refuse(call: Call) {
    return (
      refuseSettings(uniformPrice, call.settings) ??
      refusePriceRule(priceRuleOf(call.settings)) ??
      refuseOrders(call.orders, call.lots)
    );
  },
  clear({ orders, lots, settings }: Call) {
    const refusal = refuseSettings(uniformPrice, settings);
    if (refusal !== undefined) {
      throw new RangeError(`uniform: expected settings as declared, got ${refusal.code}`);
    }
    return clearUniformPrice({ orders, lots, ...priceRuleOf(settings) });
  },
};

const negotiated: NegotiationMechanism = {
  kind: 'negotiation',
  name: 'negotiated',
  version: 1,
  source:
    'Ko and Praça 2021, section 4.1, Table 1 and Algorithm 2 (Negotiation.Pr); concession ours',
  rule:
    'Both sides concede their band in equal steps over N rounds, fractions rounded for whoever ' +
    'concedes; the first round in which they meet or cross agrees at the midpoint, rounded down',
  ties: 'None: two parties, one agreement',
  settings: [],
  refuse: refuseNegotiation,
  negotiate,
};

export const MECHANISMS: readonly Mechanism[] = [uniformPrice, negotiated];

/** The line of a name and version; without a version the newest. Undefined when there is none. */
export function findMechanism(name: string, version?: number): Mechanism | undefined {
  let found: Mechanism | undefined;
  for (const line of MECHANISMS) {
    if (line.name !== name) continue;
    if (version === undefined ? line.version > (found?.version ?? 0) : line.version === version) {
      found = line;
    }
  }
  return found;
}
