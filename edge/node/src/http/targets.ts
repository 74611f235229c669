/** Whose rows a request asks for. */

import { type Route, type RouteName, type RouteNameOfAccess, routes } from '@commonwatt/api';
import type { Desks } from '../desks.ts';
import { partiesOfNegotiation } from './negotiation-parties.ts';
import type { Target } from './policy.ts';
import { U32_MAX, wholeNumber } from './refused.ts';
import { partiesOfTransaction } from './transaction-parties.ts';

type Params = Readonly<Record<string, string>>;
type Parties = (desks: Desks, params: Params) => readonly number[];

/** One line for every route whose rows have parties: a missing one does not compile. */
const PARTIES: { readonly [N in RouteNameOfAccess<'parties'>]: Parties } = {
  transactionDetail: (desks, { id }) => partiesOfTransaction(desks, id as string),
  negotiationMessages: (desks, { id }) => partiesOfNegotiation(desks, id as string),
  postNegotiationMessage: (desks, { id }) => partiesOfNegotiation(desks, id as string),
};

/** @throws MalformedRequest when the path names no number a member could have. */
export function targetOf(desks: Desks, name: RouteName, params: unknown): Target {
  const { access }: Route = routes[name];
  const named = params as Params;
  if (access.kind === 'own') {
    const member = wholeNumber(named.member ?? '', 'path.member', U32_MAX);
    return { kind: 'member', member };
  }
  if (access.kind === 'parties') {
    const parties = PARTIES[name as RouteNameOfAccess<'parties'>](desks, named);
    return { kind: 'row', parties };
  }
  return { kind: 'nothing' };
}
