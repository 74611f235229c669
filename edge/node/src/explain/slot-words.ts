/** One plain sentence for each slot of a statement: what was metered, shared and left, and why this amount. */

import type { SlotLine, SlotStatement, Stage } from '@commonwatt/contracts';
import { formatMoney, type Money } from '@commonwatt/units';
import { energyWords } from './wording.ts';

/** What a run says of the slot, as far as the sentence tells it. */
export interface RunOfSlot {
  readonly stage: Stage;
  readonly line: Pick<SlotLine, 'deviation' | 'supply' | 'grid' | 'levies' | 'taxes'>;
}

/** @param run nothing where no run has settled the slot. */
export function slotWords(
  slot: SlotStatement,
  currency: string,
  run: RunOfSlot | undefined,
): string {
  const parts = [
    sideWords('used', 'from', slot.imported, slot.bought, slot.residualImport),
    sideWords('fed in', 'to', slot.exported, slot.sold, slot.residualExport),
  ].filter((part) => part !== undefined);
  const metered = parts.length === 0 ? 'Nothing was metered' : `You ${parts.join(' and ')}`;
  const short = shortWords(slot, currency, run);
  const why = `${short ?? ''}${amountWords(slot.amount, currency, short !== undefined)}`;
  return `${metered}${why}${postedWords(run, currency)}${qualityWords(slot)}${stageWords(run)}.`;
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
function shortWords(
  slot: SlotStatement,
  currency: string,
  run: RunOfSlot | undefined,
): string | undefined {
  const own = [slot.deviationBuy, slot.deviationSell].find((energy) => energy > 0n);
  if (own !== undefined) {
    const charged = run?.line.deviation ?? 0n;
    const price = charged === 0n ? 'which is free here' : `which costs ${size(charged, currency)}`;
    return `; your meter stayed ${energyWords(own)} below what you had traded: your own deviation, ${price}`;
  }
  const traded = slot.tradedBuy + slot.tradedSell;
  const delivered = slot.bought + slot.sold;
  if (traded <= delivered) return undefined;
  return `; ${energyWords((traded - delivered) as SlotStatement['bought'])} of what was traded was not delivered, and only what was is due`;
}

function amountWords(amount: Money, currency: string, isAfterShort: boolean): string {
  if (amount === 0n) return isAfterShort ? '; nothing is due' : ', and nothing is due for it';
  const verb = amount > 0n ? 'brings' : 'costs';
  const due = size(amount, currency);
  return isAfterShort ? `; in all the slot ${verb} you ${due}` : `, which ${verb} you ${due}`;
}

/** Where the community is the supplier, and bills what the neighbours did not bring. */
function postedWords(run: RunOfSlot | undefined, currency: string): string {
  if (run === undefined) return '';
  const { supply, grid, levies, taxes } = run.line;
  const posted = supply + grid + levies + taxes;
  if (posted === 0n) return '';
  const due = size(posted, currency);
  return posted > 0n
    ? `; the rest went to the grid for ${due}`
    : `; the rest, grid fees, levies and taxes cost ${due}`;
}

function size(amount: bigint, currency: string): string {
  return `${formatMoney((amount < 0n ? -amount : amount) as Money)} ${currency}`;
}

const STAGES: Readonly<Record<Stage, string>> = {
  provisional: '; this is provisional',
  final: '',
  adjusting: '; this was adjusted after it was final',
};

function stageWords(run: RunOfSlot | undefined): string {
  return run === undefined ? '; it is not settled yet' : STAGES[run.stage];
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
