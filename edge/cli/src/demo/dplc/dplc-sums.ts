/** What must come out the same on both sides of every account, after the case. */

import {
  ACCOUNT_KINDS,
  account,
  balanceOf,
  certificatesStanding,
  type DirectContract,
  debts,
  directRounds,
  directTokens,
  duties,
  entitlements,
  ISSUANCE,
  members,
  pegOf,
  tokensPerCoin,
} from '@commonwatt/contracts';
import type { State } from '@commonwatt/ledger';
import type { Doors } from './dplc-doors.ts';
import { ROUND_NUMBER } from './dplc-genesis.ts';
import { TRADERS } from './dplc-parties.ts';

/** One law and its two sides, in the unit that its name says. */
export interface Sum {
  readonly law: string;
  readonly left: bigint;
  readonly right: bigint;
  readonly holds: boolean;
}

function equal(law: string, left: bigint, right: bigint): Sum {
  return { law, left, right, holds: left === right };
}

function atMost(law: string, left: bigint, right: bigint): Sum {
  return { law, left, right, holds: left <= right };
}

export function sumsOf(doors: Doors, contracts: readonly DirectContract[]): readonly Sum[] {
  const market = doors.node.ledger.state;
  return [
    ...tokenSums(market),
    ...roundSums(doors, contracts),
    ...injectedSums(doors, contracts),
    ...pegSums(doors),
  ];
}

function sumOf<T>(all: readonly T[], amount: (one: T) => bigint): bigint {
  return all.reduce((sum, one) => sum + amount(one), 0n);
}

function tokenSums(market: State): readonly Sum[] {
  const balances = market.entries(directTokens);
  const issued = -(market.get(directTokens, { owner: 0, kind: 'issued' })?.balance ?? 0n);
  const backed = balanceOf(market, account(0, 'exchange')) * tokensPerCoin(market);
  const held = sumOf(balances, ([{ kind }, { balance }]) => (kind === 'held' ? balance : 0n));
  return [
    equal(
      'all tokens, nano-token, sum to zero',
      sumOf(balances, ([, one]) => one.balance),
      0n,
    ),
    equal('tokens issued = ratio x coin behind them, nano-token', issued, backed),
    equal('tokens still held after the round, nano-token', held, 0n),
    equal('all coin of the market, nano-coin, sums to zero', coinOf(market), 0n),
  ];
}

function coinOf(state: State): bigint {
  const owners = [0, ...state.entries(members).map(([member]) => member)];
  return sumOf(owners, (owner) =>
    sumOf(ACCOUNT_KINDS, (kind) => balanceOf(state, account(owner, kind))),
  );
}

function roundSums({ node }: Doors, contracts: readonly DirectContract[]): readonly Sum[] {
  const paid = contracts.flatMap((one) => one.paid ?? []);
  const parts = ({ sellerGets, transmission, fees }: (typeof paid)[number]) =>
    sellerGets + transmission + fees;
  const corridors = node.ledger.state.get(directRounds, ROUND_NUMBER)?.check?.corridors ?? [];
  return [
    equal('contracts that were paid', BigInt(paid.length), BigInt(contracts.length)),
    equal(
      'buyers pay = sellers get + transmission + fees, nano-token',
      sumOf(paid, (one) => one.buyerPays),
      sumOf(paid, parts),
    ),
    ...corridors
      .filter(({ binding }) => binding)
      .map(({ from, to, granted, limit }) =>
        atMost(`granted over ${from}-${to} <= its limit, Wh`, granted, limit),
      ),
  ];
}

function pegSums({ node, certificates }: Doors): readonly Sum[] {
  const market = node.ledger.state;
  const there = certificates.ledger.state;
  const out = pegOf(market, certificates.peer ?? 0);
  const into = pegOf(there, certificates.marketPeer ?? 0);
  const granted = market.entries(entitlements);
  const ofKind = (...kinds: readonly string[]) =>
    sumOf(granted, ([{ kind }, { energy }]) => (kinds.includes(kind) ? energy : 0n));
  const owed = (duty: string) =>
    sumOf(there.entries(duties), ([key, one]) => (key.duty === duty ? one.owed : 0n));
  const unmet = sumOf(there.entries(duties), ([, one]) => one.owed - one.met);
  const debt = sumOf(there.entries(debts), ([, { energy }]) => energy);
  return [
    equal(
      'coin locked on the market = coin minted there, nano-coin',
      balanceOf(market, account(0, 'pegged')),
      -balanceOf(there, ISSUANCE),
    ),
    equal('coin that went = coin that arrived, nano-coin', out.out, into.in),
    equal('coin that came back = coin that was burnt, nano-coin', out.in, into.out),
    equal(
      'certificates that stand, less debts = renewable energy granted, Wh',
      certificatesStanding(there) - debt,
      ofKind('renewable', 'green'),
    ),
    equal('what is owed and not met, Wh', unmet, 0n),
    equal('quota owed there = quota granted, Wh', owed('quota'), ofKind('quota')),
    equal(
      'obligation owed there = obligation granted, Wh',
      owed('obligation'),
      ofKind('obligation'),
    ),
  ];
}

/** Injected energy of each seller against what it declared. */
function injectedSums(doors: Doors, contracts: readonly DirectContract[]): readonly Sum[] {
  return TRADERS.filter(({ terms }) => terms.side === 'seller').map((seller) => {
    const member = doors.memberOf(seller);
    const own = contracts.filter(({ terms }) => terms.seller === member);
    const injected = sumOf(own, ({ amounts }) => amounts.injected);
    return atMost(`${seller.name} injects <= declared, Wh`, injected, seller.terms.energyWh);
  });
}
