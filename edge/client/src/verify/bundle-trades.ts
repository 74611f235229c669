/** A proof file's trades: the member's own, at the price that the cleared book gives. */
import { type Cleared, cleared, type Trade, traded } from '@commonwatt/contracts';
import { toHex } from '@commonwatt/ledger';
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
  const clearings = new Map<string, Cleared>();
  for (const { height, place, value } of eventsOf(happened, cleared)) {
    findings.attempt(() => {
      const parent = headers.get(height)?.parent;
      if (parent === undefined)
        throw new StepFault(`${place}: no block of height ${height} is given`);
      const check = checkCleared(value, parent);
      if (!check.ok) throw new StepFault(`${place}: ${check.reason}`);
      const name = clearingName(height, value);
      demand(!clearings.has(name), () => `${place}: the slot is cleared twice`);
      clearings.set(name, value);
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

/** What a transaction brought about was negotiated; what time brought about was cleared. */
function demandClearedTerms(
  { place, height, transactionIndex }: PlacedEvent,
  terms: Trade,
  clearings: ReadonlyMap<string, Cleared>,
): void {
  if (transactionIndex !== undefined) return;
  const clearing = clearings.get(clearingName(height, terms));
  if (clearing === undefined) throw new StepFault(`${place}: no clearing of its slot is given`);
  demand(terms.price === clearing.price, () => {
    return `${place}: expected the price ${clearing.price ?? 'of no trade'}, got ${terms.price}`;
  });
  demand(terms.energy <= clearing.volume, () => {
    return `${place}: expected at most ${clearing.volume} Wh, got ${terms.energy}`;
  });
}
