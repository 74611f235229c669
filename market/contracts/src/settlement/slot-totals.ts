/** A run's totals per slot: sums over the community, nobody's own figures. */

import { energy } from '@commonwatt/units';
import type { Delivery } from './delivery.ts';
import type { SlotTotal } from './messages.ts';
import type { MeteredSlotOfMember, UnsaltedSlotLine } from './slot-accounts.ts';
import { residualOf } from './slot-lines.ts';

const SUMS = [
  'traded',
  'delivered',
  'imported',
  'exported',
  'residualImport',
  'residualExport',
  'shared',
  'sellersShort',
  'buyersShort',
] as const;
type Sums = Record<(typeof SUMS)[number], bigint>;

/** One total per slot that has trades or readings, by rising start. */
export function slotTotalsOf(
  deliveries: readonly Delivery[],
  readings: readonly MeteredSlotOfMember[],
  slotLines: Iterable<readonly UnsaltedSlotLine[]>,
): readonly SlotTotal[] {
  const totals = new Map<number, Sums>();
  const of = (slotMs: number): Sums => {
    const known = totals.get(slotMs);
    if (known !== undefined) return known;
    const fresh = Object.fromEntries(SUMS.map((name) => [name, 0n])) as Sums;
    totals.set(slotMs, fresh);
    return fresh;
  };
  for (const { trade, delivered } of deliveries) {
    const total = of(trade[1].slotMs);
    total.traded += trade[1].energy;
    total.delivered += delivered;
  }
  for (const { slotMs, imported, exported } of readings) {
    const total = of(slotMs);
    total.imported += imported;
    total.exported += exported;
  }
  for (const lines of slotLines) {
    for (const line of lines) {
      const total = of(line.slotMs);
      const { residualImport, residualExport } = residualOf(line);
      total.residualImport += residualImport;
      total.residualExport += residualExport;
      total.shared += line.received;
      total.sellersShort += line.sellerShort;
      total.buyersShort += line.buyerShort;
    }
  }
  return [...totals]
    .sort(([a], [b]) => a - b)
    .map(([slotMs, sums]) => {
      const entries = SUMS.map((name) => [name, energy(sums[name])] as const);
      return { slotMs, ...Object.fromEntries(entries) } as unknown as SlotTotal;
    });
}
