/** One plain sentence for each slot of a statement: what was metered, shared and left, and why this amount. */

import type { SlotStatement } from '@commonwatt/contracts';
import { formatMoney, type Money } from '@commonwatt/units';
import { energyWords } from './wording.ts';

export function slotWords(slot: SlotStatement, currency: string): string {
  const parts = [
    sideWords('used', 'from', slot.imported, slot.bought, slot.residualImport),
    sideWords('fed in', 'to', slot.exported, slot.sold, slot.residualExport),
  ].filter((part) => part !== undefined);
  const metered = parts.length === 0 ? 'Nothing was metered' : `You ${parts.join(' and ')}`;
  return `${metered}${shortWords(slot)}${amountWords(slot.amount, currency)}${qualityWords(slot)}.`;
}

function sideWords(
  verb: string,
  preposition: string,
  metered: SlotStatement['imported'],
  shared: SlotStatement['bought'],
  residual: SlotStatement['residualImport'],
): string | undefined {
  if (metered === 0n && shared === 0n) return undefined;
  const whole = `${verb} ${energyWords(metered)}`;
  if (shared === 0n) return `${whole}, none of it ${preposition} neighbours`;
  if (residual === 0n) return `${whole}, all of it ${preposition} neighbours`;
  return `${whole}, ${energyWords(shared)} of it ${preposition} neighbours`;
}

/** Who fell short: the member itself, which is its deviation at the community’s price, or its counterparty, which is not its affair. */
function shortWords(slot: SlotStatement): string {
  const own = [slot.deviationBuy, slot.deviationSell].find((energy) => energy > 0n);
  if (own !== undefined) {
    return `; your meter stayed ${energyWords(own)} below what you had traded, which counts as your deviation`;
  }
  const traded = slot.tradedBuy + slot.tradedSell;
  const delivered = slot.bought + slot.sold;
  if (traded <= delivered) return '';
  return `; ${energyWords((traded - delivered) as SlotStatement['bought'])} of what was traded was not delivered, and only what was is due`;
}

function amountWords(amount: Money, currency: string): string {
  if (amount === 0n) return ', and nothing is due for it';
  const size = formatMoney((amount < 0n ? -amount : amount) as Money);
  return amount > 0n
    ? `, which brings you ${size} ${currency}`
    : `, which costs you ${size} ${currency}`;
}

const QUALITIES: Readonly<Record<SlotStatement['quality'], string>> = {
  measured: '',
  substituted: '; the reading was substituted',
  estimated: '; the reading was estimated',
  missing: '; a reading is missing and counts as zero',
};

function qualityWords({ quality }: SlotStatement): string {
  return QUALITIES[quality];
}
