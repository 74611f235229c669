/** The mechanisms that match orders by preference, assignment or place, one line each. */

import type { Mechanism } from '../mechanism.ts';
import { equalIncrementPool } from './equal-increment-pool.ts';
import { naiveAuction } from './naive-auction.ts';
import { preferenceMatching } from './preference-matching.ts';
import { stableMatching } from './stable-matching.ts';

export const MATCHING_MECHANISMS: readonly Mechanism[] = [
  stableMatching,
  naiveAuction,
  equalIncrementPool,
  preferenceMatching,
];
