/**
 * A settlement run, computed from trades and readings: by the settlement service that proposes it,
 * by every checker that signs it, and by an auditor. The same input gives the same run on every
 * machine, in whatever order it comes.
 */

import { asciiBytes, concatBytes, encode, type Sha256, toHex } from '@commonwatt/ledger';
import { cost, type Energy, energy, type Money, money } from '@commonwatt/units';
import type { Side } from '../market/messages.ts';
import type { Period } from '../metering/period.ts';
import type { Meter } from '../metering/state.ts';
import { type Delivery, MeteredEnergy, type TradeEntry } from './delivery.ts';
import {
  amountOf,
  type EnergyOpening,
  energyCommitmentOf,
  linesRootOf,
  type SettledLine,
} from './lines.ts';
import { type Posting, type Run, runCodec, type SlotTotal } from './messages.ts';
import { deliveryRule } from './most-delivery.ts';
import { commitmentsRootOf, type MeterCommitment, type Reading } from './readings.ts';
import { renewableSold } from './renewable.ts';
import { saltOf } from './salts.ts';
import {
  type MissingReading,
  missingReadings,
  type UnusableReadings,
  usableReadings,
} from './usable-readings.ts';

export interface RunInput extends Period {
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

/** What the run says of one member, and what opens it. */
export interface MemberLines {
  readonly member: number;
  /** Slot by slot in the order of settlement, and within one by the trade's id. */
  readonly lines: readonly SettledLine[];
  readonly linesRoot: Uint8Array;
  readonly amount: Money;
  readonly energy: EnergyOpening;
}

export interface ComputedRun {
  readonly run: Run;
  /** By rising member. */
  readonly members: readonly MemberLines[];
  /** Readings that trades needed and did not find: they count as zero. */
  readonly missing: readonly MissingReading[];
  /** Readings that were given and could not be used: they count as missing. */
  readonly unusable: readonly UnusableReadings[];
}

const RUN_DOMAIN = asciiBytes('commonwatt/run/1');

/** What the checkers sign: SHA-256 over the purpose and the canonical bytes of the run. */
export function runHash(sha256: Sha256, run: Run): Uint8Array {
  return sha256(concatBytes(RUN_DOMAIN, encode(runCodec, run)));
}

/**
 * Delivers, prices and commits. @throws RangeError for a version it does not have, a trade outside
 * the period or off the grid, a member without a secret, and totals beyond their type.
 */
export function computeRun(sha256: Sha256, input: RunInput): ComputedRun {
  const deliver = deliveryRule(input.version);
  for (const entry of input.trades) checkTrade(input, entry);
  const commitments = commitmentsOf(input, input.commitments);
  const { usable, unusable } = usableReadings(sha256, input, commitments);
  const metered = meteredEnergy(input, usable);
  const deliveries = deliver(sha256, input, input.trades, metered);
  const renewable = renewableSold(sha256, input, usable, metered);
  const members = byMember(deliveries).map(([member, own]) =>
    linesOfMember(sha256, input, { member, deliveries: own, renewable: renewable.get(member) }),
  );
  return {
    run: {
      periodFromMs: input.periodFromMs,
      periodUntilMs: input.periodUntilMs,
      rulesVersion: input.version,
      readingsRoot: commitmentsRootOf(sha256, commitments),
      slotTotals: slotTotalsOf(deliveries, usable),
      postings: members.map((one) => postingOf(sha256, one)),
    },
    members,
    missing: missingReadings(input, usable),
    unusable,
  };
}

function checkTrade(input: RunInput, [id, { slotMs, slotLengthMs }]: TradeEntry): void {
  const { periodFromMs, periodUntilMs } = input;
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

/** The deliveries each member is a party of, by rising member. */
function byMember(
  deliveries: readonly Delivery[],
): readonly (readonly [number, readonly Delivery[]])[] {
  const groups = new Map<number, Delivery[]>();
  for (const delivery of deliveries) {
    const [, { seller, buyer }] = delivery.trade;
    for (const member of [seller, buyer]) {
      const known = groups.get(member);
      if (known === undefined) groups.set(member, [delivery]);
      else known.push(delivery);
    }
  }
  return [...groups].sort(([a], [b]) => a - b);
}

interface OwnDeliveries {
  readonly member: number;
  readonly deliveries: readonly Delivery[];
  readonly renewable: bigint | undefined;
}

function linesOfMember(
  sha256: Sha256,
  input: RunInput,
  { member, deliveries, renewable = 0n }: OwnDeliveries,
): MemberLines {
  const secret = input.secrets.get(member);
  if (secret === undefined) throw new RangeError(`secrets: expected one of member ${member}`);
  const { periodFromMs, periodUntilMs } = input;
  const lines = deliveries.map(({ trade: [id, terms], delivered }): SettledLine => {
    const salt = saltOf(sha256, secret, 'line', periodFromMs, periodUntilMs, id);
    return { ...lineTerms(member, id, terms, delivered), salt };
  });
  const delivered = (side: Side): Energy =>
    energy(lines.reduce((sum, line) => (line.side === side ? sum + line.delivered : sum), 0n));
  return {
    member,
    lines,
    linesRoot: linesRootOf(sha256, lines),
    amount: amountOf(lines),
    energy: {
      member,
      periodFromMs,
      periodUntilMs,
      bought: delivered('buy'),
      sold: delivered('sell'),
      renewable: energy(renewable),
      salt: saltOf(sha256, secret, 'energy', periodFromMs, periodUntilMs, member),
    },
  };
}

/** A line but for its salt: what a trade's terms and its delivered energy say of one party. */
export function lineTerms(
  member: number,
  id: Uint8Array,
  terms: TradeEntry[1],
  delivered: Energy,
): Omit<SettledLine, 'salt'> {
  const { slotMs, seller, buyer, energy: traded, price } = terms;
  const side: Side = seller === member ? 'sell' : 'buy';
  const value = cost(delivered, price);
  return {
    trade: id,
    slotMs,
    counterparty: side === 'sell' ? buyer : seller,
    side,
    traded,
    delivered,
    price,
    money: side === 'sell' ? value : money(-value),
  };
}

function postingOf(sha256: Sha256, one: MemberLines): Posting {
  const { member, amount, linesRoot } = one;
  return { member, amount, linesRoot, energyCommitment: energyCommitmentOf(sha256, one.energy) };
}

/** One total per slot that has trades or readings, by rising start. */
function slotTotalsOf(
  deliveries: readonly Delivery[],
  usable: readonly Reading[],
): readonly SlotTotal[] {
  const totals = new Map<
    number,
    Record<'traded' | 'delivered' | 'imported' | 'exported', bigint>
  >();
  const of = (slotMs: number) => {
    const known = totals.get(slotMs);
    if (known !== undefined) return known;
    const fresh = { traded: 0n, delivered: 0n, imported: 0n, exported: 0n };
    totals.set(slotMs, fresh);
    return fresh;
  };
  for (const { trade, delivered } of deliveries) {
    const total = of(trade[1].slotMs);
    total.traded += trade[1].energy;
    total.delivered += delivered;
  }
  for (const { slotMs, imported, exported } of usable) {
    const total = of(slotMs);
    total.imported += imported;
    total.exported += exported;
  }
  return [...totals]
    .sort(([a], [b]) => a - b)
    .map(([slotMs, total]) => ({
      slotMs,
      traded: energy(total.traded),
      delivered: energy(total.delivered),
      imported: energy(total.imported),
      exported: energy(total.exported),
    }));
}
