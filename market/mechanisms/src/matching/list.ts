/** The mechanisms that match orders by preference, assignment or place, one line each. */

import type { Mechanism } from '../mechanism.ts';

export const MATCHING_MECHANISMS: readonly Mechanism[] = [];
