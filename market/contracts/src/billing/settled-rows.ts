/** What a settlement run says of a member, as rows of its statement. */

import { type Energy, energy, type Money, money } from '@commonwatt/units';
import type { SettledLine } from '../settlement/lines.ts';
import type { SlotLine } from '../settlement/slot-lines.ts';
import type { KeptTariff } from '../settlement/tariff.ts';
import type { AllocatedLine, DeviationLine, TakingPart } from './statement-input.ts';
import type { BillingTariff } from './tariff.ts';

export interface SettledRows {
  readonly lines: readonly AllocatedLine[];
  readonly deviations: readonly DeviationLine[];
  readonly takingPart: readonly TakingPart[];
  /** What the run posted for residual energy, grid fees, levies and taxes. */
  readonly posted: Money;
}

/** A settled trade, and how long its slot is. */
export interface LineOfSlot extends Omit<SettledLine, 'salt'> {
  readonly slotLengthMs: number;
}

export interface RunOfMember {
  readonly lines: readonly LineOfSlot[];
  readonly slotLines: readonly Omit<SlotLine, 'salt'>[];
  /** What one slot line covers. */
  readonly slotLengthMs: number;
  /** Rows of other slots are left out: a run and a bill need not begin at the same instant. */
  readonly fromMs: number;
  readonly untilMs: number;
}

export function settledRows(run: RunOfMember): SettledRows {
  const within = ({ slotMs }: { readonly slotMs: number }) =>
    slotMs >= run.fromMs && slotMs < run.untilMs;
  const slotLines = run.slotLines.filter(within);
  const traded = run.lines
    .filter(within)
    .map(({ slotMs, slotLengthMs, side, traded: agreed, delivered, money: value }) => ({
      slotMs,
      slotLengthMs,
      side,
      traded: agreed,
      delivered,
      money: value,
    }));
  return {
    lines: [...traded, ...slotLines.flatMap((one) => sharedLines(one, run.slotLengthMs))],
    deviations: slotLines.flatMap(deviationLines),
    takingPart: slotLines.map(({ slotMs, imported, exported }) => ({ slotMs, imported, exported })),
    posted: money(slotLines.reduce((sum, one) => sum + postedOf(one), 0n)),
  };
}

type Slot = Omit<SlotLine, 'salt'>;

function postedOf({ supply, grid, levies, taxes }: Slot): bigint {
  return supply + grid + levies + taxes;
}

/** Energy shared after delivery. A slot that received and gave has its money on the larger side. */
function sharedLines(slot: Slot, slotLengthMs: number): readonly AllocatedLine[] {
  const { slotMs, received, given, sharedMoney } = slot;
  const one = (side: 'buy' | 'sell', shared: Energy, value: bigint): AllocatedLine[] =>
    shared === 0n && value === 0n
      ? []
      : [{ slotMs, slotLengthMs, side, traded: shared, delivered: shared, money: money(value) }];
  const isSeller = given > received;
  return [
    ...one('buy', received, isSeller ? 0n : sharedMoney),
    ...one('sell', given, isSeller ? sharedMoney : 0n),
  ];
}

/** A slot that fell short on both sides has its money on the larger one. */
function deviationLines(slot: Slot): readonly DeviationLine[] {
  const { slotMs, sellerShort, buyerShort, deviation } = slot;
  const one = (side: 'buy' | 'sell', short: Energy, value: bigint): DeviationLine[] =>
    short === 0n && value === 0n ? [] : [{ slotMs, side, energy: short, money: money(value) }];
  const isSeller = sellerShort > buyerShort;
  return [
    ...one('buy', buyerShort, isSeller ? 0n : deviation),
    ...one('sell', sellerShort, isSeller ? deviation : 0n),
  ];
}

/**
 * The community's own tariff on the ledger, as the statement prices with it: where the community is the
 * supplier. Its fees, which are not on the ledger, come from the tariff that the community bills by.
 */
export function tariffOnLedger(kept: KeptTariff, own: BillingTariff | undefined): BillingTariff {
  const { fromMs, untilMs, version, supplyPrice, feedInPrice } = kept;
  const none = energy(0n) as bigint as typeof supplyPrice;
  return {
    name: 'community',
    version,
    validFromMs: fromMs,
    validUntilMs: untilMs,
    supplyPrice,
    feedInPrice,
    components: [
      { kind: 'grid fee', name: '', community: kept.communityGridFee, residual: kept.gridFee },
      { kind: 'levy', name: '', community: none, residual: kept.levy },
      { kind: 'tax', name: '', community: none, residual: kept.tax },
      ...(own?.components ?? []).filter(({ kind }) => kind === 'platform fee'),
    ],
    fees: own?.fees ?? [],
  };
}
