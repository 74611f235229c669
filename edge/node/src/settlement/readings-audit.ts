/**
 * An auditor's re-execution of every settlement run of a ledger: from the trades, meters and
 * commitments on the ledger as they stood when the run was proposed, and the opened readings beside
 * it that counted then. The verdict on the blocks themselves is another audit's: here the question is
 * whether each run that took effect was the right one, and whether the readings are signed.
 */

import {
  ACTION,
  computeRun,
  differencesOfRuns,
  proposeCodec,
  proposeRunCodec,
  type Run,
  type RunInput,
  type RunSettled,
  runHash,
  runSettled,
  type SharingEntry,
  type TradeEntry,
  traded,
} from '@commonwatt/contracts';
import {
  type Action,
  type Crypto,
  decode,
  equalBytes,
  type Ledger,
  type Sha256,
  toHex,
} from '@commonwatt/ledger';
import type { SignedWord } from '../desks.ts';
import { eventValue, type ReadBlock } from '../projections/block-reader.ts';
import type { Projections } from '../projections/projections.ts';
import { readingsUnderRoot } from './counted-readings.ts';
import { sharingUnderRoot } from './counted-sharing.ts';
import {
  commitmentsAt,
  communityAt,
  connectionMeters,
  inputOf,
  isWithin,
  type OpenedReadings,
  type Period,
} from './opened-period.ts';
import type { ReadingsFile } from './readings-file.ts';
import { ReplayedLedger } from './replayed-ledger.ts';
import { type ReadingFinding, WordSigners } from './word-signers.ts';

export interface RunFinding extends Period {
  readonly height: number;
  readonly runHash: string;
  readonly reason: string;
}

export interface ReadingsAudit {
  /** Runs that took effect up to the file's last block: every one of them is executed again. */
  readonly runs: number;
  /** Those of them that later ones corrected. */
  readonly corrected: number;
  /** Runs after the file's last block, which it does not speak of. */
  readonly later: number;
  /** Lines of members that were computed again and came out the same. */
  readonly lines: number;
  /** Readings whose signatures were checked, whether they count or not. */
  readonly readings: number;
  /** Runs that came out differently. */
  readonly findings: readonly RunFinding[];
  readonly unsigned: readonly ReadingFinding[];
  /** Runs that cannot be executed again, because a member of theirs was erased. */
  readonly unopened: readonly RunFinding[];
}

interface AuditOptions {
  readonly ledger: Ledger;
  readonly crypto: Crypto;
  readonly projections: Projections;
  readonly file: ReadingsFile;
  /** What one reading covers. */
  readonly slotLengthMs: number;
  readonly progress?: (height: number, of: number) => void;
}

/** A run that took effect, and where. */
interface Settled {
  readonly height: number;
  readonly value: RunSettled;
}

/** What the blocks say that runs are computed from, and what took effect. */
interface Gathered {
  readonly trades: TradeEntry[];
  /** With the height at which the run was proposed last before it took effect. */
  readonly proposed: Map<string, { readonly run: Run; readonly height: number }>;
  readonly settled: Settled[];
}

/** @throws RangeError when the file belongs to another ledger. */
export async function auditReadings(options: AuditOptions): Promise<ReadingsAudit> {
  const { ledger, file, crypto } = options;
  const chain = toHex(ledger.chain);
  if (file.chain !== chain) {
    throw new RangeError(`readings file: expected chain ${chain}, got ${file.chain}`);
  }
  const gathered = gather(options);
  const known = gathered.settled.filter(({ height }) => height <= (file.height ?? -1));
  const signers = new WordSigners(crypto, chain);
  const verdicts = await verdictsOn(options, { gathered, known, signers });
  const findings: RunFinding[] = [];
  const unopened: RunFinding[] = [];
  let lines = 0;
  for (const [at, { height, value }] of known.entries()) {
    const { periodFromMs, periodUntilMs } = value;
    const verdict = verdicts[at] ?? { kind: 'different', reason: 'no block holds the run' };
    if (verdict.kind === 'same') lines += verdict.lines;
    else {
      const list = verdict.kind === 'different' ? findings : unopened;
      const { reason } = verdict;
      list.push({ periodFromMs, periodUntilMs, height, runHash: toHex(value.runHash), reason });
    }
  }
  const periods = new Set(known.map(({ value }) => value.periodFromMs));
  return {
    runs: known.length,
    corrected: known.length - periods.size,
    later: gathered.settled.length - known.length,
    lines,
    readings: file.count,
    findings,
    unsigned: [...file.words()].flatMap((word) => signers.flawOf(ledger, word) ?? []),
    unopened,
  };
}

/**
 * Executes the blocks again, and each run where it was proposed: by the state before that block, and
 * where that differs by the state after it, since a block may hold commitments and the run on them.
 */
async function verdictsOn(
  options: AuditOptions,
  given: {
    readonly gathered: Gathered;
    readonly known: readonly Settled[];
    readonly signers: WordSigners;
  },
): Promise<readonly (Verdict | undefined)[]> {
  const { gathered, known, signers } = given;
  const runsAt = new Map<number, number[]>();
  for (const [at, { value }] of known.entries()) {
    const height = gathered.proposed.get(toHex(value.runHash))?.height;
    if (height !== undefined) runsAt.set(height, [...(runsAt.get(height) ?? []), at]);
  }
  const end = options.ledger.head?.height ?? -1;
  const replayed = await ReplayedLedger.begin(options.ledger, options.crypto);
  signers.begin(replayed.ledger);
  const verdicts: (Verdict | undefined)[] = known.map(() => undefined);
  const judge = (height: number): void => {
    for (const at of runsAt.get(height) ?? []) {
      if (verdicts[at]?.kind === 'same') continue;
      const { value } = known[at] as Settled;
      verdicts[at] = executeAgain({ ...options, ledger: replayed.ledger }, gathered, value);
    }
  };
  // Roles are followed to the end: whoever ever was a provider may have signed.
  for (let height = 0; height <= end; height++) {
    judge(height);
    await replayed.next();
    judge(height);
    signers.follow(replayed.ledger, options.projections.block(height) as ReadBlock);
    options.progress?.(height, end);
  }
  return verdicts;
}

function gather({ crypto, ledger, projections }: AuditOptions): Gathered {
  const gathered: Gathered = { trades: [], proposed: new Map(), settled: [] };
  const last = ledger.head?.height ?? -1;
  const settledRuns = new Set<string>();
  for (let height = 0; height <= last; height++) {
    const block = projections.block(height) as ReadBlock;
    for (const run of proposedIn(block)) {
      const hash = toHex(runHash(crypto.sha256, run));
      if (!settledRuns.has(hash)) gathered.proposed.set(hash, { run, height });
    }
    for (const event of block.events) {
      const trade = eventValue(event, traded);
      if (trade !== undefined) gathered.trades.push([trade.trade, trade.terms]);
      const value = eventValue(event, runSettled);
      if (value === undefined) continue;
      gathered.settled.push({ height, value });
      settledRuns.add(toHex(value.runHash));
    }
  }
  return gathered;
}

/** What was refused need not even read: anyone may have sent it. */
function proposedIn({ transactions, receipts }: ReadBlock): readonly Run[] {
  return transactions.flatMap(({ actions }, at) => {
    const receipt = receipts[at];
    if (receipt?.code !== 0) return [];
    return actions
      .filter((_, index) => receipt.actions[index] === 0)
      .map(runOf)
      .filter((run) => run !== undefined);
  });
}

function runOf(action: Action): Run | undefined {
  if (action.type === ACTION.proposeRun) {
    return decode(proposeRunCodec, action.body, 'proposeRun').run;
  }
  if (action.type !== ACTION.propose) return undefined;
  const { type, body } = decode(proposeCodec, action.body, 'propose');
  return runOf({ type, body });
}

type Verdict =
  | { readonly kind: 'same'; readonly lines: number }
  | { readonly kind: 'different' | 'unopened'; readonly reason: string };

/** @param options with the ledger as it stood when the run was proposed */
function executeAgain(options: AuditOptions, gathered: Gathered, settled: RunSettled): Verdict {
  const { ledger, crypto, file, slotLengthMs } = options;
  const { periodFromMs, periodUntilMs } = settled;
  const period = { periodFromMs, periodUntilMs };
  const run = gathered.proposed.get(toHex(settled.runHash))?.run;
  if (run === undefined) return { kind: 'different', reason: 'no block holds the run' };
  const trades = gathered.trades.filter(([, { slotMs }]) => isWithin(period, slotMs));
  const committed = commitmentsAt(ledger, period);
  const owners = connectionMeters(ledger.state);
  const concerned = [
    ...trades.flatMap(([, { seller, buyer }]) => [seller, buyer]),
    ...committed.map(([{ meter }]) => owners.get(meter)?.member ?? 0),
  ];
  const erased = concerned.filter((member) => !file.has(member));
  if (erased.length > 0) {
    const who = [...new Set(erased)].sort((a, b) => a - b).join(', ');
    return { kind: 'unopened', reason: `the file holds nothing of member ${who}` };
  }
  for (const [meter, { member }] of owners) if (!file.has(member)) owners.delete(meter);
  const input = inputOf(crypto.sha256, {
    ...period,
    version: run.rulesVersion,
    slotLengthMs,
    trades,
    meters: owners,
    commitments: committed,
    personal: readingsThen(options, period),
    ...communityAt(ledger, period),
    stage: run.stage,
    sequence: run.sequence,
    adjusts: run.adjusts,
  });
  const sharingEntries = sharingThen(crypto.sha256, file, { input, root: run.sharingRoot });
  const again = computeRun(crypto.sha256, { ...input, sharingEntries });
  if (equalBytes(runHash(crypto.sha256, again.run), settled.runHash)) {
    return { kind: 'same', lines: again.members.reduce((sum, one) => sum + one.lines.length, 0) };
  }
  const places = differencesOfRuns(again.run, run).join(', ');
  return { kind: 'different', reason: `executed again it differs in ${places}` };
}

/**
 * The readings that the ledger's commitments of the period were made over. Of a meter whose readings
 * give no committed root, those that count now: the run will not come out the same by them.
 */
function readingsThen({ ledger, crypto, file }: AuditOptions, period: Period): OpenedReadings {
  const meters = connectionMeters(ledger.state);
  const roots = new Map(
    commitmentsAt(ledger, period).map(([{ meter }, { root }]) => [meter, root] as const),
  );
  return {
    // Which of them counted then the run's own root says.
    sharingOf: () => [],
    secretOf: (member) => file.secretOf(member),
    readingsOf: (member) => {
      const ofMeters = byMeter(file.wordsOf(member, period));
      return [...ofMeters].flatMap(([number, words]) => {
        const [meter, root] = [meters.get(number), roots.get(number)];
        const counting = words.filter((word) => word.counts);
        if (meter === undefined || root === undefined) return counting;
        const secret = file.secretOf(member);
        return readingsUnderRoot(crypto.sha256, words, { meter, root, secret }) ?? counting;
      });
    },
  };
}

/**
 * What the run's sharing root was made over. Where nothing that was said gives it, what counts now: the
 * run will not come out the same by it.
 */
function sharingThen(
  sha256: Sha256,
  file: ReadingsFile,
  { input, root }: { readonly input: RunInput; readonly root: Uint8Array },
): readonly SharingEntry[] {
  const owners = [...new Set([...input.meters.values()].map(({ member }) => member))];
  const words = owners.flatMap((member) => file.sharingWordsOf(member));
  return (
    sharingUnderRoot(sha256, words, { input, root }) ??
    owners.flatMap((member) => file.sharingOf(member))
  );
}

function byMeter(words: readonly SignedWord[]): ReadonlyMap<number, readonly SignedWord[]> {
  const found = new Map<number, SignedWord[]>();
  for (const word of words) {
    const ofMeter = found.get(word.meter);
    if (ofMeter === undefined) found.set(word.meter, [word]);
    else ofMeter.push(word);
  }
  return found;
}
