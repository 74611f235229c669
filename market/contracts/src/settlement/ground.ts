/**
 * What a run is judged against: for a period's first run the ledger's open trades, for a later one
 * what the ledger kept of them and what was posted so far.
 */

import type { State } from '@commonwatt/ledger';
import type { Period } from '../metering/period.ts';
import { commitmentsOfPeriod, meters } from '../metering/state.ts';
import { type CommunitySums, NO_SUMS } from './community-sums.ts';
import type { TradeEntry } from './delivery.ts';
import type { Run } from './messages.ts';
import { type Bounds, boundsOf, openTradesOf, tradedBySlot } from './open-trades.ts';
import { policyAt, type SettlementPolicy } from './policy.ts';
import { commitmentsOf, ownersOf } from './run.ts';
import { type Correctable, correctables } from './state.ts';
import { type KeptTariff, tariffsOf } from './tariff.ts';

export interface Ground {
  readonly policy: SettlementPolicy;
  readonly tariffs: readonly KeptTariff[];
  /** The open trades of the period; none for a later run. */
  readonly trades: readonly TradeEntry[];
  /** Traded energy by the start of its slot. */
  readonly traded: ReadonlyMap<number, bigint>;
  /** Of the parties of trades. */
  readonly bounds: ReadonlyMap<number, Bounds>;
  /** Whom the run posts to: the parties and, from version 3 on, owners of committed meters. */
  readonly members: ReadonlySet<number>;
  /** What was posted before, by member, and to the community's accounts. */
  readonly posted: ReadonlyMap<number, { readonly amount: bigint; readonly charge: bigint }>;
  readonly community: CommunitySums;
}

export function groundOf(state: State, run: Run): Ground {
  const policy = policyAt(state, run.periodFromMs);
  const tariffs = policy.residualCharges === 'posted' ? tariffsOf(state, run) : [];
  const own =
    run.sequence === 0
      ? groundOfTrades(openTradesOf(state, run), policy)
      : groundOfKept(state.get(correctables, run.periodFromMs));
  const members = new Set([...own.bounds.keys(), ...own.posted.keys()]);
  if (run.rulesVersion >= 3) for (const owner of committedOwners(state, run)) members.add(owner);
  return { policy, tariffs, ...own, members };
}

type OwnGround = Omit<Ground, 'policy' | 'tariffs' | 'members'>;

function groundOfTrades(trades: readonly TradeEntry[], policy: SettlementPolicy): OwnGround {
  return {
    trades,
    traded: tradedBySlot(trades),
    bounds: boundsOf(trades, policy),
    posted: new Map(),
    community: NO_SUMS,
  };
}

function groundOfKept(kept: Correctable | undefined): OwnGround {
  const members = kept?.members ?? [];
  return {
    trades: [],
    traded: new Map(kept?.traded.map(({ slotMs, energy }) => [slotMs, energy])),
    bounds: new Map(members.map((one) => [one.member, one])),
    posted: new Map(members.map((one) => [one.member, one])),
    community: kept ?? NO_SUMS,
  };
}

/** Who owns a meter whose readings of exactly this period the ledger holds a commitment to. */
function committedOwners(state: State, period: Period): ReadonlySet<number> {
  const standing = commitmentsOf(
    period,
    state.group(commitmentsOfPeriod, `${period.periodFromMs}`),
  );
  return ownersOf({ get: (meter) => state.get(meters, meter) }, standing);
}
