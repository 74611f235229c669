/**
 * Every rule that a market may name. A line never changes once a ledger may have used it: a better
 * rule is a new version beside it.
 */

import { AUCTIONS } from './auctions/list.ts';
import { CONTINUOUS_MECHANISMS } from './continuous/list.ts';
import { MATCHING_MECHANISMS } from './matching/list.ts';
import type { Mechanism, NegotiationMechanism } from './mechanism.ts';
import { negotiate, refuseNegotiation } from './negotiation.ts';
import { NETWORK_MECHANISMS } from './network/list.ts';
import { SHARING_MECHANISMS } from './sharing/list.ts';

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

export const MECHANISMS: readonly Mechanism[] = [
  ...AUCTIONS,
  ...CONTINUOUS_MECHANISMS,
  ...MATCHING_MECHANISMS,
  ...SHARING_MECHANISMS,
  ...NETWORK_MECHANISMS,
  negotiated,
];

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
