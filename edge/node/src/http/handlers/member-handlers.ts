/** Personal rows. Whoever gets here was let in by the policy for the member in the path. */

import {
  type AccountKind,
  account,
  accountKeyCodec,
  accounts,
  balanceOf,
  creditLimitOf,
  type Member,
  members,
  negotiations,
  openOrdersOf,
  orderIdText,
  priceOf,
  recoveries,
  sentOrderId,
  standingOfMember,
  trades,
} from '@commonwatt/contracts';
import { encode, type Ledger, toHex } from '@commonwatt/ledger';
import { BundleRefusedError } from '../../bundle-refused.ts';
import type { Desks, OpenStatement } from '../../desks.ts';
import type { TradeEntry } from '../../projections/projections.ts';
import { deliveries } from '../deliveries.ts';
import type { Handlers } from '../handler.ts';
import { roleNames, statusOf } from '../identity.ts';
import { readPeriod } from '../period.ts';
import type { Requester } from '../policy.ts';
import { type Refused, refused, U32_MAX, wholeNumber } from '../refused.ts';

/** Open negotiations in one answer. */
const NEGOTIATIONS_MAX = 500;

type MemberHandlers = Pick<
  Handlers,
  | 'ownMember'
  | 'memberBalance'
  | 'memberOrders'
  | 'memberTrades'
  | 'memberReadings'
  | 'memberStatement'
  | 'memberOpenRuns'
  | 'memberBundle'
>;

export function memberHandlers(desks: Desks): MemberHandlers {
  return {
    ownMember: ({ requester }) => ownMember(desks, memberOf(requester)),
    memberBalance: ({ params }) => withMember(desks, params, (member) => balance(desks, member)),
    memberOrders: ({ params }) => withMember(desks, params, (member) => orders(desks, member)),
    memberTrades: ({ params, query }) =>
      withMember(desks, params, (member) => {
        const { fromMs, untilMs, limit } = readPeriod(query);
        const within = desks.projections
          .tradesOf(member)
          .filter(({ terms }) => terms.slotMs >= fromMs && terms.slotMs < untilMs);
        return { trades: tradeRows(desks, member, within.slice(-limit).reverse()) };
      }),
    memberReadings: ({ params, query }) =>
      withMember(desks, params, (member) => {
        const { fromMs, untilMs, limit } = readPeriod(query);
        const readings = desks.readings.of(member, fromMs, untilMs, limit);
        return {
          readings: readings.map((one) => ({
            meter: one.meter,
            slotMs: one.slotMs,
            imported: `${one.imported}`,
            exported: `${one.exported}`,
            quality: one.quality,
            source: one.source,
            version: one.version,
          })),
        };
      }),
    memberStatement: ({ params, query }) =>
      withMember(desks, params, (member) => {
        const { fromMs, untilMs, limit } = readPeriod(query);
        const found = desks.statements.of(member, fromMs, untilMs, limit);
        return { statements: found.map(statementView) };
      }),
    memberOpenRuns: ({ params }) =>
      withMember(desks, params, (member) => {
        return { runs: desks.statements.open(member).map(openRunView) };
      }),
    memberBundle: ({ params, query }) =>
      withMember(desks, params, (member) => {
        const { fromMs, untilMs } = readPeriod(query);
        try {
          return desks.statements.bundle(member, fromMs, untilMs);
        } catch (error) {
          if (!(error instanceof BundleRefusedError)) throw error;
          return refused(error.code, error.facts);
        }
      }),
  };
}

function openRunView({ runHash, linesRoot, amount, charge, lines, ...run }: OpenStatement) {
  return {
    ...run,
    runHash: toHex(runHash),
    amount: `${amount}`,
    charge: `${charge}`,
    linesRoot: toHex(linesRoot),
    lines: lines.map((line) => ({
      ...line,
      salt: toHex(line.salt),
      trade: toHex(line.trade),
      traded: `${line.traded}`,
      delivered: `${line.delivered}`,
      price: `${line.price}`,
      money: `${line.money}`,
    })),
  };
}

/** The member behind a request that only members may send. */
export function memberOf({ member }: Requester): number {
  if (member === undefined) throw new Error('policy: expected a member, let in a stranger');
  return member;
}

/** Only whom the policy let in, an auditor at most, is told that there is no such member. */
function withMember<T>(
  { ledger }: Desks,
  params: { readonly member: string },
  answer: (member: number) => T,
): T | Refused<'member_unknown'> {
  const member = wholeNumber(params.member, 'path.member', U32_MAX);
  if (ledger.state.get(members, member) === undefined) return refused('member_unknown', { member });
  return answer(member);
}

function ownMember({ ledger, personal }: Desks, number: number) {
  const { state } = ledger;
  const member = state.get(members, number);
  if (member === undefined) throw new Error(`member ${number}: expected the member of a key`);
  const recovery = state.get(recoveries, number);
  return {
    member: number,
    kind: member.kind,
    roles: [...roleNames(member.roles)],
    importLimitW: `${member.importLimitW}`,
    exportLimitW: `${member.exportLimitW}`,
    status: statusOf(ledger, member),
    recovery:
      recovery === undefined
        ? null
        : { newKey: toHex(recovery.newKey), effectiveMs: recovery.effectiveMs },
    label: personal.label(number) ?? null,
  };
}

/** A member as officers see it. */
export function memberRow({ ledger }: Desks, number: number, member: Member) {
  return {
    member: number,
    kind: member.kind,
    roles: [...roleNames(member.roles)],
    importLimitW: `${member.importLimitW}`,
    exportLimitW: `${member.exportLimitW}`,
    status: statusOf(ledger, member),
    publicKey: toHex(member.publicKey),
    creditLimit: `${creditLimitOf(ledger.state, number)}`,
  };
}

function balance({ ledger }: Desks, member: number) {
  const { state } = ledger;
  const of = (kind: AccountKind) => `${balanceOf(state, account(member, kind))}`;
  const proofs = PROVEN_ACCOUNTS.map((kind) => accountProof(ledger, member, kind));
  const [available, reserved, escrow, withdrawing] = proofs as [Proof, Proof, Proof, Proof];
  const { height, root } = available;
  return {
    member,
    available: of('available'),
    reserved: of('reserved'),
    escrow: of('escrow'),
    withdrawing: of('withdrawing'),
    creditLimit: `${creditLimitOf(state, member)}`,
    proof: {
      height,
      root: toHex(root),
      available: available.shown,
      reserved: reserved.shown,
      escrow: escrow.shown,
      withdrawing: withdrawing.shown,
    },
  };
}

const PROVEN_ACCOUNTS = ['available', 'reserved', 'escrow', 'withdrawing'] as const;
type Proof = ReturnType<typeof accountProof>;

function accountProof(ledger: Ledger, member: number, kind: AccountKind) {
  const key = encode(accountKeyCodec, account(member, kind));
  const { value, height, root, proof } = ledger.query(accounts.id, key);
  if (proof === undefined) throw new Error('accounts: expected a provable table');
  const { siblings, other } = proof;
  return {
    height,
    root,
    shown: {
      value: value === undefined ? null : toHex(value),
      siblings: siblings.map(toHex),
      other:
        other === undefined
          ? null
          : { keyHash: toHex(other.keyHash), valueHash: toHex(other.valueHash) },
    },
  };
}

function orders({ ledger }: Desks, member: number) {
  const { state } = ledger;
  return {
    orders: openOrdersOf(state, member).map(({ id, order }) => ({
      order: orderIdText(id),
      market: order.market,
      slotMs: order.slotMs,
      side: order.side,
      limit: order.limit === undefined ? null : `${order.limit}`,
      energy: `${order.energy}`,
      reserved: `${order.reserved}`,
    })),
    standing: state.group(standingOfMember, `${member}`).map(([id, { order }]) => ({
      standing: orderIdText(sentOrderId(id)),
      market: order.market,
      side: order.side,
      limit: `${order.limit}`,
      energies: order.energies.map((energy) => `${energy}`),
      fromMs: order.fromMs,
      untilMs: order.untilMs,
    })),
    negotiations: openNegotiationsOf(ledger, member),
  };
}

function openNegotiationsOf({ state }: Ledger, member: number) {
  return state
    .entries(negotiations)
    .filter(([, { seller, buyer }]) => member === seller || member === buyer)
    .slice(0, NEGOTIATIONS_MAX)
    .map(([id, one]) => {
      const isSeller = one.seller === member;
      return {
        negotiation: orderIdText(sentOrderId(id)),
        market: one.market,
        slotMs: one.slotMs,
        side: isSeller ? ('sell' as const) : ('buy' as const),
        counterparty: isSeller ? one.buyer : one.seller,
        offeredBy: one.offeredBy,
        energy: `${one.energy}`,
        price: `${one.price}`,
        round: one.round,
      };
    });
}

function tradeRows(desks: Desks, member: number, entries: readonly TradeEntry[]) {
  const delivered = deliveries(desks, member, entries);
  return entries.map(({ id, terms, height, index }) => {
    const isSeller = terms.seller === member;
    const price = priceOf(terms, isSeller ? 'sell' : 'buy');
    const name = toHex(id);
    const line = delivered.get(name);
    return {
      trade: name,
      market: terms.market,
      slotMs: terms.slotMs,
      side: isSeller ? ('sell' as const) : ('buy' as const),
      counterparty: isSeller ? terms.buyer : terms.seller,
      energy: `${terms.energy}`,
      price: `${price}`,
      money: `${terms.energy * price}`,
      agreedMs: terms.agreedMs,
      height,
      leafIndex: index,
      settled: desks.ledger.state.get(trades, id) === undefined,
      delivered: line === undefined ? null : `${line.delivered}`,
      paid: line === undefined ? null : `${line.money}`,
    };
  });
}

function statementView(statement: ReturnType<Desks['statements']['of']>[number]) {
  return {
    periodFromMs: statement.periodFromMs,
    periodUntilMs: statement.periodUntilMs,
    runHash: toHex(statement.runHash),
    stage: statement.stage,
    sequence: statement.sequence,
    amount: `${statement.amount}`,
    charge: `${statement.charge}`,
    bought: `${statement.bought}`,
    sold: `${statement.sold}`,
    renewable: `${statement.renewable}`,
    lines: statement.lines.map((line) => ({
      trade: toHex(line.trade),
      slotMs: line.slotMs,
      side: line.side,
      counterparty: line.counterparty,
      traded: `${line.traded}`,
      delivered: `${line.delivered}`,
      price: `${line.price}`,
      money: `${line.money}`,
      words: line.words,
    })),
  };
}
