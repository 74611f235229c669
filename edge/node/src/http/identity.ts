/** What the ledger says of a key that asks to read: its member, its roles, what it was granted. */

import type { RoleName } from '@commonwatt/api';
import { grantsOfKey, identify, members, ROLE, type Role } from '@commonwatt/contracts';
import { type Ledger, toHex } from '@commonwatt/ledger';

/** The height of the block that is yet to come: what may act in it may ask now. */
function nextHeight(ledger: Ledger): number {
  return (ledger.head?.height ?? -1) + 1;
}

export interface Holder {
  readonly member: number;
  readonly roles: ReadonlySet<RoleName>;
}

/** The member behind a key, where both are active: user.identification at the reading door. */
export function holderOf(ledger: Ledger, key: Uint8Array): Holder | undefined {
  const { state } = ledger;
  const identified = identify({ state, height: nextHeight(ledger) }, key);
  if ('code' in identified) return undefined;
  const { member } = identified;
  return { member, roles: new Set(roleNames(state.get(members, member)?.roles ?? 0)) };
}

const ROLES = Object.keys(ROLE) as readonly Role[];

export function roleNames(bits: number): readonly Role[] {
  return ROLES.filter((role) => (bits & ROLE[role]) !== 0);
}

export function statusOf(
  ledger: Ledger,
  member: { readonly activeFromHeight: number; readonly revokedFromHeight: number | undefined },
): 'active' | 'revoked' | 'not active yet' {
  const height = nextHeight(ledger);
  if (member.revokedFromHeight !== undefined && member.revokedFromHeight <= height)
    return 'revoked';
  return member.activeFromHeight > height ? 'not active yet' : 'active';
}

/** Whether any member lets this key read anything at an instant. */
export function isGrantedKey(ledger: Ledger, key: Uint8Array, timeMs: number): boolean {
  return ledger.state.group(grantsOfKey, toHex(key)).some(([, { untilMs }]) => untilMs > timeMs);
}
