/** What the ledger says of a key that asks to read: its member, its roles, what it was granted. */

import type { RoleName, ScopeName } from '@commonwatt/api';
import {
  grantsOfKey,
  keys,
  members,
  ROLE,
  type Role,
  readingGrants,
  SCOPE,
} from '@commonwatt/contracts';
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
  const height = nextHeight(ledger);
  const registered = state.get(keys, key);
  if (registered === undefined || !isActive(registered, registered.endedFromHeight, height)) {
    return undefined;
  }
  const member = state.get(members, registered.member);
  if (member === undefined || !isActive(member, member.revokedFromHeight, height)) {
    return undefined;
  }
  return { member: registered.member, roles: new Set(roleNames(member.roles)) };
}

function isActive(
  one: { readonly activeFromHeight: number },
  endedFromHeight: number | undefined,
  height: number,
): boolean {
  return (
    one.activeFromHeight <= height && (endedFromHeight === undefined || height < endedFromHeight)
  );
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

/** Whether a member lets a key read one part of its rows at an instant. */
export function isGranted(
  ledger: Ledger,
  asked: { readonly member: number; readonly key: Uint8Array; readonly scope: ScopeName },
  timeMs: number,
): boolean {
  const { member, key, scope } = asked;
  const grant = ledger.state.get(readingGrants, { member, key });
  return grant !== undefined && grant.untilMs > timeMs && (grant.scopes & SCOPE[scope]) !== 0;
}
