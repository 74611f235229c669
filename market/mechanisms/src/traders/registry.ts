/** Every trader that a scenario may name. */

import { adaptiveAggressive } from './adaptive-aggressive.ts';
import { bestResponse } from './best-response.ts';
import { gjerstadDickhaut } from './gjerstad-dickhaut.ts';
import type { Trader } from './trader.ts';
import { truthful } from './truthful.ts';
import { zeroIntelligenceConstrained, zeroIntelligenceUnconstrained } from './zero-intelligence.ts';
import { zip } from './zip.ts';

// biome-ignore lint/suspicious/noExplicitAny: traders of every memory stand together
export const TRADERS: readonly Trader<any>[] = [
  truthful,
  zeroIntelligenceUnconstrained,
  zeroIntelligenceConstrained,
  zip,
  adaptiveAggressive,
  gjerstadDickhaut,
  bestResponse,
];

/** The trader of a name. Undefined when there is none. */
// biome-ignore lint/suspicious/noExplicitAny: what it keeps is its own
export function findTrader(name: string): Trader<any> | undefined {
  return TRADERS.find((trader) => trader.name === name);
}
