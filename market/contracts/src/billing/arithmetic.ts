/**
 * The calculation rules of EN 16931-1 (section 6.4.2 and the rules of each category of tax), looked at
 * from outside: a bill from anywhere is added up again, and every rule that does not hold is named.
 */

import type { Bill, VatTotal } from './bill.ts';
import { centsOf, moneyOfCents, taxOf } from './cents.ts';

type Figures = Pick<Bill, 'lines' | 'totals'>;

/** Empty for a bill that adds up. */
export function arithmeticFaults({ lines, totals }: Figures): readonly string[] {
  const faults: string[] = [];
  const demand = (rule: string, field: string, expected: bigint, got: bigint) => {
    if (expected !== got) faults.push(`${rule}: ${field}: expected ${expected}, got ${got}`);
  };
  const sum = <T>(items: readonly T[], of: (item: T) => bigint) =>
    items.reduce((total, item) => total + of(item), 0n);
  for (const [at, { line, exact, netCents }] of lines.entries()) {
    demand('line', `lines[${at}].line`, BigInt(at + 1), BigInt(line));
    demand('R-1', `lines[${at}].netCents`, centsOf(exact), netCents);
  }
  if (lines.length === 0) faults.push('BR-16: lines: expected at least one, got none');
  if (totals.vat.length === 0) faults.push('BR-CO-18: totals.vat: expected at least one, got none');
  const net = sum(lines, ({ netCents }) => netCents);
  demand('BR-CO-10', 'totals.netCents', net, totals.netCents);
  const tax = sum(totals.vat, ({ taxCents }) => taxCents);
  demand('BR-CO-14', 'totals.vatCents', tax, totals.vatCents);
  demand('BR-CO-15', 'totals.grossCents', totals.netCents + totals.vatCents, totals.grossCents);
  demand('BR-CO-16', 'totals.dueCents', totals.grossCents - totals.paidCents, totals.dueCents);
  const paid = sum(lines, ({ isPosted, netCents }) => (isPosted ? netCents : 0n));
  demand('paid', 'totals.paidCents', paid, totals.paidCents);
  const exact = sum(lines, (line) => line.exact);
  demand('R-3', 'totals.exact', exact, totals.exact);
  demand('R-3', 'totals.rounding', moneyOfCents(net) - exact, totals.rounding);
  return [...faults, ...vatFaults({ lines, totals })];
}

function vatFaults({ lines, totals }: Figures): readonly string[] {
  const faults: string[] = [];
  const groups = new Set<string>();
  const isOf =
    ({ category, hundredths }: VatTotal) =>
    (line: Bill['lines'][number]) =>
      line.vat.category === category && line.vat.hundredths === hundredths;
  for (const [at, group] of totals.vat.entries()) {
    const { category, hundredths, taxableCents, taxCents } = group;
    const place = `totals.vat[${at}]`;
    const name = `${category}/${hundredths}`;
    if (groups.has(name)) faults.push(`${place}: expected ${name} once, got it twice`);
    groups.add(name);
    const own = lines.filter(isOf(group));
    const taxable = own.reduce((sum, { netCents }) => sum + netCents, 0n);
    if (own.length === 0) faults.push(`BR-${category}-01: ${place}: expected lines, got none`);
    if (taxable !== taxableCents) {
      faults.push(
        `BR-${category}-08: ${place}.taxableCents: expected ${taxable}, got ${taxableCents}`,
      );
    }
    const tax = taxOf(taxableCents, hundredths);
    if (tax !== taxCents) {
      faults.push(`BR-CO-17: ${place}.taxCents: expected ${tax}, got ${taxCents}`);
    }
    if (category !== 'S' && hundredths !== 0) {
      faults.push(`BR-${category}-05: ${place}.hundredths: expected 0, got ${hundredths}`);
    }
    if (category === 'S' && hundredths === 0) {
      faults.push(`BR-S-05: ${place}.hundredths: expected above 0, got 0`);
    }
  }
  for (const [at, { vat }] of lines.entries()) {
    if (!groups.has(`${vat.category}/${vat.hundredths}`)) {
      faults.push(`BR-CO-04: lines[${at}].vat: expected a total of its rate, got none`);
    }
  }
  // BR-O-11: what is not subject to the tax stands on no document with what is.
  const hasNotSubject = totals.vat.some(({ category }) => category === 'O');
  if (hasNotSubject && totals.vat.length > 1) {
    faults.push(`BR-O-11: totals.vat: expected O alone, got ${totals.vat.length} groups`);
  }
  return faults;
}
