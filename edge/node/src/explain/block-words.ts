/**
 * What a block did, in business words for everyone. Members appear as numbers of them, never by name
 * or number: who did what is for those it concerns.
 */

import {
  ACTION,
  type Cleared,
  cleared,
  epochBegun,
  marketChanged,
  memberChanged,
  posted,
  proposalMoved,
  readingsCommitted,
  runSettled,
  type Traded,
  traded,
} from '@commonwatt/contracts';
import type { EventType } from '@commonwatt/ledger';
import { type Energy, formatMoney, money } from '@commonwatt/units';
import { eventValue, type ReadBlock } from '../projections/block-reader.ts';
import { hasTwoPrices, meanOf, type Terms } from './trade-words.ts';
import { countWords, energyWords, priceWords, roundedPriceWords, spanWords } from './wording.ts';

export interface BlockFacts {
  readonly slotLengthOf: (market: number) => number;
  readonly currency: string;
}

export function blockWords(block: ReadBlock, { slotLengthOf, currency }: BlockFacts): string[] {
  const words = [
    ...(block.header.height === 0 ? ['The ledger begins'] : []),
    ...epochWords(block),
    ...clearingWords(block, slotLengthOf),
    ...negotiationWords(block),
    ...settlementWords(block, currency),
    ...memberWords(block),
    ...moneyWords(block),
    ...marketWords(block),
    ...actionWords(block),
  ];
  if (words.length > 0) return words;
  return [block.events.length > 0 ? 'Orders ended without a trade' : 'A gate closed'];
}

function valuesOf<T>(block: ReadBlock, type: EventType<T>): T[] {
  return block.events.flatMap((event) => {
    const value = eventValue(event, type);
    return value === undefined ? [] : [value];
  });
}

function epochWords(block: ReadBlock): string[] {
  return valuesOf(block, epochBegun).map(({ epoch, keptHeight, lostSize }) => {
    const kept = `Epoch ${epoch} begins: the ledger was restored up to block ${keptHeight}`;
    return lostSize === undefined ? kept : `${kept}; ${lostSize - keptHeight - 1} blocks were lost`;
  });
}

function clearingWords(block: ReadBlock, slotLengthOf: (market: number) => number): string[] {
  const trades = valuesOf(block, traded);
  return valuesOf(block, cleared).map((one) => {
    const slot = spanWords(one.slotMs, one.slotMs + slotLengthOf(one.market));
    const ofSlot = trades.filter((trade) => isOf(one, trade)).map(({ terms }) => terms);
    if (one.volume === 0n) return `No trade for ${slot}`;
    const at = one.price === undefined ? ownPrices(ofSlot) : ` at ${priceWords(one.price)}`;
    const what = `${countWords(ofSlot.length, 'trade')} cleared${at}`;
    return `${what} for ${slot}: ${energyWords(one.volume)}`;
  });
}

/** Means to the hundredth of a cent; of two prices both. */
function ownPrices(trades: readonly Terms[]): string {
  const bought = roundedPriceWords(meanOf(trades, 'buy'));
  if (!hasTwoPrices(trades)) return ` each at its own price, ${bought} ct/kWh on average,`;
  const sold = roundedPriceWords(meanOf(trades, 'sell'));
  return `, buyers at ${bought} and sellers at ${sold} ct/kWh on average,`;
}

function isOf(one: Cleared, { terms }: Traded): boolean {
  return terms.market === one.market && terms.slotMs === one.slotMs;
}

function negotiationWords(block: ReadBlock): string[] {
  const clearings = valuesOf(block, cleared);
  const agreed = valuesOf(block, traded).filter(
    (trade) => !clearings.some((one) => isOf(one, trade)),
  );
  if (agreed.length === 0) return [];
  const energy = agreed.reduce((wh, { terms }) => wh + terms.energy, 0n) as Energy;
  return [`${countWords(agreed.length, 'trade')} agreed by negotiation: ${energyWords(energy)}`];
}

function settlementWords(block: ReadBlock, currency: string): string[] {
  const meters = valuesOf(block, readingsCommitted).reduce((sum, one) => sum + one.meters, 0);
  const committed = meters > 0 ? [`Readings of ${countWords(meters, 'meter')} committed to`] : [];
  const settled = valuesOf(block, runSettled).map((run) => {
    const sum = (of: 'delivered' | 'traded') =>
      run.slotTotals.reduce((wh, total) => wh + total[of], 0n) as Energy;
    const span = spanWords(run.periodFromMs, run.periodUntilMs);
    const spread = run.community.find(({ account }) => account === 'spread')?.amount ?? money(0n);
    const beside =
      spread === 0n
        ? ''
        : `; ${formatMoney(spread)} ${currency} between buyers’ and sellers’ prices to the community`;
    return `Settled ${span}: ${energyWords(sum('delivered'))} of ${energyWords(sum('traded'))} delivered${beside}`;
  });
  return [...committed, ...settled];
}

function memberWords(block: ReadBlock): string[] {
  const counts = new Map<string, number>();
  for (const { change } of valuesOf(block, memberChanged)) {
    counts.set(change, (counts.get(change) ?? 0) + 1);
  }
  return [...counts].map(([change, count]) => `${countWords(count, 'member')}: ${change}`);
}

function moneyWords(block: ReadBlock): string[] {
  const moves = valuesOf(block, posted).filter(({ reason }) => reason !== 'settlement');
  const deposits = moves.filter(({ reason }) => reason === 'deposit').length;
  const others = moves.length - deposits;
  return [
    ...(deposits > 0 ? [`${countWords(deposits, 'deposit')} of money`] : []),
    ...(others > 0 ? [`${countWords(others, 'payment')} posted`] : []),
  ];
}

function marketWords(block: ReadBlock): string[] {
  const changes = valuesOf(block, marketChanged).map(({ market, change, reason }) => {
    const why = reason === '' ? '' : `: ${reason}`;
    return `Market ${market} ${change}${why}`;
  });
  const carried = valuesOf(block, proposalMoved).filter(({ step }) => step === 'carried out');
  if (carried.length === 0) return changes;
  return [...changes, `${countWords(carried.length, 'joint decision')} carried out`];
}

const ORDERS: ReadonlySet<number> = new Set([ACTION.share, ACTION.request]);

function actionWords(block: ReadBlock): string[] {
  let orders = 0;
  let standing = 0;
  let meters = 0;
  let withdrawn = 0;
  let refused = 0;
  block.transactions.forEach(({ actions }, at) => {
    const receipt = block.receipts[at];
    if (receipt === undefined || receipt.code !== 0) {
      refused += actions.length;
      return;
    }
    actions.forEach(({ type }, position) => {
      if (receipt.actions[position] !== 0) refused++;
      else if (ORDERS.has(type)) orders++;
      else if (type === ACTION.standingOrder) standing++;
      else if (type === ACTION.registerMeter) meters++;
      else if (type === ACTION.withdraw || type === ACTION.withdrawStanding) withdrawn++;
    });
  });
  return [
    ...(orders > 0 ? [`${countWords(orders, 'order')} placed`] : []),
    ...(standing > 0 ? [`${countWords(standing, 'standing order')} placed`] : []),
    ...(withdrawn > 0 ? [`${countWords(withdrawn, 'order')} withdrawn`] : []),
    ...(meters > 0 ? [`${countWords(meters, 'meter')} registered`] : []),
    ...(refused > 0 ? [`${countWords(refused, 'action')} refused`] : []),
  ];
}
