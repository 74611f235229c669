/** How savings were computed, as a formula with its figures. */

import type { Savings } from '@commonwatt/contracts';
import { formatMoney, type Money } from '@commonwatt/units';

export function savingsWords(savings: Savings, currency: string): string {
  const { supply, feedIn, gridAndTaxes, baseFees, supplierOnly, withCommunity, saved } = savings;
  const money = (amount: Money): string =>
    amount < 0n ? `(${formatMoney(amount)})` : formatMoney(amount);
  return (
    `supplier only = supply ${money(supply)} - feed-in ${money(feedIn)} ` +
    `+ grid fees, levies and taxes ${money(gridAndTaxes)} + base fees ${money(baseFees)} ` +
    `= ${money(supplierOnly)} ${currency}; ` +
    `saved = ${money(supplierOnly)} - with the community ${money(withCommunity)} ` +
    `= ${money(saved)} ${currency}`
  );
}
