/**
 * An auditor's re-execution of every settlement run of a ledger: from the trades, meters and
 * commitments on the ledger and the opened readings beside it. The verdict on the blocks themselves
 * is another audit's: here the question is whether each run that took effect was the right one.
 */

import {
  ACTION,
  computeRun,
  differencesOfRuns,
  proposeCodec,
  proposeRunCodec,
  type Run,
  type RunSettled,
  runHash,
  runSettled,
  type TradeEntry,
  traded,
} from '@commonwatt/contracts';
import {
  type Action,
  type Crypto,
  decode,
  equalBytes,
  type Ledger,
  toHex,
} from '@commonwatt/ledger';
import { eventValue, type ReadBlock } from '../projections/block-reader.ts';
import type { Projections } from '../projections/projections.ts';
import {
  commitmentsAt,
  communityAt,
  connectionMeters,
  inputOf,
  isWithin,
  type Period,
} from './opened-period.ts';
import type { ReadingsFile } from './readings-file.ts';

export interface RunFinding extends Period {
  readonly height: number;
  readonly runHash: string;
  readonly reason: string;
}

export interface ReadingsAudit {
  /** The last runs of their periods, which say what was paid in all. */
  readonly runs: number;
  /** Runs before them, which later ones corrected: these are not executed again. */
  readonly superseded: number;
  /** Lines of members that were computed again and came out the same. */
  readonly lines: number;
  readonly readings: number;
  /** Runs that came out differently. */
  readonly findings: readonly RunFinding[];
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

/** What the blocks say that a run is computed from, and what took effect. */
interface Gathered {
  readonly trades: TradeEntry[];
  readonly proposed: Map<string, Run>;
  readonly settled: { readonly height: number; readonly value: RunSettled }[];
}

/** @throws RangeError when the file belongs to another ledger. */
export function auditReadings(options: AuditOptions): ReadingsAudit {
  const { ledger, file } = options;
  const chain = toHex(ledger.chain);
  if (file.chain !== chain) {
    throw new RangeError(`readings file: expected chain ${chain}, got ${file.chain}`);
  }
  const gathered = gather(options);
  const findings: RunFinding[] = [];
  const unopened: RunFinding[] = [];
  let lines = 0;
  const last = lastOfPeriods(gathered.settled);
  for (const settled of last) {
    const verdict = executeAgain(options, gathered, settled.value);
    const { periodFromMs, periodUntilMs } = settled.value;
    const place = { periodFromMs, periodUntilMs, height: settled.height };
    const hash = toHex(settled.value.runHash);
    if (verdict.kind === 'same') lines += verdict.lines;
    else {
      const list = verdict.kind === 'different' ? findings : unopened;
      list.push({ ...place, runHash: hash, reason: verdict.reason });
    }
  }
  const superseded = gathered.settled.length - last.length;
  return { runs: last.length, superseded, lines, readings: file.count, findings, unopened };
}

/**
 * The last run of each period says it whole, by the readings as they count now: whatever runs before
 * it posted, with the differences it is what was paid. Their own readings are superseded.
 */
function lastOfPeriods(settled: Gathered['settled']): Gathered['settled'] {
  const last = new Map(settled.map((one) => [one.value.periodFromMs, one]));
  return settled.filter((one) => last.get(one.value.periodFromMs) === one);
}

function gather({ crypto, ledger, projections, progress }: AuditOptions): Gathered {
  const gathered: Gathered = { trades: [], proposed: new Map(), settled: [] };
  const last = ledger.head?.height ?? -1;
  for (let height = 0; height <= last; height++) {
    const block = projections.block(height) as ReadBlock;
    for (const run of proposedIn(block)) {
      gathered.proposed.set(toHex(runHash(crypto.sha256, run)), run);
    }
    for (const event of block.events) {
      const trade = eventValue(event, traded);
      if (trade !== undefined) gathered.trades.push([trade.trade, trade.terms]);
      const value = eventValue(event, runSettled);
      if (value !== undefined) gathered.settled.push({ height, value });
    }
    progress?.(height, last);
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

function executeAgain(options: AuditOptions, gathered: Gathered, settled: RunSettled): Verdict {
  const { ledger, crypto, file, slotLengthMs } = options;
  const { periodFromMs, periodUntilMs } = settled;
  const period = { periodFromMs, periodUntilMs };
  const run = gathered.proposed.get(toHex(settled.runHash));
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
    personal: file,
    ...communityAt(ledger, period),
    stage: run.stage,
    sequence: run.sequence,
    adjusts: run.adjusts,
  });
  const again = computeRun(crypto.sha256, input);
  if (equalBytes(runHash(crypto.sha256, again.run), settled.runHash)) {
    return { kind: 'same', lines: again.members.reduce((sum, one) => sum + one.lines.length, 0) };
  }
  const places = differencesOfRuns(again.run, run).join(', ');
  return { kind: 'different', reason: `executed again it differs in ${places}` };
}
