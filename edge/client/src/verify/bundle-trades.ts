/** A proof file's trades: the member's own, each a pair that the cleared book gives, at its price. */
import { cleared, priceOf, type Trade, traded } from '@commonwatt/contracts';
import { toHex } from '@commonwatt/ledger';
import type { Clearing } from '@commonwatt/mechanisms';
import { type BlockHeaders, eventsOf, type Happened, type PlacedEvent } from './bundle-entries.ts';
import { checkCleared } from './clearing.ts';
import { demand, type Findings, StepFault } from './steps.ts';

/** The terms of the member's trades by the trade's name in hex. */
export type OwnTrades = ReadonlyMap<string, Trade>;

export function checkTrades({
  headers,
  happened,
  findings,
}: {
  readonly headers: BlockHeaders;
  readonly happened: Happened;
  readonly findings: Findings;
}): OwnTrades {
  const clearings = new Map<string, Pairs>();
  for (const { height, place, value } of eventsOf(happened, cleared)) {
    findings.attempt(() => {
      const parent = headers.get(height)?.parent;
      if (parent === undefined)
        throw new StepFault(`${place}: no block of height ${height} is given`);
      const check = checkCleared(value, parent);
      if (!check.ok) throw new StepFault(`${place}: ${check.reason}`);
      const name = clearingName(height, value);
      demand(!clearings.has(name), () => `${place}: the slot is cleared twice`);
      clearings.set(name, pairsOf(check.clearing));
    });
  }
  const trades = new Map<string, Trade>();
  for (const event of eventsOf(happened, traded)) {
    const { trade, terms } = event.value;
    const name = toHex(trade);
    findings.attempt(() => {
      demand(!trades.has(name), () => `${event.place}: trade ${name} stands twice`);
      demand(terms.seller !== terms.buyer, () => `${event.place}: one member on both sides`);
      demandClearedTerms(event, terms, clearings);
    });
    trades.set(name, terms);
  }
  return trades;
}

function clearingName(height: number, slot: { market: number; slotMs: number }): string {
  return `${height}/${slot.market}/${slot.slotMs}`;
}

/** How many pairs of a clearing have an energy and a price, by both in words. */
type Pairs = Map<string, number>;

function pairsOf(clearing: Clearing | undefined): Pairs {
  const pairs: Pairs = new Map();
  for (const { energy, buyerPrice, sellerPrice } of clearing?.trades ?? []) {
    const words = pairWords(energy, buyerPrice, sellerPrice);
    pairs.set(words, (pairs.get(words) ?? 0) + 1);
  }
  return pairs;
}

function pairWords(energy: bigint, bought: bigint | null, sold: bigint | null): string {
  return `${energy} Wh at ${bought}${sold === bought ? '' : `, sold at ${sold}`}`;
}

/** What a transaction brought about was negotiated; what time brought about was cleared: each pair once. */
function demandClearedTerms(
  { place, height, transactionIndex }: PlacedEvent,
  terms: Trade,
  clearings: ReadonlyMap<string, Pairs>,
): void {
  if (transactionIndex !== undefined) return;
  const pairs = clearings.get(clearingName(height, terms));
  if (pairs === undefined) throw new StepFault(`${place}: no clearing of its slot is given`);
  const words = pairWords(terms.energy, terms.price, priceOf(terms, 'sell'));
  const left = pairs.get(words) ?? 0;
  demand(left > 0, () => `${place}: expected a pair of the clearing, got ${words}`);
  pairs.set(words, left - 1);
}
