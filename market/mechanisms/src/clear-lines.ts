/**
 * A clearing for strangers: price, volume, fills and pairs from lines without owners, and the check
 * that a claimed outcome is the one these lines give. A receipt carries the lines with self-trades
 * already taken out; the lots come with them, so the seed is not needed.
 */

import type { Energy, Money, Price } from '@commonwatt/units';
import type { Filled, Margins, Rationing } from './book.ts';
import { clearBook } from './book.ts';
import type { Values } from './field.ts';
import type { AuctionMechanism, Call, CallRefusal, Clearing } from './mechanism.ts';
import { northWestCorner } from './north-west.ts';
import type { Line, Side } from './order.ts';
import { refuseLines } from './order.ts';
import type { PriceInterval, PriceRule } from './price-rule.ts';
import { refusePriceRule } from './price-rule.ts';

export type LineFill = { readonly lot: string; readonly side: Side; readonly energy: Energy };

/** Bid and ask are lots. */
export type LineTrade = { readonly bid: string; readonly ask: string; readonly energy: Energy };

export type LinesClearing = {
  readonly price: Price | null;
  readonly priceInterval: PriceInterval | null;
  readonly volume: Energy;
  /** Lines that got anything: bids by merit, then asks by merit. */
  readonly fills: readonly LineFill[];
  readonly trades: readonly LineTrade[];
  readonly margins: Margins;
  readonly rationed: Rationing | null;
  readonly welfare: Money;
  readonly gains: { readonly buyers: Money; readonly sellers: Money };
};

/** @throws RangeError when `refuseLines` or `refusePriceRule` refuse: ask them first. */
export function clearLines(lines: readonly Line[], rule: PriceRule = {}): LinesClearing {
  const refusal = refusePriceRule(rule) ?? refuseLines(lines);
  if (refusal !== undefined) {
    throw new RangeError(`clearing: expected lines that can be cleared, got ${refusal.code}`);
  }
  const { bids, asks, ...outcome } = clearBook(lines, rule);
  const trades = northWestCorner(bids, asks).map(({ bid, ask, energy }) => ({
    bid: bid.line.lot,
    ask: ask.line.lot,
    energy,
  }));
  return { ...outcome, fills: [...bids, ...asks].map(fillOf), trades };
}

function fillOf({ line, energy }: Filled): LineFill {
  return { lot: line.lot, side: line.side, energy };
}

/**
 * A line as a receipt carries it. Most rules need no more than the line once own crossings are out; a rule that
 * looks at members gets the whole lines, and marks for which of them are of one member.
 */
export type MarkedLine = Line & {
  /** Of one member are the lines with one mark; a line without is alone. */
  readonly party?: number | undefined;
  /** When the order came, where the rule is by time. */
  readonly time?: number | undefined;
  /** Where the order is metered, where the rule knows zones. */
  readonly zone?: string | undefined;
};

/** Lines and the rule that clears them. */
export type LinesCall = {
  readonly mechanism: AuctionMechanism;
  readonly settings: Values;
  readonly lines: readonly MarkedLine[];
  readonly tables?: Call['tables'];
};

/** Why the rule does not clear these lines. */
export function refuseLinesCall({ mechanism, ...call }: LinesCall): CallRefusal | undefined {
  return mechanism.refuse(callOf(call));
}

/**
 * Clears lines by any rule: orders, members and lots are the lots of the lines.
 * @throws RangeError when `refuseLinesCall` refuses: ask it first.
 */
export function clearLinesBy({ mechanism, ...call }: LinesCall): Clearing {
  return mechanism.clear(callOf(call));
}

function callOf({ settings, lines, tables }: Omit<LinesCall, 'mechanism'>): Call {
  const orders = lines.map(({ lot, side, limit, energy, party, time, zone }) => {
    const member = party === undefined ? lot : `party ${party}`;
    return { id: lot, member, side, limit, energy, time, zone };
  });
  return { orders, lots: (lot) => lot, settings, tables };
}

/** What a receipt claims of its lines. The order of the fills says nothing. */
export type ClearingClaim = {
  readonly price: Price | null;
  readonly volume: Energy;
  readonly fills: readonly { readonly lot: string; readonly energy: Energy }[];
};

export type ClearingVerdict =
  /** Without a clearing where the rule refuses the lines: then nothing may be claimed to have traded. */
  | { readonly ok: true; readonly clearing: Clearing | undefined }
  | { readonly ok: false; readonly code: 'lines_refused'; readonly refusal: CallRefusal }
  | {
      readonly ok: false;
      readonly code: 'price_differs';
      readonly expected: Price | null;
      readonly claimed: Price | null;
    }
  | {
      readonly ok: false;
      readonly code: 'volume_differs';
      readonly expected: bigint;
      readonly claimed: bigint;
    }
  | { readonly ok: false; readonly code: 'fill_twice'; readonly lot: string }
  | {
      readonly ok: false;
      readonly code: 'fill_differs';
      readonly lot: string;
      readonly expected: bigint;
      readonly claimed: bigint;
    };

/** Clears the lines again and compares. The first difference is the answer; it never throws. */
export function checkClearing(call: LinesCall, claim: ClearingClaim): ClearingVerdict {
  const broken = refuseLines(call.lines);
  const refusal = broken ?? refuseLinesCall(call);
  const isClaimed = claim.price !== null || claim.volume > 0n;
  if (refusal !== undefined && (isClaimed || broken !== undefined)) {
    return { ok: false, code: 'lines_refused', refusal };
  }
  const clearing = refusal === undefined ? clearLinesBy(call) : undefined;
  const { price = null, volume = 0n, fills = new Map<string, Energy>() } = clearing ?? {};
  if (claim.price !== price) {
    return { ok: false, code: 'price_differs', expected: price, claimed: claim.price };
  }
  if (claim.volume !== volume) {
    return { ok: false, code: 'volume_differs', expected: volume, claimed: claim.volume };
  }
  const claimedFills = new Map<string, bigint>();
  for (const { lot, energy } of claim.fills) {
    if (claimedFills.has(lot)) return { ok: false, code: 'fill_twice', lot };
    claimedFills.set(lot, energy);
  }
  for (const [lot, expected] of fills) {
    const claimed = claimedFills.get(lot) ?? 0n;
    if (claimed !== expected) return { ok: false, code: 'fill_differs', lot, expected, claimed };
    claimedFills.delete(lot);
  }
  for (const [lot, claimed] of claimedFills) {
    if (claimed !== 0n) return { ok: false, code: 'fill_differs', lot, expected: 0n, claimed };
  }
  return { ok: true, clearing };
}
