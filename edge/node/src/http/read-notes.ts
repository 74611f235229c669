/**
 * Whoever reads what belongs to somebody else is noted for that member, before the answer is made:
 * every read of a personal row by an auditor or by a key that was granted.
 */

import { type Route, type RouteName, routes } from '@commonwatt/api';
import { members } from '@commonwatt/contracts';
import type { Desks } from '../desks.ts';
import { readPeriod } from './period.ts';
import type { Requester } from './policy.ts';
import type { ReadInput } from './request-input.ts';
import { targetOf } from './targets.ts';

/** To be called for requests that the policy allowed. */
export function noteRead(
  desks: Desks,
  name: RouteName,
  { params, query }: ReadInput,
  requester: Requester,
): void {
  const { access, method }: Route = routes[name];
  if (method !== 'GET' || (access.kind !== 'own' && access.kind !== 'parties')) return;
  const target = targetOf(desks, name, params);
  const owners =
    target.kind === 'row' ? target.parties : target.kind === 'member' ? [target.member] : [];
  // A party reads its own row; and where there is no such member, there is nothing to read.
  if (owners.some((owner) => owner === requester.member)) return;
  const { state } = desks.ledger;
  const known = [...new Set(owners)].filter((owner) => state.get(members, owner) !== undefined);
  if (known.length === 0) return;
  const { fromMs, untilMs } = readPeriod(query as Parameters<typeof readPeriod>[0]);
  desks.accessLog.note({
    members: known,
    as: requester.roles.has('auditor') ? 'auditor' : 'grant',
    key: requester.key,
    reader: requester.member,
    what: name,
    fromMs,
    untilMs,
  });
}
