/**
 * What a member's own trades and readings say of what was delivered: no line may exceed them, and a
 * shortfall is its own reading's or its counterparty's.
 */

import { type Sha256, toHex } from '@commonwatt/ledger';
import { type Energy, energy } from '@commonwatt/units';
import type { Side } from '../market/messages.ts';
import type { Period } from '../metering/period.ts';
import {
  lowerOf,
  type MeteredEnergy,
  sharesOf,
  slotsOf,
  type TradedSlot,
  type TradeEntry,
} from './delivery.ts';
import type { SettledLine } from './lines.ts';
import { deliveryRule } from './most-delivery.ts';

/** One thing that does not hold. */
export interface LineFinding {
  /** The trade in hexadecimal; nothing for what concerns the posting as a whole. */
  readonly trade: string | undefined;
  readonly place: string;
  readonly expected: string;
  readonly got: string;
}

/** Why less was delivered than traded: the member's own reading, or the other party's. */
export interface Shortfall {
  readonly trade: string;
  readonly slotMs: number;
  readonly cause: 'own reading' | 'counterparty';
  readonly energy: Energy;
}

export interface LinesVerdict {
  /** Empty when all is well. */
  readonly findings: readonly LineFinding[];
  readonly shortfalls: readonly Shortfall[];
}

export interface OwnDeliveries extends Period {
  readonly member: number;
  /** The version of the settlement rules that the run names. */
  readonly rulesVersion: number;
  readonly trades: readonly TradeEntry[];
  readonly lines: readonly SettledLine[];
}

interface OwnSlot {
  readonly side: Side;
  readonly slot: TradedSlot;
  readonly entries: readonly TradeEntry[];
  readonly lineOf: ReadonlyMap<string, SettledLine>;
}

/** Checks line by line, slot by slot, and takes what was delivered out of `metered`. */
export function verifyDeliveries(
  sha256: Sha256,
  own: OwnDeliveries,
  metered: MeteredEnergy,
): LinesVerdict {
  deliveryRule(own.rulesVersion);
  const findings: LineFinding[] = [];
  const shortfalls: Shortfall[] = [];
  const lineOf = new Map(own.lines.map((line) => [toHex(line.trade), line]));
  for (const ofSlot of slotsOf(own.trades)) {
    for (const side of ['sell', 'buy'] as const) {
      const entries = ofSlot.filter(([, trade]) => partyOf(trade, side) === own.member);
      const [first] = entries;
      if (first === undefined) continue;
      const slot = { side, slot: first[1], entries, lineOf };
      const verdict =
        own.rulesVersion === 1
          ? verifyShares(sha256, own, slot, metered)
          : verifySums(own, slot, metered);
      findings.push(...verdict.findings);
      shortfalls.push(...verdict.shortfalls);
    }
  }
  return { findings, shortfalls };
}

function partyOf(trade: TradeEntry[1], side: Side): number {
  return side === 'sell' ? trade.seller : trade.buyer;
}

/** Version 1: every trade has a share of the own reading of its own. */
function verifyShares(
  sha256: Sha256,
  own: OwnDeliveries,
  { side, entries, lineOf }: OwnSlot,
  metered: MeteredEnergy,
): LinesVerdict {
  const findings: LineFinding[] = [];
  const shortfalls: Shortfall[] = [];
  const shares = sharesOf(sha256, own, entries, side, metered);
  for (const [id, terms] of entries) {
    const trade = toHex(id);
    const line = lineOf.get(trade);
    if (line === undefined) continue;
    const share = shares.get(trade) as Energy;
    if (line.delivered > share) findings.push(aboveFinding(trade, share, line.delivered));
    else {
      const { slotMs } = line;
      const [byOwn, byOther] = [terms.energy - share, share - line.delivered];
      if (byOwn > 0n) {
        shortfalls.push({ trade, slotMs, cause: 'own reading', energy: energy(byOwn) });
      }
      if (byOther > 0n) {
        shortfalls.push({ trade, slotMs, cause: 'counterparty', energy: energy(byOther) });
      }
    }
    metered.serve(own.member, side, terms, lowerOf(line.delivered, share));
  }
  return { findings, shortfalls };
}

/**
 * Version 2: a Wh of the reading goes where most can be delivered, so only the sum is bound by it.
 * Where the reading is used up, it is what the slot's trades lack; where some of it is left, only
 * the counterparties can have fallen short.
 */
function verifySums(
  own: OwnDeliveries,
  { side, slot, entries, lineOf }: OwnSlot,
  metered: MeteredEnergy,
): LinesVerdict {
  const findings: LineFinding[] = [];
  const shortfalls: Shortfall[] = [];
  const reading = metered.left(own.member, side, slot);
  let left = reading;
  for (const [id, terms] of entries) {
    const trade = toHex(id);
    const line = lineOf.get(trade);
    if (line === undefined) continue;
    const most = lowerOf(energy(left), terms.energy);
    if (line.delivered > most) findings.push(aboveFinding(trade, most, line.delivered));
    const delivered = lowerOf(line.delivered, most);
    left -= delivered;
    metered.serve(own.member, side, terms, delivered);
  }
  const cause = left === 0n ? 'own reading' : 'counterparty';
  for (const [id, terms] of entries) {
    const line = lineOf.get(toHex(id));
    if (line === undefined || line.delivered >= terms.energy) continue;
    const missing = energy(terms.energy - line.delivered);
    shortfalls.push({ trade: toHex(id), slotMs: line.slotMs, cause, energy: missing });
  }
  return { findings, shortfalls };
}

function aboveFinding(trade: string, most: bigint, got: bigint): LineFinding {
  return { trade, place: 'delivered', expected: `at most ${most}`, got: `${got}` };
}
