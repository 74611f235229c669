/**
 * Every sharing rule that a community may name. A line never changes once a ledger may have used it:
 * a better rule is a new version beside it.
 */

import { equalSharing } from './equal.ts';
import { fullDynamicSharing } from './full-dynamic.ts';
import { hourlyMinimumSharing } from './hourly-minimum.ts';
import { hybridSharing } from './hybrid.ts';
import { prioritySharing } from './priority.ts';
import { proRataSharing } from './pro-rata.ts';
import type { SharingRule } from './sharing.ts';
import { simpleDynamicSharing } from './simple-dynamic.ts';
import { staticSharing } from './static.ts';

export const SHARING_RULES: readonly SharingRule[] = [
  staticSharing,
  equalSharing,
  proRataSharing,
  prioritySharing,
  simpleDynamicSharing,
  fullDynamicSharing,
  hybridSharing,
  hourlyMinimumSharing,
];

/** The rule of a name and version; without a version the newest. Undefined when there is none. */
export function findSharingRule(name: string, version?: number): SharingRule | undefined {
  let found: SharingRule | undefined;
  for (const rule of SHARING_RULES) {
    if (rule.name !== name) continue;
    if (version === undefined ? rule.version > (found?.version ?? 0) : rule.version === version) {
      found = rule;
    }
  }
  return found;
}
