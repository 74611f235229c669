/**
 * Whoever reads what belongs to somebody else is noted for that member before the answer leaves: by
 * right of an audit, of a grant or of an office.
 */

import { type Route, type RouteName, type RouteResponse, routes } from '@commonwatt/api';
import { directContractsOfRound, members, meters } from '@commonwatt/contracts';
import type { Desks } from '../desks.ts';
import { readsByOffice } from './direct/reading-right.ts';
import { readPeriod } from './period.ts';
import type { Requester } from './policy.ts';
import { Refused } from './refused.ts';
import type { ReadInput } from './request-input.ts';
import { targetOf } from './targets.ts';

/** To be called for requests that the policy allowed, before they are answered. */
export function noteRead(
  desks: Desks,
  name: RouteName,
  input: ReadInput,
  requester: Requester,
): void {
  const { access, method }: Route = routes[name];
  if (method !== 'GET' || (access.kind !== 'own' && access.kind !== 'parties')) return;
  const target = targetOf(desks, name, input.params);
  const owners =
    target.kind === 'row' ? target.parties : target.kind === 'member' ? [target.member] : [];
  // A party reads its own row.
  if (owners.some((owner) => owner === requester.member)) return;
  note(desks, { name, input, requester, owners, otherwise: 'grant' });
}

/** What an officer asked with, and the answer that it is about to get. */
interface Answered {
  readonly input: ReadInput;
  readonly result: unknown;
}

/** The members whose personal records an answer shows. */
type Shown = (
  desks: Desks,
  answered: Answered,
  requester: Requester,
) => readonly (number | undefined)[];

/** Participants read a round as such: what is noted is what officers read of it. */
const inRound =
  (shown: (answered: Answered) => readonly (number | undefined)[]): Shown =>
  (_desks, answered, requester) =>
    readsByOffice(requester) ? shown(answered) : [];

/**
 * Routes that show officers what is kept off the ledger about members, and what members declare and owe
 * in rounds. Other lists of what stands on the ledger, such as members and meters, are not among them;
 * the registrar's labels are its own notes.
 */
const SHOWN: { readonly [N in RouteName]?: Shown } = {
  readingQualityList: (_desks, { result }) =>
    (result as RouteResponse<'readingQualityList'>).meters.map((one) => one.member),
  providedReadings: ({ ledger }, { input }) => {
    const { meter } = input.params as { readonly meter: string };
    return [ledger.state.get(meters, Number(meter))?.member];
  },
  sharingDifferences: (_desks, { result }) =>
    (result as RouteResponse<'sharingDifferences'>).differences.map((one) => one.member),
  billingRecord: (_desks, { result }) => [(result as RouteResponse<'billingRecord'>).member],
  previewBilling: (_desks, { result }) =>
    (result as RouteResponse<'previewBilling'>).bills.map((one) => one.member),
  billingDocuments: (_desks, { result }) =>
    (result as RouteResponse<'billingDocuments'>).documents.map((one) => one.member),
  billingDocument: ({ billing }, { input }) => {
    const { number } = input.params as { readonly number: string };
    return [billing.document(number)?.member];
  },
  billingTable: ({ billing }, { input }) => {
    const { fromDay, untilDay } = input.query as { fromDay: string; untilDay: string };
    const issued = billing.documents().filter((one) => isWithin(one.issued, fromDay, untilDay));
    return issued.map((one) => one.member);
  },
  certificateCompliance: (_desks, { result }) =>
    (result as RouteResponse<'certificateCompliance'>).members.map(
      (one) => one.member ?? undefined,
    ),
  directAdmissions: (_desks, { result }) =>
    (result as RouteResponse<'directAdmissions'>).admissions.map((one) => one.member),
  directListings: inRound(({ result }) =>
    (result as RouteResponse<'directListings'>).listings.map((one) => one.member),
  ),
  directMatrix: inRound(({ result }) => {
    const { buyers, sellers } = result as RouteResponse<'directMatrix'>;
    return [...buyers, ...sellers].map((one) => one.member);
  }),
  directMatching: inRound(({ result }) => {
    const { pairs, unmatched } = result as RouteResponse<'directMatching'>;
    return [...pairs.flatMap(partiesOf), ...unmatched.map((one) => one.member)];
  }),
  directContracts: inRound(({ result }) =>
    (result as RouteResponse<'directContracts'>).contracts.flatMap(partiesOf),
  ),
  directContractTable: ({ ledger }, { input }, requester) => {
    const { round } = input.params as { readonly round: string };
    if (!readsByOffice(requester)) return [];
    return directContractsOfRound(ledger.state, Number(round)).flatMap(([, one]) => partiesOf(one));
  },
};

function partiesOf({
  terms,
}: {
  readonly terms: { readonly buyer: number; readonly seller: number };
}): readonly number[] {
  return [terms.buyer, terms.seller];
}

/** Whether the answers of a route for officers stand in the logs of the members they show. */
export function isNotedForOfficers(name: RouteName): boolean {
  return SHOWN[name] !== undefined;
}

const isWithin = (day: string, from: string, until: string): boolean => day >= from && day < until;

/** To be called with every answer to an officer, before it is sent. */
export function noteOfficersRead(
  desks: Desks,
  name: RouteName,
  answered: Answered,
  requester: Requester,
): void {
  const shown = SHOWN[name];
  if (shown === undefined || answered.result instanceof Refused) return;
  const owners = shown(desks, answered, requester).filter((one) => one !== undefined);
  const others = owners.filter((owner) => owner !== requester.member);
  note(desks, { name, input: answered.input, requester, owners: others, otherwise: 'officer' });
}

function note(
  { accessLog, ledger }: Desks,
  read: {
    readonly name: RouteName;
    readonly input: ReadInput;
    readonly requester: Requester;
    readonly owners: readonly number[];
    readonly otherwise: 'grant' | 'officer';
  },
): void {
  const { name, input, requester, owners, otherwise } = read;
  // Where there is no such member, there is nothing to read.
  const known = [...new Set(owners)].filter((one) => ledger.state.get(members, one) !== undefined);
  if (known.length === 0) return;
  const { fromMs, untilMs } = readPeriod(input.query as Parameters<typeof readPeriod>[0]);
  accessLog.note({
    members: known,
    as: requester.roles.has('auditor') ? 'auditor' : otherwise,
    key: requester.key,
    reader: requester.member,
    what: name,
    fromMs,
    untilMs,
  });
}
