/** The lines of a statement: what a period's energy came to, one line for each thing that is charged. */

import { addEnergy, cost, type Energy, energy, type Money, money } from '@commonwatt/units';
import type { SlotStatement } from './served-slots.ts';
import type { ResidualMode, StatementInput } from './statement-input.ts';
import type { BillingTariff, TariffBook } from './tariff.ts';

/** In the order in which they stand on a statement. */
export const STATEMENT_KINDS = [
  'bought',
  'sold',
  'deviation',
  'supply',
  'feed-in',
  'grid fee',
  'levy',
  'tax',
  'platform fee',
  'member fee',
  'metering fee',
  'base fee',
] as const;
export type ChargeKind = (typeof STATEMENT_KINDS)[number];

export interface Charge {
  readonly kind: ChargeKind;
  /** The tariff's own name for it; empty for what the settlement itself charges. */
  readonly name: string;
  /** The tariff that priced it. */
  readonly tariff: { readonly name: string; readonly version: number } | undefined;
  /** Nothing for what does not go by energy. */
  readonly energy: Energy | undefined;
  /** Exact. Positive where the member receives, negative where it pays. */
  readonly money: Money;
  /** Whether the community bills it. Others are shown, for savings and for whoever bills them. */
  readonly isBilled: boolean;
  /** Whether the ledger has moved the money already. */
  readonly isPosted: boolean;
}

const SETTLED: ReadonlySet<ChargeKind> = new Set(['bought', 'sold', 'deviation']);
const OWN_FEES: ReadonlySet<ChargeKind> = new Set(['platform fee', 'member fee', 'metering fee']);
/** What a settlement run posts where the community is the supplier. */
const RUN_CHARGES: ReadonlySet<ChargeKind> = new Set([
  'supply',
  'feed-in',
  'grid fee',
  'levy',
  'tax',
]);

type Part = Pick<Charge, 'kind' | 'name' | 'energy' | 'money'>;

/** Sums what is charged, by kind, name and tariff. */
class ChargeSheet {
  readonly #mode: ResidualMode;
  readonly #charges = new Map<string, Charge>();

  constructor(mode: ResidualMode) {
    this.#mode = mode;
  }

  add({ kind, name, energy: amount, money: value }: Part, tariff?: BillingTariff): void {
    if (amount === 0n && value === 0n) return;
    const key = `${STATEMENT_KINDS.indexOf(kind)}/${name}/${tariff?.name}/${tariff?.version}`;
    const known = this.#charges.get(key);
    const posts = this.#mode === 'posted';
    this.#charges.set(key, {
      kind,
      name,
      tariff: tariff && { name: tariff.name, version: tariff.version },
      energy: amount && addEnergy(known?.energy ?? energy(0n), amount),
      money: money((known?.money ?? 0n) + value),
      isBilled: SETTLED.has(kind) || OWN_FEES.has(kind) || posts,
      isPosted: SETTLED.has(kind) || (posts && RUN_CHARGES.has(kind)),
    });
  }

  /** By kind, and within one in the order in which they came. */
  get charges(): readonly Charge[] {
    const rank = ({ kind }: Charge) => STATEMENT_KINDS.indexOf(kind);
    return [...this.#charges.values()].sort((a, b) => rank(a) - rank(b));
  }
}

type Given = Pick<StatementInput, 'fromMs' | 'mode' | 'lines' | 'deviations'>;

export function chargesOf(
  given: Given,
  slots: readonly SlotStatement[],
  book: TariffBook,
): readonly Charge[] {
  const sheet = new ChargeSheet(given.mode);
  for (const { side, delivered, money: value } of given.lines) {
    sheet.add({
      kind: side === 'buy' ? 'bought' : 'sold',
      name: '',
      energy: delivered,
      money: value,
    });
  }
  for (const { energy: missed, money: value } of given.deviations) {
    sheet.add({ kind: 'deviation', name: '', energy: missed, money: value });
  }
  for (const slot of slots) {
    const tariff = book.at(slot.slotMs);
    if (tariff !== undefined) addTariff(sheet, slot, tariff);
  }
  const first = book.at(given.fromMs);
  for (const { kind, name, amount } of first?.fees ?? []) {
    sheet.add({ kind, name, energy: undefined, money: money(-amount) }, first);
  }
  return sheet.charges;
}

/** What a slot costs by the tariff that holds when it begins. */
function addTariff(sheet: ChargeSheet, slot: SlotStatement, tariff: BillingTariff): void {
  const { bought, residualImport, residualExport } = slot;
  const supply = money(-cost(residualImport, tariff.supplyPrice));
  sheet.add({ kind: 'supply', name: tariff.name, energy: residualImport, money: supply }, tariff);
  const feedIn = cost(residualExport, tariff.feedInPrice);
  sheet.add({ kind: 'feed-in', name: tariff.name, energy: residualExport, money: feedIn }, tariff);
  for (const { kind, name, community, residual } of tariff.components) {
    const value = cost(bought, community) + cost(residualImport, residual);
    const charged = energy(
      (community === 0n ? 0n : bought) + (residual === 0n ? 0n : residualImport),
    );
    sheet.add({ kind, name, energy: charged, money: money(-value) }, tariff);
  }
}
