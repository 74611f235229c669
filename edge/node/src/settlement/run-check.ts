/**
 * A checker's part: executes a proposed run again from the readings it is entitled to, and signs or
 * disputes. Its own computation is the only thing it goes by.
 */

import {
  ACTION,
  computeRun,
  type DisputeRun,
  differencesOfRuns,
  disputeRunCodec,
  type OpenRun,
  type Run,
  type RunInput,
  runHash,
  type SignRun,
  signRunCodec,
} from '@commonwatt/contracts';
import { equalBytes, type Sha256, toHex } from '@commonwatt/ledger';
import { actionOf, type Officer } from '../officer.ts';

/** What re-executing a run came to. */
export interface RunCheck {
  readonly agrees: boolean;
  readonly runHash: Uint8Array;
  /** The parts that are not the same, by name; empty when the checker agrees. */
  readonly differences: readonly string[];
  /** The first of them field by field: what the checker computed, and what the run says. */
  readonly first: string | undefined;
}

/** Computes the run that the input gives, and compares. */
export function checkRun(sha256: Sha256, input: RunInput, proposed: OpenRun['run']): RunCheck {
  const { run } = computeRun(sha256, input);
  const hash = runHash(sha256, proposed);
  const agrees = equalBytes(runHash(sha256, run), hash);
  if (agrees) return { agrees, runHash: hash, differences: [], first: undefined };
  const differences = differencesOfRuns(run, proposed);
  return { agrees, runHash: hash, differences, first: firstDifference(run, proposed) };
}

type Fields = Readonly<Record<string, unknown>>;

/** The first field, in the order of a run's own, in which two runs differ. */
function firstDifference(own: Run, proposed: Run): string | undefined {
  const { slotTotals: ownTotals, postings: ownPostings, ...ownHead } = own;
  const { slotTotals, postings, ...head } = proposed;
  const totalsOf = (list: Run['slotTotals']) => new Map(list.map((one) => [one.slotMs, one]));
  const postingsOf = (list: Run['postings']) => new Map(list.map((one) => [one.member, one]));
  return (
    fieldThatDiffers('run', { ...ownHead }, { ...head }) ??
    entryThatDiffers('slot', totalsOf(ownTotals), totalsOf(slotTotals)) ??
    entryThatDiffers('member', postingsOf(ownPostings), postingsOf(postings))
  );
}

function entryThatDiffers(
  what: string,
  own: ReadonlyMap<number, object>,
  proposed: ReadonlyMap<number, object>,
): string | undefined {
  for (const key of [...new Set([...own.keys(), ...proposed.keys()])].sort((a, b) => a - b)) {
    const [x, y] = [own.get(key), proposed.get(key)];
    if (x === undefined || y === undefined) {
      return `${what} ${key}: expected ${x ? 'it' : 'none'}, got ${y ? 'it' : 'none'}`;
    }
    const found = fieldThatDiffers(`${what} ${key}`, { ...x }, { ...y });
    if (found !== undefined) return found;
  }
  return undefined;
}

function fieldThatDiffers(place: string, own: Fields, proposed: Fields): string | undefined {
  const name = Object.keys(own).find((one) => textOf(own[one]) !== textOf(proposed[one]));
  if (name === undefined) return undefined;
  return `${place}: ${name}: expected ${textOf(own[name])}, got ${textOf(proposed[name])}`;
}

function textOf(value: unknown): string {
  return value instanceof Uint8Array ? toHex(value) : String(value);
}

const REASON_LENGTH_MAX = 500;

/** Everyone reads it: it names parts, and no figure of a member. */
export function disputeReason({ differences }: RunCheck): string {
  return `differs in ${differences.join(', ')}`.slice(0, REASON_LENGTH_MAX);
}

/** Says so on the ledger: a signature, or a dispute that names the first differences. */
export async function answerRun(
  checker: Officer,
  run: OpenRun['run'],
  check: RunCheck,
): Promise<'signed' | 'disputed'> {
  const { periodFromMs } = run;
  if (check.agrees) {
    const message = { periodFromMs, runHash: check.runHash };
    await checker.submit([actionOf<SignRun>(ACTION.signRun, signRunCodec, message)]);
    return 'signed';
  }
  const message = { periodFromMs, runHash: check.runHash, reason: disputeReason(check), lines: [] };
  await checker.submit([actionOf<DisputeRun>(ACTION.disputeRun, disputeRunCodec, message)]);
  return 'disputed';
}
