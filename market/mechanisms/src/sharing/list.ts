/** The mechanisms that price and share a community's energy, one line each. */

import type { Mechanism } from '../mechanism.ts';

export const SHARING_MECHANISMS: readonly Mechanism[] = [];
