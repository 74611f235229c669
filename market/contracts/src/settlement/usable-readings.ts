/**
 * Which readings a run may use: those that the ledger holds a commitment to. What is given without
 * one, or with another root, counts as missing, so that nobody settles by unproven figures.
 */

import { equalBytes, type RootHost } from '@commonwatt/ledger';
import type { Period } from '../metering/period.ts';
import { countsSlot, type Meter } from '../metering/state.ts';
import type { TradeEntry } from './delivery.ts';
import { flawOfReadings, type MeterCommitment, type Reading, readingsRootOf } from './readings.ts';

/** A meter whose readings were given and left aside, and why. */
export interface UnusableReadings {
  readonly meter: number;
  readonly reason: string;
}

/** A reading that a trade of the member needed. Without a meter: the member has none. */
export interface MissingReading {
  readonly member: number;
  readonly meter: number | undefined;
  readonly slotMs: number;
}

/** More than any connection carries in a slot: 2^40 Wh. Sums over all meters then fit an Energy. */
const READING_WH_MAX = 1n << 40n;

interface Given extends Period {
  readonly slotLengthMs: number;
  readonly trades: readonly TradeEntry[];
  readonly readings: ReadonlyMap<number, readonly Reading[]>;
  readonly meters: ReadonlyMap<number, Meter>;
}

/** Splits what was given, by rising meter and slot. */
export function usableReadings(
  host: RootHost,
  given: Given,
  commitments: readonly MeterCommitment[],
): { readonly usable: readonly Reading[]; readonly unusable: readonly UnusableReadings[] } {
  const roots = new Map(commitments.map(([key, one]) => [key.meter, one.root]));
  const usable: Reading[] = [];
  const unusable: UnusableReadings[] = [];
  for (const meter of [...given.readings.keys()].sort((a, b) => a - b)) {
    const readings = given.readings.get(meter) as readonly Reading[];
    const reason = unusableBecause(host, given, meter, readings, roots.get(meter));
    if (reason !== undefined) unusable.push({ meter, reason });
    else for (const one of [...readings].sort((a, b) => a.slotMs - b.slotMs)) usable.push(one);
  }
  return { usable, unusable };
}

function unusableBecause(
  host: RootHost,
  given: Given,
  meter: number,
  readings: readonly Reading[],
  root: Uint8Array | undefined,
): string | undefined {
  const owned = given.meters.get(meter);
  if (owned === undefined) return 'the meter is unknown';
  if (owned.measures === 'feeder') return 'the meter counts a feeder';
  if (root === undefined) return 'the ledger holds no commitment to them';
  const flaw = flawOfReadings(readings);
  if (flaw !== undefined) return flaw;
  const { periodFromMs, periodUntilMs, slotLengthMs } = given;
  for (const { meter: named, slotMs, imported, exported } of readings) {
    if (named !== meter) return `expected meter ${meter}, got ${named}`;
    if (imported > READING_WH_MAX || exported > READING_WH_MAX) {
      return `expected at most ${READING_WH_MAX} Wh in a slot, got more`;
    }
    const within = slotMs >= periodFromMs && slotMs + slotLengthMs <= periodUntilMs;
    if (!within || slotMs % slotLengthMs !== 0) return `slot ${slotMs} is not one of the period`;
    if (!countsSlot(owned, slotMs)) return `the meter does not count slot ${slotMs}`;
  }
  return equalBytes(readingsRootOf(host, readings), root)
    ? undefined
    : 'the ledger holds a commitment to others';
}

/**
 * The readings that trades needed and did not find, by rising member, slot and meter. A reading that
 * says of itself that it is missing is not found.
 */
export function missingReadings(
  given: Given,
  usable: readonly Reading[],
): readonly MissingReading[] {
  const found = new Map<number, Set<number>>();
  for (const { meter, slotMs, quality } of usable) {
    if (quality === 'missing') continue;
    const slots = found.get(meter);
    if (slots === undefined) found.set(meter, new Set([slotMs]));
    else slots.add(slotMs);
  }
  const metersOf = metersByMember(given.meters);
  const missing: MissingReading[] = [];
  for (const [member, slots] of neededSlots(given)) {
    const own = metersOf.get(member) ?? [];
    for (const slotMs of [...slots].sort((a, b) => a - b)) {
      const asked = own.filter(([, meter]) => countsSlot(meter, slotMs));
      if (asked.length === 0) missing.push({ member, meter: undefined, slotMs });
      for (const [meter] of asked) {
        if (!found.get(meter)?.has(slotMs)) missing.push({ member, meter, slotMs });
      }
    }
  }
  return missing;
}

type NumberedMeter = readonly [number: number, meter: Meter];

/** Those that count connections, by rising number. */
function metersByMember(
  meters: ReadonlyMap<number, Meter>,
): ReadonlyMap<number, readonly NumberedMeter[]> {
  const byMember = new Map<number, NumberedMeter[]>();
  for (const number of [...meters.keys()].sort((a, b) => a - b)) {
    const meter = meters.get(number) as Meter;
    if (meter.measures === 'feeder') continue;
    const own = byMember.get(meter.member) ?? [];
    byMember.set(meter.member, own);
    own.push([number, meter]);
  }
  return byMember;
}

function neededSlots({ trades, slotLengthMs }: Given): readonly (readonly [number, Set<number>])[] {
  const byMember = new Map<number, Set<number>>();
  for (const [, trade] of trades) {
    for (const member of [trade.seller, trade.buyer]) {
      const slots = byMember.get(member) ?? new Set();
      byMember.set(member, slots);
      const endMs = trade.slotMs + trade.slotLengthMs;
      for (let at = trade.slotMs; at < endMs; at += slotLengthMs) slots.add(at);
    }
  }
  return [...byMember].sort(([a], [b]) => a - b);
}
