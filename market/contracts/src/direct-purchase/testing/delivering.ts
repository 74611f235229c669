/** The same plants on the way: checked, committed, and delivered with their readings. */

import { checkRound } from '../check.ts';
import type { RoundRules } from '../messages.ts';
import { DELIVERED_MS } from './direct-ledger.ts';
import { matchedPlants, type Plants } from './street-of-plants.ts';

/** Contracts are committed, the delivery is over and everybody's readings are committed to. */
export function deliveringPlants(changes: Partial<RoundRules> = {}): Plants {
  const all = matchedPlants(changes);
  const { ledger, rules, buyer, wind, thermal } = all;
  ledger.must(ledger.companies.dispatch, checkRound, { round: 1, limits: [], reason: '' });
  ledger.transferAll();
  ledger.until(DELIVERED_MS);
  ledger.meterReadings(rules, [buyer, wind, thermal]);
  return all;
}
