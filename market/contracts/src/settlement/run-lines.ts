/** What a run says of one member: its trades line by line, its slots, its energy, all salted. */

import { type RootHost, type Sha256, sha256Of } from '@commonwatt/ledger';
import { cost, type Energy, energy, type Money, money } from '@commonwatt/units';
import type { Side } from '../market/messages.ts';
import { priceOf } from '../market/payment.ts';
import type { Period } from '../metering/period.ts';
import type { Delivery, TradeEntry } from './delivery.ts';
import {
  amountOf,
  type EnergyOpening,
  energyCommitmentOf,
  linesRootOf,
  type SettledLine,
} from './lines.ts';
import type { Posting } from './messages.ts';
import { saltOf } from './salts.ts';
import { chargeOf, type SlotLine, slotLinesRootOf } from './slot-lines.ts';

/** What the run says of one member, and what opens it. */
export interface MemberLines {
  readonly member: number;
  /** Slot by slot in the order of settlement, and within one by the trade's id. */
  readonly lines: readonly SettledLine[];
  readonly linesRoot: Uint8Array;
  readonly amount: Money;
  /** By rising slot; none before version 3 of the rules. */
  readonly slotLines: readonly SlotLine[];
  readonly slotLinesRoot: Uint8Array;
  readonly charge: Money;
  readonly energy: EnergyOpening;
}

/** Where salts of a member come from: its secret, the run's period, and how often it was run. */
export interface SaltPlace extends Period {
  readonly version: number;
  readonly sequence?: number | undefined;
  readonly secrets: ReadonlyMap<number, Uint8Array>;
}

export interface OwnPart {
  readonly member: number;
  readonly deliveries: readonly Delivery[];
  readonly slots: readonly Omit<SlotLine, 'salt'>[];
  readonly renewable: bigint | undefined;
}

/** @throws RangeError for a member without a secret, and totals beyond their type */
export function linesOfMember(
  host: RootHost,
  place: SaltPlace,
  { member, deliveries, slots, renewable = 0n }: OwnPart,
): MemberLines {
  const sha256 = sha256Of(host);
  const secret = place.secrets.get(member);
  if (secret === undefined) throw new RangeError(`secrets: expected one of member ${member}`);
  const { periodFromMs, periodUntilMs } = place;
  // A later run of a period says other things of the same trades, so it has other salts.
  const sequence = place.version < 3 ? [] : [place.sequence ?? 0];
  const lines = deliveries.map(({ trade: [id, terms], delivered }): SettledLine => {
    const salt = saltOf(sha256, secret, 'line', periodFromMs, periodUntilMs, id, ...sequence);
    return salted(lineTerms(member, id, terms, delivered), salt);
  });
  const slotLines = slots.map((slot): SlotLine => {
    const { slotMs } = slot;
    const salt = saltOf(sha256, secret, 'slot', periodFromMs, periodUntilMs, slotMs, ...sequence);
    return salted(slot, salt);
  });
  const delivered = (side: Side): Energy =>
    energy(lines.reduce((sum, line) => (line.side === side ? sum + line.delivered : sum), 0n));
  return {
    member,
    lines,
    linesRoot: linesRootOf(host, lines),
    amount: amountOf(lines),
    slotLines,
    slotLinesRoot: slotLinesRootOf(host, slotLines),
    charge: chargeOf(slotLines),
    energy: {
      member,
      periodFromMs,
      periodUntilMs,
      bought: delivered('buy'),
      sold: delivered('sell'),
      renewable: energy(renewable),
      salt: saltOf(sha256, secret, 'energy', periodFromMs, periodUntilMs, member, ...sequence),
    },
  };
}

/** The same object: a day has hundreds of thousands. */
function salted<T extends object>(
  unsalted: T,
  salt: Uint8Array,
): T & { readonly salt: Uint8Array } {
  return Object.assign(unsalted, { salt });
}

/** A line but for its salt: what a trade's terms and its delivered energy say of one party. */
export function lineTerms(
  member: number,
  id: Uint8Array,
  terms: TradeEntry[1],
  delivered: Energy,
): Omit<SettledLine, 'salt'> {
  const { slotMs, seller, buyer, energy: traded } = terms;
  const side: Side = seller === member ? 'sell' : 'buy';
  const price = priceOf(terms, side);
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

export function postingOf(sha256: Sha256, one: MemberLines): Posting {
  const { member, amount, charge, linesRoot, slotLinesRoot } = one;
  const energyCommitment = energyCommitmentOf(sha256, one.energy);
  return { member, amount, charge, linesRoot, slotLinesRoot, energyCommitment };
}

/** The deliveries each member is a party of. */
export function deliveriesByMember(
  deliveries: readonly Delivery[],
): ReadonlyMap<number, readonly Delivery[]> {
  const groups = new Map<number, Delivery[]>();
  for (const delivery of deliveries) {
    const [, { seller, buyer }] = delivery.trade;
    for (const member of [seller, buyer]) {
      const known = groups.get(member);
      if (known === undefined) groups.set(member, [delivery]);
      else known.push(delivery);
    }
  }
  return groups;
}
