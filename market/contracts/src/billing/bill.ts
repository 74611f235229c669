/**
 * Bills: an invoice for what a member owes, and a self-billed credit note for what it delivered, which the
 * community makes out in the member's name. The arithmetic is that of EN 16931-1.
 */

import { type Energy, type Money, money } from '@commonwatt/units';
import { type BillingRules, checkBillingRules, vatRateAt } from './billing-rules.ts';
import { type Cents, centsOf, moneyOfCents, taxOf } from './cents.ts';
import type { Charge, ChargeKind } from './charges.ts';
import type { Party } from './party.ts';
import type { MemberStatement } from './statement.ts';
import { type VatTreatment, vatOf } from './vat.ts';

export const BILL_TYPES = ['invoice', 'self-billed credit note'] as const;
export type BillType = (typeof BILL_TYPES)[number];

/** A party on a document. */
export interface BillParty extends Party {
  /** What the community calls the party: a member's number, or `community`. */
  readonly identifier: string;
}

export interface BillLine {
  /** From 1. */
  readonly line: number;
  readonly kind: ChargeKind;
  readonly name: string;
  readonly tariff: { readonly name: string; readonly version: number } | undefined;
  /** Nothing for what does not go by energy. */
  readonly energy: Energy | undefined;
  /** What the line rounds: positive where the buyer owes it. */
  readonly exact: Money;
  readonly netCents: Cents;
  readonly vat: VatTreatment;
  /** Whether the ledger has moved the money already. */
  readonly isPosted: boolean;
}

/** All lines of one category and rate. */
export interface VatTotal {
  readonly category: VatTreatment['category'];
  readonly hundredths: number;
  readonly taxableCents: Cents;
  readonly taxCents: Cents;
  /** Why there is no tax, in the words of the community's rules. */
  readonly exemption: string | undefined;
}

export interface BillTotals {
  readonly vat: readonly VatTotal[];
  readonly netCents: Cents;
  readonly vatCents: Cents;
  readonly grossCents: Cents;
  /** What the ledger has moved already, line by line as rounded. */
  readonly paidCents: Cents;
  readonly dueCents: Cents;
  /** The lines before rounding, and what rounding added. */
  readonly exact: Money;
  readonly rounding: Money;
}

export interface Bill {
  readonly type: BillType;
  readonly member: number;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly currency: string;
  readonly rules: { readonly name: string; readonly version: number };
  readonly seller: BillParty;
  readonly buyer: BillParty;
  readonly lines: readonly BillLine[];
  readonly totals: BillTotals;
}

/** Why a bill must not go out as it is. */
export type BillFinding =
  | { readonly code: 'vat_rate_missing'; readonly kind: ChargeKind }
  | { readonly code: 'vat_rate_changes'; readonly kind: ChargeKind }
  | { readonly code: 'total_negative'; readonly type: BillType; readonly totalCents: Cents };

export interface BillInput {
  readonly statement: MemberStatement;
  readonly rules: BillingRules;
  readonly issuer: Party;
  readonly recipient: Party;
}

/** What the member delivered stands on the credit note, everything else on the invoice. */
const DELIVERED: ReadonlySet<ChargeKind> = new Set(['sold', 'feed-in']);

/**
 * The bills of a statement: none, one or both. A line without a tax rate is left out and found.
 * @throws RangeError for rules that contradict themselves
 */
export function billsOf(input: BillInput): {
  readonly bills: readonly Bill[];
  readonly findings: readonly BillFinding[];
} {
  checkBillingRules(input.rules);
  const findings: BillFinding[] = [];
  const bills = BILL_TYPES.flatMap((type) => {
    const bill = billOf(input, type, findings);
    return bill === undefined ? [] : [bill];
  });
  return { bills, findings };
}

function billOf(input: BillInput, type: BillType, findings: BillFinding[]): Bill | undefined {
  const { statement, rules } = input;
  const community: BillParty = { ...input.issuer, identifier: 'community' };
  const member: BillParty = { ...input.recipient, identifier: `${statement.member}` };
  const [seller, buyer] = type === 'invoice' ? [community, member] : [member, community];
  const lines: BillLine[] = [];
  for (const charge of statement.charges) {
    if (!charge.isBilled || DELIVERED.has(charge.kind) !== (type !== 'invoice')) continue;
    const vat = lineVat(input, { charge, seller, buyer }, findings);
    if (vat !== undefined) lines.push(lineOf(lines.length + 1, type, charge, vat));
  }
  if (lines.length === 0) return undefined;
  const totals = totalsOf(lines, rules.exemptions);
  if (totals.grossCents < 0n) {
    findings.push({ code: 'total_negative', type, totalCents: totals.grossCents });
  }
  return {
    type,
    member: statement.member,
    fromMs: statement.fromMs,
    untilMs: statement.untilMs,
    currency: rules.currency,
    rules: { name: rules.name, version: rules.version },
    seller,
    buyer,
    lines,
    totals,
  };
}

interface Sold {
  readonly charge: Charge;
  readonly seller: Party;
  readonly buyer: Party;
}

function lineVat(
  { rules, statement: { fromMs, untilMs } }: BillInput,
  { charge: { kind }, seller, buyer }: Sold,
  findings: BillFinding[],
): VatTreatment | undefined {
  const vat = vatOf(rules, { seller, buyer, kind, taxPointMs: untilMs - 1 });
  if (vat === undefined) findings.push({ code: 'vat_rate_missing', kind });
  else if (vat.rule === 'V-4') {
    const before = vatRateAt(rules, kind, fromMs)?.hundredths;
    if (before !== vat.hundredths) findings.push({ code: 'vat_rate_changes', kind });
  }
  return vat;
}

function lineOf(line: number, type: BillType, charge: Charge, vat: VatTreatment): BillLine {
  const { kind, name, tariff, energy, isPosted } = charge;
  // A statement's money is the member's; a bill's is what its buyer owes.
  const exact = money(type === 'invoice' ? -charge.money : charge.money);
  return { line, kind, name, tariff, energy, exact, netCents: centsOf(exact), vat, isPosted };
}

/** The sums of EN 16931-1, BR-CO-10 to BR-CO-17, from lines that are rounded already. */
function totalsOf(lines: readonly BillLine[], exemptions: BillingRules['exemptions']): BillTotals {
  const vat = vatTotals(lines, exemptions);
  const netCents = sumOf(lines, ({ netCents: cents }) => cents);
  const vatCents = sumOf(vat, ({ taxCents }) => taxCents);
  const paidCents = sumOf(lines, ({ isPosted, netCents: cents }) => (isPosted ? cents : 0n));
  const exact = money(sumOf(lines, (line) => line.exact));
  const grossCents = netCents + vatCents;
  return {
    vat,
    netCents,
    vatCents,
    grossCents,
    paidCents,
    dueCents: grossCents - paidCents,
    exact,
    rounding: money(moneyOfCents(netCents) - exact),
  };
}

/** One for each category and rate, in the order in which they first come. */
function vatTotals(
  lines: readonly BillLine[],
  exemptions: BillingRules['exemptions'],
): readonly VatTotal[] {
  const groups = new Map<string, BillLine[]>();
  for (const line of lines) {
    const key = `${line.vat.category}/${line.vat.hundredths}`;
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return [...groups.values()].map((group) => {
    const { category, hundredths } = (group[0] as BillLine).vat;
    const taxableCents = sumOf(group, ({ netCents }) => netCents);
    const taxCents = taxOf(taxableCents, hundredths);
    const exemption = exemptionOf(category, exemptions);
    return { category, hundredths, taxableCents, taxCents, exemption };
  });
}

function exemptionOf(
  category: VatTreatment['category'],
  { smallBusiness, reverseCharge, notSubject }: BillingRules['exemptions'],
): string | undefined {
  if (category === 'E') return smallBusiness;
  if (category === 'AE') return reverseCharge;
  return category === 'O' ? notSubject : undefined;
}

function sumOf<T>(items: readonly T[], amount: (item: T) => bigint): bigint {
  return items.reduce((sum, item) => sum + amount(item), 0n);
}
