/** The mechanisms that know limits of the network, one line each. */

import type { Mechanism } from '../mechanism.ts';

export const NETWORK_MECHANISMS: readonly Mechanism[] = [];
