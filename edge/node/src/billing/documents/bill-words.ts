/** Words for people on documents, in English. Figures are exact; nothing here rounds. */

import {
  type BillLine,
  type ChargeKind,
  type DocumentType,
  formatCents,
  type IssuedBill,
} from '@commonwatt/contracts';
import { formatEnergy } from '@commonwatt/units';

export const TITLES: Readonly<Record<DocumentType, string>> = {
  invoice: 'Invoice',
  'self-billed credit note': 'Self-billed credit note',
  'invoice correction': 'Credit note',
  'self-billed correction': 'Correction of a self-billed credit note',
};

const LINES: Readonly<Record<ChargeKind, string>> = {
  bought: 'Energy from the community',
  sold: 'Energy delivered to the community',
  deviation: 'Deviation from traded energy',
  supply: 'Residual energy from the supplier',
  'feed-in': 'Surplus fed into the grid',
  'grid fee': 'Grid fee',
  levy: 'Levy',
  tax: 'Tax',
  'platform fee': 'Platform fee',
  'member fee': 'Membership fee',
  'metering fee': 'Metering fee',
  'base fee': 'Base fee',
};

/** What a line is for, such as `Grid fee: Netznutzung (tariff Haus, version 3)`. */
export function lineName({ kind, name, tariff }: BillLine): string {
  const own = name === '' ? LINES[kind] : `${LINES[kind]}: ${name}`;
  return tariff === undefined ? own : `${own} (tariff ${tariff.name}, version ${tariff.version})`;
}

export const kWh = ({ energy }: Pick<BillLine, 'energy'>): string =>
  energy === undefined ? '' : formatEnergy(energy, 'kWh');

/** Hundredths of a percent as percent: 1950 is 19.5. */
export function percent(hundredths: number): string {
  return formatCents(BigInt(hundredths)).replace(/\.?0+$/, '');
}

/** The rules by which its figures were rounded and taxed: on every document. */
export function ruleNotes({ rules, lines, totals, currency }: IssuedBill): readonly string[] {
  const used = [...new Set(lines.map(({ vat }) => vat.rule))].sort().join(', ');
  const rounding = formatNano(totals.rounding);
  return [
    'Rounding: each line once from nano-currency to cents, tax once for each rate; a half goes to the even cent.',
    `Rounding changed the net total by ${rounding} ${currency}.`,
    `Tax by rules ${used} of '${rules.name}', version ${rules.version}.`,
  ];
}

/** An exact amount of nano-currency. */
export function formatNano(nano: bigint): string {
  const digits = (nano < 0n ? -nano : nano).toString().padStart(10, '0');
  return `${nano < 0n ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
