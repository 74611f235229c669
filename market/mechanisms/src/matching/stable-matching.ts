/** Pairs that nobody would leave for each other: deferred acceptance between bids and asks. */

import { divideDown, price } from '@commonwatt/units';
import { defineAuction } from '../define.ts';
import { textAt } from '../field.ts';
import type { Call } from '../mechanism.ts';
import { compareLots } from '../merit-order.ts';
import { clearingOf, openBook, tradeOf } from '../open-book.ts';
import type { OwnedLine } from '../self-trade.ts';

/** Every order may rank every other of the other side. */
const PAIRS_MAX = 1_000_000;

export const stableMatching = defineAuction({
  name: 'stable-matching',
  version: 1,
  source:
    'Gale and Shapley 1962, with sides of unequal numbers; for energy Yucel, Bulut and Akkaya 2018',
  rule:
    'One bid to one ask by deferred acceptance, the proposing side getting the best stable partners; only pairs whose ' +
    'limits meet; a pair trades the lesser energy at the middle of its limits, rounded down',
  ties: 'Preferences are the listed ids in their order, without a list the best price first, equal limits by lowest lot',
  holds:
    'Stable: no bid and ask would both rather have each other; best among the stable for the proposing side, which has ' +
    'no reason to misstate its preferences; not efficient in energy. At most 1,000,000 pairs of a bid and an ask',
  settings: [
    {
      name: 'proposing',
      meaning: 'The side that proposes.',
      form: 'choice',
      choices: ['buyers', 'sellers'],
      fallback: 'buyers',
    },
  ],
  columns: [
    {
      name: 'preferences',
      meaning:
        'Ids of orders of the other side, the dearest to it first; others are not accepted. Without it every order.',
      form: 'names',
    },
  ],
  properties: ['budget_balance', 'individual_rationality', 'gap_shared'],
  refuseMore({ orders }) {
    const bids = orders.filter(({ side }) => side === 'buy').length;
    const pairs = bids * (orders.length - bids);
    return pairs > PAIRS_MAX ? { code: 'too_many_pairs', pairs, pairsMax: PAIRS_MAX } : undefined;
  },
  clear(call: Call) {
    const { standing, bids, asks } = openBook(call);
    const buyersPropose = textAt(call.settings, 'proposing') === 'buyers';
    const pairs = buyersPropose
      ? deferredAcceptance(bids, asks)
      : deferredAcceptance(asks, bids).map(([ask, bid]): Pair => [bid, ask]);
    // Asks come and go while bids propose; the list does not tell of it.
    const ranks = new Map(bids.map((bid, rank) => [bid.order.id, rank]));
    pairs.sort(([a], [b]) => (ranks.get(a.order.id) ?? 0) - (ranks.get(b.order.id) ?? 0));
    const trades = pairs.map(([bid, ask]) => {
      const at = price(divideDown(bid.limit + ask.limit, 2n));
      const traded = bid.energy > ask.energy ? ask : bid;
      return tradeOf(bid, ask, traded.energy, { buyerPrice: at, sellerPrice: at });
    });
    return clearingOf(standing, { trades });
  },
});

type Pair = [OwnedLine, OwnedLine];

/** Proposers in their order ask the next on their list; who is asked keeps the best so far. */
function deferredAcceptance(
  proposers: readonly OwnedLine[],
  receivers: readonly OwnedLine[],
): Pair[] {
  const lists = proposers.map((one) => preferenceOf(one, receivers));
  const ranks = new Map(
    receivers.map((one) => [one, new Map(preferenceOf(one, proposers).map((by, at) => [by, at]))]),
  );
  const held = new Map<OwnedLine, number>();
  const next = proposers.map(() => 0);
  const free = [...proposers.keys()].reverse();
  for (;;) {
    const at = free.pop();
    if (at === undefined) break;
    const asked = lists[at]?.[next[at] ?? 0];
    if (asked === undefined) continue;
    next[at] = (next[at] ?? 0) + 1;
    const rank = ranks.get(asked)?.get(proposers[at] as OwnedLine);
    const rival = held.get(asked);
    if (rank === undefined) {
      free.push(at);
      continue;
    }
    const rivalRank =
      rival === undefined ? undefined : ranks.get(asked)?.get(proposers[rival] as OwnedLine);
    if (rival !== undefined && rivalRank !== undefined && rivalRank < rank) {
      free.push(at);
      continue;
    }
    held.set(asked, at);
    if (rival !== undefined) free.push(rival);
  }
  return [...held].map(([asked, at]): Pair => [proposers[at] as OwnedLine, asked]);
}

/** The orders of the other side that an order accepts, the best first. */
export function preferenceOf(one: OwnedLine, others: readonly OwnedLine[]): readonly OwnedLine[] {
  const accepted = others.filter((other) => mayTrade(one, other));
  const listed = one.order.extra?.preferences;
  if (Array.isArray(listed)) {
    const byId = new Map(accepted.map((other) => [other.order.id, other]));
    return [...new Set(listed)].flatMap((id) => byId.get(id) ?? []);
  }
  const cheapFirst = one.side === 'buy' ? 1 : -1;
  return accepted.sort((a, b) =>
    a.limit === b.limit ? compareLots(a, b) : a.limit < b.limit ? -cheapFirst : cheapFirst,
  );
}

function mayTrade(one: OwnedLine, other: OwnedLine): boolean {
  const [bid, ask] = one.side === 'buy' ? [one, other] : [other, one];
  return bid.limit >= ask.limit && bid.order.member !== ask.order.member;
}
