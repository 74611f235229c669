/**
 * Everything a run of one period is computed from: trades, meters and commitments from the ledger,
 * readings and secrets from whoever is entitled to them.
 */

import {
  type Commitment,
  type CommitmentKey,
  type CommunityInput,
  commitmentsOfPeriod,
  type Meter,
  meters,
  openTradesOf,
  ownersOf,
  participations,
  policyAt,
  type Reading,
  type RunInput,
  readingSalt,
  SETTLEMENT,
  type SettledPeriod,
  type SharingEntry,
  type Stage,
  type TradeEntry,
  tariffsOf,
} from '@commonwatt/contracts';
import { activeVersion, type Ledger, type Sha256 } from '@commonwatt/ledger';
import type { StoredReading } from '../desks.ts';

export interface Period {
  readonly periodFromMs: number;
  readonly periodUntilMs: number;
}

/** Where the personal part comes from: the node's own store, or an auditor's file. */
export interface OpenedReadings {
  /** By slot and meter. */
  readingsOf(member: number, period: Period): readonly StoredReading[];
  secretOf(member: number): Uint8Array;
  /** What is known of the member for sharing beside readings, by rising instant. */
  sharingOf(member: number, period: Period): readonly SharingEntry[];
}

/** What a run of this period would be computed from now. */
export function openedPeriod(
  ledger: Ledger,
  sha256: Sha256,
  given: Period & { readonly slotLengthMs: number; readonly personal: OpenedReadings },
): RunInput {
  const { state } = ledger;
  const height = (ledger.head?.height ?? -1) + 1;
  return inputOf(sha256, {
    ...given,
    version: activeVersion(state, SETTLEMENT, height),
    trades: openTradesOf(state, given),
    meters: connectionMeters(state),
    commitments: commitmentsAt(ledger, given),
    ...communityAt(ledger, given),
  });
}

/** What a run that follows the period's last one would be computed from now. */
export function reopenedPeriod(
  ledger: Ledger,
  sha256: Sha256,
  given: Period & {
    readonly slotLengthMs: number;
    readonly personal: OpenedReadings;
    /** Every trade of the period, which the state holds no more. */
    readonly trades: readonly TradeEntry[];
    readonly last: SettledPeriod;
    readonly stage: Stage;
  },
): RunInput {
  const { last, ...rest } = given;
  return inputOf(sha256, {
    ...rest,
    version: last.rulesVersion,
    sequence: last.sequence + 1,
    adjusts: last.runHash,
    meters: connectionMeters(ledger.state),
    commitments: commitmentsAt(ledger, given),
    ...communityAt(ledger, given),
  });
}

/** What the community decided for a period, as the ledger says. */
export function communityAt(
  { state }: Ledger,
  period: Period,
): Pick<RunInput, 'policy' | 'tariffs' | 'participation'> {
  return {
    policy: policyAt(state, period.periodFromMs),
    tariffs: tariffsOf(state, period),
    participation: new Map(state.entries(participations)),
  };
}

/** The meters that settlement knows: one that counts a feeder is for comparison alone. */
export function connectionMeters(state: Ledger['state']): Map<number, Meter> {
  return new Map(state.entries(meters).filter(([, { measures }]) => measures === 'connection'));
}

export function commitmentsAt(
  ledger: Ledger,
  { periodFromMs }: Period,
): readonly (readonly [CommitmentKey, Commitment])[] {
  return ledger.state.group(commitmentsOfPeriod, `${periodFromMs}`);
}

export function isWithin({ periodFromMs, periodUntilMs }: Period, slotMs: number): boolean {
  return slotMs >= periodFromMs && slotMs < periodUntilMs;
}

interface PublicPart extends Period, CommunityInput {
  readonly version: number;
  readonly slotLengthMs: number;
  readonly trades: readonly TradeEntry[];
  readonly meters: ReadonlyMap<number, Meter>;
  readonly commitments: RunInput['commitments'];
  readonly personal: OpenedReadings;
}

/** Joins what the ledger says with what stays off it. */
export function inputOf(sha256: Sha256, part: PublicPart): RunInput {
  const { personal, ...ledgerPart } = part;
  const secrets = new Map<number, Uint8Array>();
  const secretOf = (member: number): Uint8Array => {
    const known = secrets.get(member) ?? personal.secretOf(member);
    secrets.set(member, known);
    return known;
  };
  for (const [, { seller, buyer }] of part.trades) {
    secretOf(seller);
    secretOf(buyer);
  }
  for (const owner of ownersOf(part.meters, part.commitments)) secretOf(owner);
  const readings = new Map<number, Reading[]>();
  for (const member of new Set([...part.meters.values()].map((meter) => meter.member))) {
    for (const stored of personal.readingsOf(member, part)) {
      if (!part.meters.has(stored.meter)) continue;
      const salt = readingSalt(sha256, secretOf(member), stored);
      const ofMeter = readings.get(stored.meter);
      if (ofMeter === undefined) readings.set(stored.meter, [{ ...stored, salt }]);
      else ofMeter.push({ ...stored, salt });
    }
  }
  const owners = new Set([...part.meters.values()].map((meter) => meter.member));
  const sharingEntries = [...owners].flatMap((member) => personal.sharingOf(member, part));
  return { ...ledgerPart, readings, secrets, sharingEntries };
}
