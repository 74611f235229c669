/** Traders that neither see nor learn: what a market does by its rules alone. */

import { price } from '@commonwatt/units';
import type { Trader } from './trader.ts';
import { drawBetween, withoutLoss } from './trader.ts';

export const zeroIntelligenceUnconstrained: Trader<null> = {
  name: 'zi-u',
  source: 'Gode and Sunder 1993, section II (ZI-U)',
  rule: 'Shouts any price that the market takes, each as likely, at a loss too',
  begin: () => null,
  quote: (_memory, { floor, ceiling }, draw) => price(drawBetween(draw, floor, ceiling)),
  observe: () => null,
};

export const zeroIntelligenceConstrained: Trader<null> = {
  name: 'zi-c',
  source: 'Gode and Sunder 1993, section II (ZI-C)',
  rule: 'Shouts any price that the market takes and that brings no loss, each as likely',
  begin: () => null,
  quote: (_memory, situation, draw) => {
    const { least, most } = withoutLoss(situation);
    return price(drawBetween(draw, least, most));
  },
  observe: () => null,
};
