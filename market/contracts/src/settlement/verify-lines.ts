/**
 * A member's own check of a settlement run, alone and without trust: its lines are those the ledger
 * holds the root of, they follow from its own trades and readings, and they come to the amount that
 * was posted. What its counterparties' meters said it cannot know: a delivery below its own share
 * is reported as their shortfall, and an auditor, who sees all readings, computes the whole run.
 */

import { equalBytes, type Sha256, toHex } from '@commonwatt/ledger';
import type { Side } from '../market/messages.ts';
import type { Period } from '../metering/period.ts';
import type { Meter } from '../metering/state.ts';
import type { MeteredEnergy, TradeEntry } from './delivery.ts';
import { type EnergyOpening, linesRootOf, opensEnergy, type SettledLine } from './lines.ts';
import type { Posting } from './messages.ts';
import type { Reading } from './readings.ts';
import { renewableSold } from './renewable.ts';
import { meteredEnergy } from './run.ts';
import { lineTerms } from './run-lines.ts';
import { type LineFinding, type LinesVerdict, verifyDeliveries } from './verify-delivery.ts';

export interface LinesClaim extends Period {
  /** The member, and what the ledger posted for it. */
  readonly posting: Posting;
  readonly lines: readonly SettledLine[];
  readonly energy: EnergyOpening;
  /** The member's trades of the period, as the ledger recorded them. */
  readonly trades: readonly TradeEntry[];
  /** The member's meters, and their readings, opened and checked against their commitments. */
  readonly meters: ReadonlyMap<number, Meter>;
  readonly readings: readonly Reading[];
  /** What one reading covers. */
  readonly slotLengthMs: number;
  /** The version of the settlement rules that the run names. */
  readonly rulesVersion: number;
}

/** Re-executes a member's lines. @throws RangeError for readings of a meter that is not given. */
export function verifyLines(sha256: Sha256, claim: LinesClaim): LinesVerdict {
  const metered = meteredEnergy(claim, claim.readings);
  const { member } = claim.posting;
  const { findings, shortfalls } = verifyDeliveries(sha256, { ...claim, member }, metered);
  return {
    findings: [
      ...checkPosting(sha256, claim),
      ...checkTerms(claim),
      ...findings,
      ...checkEnergy(sha256, claim, metered),
    ],
    shortfalls,
  };
}

function checkPosting(sha256: Sha256, { posting, lines }: LinesClaim): readonly LineFinding[] {
  const root = linesRootOf(sha256, lines);
  const amount = lines.reduce((sum, line) => sum + line.money, 0n);
  const findings: LineFinding[] = [];
  if (!equalBytes(root, posting.linesRoot)) {
    findings.push(finding(undefined, 'linesRoot', toHex(posting.linesRoot), toHex(root)));
  }
  if (amount !== posting.amount) {
    findings.push(finding(undefined, 'amount', `${posting.amount}`, `${amount}`));
  }
  return findings;
}

function finding(
  trade: string | undefined,
  place: string,
  expected: string,
  got: string,
): LineFinding {
  return { trade, place, expected, got };
}

/** Each trade has one line, with the terms that the ledger recorded, and there is no other. */
function checkTerms(claim: LinesClaim): readonly LineFinding[] {
  const findings: LineFinding[] = [];
  const termsOf = new Map(claim.trades.map(([id, terms]) => [toHex(id), terms]));
  const seen = new Set<string>();
  for (const line of claim.lines) {
    const trade = toHex(line.trade);
    const terms = termsOf.get(trade);
    if (terms === undefined) findings.push(finding(trade, 'line', 'none: no such trade', 'one'));
    else if (seen.has(trade)) findings.push(finding(trade, 'line', 'one', 'two'));
    else findings.push(...checkLine(claim.posting.member, line, terms), ...checkSlot(claim, line));
    seen.add(trade);
  }
  for (const trade of termsOf.keys()) {
    if (!seen.has(trade)) findings.push(finding(trade, 'line', 'one', 'none'));
  }
  return findings;
}

function checkLine(
  member: number,
  line: SettledLine,
  terms: TradeEntry[1],
): readonly LineFinding[] {
  const expected = lineTerms(member, line.trade, terms, line.delivered);
  const places = ['slotMs', 'counterparty', 'side', 'traded', 'price', 'money'] as const;
  return places
    .filter((place) => line[place] !== expected[place])
    .map((place) => finding(toHex(line.trade), place, `${expected[place]}`, `${line[place]}`));
}

function checkSlot(claim: LinesClaim, { trade, slotMs }: SettledLine): readonly LineFinding[] {
  if (slotMs >= claim.periodFromMs && slotMs < claim.periodUntilMs) return [];
  return [finding(toHex(trade), 'slotMs', 'a slot of the period', `${slotMs}`)];
}

/** The opened totals are those of the lines and of the member's renewable meters. */
function checkEnergy(
  sha256: Sha256,
  claim: LinesClaim,
  metered: MeteredEnergy,
): readonly LineFinding[] {
  const { posting, lines, energy: opening } = claim;
  const total = (side: Side) =>
    lines.reduce((sum, line) => (line.side === side ? sum + line.delivered : sum), 0n);
  const expected = {
    member: posting.member,
    periodFromMs: claim.periodFromMs,
    periodUntilMs: claim.periodUntilMs,
    bought: total('buy'),
    sold: total('sell'),
    renewable: renewableSold(sha256, claim, claim.readings, metered).get(posting.member) ?? 0n,
  };
  const places = Object.keys(expected) as (keyof typeof expected)[];
  const findings = places
    .filter((place) => opening[place] !== expected[place])
    .map((place) =>
      finding(undefined, `energy.${place}`, `${expected[place]}`, `${opening[place]}`),
    );
  if (!opensEnergy(sha256, opening, posting.energyCommitment)) {
    const committed = toHex(posting.energyCommitment);
    findings.push(finding(undefined, 'energyCommitment', committed, 'another'));
  }
  return findings;
}
