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
  type RunInput,
  runHash,
  type SignRun,
  signRunCodec,
} from '@commonwatt/contracts';
import { equalBytes, type Sha256 } from '@commonwatt/ledger';
import { actionOf, type Officer } from '../officer.ts';

/** What re-executing a run came to. */
export interface RunCheck {
  readonly agrees: boolean;
  readonly runHash: Uint8Array;
  /** The parts that are not the same, by name; empty when the checker agrees. */
  readonly differences: readonly string[];
}

/** Computes the run that the input gives, and compares. */
export function checkRun(sha256: Sha256, input: RunInput, proposed: OpenRun['run']): RunCheck {
  const { run } = computeRun(sha256, input);
  const hash = runHash(sha256, proposed);
  const agrees = equalBytes(runHash(sha256, run), hash);
  return { agrees, runHash: hash, differences: agrees ? [] : differencesOfRuns(run, proposed) };
}

const REASON_LENGTH_MAX = 500;

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
  const reason = `differs in ${check.differences.join(', ')}`.slice(0, REASON_LENGTH_MAX);
  const message = { periodFromMs, runHash: check.runHash, reason, lines: [] };
  await checker.submit([actionOf<DisputeRun>(ACTION.disputeRun, disputeRunCodec, message)]);
  return 'disputed';
}
