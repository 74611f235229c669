/** What a run of the street came to: for people and for programs. */

import type { CommunityNode } from '@commonwatt/node';
import type { Street } from '@commonwatt/simulator';
import {
  divideHalfEven,
  type Energy,
  energy,
  formatEnergy,
  formatMoney,
  formatPrice,
  formatRounded,
  type Money,
  money,
  type Price,
  price,
} from '@commonwatt/units';
import { STREET_MARKET } from './street-genesis.ts';
import type { RunCounts } from './street-run.ts';

export interface StreetSummary {
  readonly name: string;
  readonly members: number;
  readonly slots: number;
  readonly trades: number;
  readonly energy: Energy;
  /** Weighted by energy; nothing when nothing was traded. */
  readonly averagePrice: Price | undefined;
  /** What buyers would have paid their supplier more for the same energy. */
  readonly saved: Money;
  /** What sellers would have got less for feeding it in. */
  readonly earned: Money;
  /** Of the energy metered in settled slots, what came from neighbours, in thousandths. */
  readonly localShareThousandths: number | undefined;
  readonly blocks: number;
  readonly settledPeriods: number;
  readonly refusedOrders: number;
  readonly refusedReadings: number;
  readonly ledgerDir: string | undefined;
}

export function summarise(
  node: CommunityNode,
  street: Street,
  told: { readonly members: number; readonly counts: RunCounts; readonly dir: string | undefined },
): StreetSummary {
  const clearings = node.projections.clearingsOf(STREET_MARKET);
  let traded = 0n;
  let value = 0n;
  for (const { volume, price: at } of clearings) {
    traded += volume;
    value += volume * (at ?? 0n);
  }
  const { runs } = node.projections;
  const delivered = runs.reduce((sum, run) => sum + run.delivered, 0n);
  const imported = runs.reduce((sum, run) => sum + run.imported, 0n);
  return {
    name: street.name,
    members: told.members,
    slots: clearings.length,
    trades: clearings.reduce((sum, one) => sum + one.trades, 0),
    energy: energy(traded),
    averagePrice: traded === 0n ? undefined : price(divideHalfEven(value, traded)),
    saved: money(traded * street.supplierPrice - value),
    earned: money(value - traded * street.feedInPrice),
    localShareThousandths: imported === 0n ? undefined : Number((delivered * 1000n) / imported),
    blocks: (node.ledger.info().height ?? -1) + 1,
    settledPeriods: runs.length,
    refusedOrders: told.counts.refusedOrders,
    refusedReadings: told.counts.refusedReadings,
    ledgerDir: told.dir,
  };
}

export function summaryJson(summary: StreetSummary): object {
  const { energy: traded, averagePrice, saved, earned, localShareThousandths } = summary;
  return {
    name: summary.name,
    members: summary.members,
    slots: summary.slots,
    trades: summary.trades,
    energyWh: `${traded}`,
    averagePriceCtPerKwh: averagePrice === undefined ? null : formatPrice(averagePrice, 'ct/kWh'),
    savedEur: formatMoney(saved),
    earnedEur: formatMoney(earned),
    localShare: localShareThousandths === undefined ? null : localShareThousandths / 1000,
    blocks: summary.blocks,
    settledPeriods: summary.settledPeriods,
    refusedOrders: summary.refusedOrders,
    refusedReadings: summary.refusedReadings,
    ledger: summary.ledgerDir ?? null,
  };
}

export function summaryText(summary: StreetSummary): string {
  const { averagePrice, localShareThousandths: share, ledgerDir } = summary;
  const at =
    averagePrice === undefined ? '' : ` at ${formatRounded(averagePrice, 'ct/kWh', 2)} ct/kWh`;
  const lines = [
    `${summary.name}: ${summary.members} members, ${summary.slots} quarter hours`,
    `${summary.trades} trades, ${formatEnergy(summary.energy, 'kWh')} kWh${at} on average`,
    `buyers saved ${formatRounded(summary.saved, 'currency', 2)} EUR against the supplier, ` +
      `sellers earned ${formatRounded(summary.earned, 'currency', 2)} EUR more than the feed-in price`,
    share === undefined
      ? 'nothing settled yet'
      : `${share / 10} % of the energy metered came from neighbours, ` +
        `${summary.settledPeriods} periods settled`,
    `${summary.blocks} blocks${ledgerDir === undefined ? ', not kept' : ` in ${ledgerDir}`}`,
  ];
  if (ledgerDir !== undefined) lines.push(`execute it again: commonwatt audit ${ledgerDir}`);
  return lines.join('\n');
}
