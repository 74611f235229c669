/**
 * The evidence behind a dispute, checked offline: the very line that the dispute names, and its place
 * under the lines root that the run posted. It shows this line and no other.
 */

import { equalBytes, type Sha256, toHex, verifyInclusion } from '@commonwatt/ledger';
import { lineLeafHash, lineProof, type SettledLine } from './lines.ts';
import type { DisputedLine, Posting } from './messages.ts';
import type { LineFinding } from './verify-delivery.ts';

export interface DisputeEvidence {
  readonly line: SettledLine;
  /** The line's place among the member's lines of the run, and how many there are. */
  readonly index: number;
  readonly size: number;
  readonly proof: readonly Uint8Array[];
}

/** What a dispute says of a line: its trade, its amount without a sign, and its leaf. */
export function disputedLineOf(sha256: Sha256, line: SettledLine): DisputedLine {
  const amount = (line.money < 0n ? -line.money : line.money) as DisputedLine['amount'];
  return { trade: line.trade, amount, lineLeaf: lineLeafHash(sha256, line) };
}

/** @throws RangeError for a place beyond the lines */
export function evidenceOf(
  sha256: Sha256,
  lines: readonly SettledLine[],
  index: number,
): DisputeEvidence {
  const proof = lineProof(sha256, lines, index);
  return { line: lines[index] as SettledLine, index, size: lines.length, proof };
}

/** Everything that does not hold of a disputed line's evidence; nothing when it proves it. */
export function verifyEvidence(
  sha256: Sha256,
  disputed: DisputedLine,
  evidence: DisputeEvidence,
  posting: Pick<Posting, 'linesRoot'>,
): readonly LineFinding[] {
  const { line, index, size, proof } = evidence;
  const trade = toHex(disputed.trade);
  const told = disputedLineOf(sha256, line);
  const findings: LineFinding[] = [];
  const find = (place: string, expected: string, got: string): void => {
    findings.push({ trade, place, expected, got });
  };
  if (!equalBytes(told.trade, disputed.trade)) find('trade', trade, toHex(told.trade));
  if (told.amount !== disputed.amount) find('amount', `${told.amount}`, `${disputed.amount}`);
  if (!equalBytes(told.lineLeaf, disputed.lineLeaf)) {
    find('lineLeaf', toHex(told.lineLeaf), toHex(disputed.lineLeaf));
  }
  const root = posting.linesRoot;
  if (!verifyInclusion(sha256, { leafHash: told.lineLeaf, index, size, proof, root })) {
    find('proof', `a path to ${toHex(root)}`, 'another');
  }
  return findings;
}
