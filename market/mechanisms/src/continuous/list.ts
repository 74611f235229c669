/** The markets that trade as orders come, one line each. */

import type { Mechanism } from '../mechanism.ts';

export const CONTINUOUS_MECHANISMS: readonly Mechanism[] = [];
