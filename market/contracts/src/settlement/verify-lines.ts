/**
 * A member's own check of a settlement run, alone and without trust: its lines are those the ledger
 * holds the root of, they follow from its own trades and readings, and they come to the amount that
 * was posted. What its counterparties' meters said it cannot know: a delivery below its own share
 * is reported as their shortfall, and an auditor, who sees all readings, computes the whole run.
 */

import { equalBytes, type Sha256, toHex } from '@commonwatt/ledger';
import { type Energy, energy } from '@commonwatt/units';
import type { Side } from '../market/messages.ts';
import type { Period } from '../metering/period.ts';
import type { Meter } from '../metering/state.ts';
import { lowerOf, type MeteredEnergy, sharesOf, slotsOf, type TradeEntry } from './delivery.ts';
import { type EnergyOpening, linesRootOf, opensEnergy, type SettledLine } from './lines.ts';
import type { Posting } from './messages.ts';
import type { Reading } from './readings.ts';
import { renewableSold } from './renewable.ts';
import { lineTerms, meteredEnergy } from './run.ts';

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
}

/** One thing that does not hold. */
export interface LineFinding {
  /** The trade in hexadecimal; nothing for what concerns the posting as a whole. */
  readonly trade: string | undefined;
  readonly place: string;
  readonly expected: string;
  readonly got: string;
}

/** Why less was delivered than traded: the member's own reading, or the other party's. */
export interface Shortfall {
  readonly trade: string;
  readonly slotMs: number;
  readonly cause: 'own reading' | 'counterparty';
  readonly energy: Energy;
}

export interface LinesVerdict {
  /** Empty when all is well. */
  readonly findings: readonly LineFinding[];
  readonly shortfalls: readonly Shortfall[];
}

/** Re-executes a member's lines. @throws RangeError for readings of a meter that is not given. */
export function verifyLines(sha256: Sha256, claim: LinesClaim): LinesVerdict {
  const findings: LineFinding[] = [...checkPosting(sha256, claim), ...checkTerms(claim)];
  const shortfalls: Shortfall[] = [];
  const metered = meteredEnergy(claim, claim.readings);
  const lineOf = new Map(claim.lines.map((line) => [toHex(line.trade), line]));
  for (const ofSlot of slotsOf(claim.trades)) {
    for (const side of ['sell', 'buy'] as const) {
      const own = ofSlot.filter(([, trade]) => partyOf(trade, side) === claim.posting.member);
      const shares = sharesOf(sha256, claim, own, side, metered);
      for (const [id, terms] of own) {
        const trade = toHex(id);
        const line = lineOf.get(trade);
        if (line === undefined) continue;
        const share = shares.get(trade) as Energy;
        const checked = checkDelivered(claim, line, terms, share);
        findings.push(...checked.findings);
        shortfalls.push(...checked.shortfalls);
        metered.serve(claim.posting.member, side, terms, lowerOf(line.delivered, share));
      }
    }
  }
  findings.push(...checkEnergy(sha256, claim, metered));
  return { findings, shortfalls };
}

function partyOf(trade: TradeEntry[1], side: Side): number {
  return side === 'sell' ? trade.seller : trade.buyer;
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
    else findings.push(...checkLine(claim.posting.member, line, terms));
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

function checkDelivered(
  claim: LinesClaim,
  line: SettledLine,
  terms: TradeEntry[1],
  share: Energy,
): LinesVerdict {
  const trade = toHex(line.trade);
  const { delivered, slotMs } = line;
  if (delivered > share) {
    const place = 'delivered';
    return {
      findings: [finding(trade, place, `at most ${share}`, `${delivered}`)],
      shortfalls: [],
    };
  }
  const shortfalls: Shortfall[] = [];
  if (share < terms.energy) {
    const missing = energy(terms.energy - share);
    shortfalls.push({ trade, slotMs, cause: 'own reading', energy: missing });
  }
  if (delivered < share) {
    const missing = energy(share - delivered);
    shortfalls.push({ trade, slotMs, cause: 'counterparty', energy: missing });
  }
  const within = slotMs >= claim.periodFromMs && slotMs < claim.periodUntilMs;
  const place = 'slotMs';
  return within
    ? { findings: [], shortfalls }
    : { findings: [finding(trade, place, 'a slot of the period', `${slotMs}`)], shortfalls };
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
