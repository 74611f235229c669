/** Direct purchase by large consumers: rounds, listings, the matrix, contracts, admissions. */

import {
  type DirectRoundState,
  directAdmissions,
  directContractsOf,
  directContractsOfRound,
  directListingsOf,
  directListingsOfMember,
  directPositionsOf,
  directRounds,
  directTokensOf,
  listedRound,
  matchRound,
  members,
  neededVoices,
  refuseNotAdmitted,
  tokensPerCoin,
} from '@commonwatt/contracts';
import type { State } from '@commonwatt/ledger';
import type { Desks } from '../../desks.ts';
import { contractTable } from '../direct/contract-table.ts';
import { contractView, pairView, positionView } from '../direct/contract-view.ts';
import { matrixRows } from '../direct/price-matrix.ts';
import { isSealed, type RoundReader, readsByOffice, roundReader } from '../direct/reading-right.ts';
import {
  admissionView,
  listingView,
  roundView,
  summaryView,
  termsView,
} from '../direct/round-view.ts';
import type { Handlers } from '../handler.ts';
import type { Requester } from '../policy.ts';
import { type Refused, refused, U32_MAX, wholeNumber } from '../refused.ts';

type DirectHandlers = Pick<
  Handlers,
  | 'directRounds'
  | 'directRound'
  | 'directListings'
  | 'directMatrix'
  | 'directMatching'
  | 'directContracts'
  | 'directContractTable'
  | 'directAdmissions'
  | 'memberDirect'
  | 'memberDirectContracts'
  | 'memberDirectContractTable'
>;
type Call<N extends keyof DirectHandlers> = Parameters<DirectHandlers[N]>[0];

/** Buyers on a page of the matrix, contracts on a page, a member's contracts, applications. */
const BUYERS_DEFAULT = 50;
const CONTRACTS_DEFAULT = 100;
const ROWS_MAX = 1000;
const ADMISSIONS_SHOWN_MAX = 2000;

export function directHandlers(desks: Desks): DirectHandlers {
  return { ...roundHandlers(desks), ...contractHandlers(desks), ...partyHandlers(desks) };
}

type RoundHandlers = Pick<
  DirectHandlers,
  'directRounds' | 'directRound' | 'directListings' | 'directMatrix' | 'directMatching'
>;

function roundHandlers(desks: Desks): RoundHandlers {
  const { state } = desks.ledger;
  return {
    directRounds: ({ requester }) => rounds(desks, requester),
    directRound: (call) =>
      withRound(desks, call, ({ number, round }) => ({
        nowMs: desks.clock.nowMs(),
        ...roundView(state, number, round),
      })),
    directListings: (call) => withRound(desks, call, (reader) => listings(desks, reader)),
    directMatrix: (call) => withRound(desks, call, (reader) => matrix(desks, reader, call.query)),
    directMatching: (call) => withRound(desks, call, (reader) => matching(desks, reader)),
  };
}

type OfRound = Pick<Call<'directRound'>, 'params' | 'requester'>;

function withRound<T>(
  { ledger }: Desks,
  { params, requester }: OfRound,
  answer: (reader: RoundReader) => T,
): T | Refused<'not_admitted' | 'round_unknown'> {
  const number = wholeNumber(params.round, 'path.round', U32_MAX);
  const reader = roundReader(ledger.state, number, requester);
  return 'code' in reader ? reader : answer(reader);
}

/** Those that the requester may read; who may read none, is not admitted and holds no office is refused. */
function rounds({ ledger, clock }: Desks, requester: Requester) {
  const { state } = ledger;
  const readable: [number, DirectRoundState][] = [];
  for (const [number, round] of state.entries(directRounds)) {
    if (!('code' in roundReader(state, number, requester))) readable.push([number, round]);
  }
  if (readable.length === 0 && !mayTakePart(state, requester)) return refused('not_admitted');
  return {
    nowMs: clock.nowMs(),
    tokensPerCoin: Number(tokensPerCoin(state)),
    rounds: readable.reverse().map(([number, round]) => summaryView(state, number, round)),
  };
}

function mayTakePart(state: State, requester: Requester): boolean {
  const { member } = requester;
  if (readsByOffice(requester)) return true;
  return member !== undefined && refuseNotAdmitted(state, member) === undefined;
}

function listings({ ledger }: Desks, { number, round, member, byOffice }: RoundReader) {
  const all = directListingsOf(ledger.state, number);
  const sealed = isSealed(round);
  const seen = all.filter(([owner]) => !sealed || byOffice || owner === member);
  return {
    listings: seen.map(([owner, listing]) => {
      const own = owner === member;
      return listingView(owner, listing, { terms: own || !sealed, held: own || byOffice });
    }),
    hidden: all.length - seen.length,
  };
}

function matrix({ ledger, crypto }: Desks, { number, round }: RoundReader, query: MatrixQuery) {
  // What is sealed is nobody's but its own member's.
  if (isSealed(round)) return { buyers: [], sellers: [], rows: [], next: null };
  const { state } = ledger;
  const parties = directListingsOf(state, number).flatMap(([member, { terms }]) =>
    terms === undefined ? [] : [{ member, ...termsView(terms) }],
  );
  const after = wholeNumber(query.after ?? '0', 'query.after', U32_MAX);
  const limit = Number(query.limit ?? BUYERS_DEFAULT);
  return {
    buyers: parties.filter(({ side }) => side === 'buyer'),
    sellers: parties.filter(({ side }) => side === 'seller'),
    ...matrixRows(listedRound({ state, crypto }, number, round), after, limit),
  };
}
type MatrixQuery = Call<'directMatrix'>['query'];

/** Every reader computes it again, as every node does; contracts keep what the check came to. */
function matching({ ledger, crypto }: Desks, { number, round }: RoundReader) {
  const { state } = ledger;
  if (round.seed === undefined) return { basis: null, pairs: [], unmatched: [] };
  const isChecked = round.check !== undefined;
  const matched = matchRound({ state, crypto }, number, round, isChecked ? round.limits : []);
  const contracts = directContractsOfRound(state, number).map(([, one]) => one);
  const sideOf = new Map(
    directListingsOf(state, number).map(([member, { terms }]) => [member, terms?.side]),
  );
  return {
    basis: isChecked ? ('checked' as const) : ('matched' as const),
    pairs: (isChecked ? contracts : matched.pairs).map(pairView),
    unmatched: matched.unmatched.map(({ member, energy, reason }) => {
      return {
        member,
        side: sideOf.get(member) ?? ('buyer' as const),
        energy: `${energy}`,
        reason,
      };
    }),
  };
}

type ContractHandlers = Pick<DirectHandlers, 'directContracts' | 'directContractTable'>;

function contractHandlers(desks: Desks): ContractHandlers {
  const { state } = desks.ledger;
  return {
    directContracts: (call) =>
      withRound(desks, call, (reader) => {
        const { after, limit = CONTRACTS_DEFAULT } = call.query;
        const last = after === undefined ? -1 : wholeNumber(after, 'query.after', U32_MAX);
        const rest = contractsFor(state, reader).filter(([{ contract }]) => contract > last);
        const page = rest.slice(0, Number(limit));
        const next = page.length < rest.length ? (page.at(-1)?.[0].contract ?? null) : null;
        return { contracts: page.map((one) => contractView(state, one)), next };
      }),
    directContractTable: (call) =>
      withRound(desks, call, (reader) => contractTable(contractsFor(state, reader))),
  };
}

function contractsFor(state: State, { number, member, seesAll }: RoundReader) {
  return directContractsOfRound(state, number).filter(
    ([, { terms }]) => seesAll || terms.buyer === member || terms.seller === member,
  );
}

type PartyHandlers = Omit<DirectHandlers, keyof RoundHandlers | keyof ContractHandlers>;

function partyHandlers(desks: Desks): PartyHandlers {
  const { state } = desks.ledger;
  return {
    directAdmissions: () => {
      const all = [...state.entries(directAdmissions)];
      all.sort(([, a], [, b]) => a.appliedMs - b.appliedMs);
      return {
        admissions: all.slice(0, ADMISSIONS_SHOWN_MAX).map(([member, one]) => {
          return { member, ...admissionView(one) };
        }),
        needed: neededVoices(state, 'registrar'),
        cut: all.length > ADMISSIONS_SHOWN_MAX,
      };
    },
    memberDirect: ({ params }) => withMember(state, params, (member) => ownPart(state, member)),
    memberDirectContracts: ({ params }) =>
      withMember(state, params, (member) => {
        const all = [...directContractsOf(state, member)].sort(([a], [b]) => b.round - a.round);
        return {
          contracts: all.slice(0, ROWS_MAX).map((one) => contractView(state, one)),
          positions: directPositionsOf(state, member).map(positionView),
          cut: all.length > ROWS_MAX,
        };
      }),
    memberDirectContractTable: ({ params }) =>
      withMember(state, params, (member) => contractTable(directContractsOf(state, member))),
  };
}

function withMember<T>(
  state: State,
  params: { readonly member: string },
  answer: (member: number) => T,
): T | Refused<'member_unknown'> {
  const member = wholeNumber(params.member, 'path.member', U32_MAX);
  if (state.get(members, member) === undefined) return refused('member_unknown', { member });
  return answer(member);
}

function ownPart(state: State, member: number) {
  const admission = state.get(directAdmissions, member);
  const { free, held } = directTokensOf(state, member);
  const own = { terms: true, held: true };
  return {
    member,
    admission: admission === undefined ? null : admissionView(admission),
    tokens: { free: `${free}`, held: `${held}` },
    tokensPerCoin: Number(tokensPerCoin(state)),
    listings: state.group(directListingsOfMember, `${member}`).map(([{ round }, listing]) => {
      return { round, ...listingView(member, listing, own) };
    }),
    positions: directPositionsOf(state, member).map(positionView),
  };
}
