/**
 * A member's statement of a period: its energy, every charge as a line of its own, what the community saved
 * it, and how much of it rests on measured readings. A pure function: the same input gives the same
 * statement to the node that issues it and to the member who checks it.
 */

import { type Energy, energy, type Money, money } from '@commonwatt/units';
import { type Charge, chargesOf } from './charges.ts';
import { leastQuality, type QualityShare, qualityShare } from './quality.ts';
import { type Savings, savingsOf } from './savings.ts';
import { type SlotStatement, servedSlots } from './served-slots.ts';
import type { ResidualMode, StatementInput } from './statement-input.ts';
import { TariffBook } from './tariff.ts';

/** Sums over the period, in Wh. */
export interface StatementEnergy {
  readonly imported: Energy;
  readonly exported: Energy;
  readonly bought: Energy;
  readonly sold: Energy;
  readonly residualImport: Energy;
  readonly residualExport: Energy;
  readonly deviationBuy: Energy;
  readonly deviationSell: Energy;
}

/** Why a statement must not be billed as it is. */
export type StatementFinding =
  | { readonly code: 'tariff_missing'; readonly slots: number; readonly firstMs: number }
  | { readonly code: 'allocated_above_metered'; readonly slots: number; readonly firstMs: number }
  /** What runs posted is not what the tariffs come to. */
  | { readonly code: 'posted_differs'; readonly slots: number; readonly firstMs: number };

export interface MemberStatement {
  readonly member: number;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly mode: ResidualMode;
  readonly energy: StatementEnergy;
  readonly charges: readonly Charge[];
  /** All lines together, exact: positive where the member receives. */
  readonly amount: Money;
  /** Nothing where a slot has no tariff. */
  readonly savings: Savings | undefined;
  readonly quality: QualityShare;
  readonly slots: readonly SlotStatement[];
  readonly findings: readonly StatementFinding[];
}

/** Slots of a year of minutes, and a few lines in each. */
const ROWS_MAX = 2_000_000;

/**
 * @throws RangeError for a period that is none, rows outside it, two readings of one meter and slot, or
 *   tariffs that contradict each other
 */
export function memberStatement(input: StatementInput): MemberStatement {
  checkInput(input);
  const { member, fromMs, untilMs, mode } = input;
  const book = new TariffBook(input.tariffs);
  const { slots, aboveMetered } = servedSlots({
    ...input,
    takingPart: mode === 'posted' ? input.takingPart : undefined,
    qualityOf: leastQuality(input),
  });
  const charges = chargesOf(input, slots, book);
  const unpriced = slots.filter(({ slotMs }) => book.at(slotMs) === undefined);
  return {
    member,
    fromMs,
    untilMs,
    mode,
    energy: energyOf(slots),
    charges,
    amount: money(charges.reduce((sum, charge) => sum + charge.money, 0n)),
    savings: savingsOf(charges, slots, book),
    quality: qualityShare(input),
    slots,
    findings: [
      ...finding(
        'tariff_missing',
        unpriced.map(({ slotMs }) => slotMs),
      ),
      ...finding('allocated_above_metered', aboveMetered),
      ...(isPostedOtherwise(input, charges) ? finding('posted_differs', [fromMs]) : []),
    ],
  };
}

/** Trades and deviations are the run's own; the rest the statement prices again. */
function isPostedOtherwise({ posted }: StatementInput, charges: readonly Charge[]): boolean {
  if (posted === undefined) return false;
  const priced = charges.filter(({ isPosted, tariff }) => isPosted && tariff !== undefined);
  return posted !== priced.reduce((sum, charge) => sum + charge.money, 0n);
}

function finding(
  code: StatementFinding['code'],
  slots: readonly number[],
): readonly StatementFinding[] {
  if (slots.length === 0) return [];
  const firstMs = slots.reduce((least, slotMs) => Math.min(least, slotMs));
  return [{ code, slots: slots.length, firstMs }];
}

function energyOf(slots: readonly SlotStatement[]): StatementEnergy {
  const sum = (field: keyof StatementEnergy): Energy =>
    energy(slots.reduce((total, slot) => total + slot[field], 0n));
  return {
    imported: sum('imported'),
    exported: sum('exported'),
    bought: sum('bought'),
    sold: sum('sold'),
    residualImport: sum('residualImport'),
    residualExport: sum('residualExport'),
    deviationBuy: sum('deviationBuy'),
    deviationSell: sum('deviationSell'),
  };
}

function checkInput(input: StatementInput): void {
  const { fromMs, untilMs, slotLengthMs, readings, lines, deviations, meters } = input;
  const { takingPart = [] } = input;
  if (!(fromMs < untilMs) || slotLengthMs <= 0) {
    throw new RangeError(`statement: expected a period and slots, got ${fromMs} to ${untilMs}`);
  }
  const rows = readings.length + lines.length + deviations.length + takingPart.length;
  if (rows > ROWS_MAX)
    throw new RangeError(`statement: expected at most ${ROWS_MAX} rows, got ${rows}`);
  for (const { slotMs } of [...readings, ...lines, ...deviations, ...takingPart]) {
    if (slotMs < fromMs || slotMs >= untilMs) {
      throw new RangeError(`statement: expected slots from ${fromMs} to ${untilMs}, got ${slotMs}`);
    }
  }
  for (const line of lines) {
    if (line.slotLengthMs <= 0 || line.slotLengthMs % slotLengthMs !== 0) {
      throw new RangeError(
        `statement: expected lines of whole slots of ${slotLengthMs} ms, got ${line.slotLengthMs}`,
      );
    }
  }
  for (const span of meters) {
    if (span.fromMs < fromMs || span.untilMs > untilMs) {
      throw new RangeError(`statement: expected meter ${span.meter} within the period`);
    }
  }
  const seen = new Set<string>();
  for (const { meter, slotMs } of readings) {
    const key = `${meter}/${slotMs}`;
    if (seen.has(key)) {
      throw new RangeError(
        `statement: expected one reading of meter ${meter} at ${slotMs}, got two`,
      );
    }
    seen.add(key);
  }
}
