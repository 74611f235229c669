/**
 * The evidence of a dispute as a file: the disputed lines, each with its path to the lines root that the
 * run posted for the member. It is checked without a node, and shows no other line. Whoever holds the
 * run itself, as checkers do, checks also that the run says so.
 */

import {
  type DisputedLine,
  type DisputeEvidence,
  disputedLineCodec,
  disputedLineOf,
  evidenceOf,
  type Run,
  runHash,
  type SettledLine,
  settledLineCodec,
  verifyEvidence,
} from '@commonwatt/contracts';
import {
  type Codec,
  equalBytes,
  hash32,
  list,
  type Sha256,
  struct,
  textUpTo,
  toHex,
  u32,
  u64,
} from '@commonwatt/ledger';

const FORMAT = 'commonwatt/dispute-evidence/1';
const LINES_MAX = 100;
/** Under a root of 2^40 lines. */
const PROOF_MAX = 40;

interface EvidenceLine extends DisputeEvidence {
  readonly disputed: DisputedLine;
}

export interface EvidenceFile {
  readonly format: string;
  readonly chain: Uint8Array;
  readonly periodFromMs: number;
  readonly runHash: Uint8Array;
  readonly member: number;
  /** As the run posted it for the member. */
  readonly linesRoot: Uint8Array;
  readonly lines: readonly EvidenceLine[];
}

export const evidenceFileCodec: Codec<EvidenceFile> = struct<EvidenceFile>({
  format: textUpTo(64),
  chain: hash32,
  periodFromMs: u64,
  runHash: hash32,
  member: u32,
  linesRoot: hash32,
  lines: list(
    struct<EvidenceLine>({
      disputed: disputedLineCodec,
      line: settledLineCodec,
      index: u32,
      size: u32,
      proof: list(hash32, PROOF_MAX),
    }),
    LINES_MAX,
  ),
});

/** What a member disputes of an open run: all of its lines there, and which of them. */
interface DisputedRun
  extends Pick<EvidenceFile, 'chain' | 'periodFromMs' | 'runHash' | 'member' | 'linesRoot'> {
  readonly ownLines: readonly SettledLine[];
  readonly trades: ReadonlySet<string>;
}

/** The evidence, its lines by strictly rising trade as the ledger wants them. */
export function disputeEvidence(sha256: Sha256, run: DisputedRun): EvidenceFile {
  const { ownLines, trades, chain, periodFromMs, runHash: hash, member, linesRoot } = run;
  const lines = ownLines
    .flatMap((line, index): EvidenceLine[] => {
      if (!trades.has(toHex(line.trade))) return [];
      const evidence = evidenceOf(sha256, ownLines, index);
      return [{ disputed: disputedLineOf(sha256, line), ...evidence }];
    })
    .sort((a, b) => (toHex(a.line.trade) < toHex(b.line.trade) ? -1 : 1));
  return { format: FORMAT, chain, periodFromMs, runHash: hash, member, linesRoot, lines };
}

/** Everything that does not hold; nothing when every line is proven. */
export function evidenceFindings(
  sha256: Sha256,
  evidence: EvidenceFile,
  run?: Run,
): readonly string[] {
  const findings: string[] = [];
  const { format, lines, linesRoot, member } = evidence;
  if (format !== FORMAT) findings.push(`format: expected ${FORMAT}, got ${format}`);
  if (lines.length === 0) findings.push('lines: expected one or more, got none');
  lines.forEach(({ disputed, ...one }, at) => {
    for (const { place, expected, got } of verifyEvidence(sha256, disputed, one, { linesRoot })) {
      findings.push(`lines[${at}].${place}: expected ${expected}, got ${got}`);
    }
  });
  if (run === undefined) return findings;
  const hash = runHash(sha256, run);
  if (!equalBytes(hash, evidence.runHash)) {
    findings.push(`runHash: expected ${toHex(hash)}, got ${toHex(evidence.runHash)}`);
  }
  if (run.periodFromMs !== evidence.periodFromMs) {
    findings.push(`periodFromMs: expected ${run.periodFromMs}, got ${evidence.periodFromMs}`);
  }
  const posting = run.postings.find((one) => one.member === member);
  if (posting === undefined) findings.push(`member: the run posts nothing to member ${member}`);
  else if (!equalBytes(posting.linesRoot, linesRoot)) {
    findings.push(`linesRoot: expected ${toHex(posting.linesRoot)}, got ${toHex(linesRoot)}`);
  }
  return findings;
}
