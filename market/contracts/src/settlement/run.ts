/**
 * A settlement run, computed from trades and readings: by the settlement service that proposes it,
 * by every checker that signs it, and by an auditor. The same input gives the same run on every
 * machine, in whatever order it comes.
 */

import {
  asciiBytes,
  encode,
  type RootHost,
  type Sha256,
  sha256Of,
  toHex,
  Writer,
} from '@commonwatt/ledger';
import { type FactorEntry, factorAt, participating } from '@commonwatt/mechanisms';
import { money } from '@commonwatt/units';
import type { Period } from '../metering/period.ts';
import type { Meter } from '../metering/state.ts';
import { type CommunitySums, communitySums, slotsWithoutTariff } from './community-sums.ts';
import { type Delivery, MeteredEnergy, slotsOf, type TradeEntry } from './delivery.ts';
import { type Run, runCodec, type Stage } from './messages.ts';
import { deliveryRule } from './most-delivery.ts';
import { spreadOf } from './open-trades.ts';
import { DEFAULT_POLICY } from './policy.ts';
import { commitmentsRootOf, type MeterCommitment, type Reading } from './readings.ts';
import { renewableSold } from './renewable.ts';
import { deliveriesByMember, linesOfMember, type MemberLines, postingOf } from './run-lines.ts';
import {
  type SharingInput,
  type SharingOutcome,
  shareAfterDelivery,
} from './share-after-delivery.ts';
import {
  type SharingEntry,
  sharingEntriesOf,
  sharingInputsOf,
  sharingRootOf,
} from './sharing-inputs.ts';
import {
  deviationsOfSlot,
  type MeteredSlotOfMember,
  type SlotDeviation,
  slotAccounts,
  type UnsaltedSlotLine,
} from './slot-accounts.ts';
import { slotTotalsOf } from './slot-totals.ts';
import type { Tariff } from './tariff.ts';
import {
  type MissingReading,
  missingReadings,
  type UnusableReadings,
  usableReadings,
} from './usable-readings.ts';

/** What only version 3 and later of the rules look at; each has an ordinary value where it is left out. */
export interface CommunityInput {
  /** Final, the period's first run, unless given. */
  readonly stage?: Stage | undefined;
  readonly sequence?: number | undefined;
  readonly adjusts?: Uint8Array | undefined;
  /** The community's policy for the period, and the tariffs that hold in it. */
  readonly policy?: SharingInput['policy'] | undefined;
  readonly tariffs?: readonly Tariff[] | undefined;
  /** What is known for sharing beside readings; what the period's rule does not look at is left aside. */
  readonly sharingEntries?: readonly SharingEntry[] | undefined;
  /** By meter: which part of what it counts takes part. Everything where nothing is given. */
  readonly participation?: ReadonlyMap<number, readonly FactorEntry[]> | undefined;
}

export interface RunInput extends Period, CommunityInput {
  /** The version of the settlement rules. */
  readonly version: number;
  /** What one reading covers; every trade's slot is one or several of it. */
  readonly slotLengthMs: number;
  /** Every open trade of the period's slots, with its id. */
  readonly trades: readonly TradeEntry[];
  /** What meters counted in the period, by meter. */
  readonly readings: ReadonlyMap<number, readonly Reading[]>;
  readonly meters: ReadonlyMap<number, Meter>;
  /** The secret of 32 bytes from which a member's salts are derived, by member. */
  readonly secrets: ReadonlyMap<number, Uint8Array>;
  /** The ledger's commitments; those of other periods are left aside. */
  readonly commitments: readonly MeterCommitment[];
}

export interface ComputedRun {
  readonly run: Run;
  /** By rising member. */
  readonly members: readonly MemberLines[];
  /** Readings that trades needed and did not find: they count as zero. */
  readonly missing: readonly MissingReading[];
  /** Readings that were given and could not be used: they count as missing. */
  readonly unusable: readonly UnusableReadings[];
  /** What the run comes to for the community's own accounts, positive where they receive. */
  readonly community: CommunitySums;
  /** Slots whose residual is to be posted and for which no tariff holds: charged nothing. */
  readonly withoutTariff: readonly number[];
  /** The operator's allocated values that do not stand as imported. */
  readonly differences: SharingOutcome['differences'];
}

const RUN_DOMAIN = asciiBytes('commonwatt/run/1');

/** What the checkers sign: SHA-256 over the purpose and the canonical bytes of the run. */
export function runHash(sha256: Sha256, run: Run): Uint8Array {
  return runHashOf(sha256, encode(runCodec, run));
}

/** Kept: a run has a hundred kilobytes, and every node hashes each. */
const runMessage = new Writer(256);

/** The same from the canonical bytes, where they stand already. */
export function runHashOf(sha256: Sha256, runBytes: Uint8Array): Uint8Array {
  runMessage.reset();
  runMessage.raw(RUN_DOMAIN);
  runMessage.raw(runBytes);
  return sha256(runMessage.written());
}

/**
 * Delivers, prices, shares, charges and commits. @throws RangeError for a version it does not have, a
 * trade outside the period, off the grid or of a member with itself, a member without a secret, and
 * totals beyond their type.
 */
export function computeRun(host: RootHost, input: RunInput): ComputedRun {
  const sha256 = sha256Of(host);
  for (const entry of input.trades) checkTrade(input, entry);
  const commitments = commitmentsOf(input, input.commitments);
  const { usable, unusable } = usableReadings(host, input, commitments);
  const taking = input.version < 3 ? usable : takingPart(input, usable);
  const readings = readingsByMember(input, taking);
  const entries = entriesOf(input);
  const parts = partsOf(sha256, input, { usable: taking, readings, entries });
  const own = deliveriesByMember(parts.deliveries);
  const members = membersOf(input, own.keys(), commitments).map((member) =>
    linesOfMember(host, input, {
      member,
      deliveries: own.get(member) ?? [],
      slots: parts.slots.get(member) ?? [],
      renewable: parts.renewable.get(member),
    }),
  );
  const { policy = DEFAULT_POLICY, tariffs = [] } = input;
  const slotTotals = slotTotalsOf(parts.deliveries, readings, parts.slots.values());
  const spread = money(
    spreadOf(parts.deliveries.map(({ trade, delivered }) => ({ terms: trade[1], delivered }))),
  );
  const totals = { rulesVersion: input.version, slotTotals, spread };
  const { stage = 'final', sequence = 0, adjusts, periodFromMs, periodUntilMs } = input;
  return {
    run: {
      periodFromMs,
      periodUntilMs,
      rulesVersion: input.version,
      stage,
      sequence,
      adjusts,
      readingsRoot: commitmentsRootOf(host, commitments),
      sharingRoot: sharingRootOf(sha256, entries, input.secrets),
      slotTotals,
      spread,
      postings: members.map((one) => postingOf(sha256, one)),
    },
    members,
    missing: missingReadings(input, usable),
    unusable,
    community: communitySums(totals, policy, tariffs),
    withoutTariff: input.version < 3 ? [] : slotsWithoutTariff(slotTotals, policy, tariffs),
    differences: parts.differences,
  };
}

interface RunParts {
  readonly deliveries: readonly Delivery[];
  readonly renewable: ReadonlyMap<number, bigint>;
  readonly slots: ReadonlyMap<number, readonly UnsaltedSlotLine[]>;
  readonly differences: SharingOutcome['differences'];
}

/** The root over its sharing inputs that a run of this input has. */
export function sharingRootOfRun(sha256: Sha256, input: RunInput): Uint8Array {
  return sharingRootOf(sha256, entriesOf(input), input.secrets);
}

/** What sharing looks at beside readings, by rising instant and member. */
function entriesOf(input: RunInput): readonly SharingEntry[] {
  const { version, policy = DEFAULT_POLICY, sharingEntries = [] } = input;
  return version < 3 ? [] : sharingEntriesOf(sharingEntries, policy.sharing, input);
}

interface Used {
  readonly usable: readonly Reading[];
  readonly readings: readonly MeteredSlotOfMember[];
  readonly entries: readonly SharingEntry[];
}

/** Trades first; then, from version 3 on, what they left is shared and every slot is charged. */
function partsOf(sha256: Sha256, input: RunInput, { usable, readings, entries }: Used): RunParts {
  const deliver = deliveryRule(input.version);
  const metered = meteredEnergy(input, usable);
  if (input.version < 3) {
    const deliveries = deliver(sha256, input, input.trades, metered);
    const renewable = renewableSold(sha256, input, usable, metered);
    return { deliveries, renewable, slots: new Map(), differences: [] };
  }
  const deviations: SlotDeviation[] = [];
  const deliveries = slotsOf(input.trades).flatMap((ofSlot) => {
    deviations.push(...deviationsOfSlot(ofSlot, metered));
    return deliver(sha256, input, ofSlot, metered);
  });
  // What is shared is no trade: it backs no certificate of what was sold.
  const renewable = renewableSold(sha256, input, usable, metered);
  const traded = metered.servedSoFar();
  const { policy = DEFAULT_POLICY, tariffs = [] } = input;
  const metering = [...new Set(readings.map(({ member }) => member))].sort((a, b) => a - b);
  const inputs = { ...input, policy, ...sharingInputsOf(entries) };
  const sharing = shareAfterDelivery(sha256, inputs, metering, metered);
  const slots = slotAccounts({
    policy,
    tariffs,
    readings,
    deviations,
    shares: sharing.shares,
    traded,
  });
  return { deliveries, renewable, slots, differences: sharing.differences };
}

/** The part of each reading that its meter's participation factor lets take part. */
function takingPart(input: RunInput, usable: readonly Reading[]): readonly Reading[] {
  const { participation } = input;
  if (participation === undefined) return usable;
  return usable.map((reading) => {
    const factor = factorAt(participation.get(reading.meter) ?? [], reading.slotMs);
    return {
      ...reading,
      imported: participating(reading.imported, factor),
      exported: participating(reading.exported, factor),
    };
  });
}

/** Readings as their members' own, one for each meter and slot. */
function readingsByMember(
  { meters }: RunInput,
  usable: readonly Reading[],
): readonly MeteredSlotOfMember[] {
  return usable.map(({ meter, slotMs, imported, exported }) => {
    const member = meters.get(meter)?.member ?? 0;
    return { member, slotMs, imported, exported };
  });
}

/**
 * Whom a run posts to, by rising member: the parties of trades, and from version 3 on whoever owns a
 * meter whose readings the ledger holds a commitment to.
 */
function membersOf(
  input: RunInput,
  parties: Iterable<number>,
  commitments: readonly MeterCommitment[],
): readonly number[] {
  const members = new Set(parties);
  if (input.version >= 3) {
    for (const owner of ownersOf(input.meters, commitments)) members.add(owner);
  }
  return [...members].sort((a, b) => a - b);
}

/** The members whose connections the committed meters count. */
export function ownersOf(
  meters: { get(meter: number): Pick<Meter, 'member' | 'measures'> | undefined },
  commitments: readonly MeterCommitment[],
): ReadonlySet<number> {
  const owners = new Set<number>();
  for (const [{ meter }] of commitments) {
    const owned = meters.get(meter);
    if (owned !== undefined && owned.measures !== 'feeder') owners.add(owned.member);
  }
  return owners;
}

function checkTrade(input: RunInput, [id, trade]: TradeEntry): void {
  const { periodFromMs, periodUntilMs } = input;
  const { slotMs, slotLengthMs, seller, buyer } = trade;
  if (seller === buyer) {
    throw new RangeError(
      `trade ${toHex(id)}: expected two members, got ${seller} as seller and buyer`,
    );
  }
  if (slotMs < periodFromMs || slotMs + slotLengthMs > periodUntilMs) {
    throw new RangeError(
      `trade ${toHex(id)}: expected a slot from ${periodFromMs} to ${periodUntilMs}, got ${slotMs}`,
    );
  }
  if (slotLengthMs % input.slotLengthMs !== 0 || slotMs % input.slotLengthMs !== 0) {
    throw new RangeError(
      `trade ${toHex(id)}: expected whole slots of ${input.slotLengthMs} ms, got ${slotLengthMs} ` +
        `from ${slotMs}`,
    );
  }
}

/** The commitments whose period is exactly this one. */
export function commitmentsOf(
  { periodFromMs, periodUntilMs }: Period,
  commitments: readonly MeterCommitment[],
): readonly MeterCommitment[] {
  return commitments.filter(
    ([key, one]) => key.periodFromMs === periodFromMs && one.periodUntilMs === periodUntilMs,
  );
}

/** What meters counted, as their members' energy. */
export function meteredEnergy(
  given: Pick<RunInput, 'slotLengthMs' | 'meters'>,
  readings: readonly Reading[],
): MeteredEnergy {
  const metered = new MeteredEnergy(given.slotLengthMs);
  for (const { meter, slotMs, imported, exported } of readings) {
    const owner = given.meters.get(meter);
    if (owner === undefined) throw new RangeError(`meters: expected meter ${meter}, got none`);
    metered.add(owner.member, 'buy', slotMs, imported);
    metered.add(owner.member, 'sell', slotMs, exported);
  }
  return metered;
}
