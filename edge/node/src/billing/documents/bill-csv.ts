/** Documents as tables, by RFC 4180: one row for each line, or one for each document. */

import { formatCents, type IssuedBill } from '@commonwatt/contracts';
import { csvTable } from '../../csv-table.ts';
import { formatNano, kWh, lineName, percent } from './bill-words.ts';

const LINE_COLUMNS = [
  'number',
  'type',
  'line',
  'name',
  'energy_kwh',
  'exact',
  'net',
  'vat_category',
  'vat_percent',
  'vat_rule',
  'rules_version',
  'posted',
] as const;

export function billLinesCsv({ number, type, lines }: IssuedBill): string {
  const rows = lines.map((line) => [
    number,
    type,
    `${line.line}`,
    lineName(line),
    kWh(line),
    formatNano(line.exact),
    formatCents(line.netCents),
    line.vat.category,
    line.vat.category === 'O' ? '' : percent(line.vat.hundredths),
    line.vat.rule,
    `${line.vat.rulesVersion}`,
    line.isPosted ? 'yes' : 'no',
  ]);
  return csvTable([LINE_COLUMNS, ...rows]);
}

const BILL_COLUMNS = [
  'number',
  'type',
  'issued',
  'due',
  'first',
  'last',
  'member',
  'name',
  'net',
  'vat',
  'gross',
  'paid',
  'amount_due',
  'currency',
  'corrects',
] as const;

export function billsCsv(bills: readonly IssuedBill[]): string {
  const rows = bills.map((bill) => {
    const { number, type, dates, member, totals, currency, corrects } = bill;
    const party = bill.seller.identifier === 'community' ? bill.buyer : bill.seller;
    const cents = [totals.netCents, totals.vatCents, totals.grossCents, totals.paidCents];
    return [
      number,
      type,
      dates.issued,
      dates.due,
      dates.first,
      dates.last,
      `${member}`,
      party.name,
      ...cents.map(formatCents),
      formatCents(totals.dueCents),
      currency,
      corrects?.number ?? '',
    ];
  });
  return csvTable([BILL_COLUMNS, ...rows]);
}
