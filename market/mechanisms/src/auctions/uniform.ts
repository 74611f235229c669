/** The uniform-price call auction as a line of the registry; the rule itself is in book.ts. */

import { PRICE_MAX, price } from '@commonwatt/units';
import { defineAuction } from '../define.ts';
import { fractionAt, type Values } from '../field.ts';
import { type Collar, type PriceRule, refusePriceRule } from '../price-rule.ts';
import { clearSoundUniformPrice } from '../uniform-price.ts';

export const uniform = defineAuction({
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
  holds: 'Efficient by stated limits; not truthful: who sets the margin moves the price',
  settings: [
    {
      name: 'k',
      meaning: 'How far up the price interval the price stands: 0 its low end, 1 its high end.',
      form: 'decimal',
      least: 0n,
      most: 1n,
      fallback: { numerator: 1n, denominator: 2n },
    },
    { name: 'floor', meaning: 'The least price of the collar; none when absent.', form: 'price' },
    {
      name: 'ceiling',
      meaning: 'The dearest price of the collar; none when absent.',
      form: 'price',
    },
  ],
  properties: [
    'budget_balance',
    'individual_rationality',
    'merit_order',
    'gap_shared',
    'order_independence',
    'no_overfill',
    'conservation',
    'no_self_trade',
    'one_price',
    'scale',
    'shift',
    'accounts',
  ],
  refuseMore: ({ settings }) => refusePriceRule(priceRuleOf(settings)),
  clear: ({ orders, lots, settings }) =>
    clearSoundUniformPrice({ orders, lots, ...priceRuleOf(settings) }),
});

function priceRuleOf(settings: Values): PriceRule {
  const { floor, ceiling } = settings;
  let collar: Collar | undefined;
  if (typeof floor === 'bigint' || typeof ceiling === 'bigint') {
    collar = {
      floor: price(typeof floor === 'bigint' ? floor : -PRICE_MAX - 1n),
      ceiling: price(typeof ceiling === 'bigint' ? ceiling : PRICE_MAX),
    };
  }
  return { k: fractionAt(settings, 'k'), collar };
}
