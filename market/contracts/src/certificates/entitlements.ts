/**
 * Entitlements: what settled energy is good for on the ledger of certificates. The settlement of a
 * deal or a run grants them; whatever corrects it later grants them again.
 */

import type { BlockContext, State } from '@commonwatt/ledger';
import { type EntitlementGranted, entitlementGranted } from './events.ts';
import type { EntitlementKey, Grant } from './messages.ts';
import { type Entitlement, entitlements } from './state.ts';

/**
 * Notes what a source entitles a member to: the whole of it as it is settled now, whether for the
 * first time or again. The same source and energy as before change nothing; a first grant of nothing
 * neither.
 * @throws Error on a source that changed its production interval, technology or region
 */
export function grantEntitlement(
  context: Pick<BlockContext, 'state' | 'emit'>,
  grant: Grant,
): void {
  const { state } = context;
  const { member, kind, source, energy, fromMs, untilMs, technology, region } = grant;
  const key: EntitlementKey = { member, kind, source };
  const before = state.get(entitlements, key);
  if (before === undefined ? energy === 0n : energy === before.energy) return;
  const production = { fromMs, untilMs, technology, region };
  if (before !== undefined) requireSameProduction(before, grant);
  const version = (before?.version ?? 0) + 1;
  const { lockedVersion = 0, lockedPeer = 0 } = before ?? {};
  state.set(entitlements, key, { ...production, energy, version, lockedVersion, lockedPeer });
  context.emit<EntitlementGranted>(entitlementGranted, { grant, version });
}

function requireSameProduction(before: Entitlement, grant: Grant): void {
  for (const field of ['fromMs', 'untilMs', 'technology', 'region'] as const) {
    if (before[field] !== grant[field]) {
      throw new Error(`entitlement.${field}: expected ${before[field]}, got ${grant[field]}`);
    }
  }
}

/** What a source entitles a member to; nothing where it was never granted. */
export function entitlementOf(state: State, key: EntitlementKey): Entitlement | undefined {
  const { member, kind, source } = key;
  return state.get(entitlements, { member, kind, source });
}
