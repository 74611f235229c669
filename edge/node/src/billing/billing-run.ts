/**
 * One billing run: the bills of every member for a period, and why a member gets none. A run computes and
 * changes nothing, so that a preview can be had again and again.
 */

import {
  type Bill,
  type BillFinding,
  type BillingRules,
  billsOf,
  type MemberStatement,
  memberStatement,
  members,
  type Party,
  type StatementFinding,
} from '@commonwatt/contracts';
import type { Ledger } from '@commonwatt/ledger';
import type { BillRow } from './bill-row.ts';
import { ACCEPTABLE_CODES, type BillingException, type ExceptionCode } from './billing-desk.ts';
import { type BillingRecord, flawsOfRecord } from './billing-record.ts';
import type { BillingSettings } from './billing-settings.ts';
import type { Span, StatementSource } from './statement-source.ts';

export interface BillingRunParts {
  readonly ledger: Ledger;
  readonly source: StatementSource;
  readonly settings: BillingSettings;
  readonly recordOf: (member: number) => BillingRecord | undefined;
  readonly documentsOf: (member: number) => readonly BillRow[];
}

export interface BillingRun {
  readonly bills: readonly Bill[];
  readonly exceptions: readonly BillingException[];
  readonly nothingToBill: number;
}

/** Members of one run. */
const MEMBERS_MAX = 10_000;

export function billingRun(
  parts: BillingRunParts,
  span: Span,
  accept: readonly ExceptionCode[],
): BillingRun {
  const bills: Bill[] = [];
  const exceptions: BillingException[] = [];
  let nothingToBill = 0;
  const numbers = parts.ledger.state.entries(members).map(([number]) => number);
  if (numbers.length > MEMBERS_MAX) {
    throw new RangeError(
      `billing run: expected at most ${MEMBERS_MAX} members, got ${numbers.length}`,
    );
  }
  for (const member of numbers) {
    const found = memberBills(parts, member, span);
    if (found === undefined) {
      nothingToBill++;
      continue;
    }
    const standing = found.exceptions.filter(
      ({ code }) => !(ACCEPTABLE_CODES.includes(code) && accept.includes(code)),
    );
    exceptions.push(...standing);
    if (standing.length === 0) bills.push(...found.bills);
  }
  return { bills, exceptions, nothingToBill };
}

type MemberRun = Pick<BillingRun, 'bills' | 'exceptions'>;

/** Nothing for who has nothing to bill and nothing open. */
function memberBills(parts: BillingRunParts, member: number, span: Span): MemberRun | undefined {
  const { source, settings } = parts;
  const exception = (code: ExceptionCode, detail: string): BillingException => ({
    member,
    code,
    detail,
  });
  const { openTrades, runsWithoutLines } = source.openEndsOf(member, span);
  const statement = memberStatement(source.inputOf(member, span));
  const hasLines = statement.charges.some(
    ({ kind, isBilled }) => isBilled && (kind === 'bought' || kind === 'sold'),
  );
  const isMetered = statement.quality.total > 0;
  if (!hasLines && !isMetered && openTrades === 0 && runsWithoutLines === 0) return undefined;
  const billed = overlapping(parts.documentsOf(member), span);
  if (billed !== undefined) {
    return { bills: [], exceptions: [exception('billed_already', billed.number)] };
  }
  const exceptions: BillingException[] = [];
  if (openTrades > 0) exceptions.push(exception('not_settled', `${openTrades} trades`));
  if (runsWithoutLines > 0) exceptions.push(exception('lines_missing', `${runsWithoutLines} runs`));
  for (const finding of statement.findings) {
    exceptions.push(exception(finding.code, findingDetail(finding)));
  }
  const missing = missingShare(statement);
  if (missing > settings.missingThousandthsMax) {
    exceptions.push(exception('readings_missing', `${missing} thousandths`));
  }
  const record = parts.recordOf(member);
  if (record === undefined) exceptions.push(exception('record_missing', 'no billing record'));
  for (const flaw of record === undefined ? [] : flawsOfRecord(record)) {
    exceptions.push(exception('record_incomplete', flaw));
  }
  if (record === undefined) return { bills: [], exceptions };
  const { rules, issuer } = settings;
  const made = billsOf({ statement, rules, issuer, recipient: partyOf(record) });
  exceptions.push(...made.findings.map((one) => exception(one.code, billDetail(one, rules))));
  return { bills: made.bills, exceptions };
}

/** Documents keep what they need of the record, and no more. */
function partyOf(record: BillingRecord): Party {
  const { name, address, status, vatNumber, taxNumber, registrationNumber } = record;
  return { name, address, status, vatNumber, taxNumber, registrationNumber };
}

/** A document of the same time that stands: a correction, and what it took back, do not. */
function overlapping(rows: readonly BillRow[], { fromMs, untilMs }: Span): BillRow | undefined {
  return rows.find(
    (row) =>
      row.corrects === undefined &&
      row.correctedBy === undefined &&
      row.fromMs < untilMs &&
      row.untilMs > fromMs,
  );
}

function missingShare({ quality: { missing, total } }: MemberStatement): number {
  return total === 0 ? 0 : Math.ceil((missing * 1000) / total);
}

function findingDetail({ slots, firstMs }: StatementFinding): string {
  return `${slots} slots from ${new Date(firstMs).toISOString()}`;
}

function billDetail(finding: BillFinding, { currency }: BillingRules): string {
  return finding.code === 'total_negative'
    ? `${finding.type}: ${finding.totalCents} hundredths of ${currency}`
    : finding.kind;
}
