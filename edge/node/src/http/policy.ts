/**
 * Who may read and do what: one function, asked for every route, every row and every event stream.
 * What no rule allows is denied. A row that is not there answers whoever is not entitled exactly
 * like one that is.
 */

import {
  type Access,
  type RoleName,
  type Route,
  SCOPE_NAMES,
  type ScopeName,
} from '@commonwatt/api';

/** Whose signature stands under a request. */
export interface Requester {
  readonly key: Uint8Array;
  /** The member the key belongs to; nothing for a stranger's key that a member granted. */
  readonly member: number | undefined;
  readonly roles: ReadonlySet<RoleName>;
}

/** What is asked for. */
export type Target =
  /** Nothing that belongs to anybody. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'member'; readonly member: number }
  /** A row and the members it belongs to: none where there is no such row. */
  | { readonly kind: 'row'; readonly parties: readonly number[] };

export type Verdict = 'allow' | 'unauthenticated' | 'forbidden';

/** Whether a member has let the requester's key read a part of its rows. */
export type IsGranted = (member: number, scope: ScopeName) => boolean;

export interface Question {
  readonly route: Pick<Route, 'method' | 'access'>;
  readonly requester: Requester | undefined;
  readonly target: Target;
  readonly isGranted: IsGranted;
}

export function decide({ route, requester, target, isGranted }: Question): Verdict {
  const { access, method } = route;
  if (access.kind === 'public') return 'allow';
  if (requester === undefined) return 'unauthenticated';
  return isEntitled(access, method, requester, target, isGranted) ? 'allow' : 'forbidden';
}

function isEntitled(
  access: Exclude<Access, { readonly kind: 'public' }>,
  method: Route['method'],
  requester: Requester,
  target: Target,
  isGranted: IsGranted,
): boolean {
  switch (access.kind) {
    case 'member':
      return requester.member !== undefined && target.kind === 'nothing';
    case 'role':
      return access.roles.some((role) => requester.roles.has(role)) && target.kind === 'nothing';
    case 'own':
    case 'parties': {
      const owners = ownersOf(target);
      if (owners.some((owner) => owner === requester.member)) return true;
      // A grant and an audit are for reading: neither lets anyone do anything.
      if (method !== 'GET') return false;
      const scopes = access.scope === 'every' ? SCOPE_NAMES : [access.scope];
      return (
        requester.roles.has('auditor') ||
        owners.some((owner) => scopes.every((scope) => isGranted(owner, scope)))
      );
    }
  }
}

function ownersOf(target: Target): readonly number[] {
  switch (target.kind) {
    case 'nothing':
      return [];
    case 'member':
      return [target.member];
    case 'row':
      return target.parties;
  }
}
