/**
 * `commonwatt dispute`: what open runs say of a member, a dispute of some of its lines with the evidence
 * in a file, and a look at such a file without a node.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { type JsonValue, readStrictJsonText } from '@commonwatt/api';
import {
  actions,
  disputeEvidence,
  type EvidenceFile,
  evidenceFileCodec,
  evidenceFindings,
} from '@commonwatt/client';
import { NodeCrypto } from '@commonwatt/consensus';
import { type Run, runCodec, settledLineCodec } from '@commonwatt/contracts';
import { fromHex } from '@commonwatt/ledger';
import { energy, formatEnergy, formatInstant, formatMoney, money } from '@commonwatt/units';
import { STATUS, type Status } from '../../terminal/status.ts';
import { formatTable } from '../../terminal/table.ts';
import { print, printJson, type Terminal } from '../../terminal/terminal.ts';
import { UsageError } from '../../terminal/usage-error.ts';
import { answered, openSession, type Session, type SessionOptions } from './session.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => new NodeCrypto().sha256(bytes);
const FILE_BYTES_MAX = 10_000_000;

async function openRunsOf({ client }: Session) {
  const { member } = await client.ownMember();
  const { runs } = await client.memberOpenRuns({ params: { member: `${member}` } });
  return { member, runs };
}

export function listOpenRuns(terminal: Terminal, options: SessionOptions): Promise<Status> {
  return answered(terminal, async () => {
    const session = await openSession(terminal, options);
    const { member, runs } = await openRunsOf(session);
    if (session.json) {
      printJson(terminal, { member, runs });
      return STATUS.done;
    }
    if (runs.length === 0) print(terminal, 'no run stands open');
    for (const run of runs) {
      const span = [run.periodFromMs, run.periodUntilMs].map(formatInstant).join(' to ');
      print(terminal, `run ${run.runHash}, ${run.stage}, ${span}`);
      print(terminal, `  takes effect from ${formatInstant(run.earliestMs)} on`);
      const rows = run.lines.map((line) => [
        formatInstant(line.slotMs),
        line.side,
        `${line.counterparty}`,
        formatEnergy(energy(BigInt(line.delivered)), 'kWh'),
        formatMoney(money(BigInt(line.money))),
        line.trade,
      ]);
      const headings = ['slot', 'side', 'with', 'kWh', 'money', 'trade'];
      print(
        terminal,
        formatTable(
          headings.map((heading) => ({ heading })),
          rows,
        ),
      );
    }
    return STATUS.done;
  });
}

export interface DisputeOptions extends SessionOptions {
  readonly run: string;
  readonly trade: readonly string[];
  readonly reason: string;
  readonly evidence: string;
}

/** Writes the evidence first: once the run took effect its lines are told no more as open ones. */
export function openDispute(terminal: Terminal, options: DisputeOptions): Promise<Status> {
  return answered(terminal, async () => {
    const session = await openSession(terminal, options);
    const { member, runs } = await openRunsOf(session);
    const run = runs.find(({ runHash }) => runHash === options.run);
    if (run === undefined) {
      throw new UsageError('--run', 'a run that stands open; see dispute list', options.run);
    }
    const strange = options.trade.find((one) => !run.lines.some(({ trade }) => trade === one));
    if (strange !== undefined) {
      throw new UsageError('--trade', 'a trade of an own line of the run', strange);
    }
    const evidence = disputeEvidence(sha256, {
      chain: fromHex(session.ledger.chain),
      periodFromMs: run.periodFromMs,
      runHash: fromHex(run.runHash),
      member,
      linesRoot: fromHex(run.linesRoot),
      ownLines: run.lines.map((line) => settledLineCodec.fromJson(line, 'line')),
      trades: new Set(options.trade),
    });
    const [fault] = evidenceFindings(sha256, evidence);
    if (fault !== undefined) throw new UsageError('--run', 'lines that its root proves', fault);
    const text = `${JSON.stringify(evidenceFileCodec.toJson(evidence))}\n`;
    writeFileSync(options.evidence, text, { mode: 0o600 });
    return sendDispute(session, evidence, options.reason);
  });
}

async function sendDispute(
  { memberClient, terminal, json }: Session,
  evidence: EvidenceFile,
  reason: string,
): Promise<Status> {
  const { periodFromMs, runHash } = evidence;
  const lines = evidence.lines.map(({ disputed }) => disputed);
  const action = actions.disputeRun({ periodFromMs, runHash, reason, lines });
  const submission = await memberClient.submit([action]);
  const code = submission.code === 'done' ? (submission.actions[0] ?? 'done') : submission.code;
  const held = lines.reduce((sum, { amount }) => sum + amount, 0n);
  if (json) printJson(terminal, { code, lines: lines.length, held: `${held}` });
  else if (code === 'done') {
    print(terminal, `${lines.length} lines disputed: ${formatMoney(money(held))} to be held back`);
  } else print(terminal, `refused: ${code}`);
  return code === 'done' ? STATUS.done : STATUS.no;
}

export interface VerifyDisputeOptions {
  readonly run?: string;
  readonly json?: boolean;
}

/** Needs no node: the file itself, and where it is given the run that `decisions` shows to checkers. */
export function verifyDispute(
  terminal: Terminal,
  file: string,
  options: VerifyDisputeOptions,
): Status {
  const evidence = readAs(file, (value) => evidenceFileCodec.fromJson(value, file));
  const run = options.run === undefined ? undefined : readAs(options.run, runIn);
  const findings = evidenceFindings(sha256, evidence, run);
  if (options.json === true) printJson(terminal, { clean: findings.length === 0, findings });
  else if (findings.length === 0) {
    const against = run === undefined ? 'the lines root that it names' : 'the run';
    print(terminal, `${evidence.lines.length} lines, each proven against ${against}`);
  } else for (const finding of findings) print(terminal, finding);
  return findings.length === 0 ? STATUS.done : STATUS.no;
}

/** As the node answers it: the run beside its hash; or the run alone. */
function runIn(value: JsonValue): Run {
  const isAnswer = typeof value === 'object' && value !== null && 'run' in value;
  return runCodec.fromJson(isAnswer ? (value as { run: JsonValue }).run : value, 'run');
}

function readAs<T>(file: string, read: (value: JsonValue) => T): T {
  try {
    const reading = readStrictJsonText(readFileSync(file, 'utf8'), { bytes: FILE_BYTES_MAX });
    if (!reading.ok) throw new RangeError(reading.reason);
    return read(reading.value);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new UsageError(file, 'a file of this kind', error.message);
  }
}
