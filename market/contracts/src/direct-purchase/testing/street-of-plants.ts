/** A buyer in B, a wind park and a thermal plant in A: three contracts, one of each kind. */

import type { RoundRules } from '../messages.ts';
import { DEADLINE_MS, DirectLedger } from './direct-ledger.ts';
import { sha256 } from './sha256.ts';

export interface Plants {
  readonly ledger: DirectLedger;
  readonly rules: RoundRules;
  readonly buyer: number;
  readonly wind: number;
  readonly thermal: number;
}

/** The pairs that come of it, in the order of matching: 2 MWh of green wind, 4.7 thermal, 1.76 wind. */
export function plants(changes: Partial<RoundRules> = {}): Plants {
  const ledger = new DirectLedger(sha256);
  const rules = ledger.open(changes);
  const buyer = ledger.admitted('none', 'B');
  const wind = ledger.admitted('wind', 'A');
  const thermal = ledger.admitted('thermal', 'A');
  ledger.list(buyer, { price: 5_000n, energy: 10n, green: 2n });
  ledger.list(wind, { price: 3_500n, energy: 4n });
  ledger.list(thermal, { price: 3_000n, energy: 5n, environmental: 100n });
  return { ledger, rules, buyer, wind, thermal };
}

/** The same, matched: the dispatch centre is to check. */
export function matchedPlants(changes: Partial<RoundRules> = {}): Plants {
  const all = plants(changes);
  all.ledger.until(DEADLINE_MS);
  all.ledger.block();
  return all;
}
