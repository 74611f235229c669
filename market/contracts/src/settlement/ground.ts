/**
 * What a run is judged against: for a period's first run the ledger's open trades, for a later one
 * what the ledger kept of them and what was posted so far.
 */

import type { State } from '@commonwatt/ledger';
import { commitmentsOfPeriod, meters } from '../metering/state.ts';
import { type CommunitySums, NO_SUMS } from './community-sums.ts';
import type { TradeEntry } from './delivery.ts';
import type { Run } from './messages.ts';
import {
  type Bounds,
  boundsOf,
  spreadOf,
  type TouchingTrades,
  tradedBySlot,
  tradesTouching,
} from './open-trades.ts';
import { policyAt, type SettlementPolicy } from './policy.ts';
import type { MeterCommitment } from './readings.ts';
import { commitmentsOf, ownersOf } from './run.ts';
import { type Correctable, correctables } from './state.ts';
import { type KeptTariff, tariffsOf } from './tariff.ts';

export interface Ground {
  readonly policy: SettlementPolicy;
  readonly tariffs: readonly KeptTariff[];
  /** The open trades of the period; none for a later run. */
  readonly trades: readonly TradeEntry[];
  /** An open trade whose slot begins or ends beyond the period and shares an instant with it. */
  readonly cut: TradeEntry | undefined;
  /** The ledger's commitments to readings of exactly this period. */
  readonly standing: readonly MeterCommitment[];
  /** Traded energy by the start of its slot. */
  readonly traded: ReadonlyMap<number, bigint>;
  /** What buyers would pay beyond what sellers get if all was delivered. */
  readonly spreadMost: bigint;
  /** Of the parties of trades. */
  readonly bounds: ReadonlyMap<number, Bounds>;
  /** Whom the run posts to: the parties and, from version 3 on, owners of committed meters. */
  readonly members: ReadonlySet<number>;
  /** What was posted before, by member, and to the community's accounts. */
  readonly posted: ReadonlyMap<number, { readonly amount: bigint; readonly charge: bigint }>;
  readonly community: CommunitySums;
}

export function groundOf(state: State, run: Run): Ground {
  const { periodFromMs } = run;
  const policy = policyAt(state, periodFromMs);
  const standing = commitmentsOf(run, state.group(commitmentsOfPeriod, `${periodFromMs}`));
  const tariffs = policy.residualCharges === 'posted' ? tariffsOf(state, run) : [];
  const own =
    run.sequence === 0
      ? groundOfTrades(tradesTouching(state, run), policy)
      : groundOfKept(state.get(correctables, periodFromMs));
  const members = new Set([...own.bounds.keys(), ...own.posted.keys()]);
  if (run.rulesVersion >= 3) {
    const ownMeters = { get: (meter: number) => state.get(meters, meter) };
    for (const owner of ownersOf(ownMeters, standing)) members.add(owner);
  }
  return { policy, tariffs, standing, ...own, members };
}

type OwnGround = Omit<Ground, 'policy' | 'tariffs' | 'standing' | 'members'>;

function groundOfTrades(
  { within: trades, cut }: TouchingTrades,
  policy: SettlementPolicy,
): OwnGround {
  return {
    trades,
    cut,
    traded: tradedBySlot(trades),
    spreadMost: spreadOf(trades.map(([, terms]) => ({ terms, delivered: terms.energy }))),
    bounds: boundsOf(trades, policy),
    posted: new Map(),
    community: NO_SUMS,
  };
}

function groundOfKept(kept: Correctable | undefined): OwnGround {
  const members = kept?.members ?? [];
  return {
    trades: [],
    cut: undefined,
    spreadMost: kept?.spreadMost ?? 0n,
    traded: new Map(kept?.traded.map(({ slotMs, energy }) => [slotMs, energy])),
    bounds: new Map(members.map((one) => [one.member, one])),
    posted: new Map(members.map((one) => [one.member, one])),
    community: kept ?? NO_SUMS,
  };
}
