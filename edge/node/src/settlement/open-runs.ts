/**
 * A checker's look at a ledger's folder: every run that stands open is executed again from the ledger
 * and an auditor's file of readings. Nothing is taken from whoever proposed it but what it says it is.
 */

import { LmdbStorage, NodeCrypto } from '@commonwatt/consensus';
import {
  ACTION,
  type DisputeRun,
  disputeRunCodec,
  type OpenRun,
  openRuns,
  ownersOf,
  type Run,
  type RunInput,
  ruleBook,
  type SignRun,
  settledPeriods,
  signRunCodec,
} from '@commonwatt/contracts';
import { type Action, type Crypto, Ledger, toHex } from '@commonwatt/ledger';
import { actionOf } from '../officer.ts';
import { readingSlotLengthMs } from '../personal/readings-store.ts';
import { Projections } from '../projections/projections.ts';
import { commitmentsAt, connectionMeters, openedPeriod, reopenedPeriod } from './opened-period.ts';
import { type ReadingsFile, readReadingsFile } from './readings-file.ts';
import { checkRun, disputeReason, type RunCheck } from './run-check.ts';

/** An open run and what executing it again came to; nothing where the file cannot open it. */
export interface OpenRunCheck {
  readonly run: Run;
  readonly runHash: Uint8Array;
  readonly signedBy: readonly number[];
  readonly check: RunCheck | { readonly unopened: string };
}

/**
 * Executes the open runs of the ledger in `dir` again, by rising period.
 * @throws RangeError when the file belongs to another ledger.
 */
export async function checkOpenRuns(options: {
  readonly dir: string;
  /** The auditor's file. */
  readonly readings: string;
}): Promise<{ readonly chain: Uint8Array; readonly runs: readonly OpenRunCheck[] }> {
  const crypto = new NodeCrypto();
  const storage = new LmdbStorage(options.dir, { readOnly: true });
  try {
    const ledger = new Ledger({ crypto, storage, rules: ruleBook });
    ledger.open();
    const projections = new Projections(ledger, crypto);
    projections.rebuild();
    const file = await readReadingsFile(options.readings, crypto.sha256);
    const chain = toHex(ledger.chain);
    if (file.chain !== chain) {
      throw new RangeError(`readings file: expected chain ${chain}, got ${file.chain}`);
    }
    const runs = ledger.state.entries(openRuns).map(([{ runHash }, open]): OpenRunCheck => {
      const { run, signedBy } = open;
      return { run, runHash, signedBy, check: again(crypto, { ledger, projections, file }, open) };
    });
    return { chain: ledger.chain, runs };
  } finally {
    await storage.close();
  }
}

interface Known {
  readonly ledger: Ledger;
  readonly projections: Projections;
  readonly file: ReadingsFile;
}

function again(crypto: Crypto, known: Known, { run }: OpenRun): OpenRunCheck['check'] {
  const { ledger, projections, file } = known;
  const trades = projections.tradesIn(run.periodFromMs, run.periodUntilMs);
  const concerned = [
    ...trades.flatMap(({ terms }) => [terms.seller, terms.buyer]),
    ...ownersOf(connectionMeters(ledger.state), commitmentsAt(ledger, run)),
  ];
  const absent = concerned.find((member) => !file.has(member));
  if (absent !== undefined) return { unopened: `the file holds nothing of member ${absent}` };
  return checkRun(crypto.sha256, inputOfRun(crypto, known, run), run);
}

/** The checker goes by the stage that the run names: whether it may have it the ledger judges. */
function inputOfRun({ sha256 }: Crypto, { ledger, projections, file }: Known, run: Run): RunInput {
  const { periodFromMs, periodUntilMs, stage } = run;
  const given = {
    periodFromMs,
    periodUntilMs,
    slotLengthMs: readingSlotLengthMs(ledger),
    personal: file,
  };
  const last = ledger.state.get(settledPeriods, periodFromMs);
  if (run.sequence === 0 || last === undefined) {
    return { ...openedPeriod(ledger, sha256, given), stage };
  }
  const trades = projections.tradesIn(periodFromMs, periodUntilMs);
  return reopenedPeriod(ledger, sha256, {
    ...given,
    trades: trades.map(({ id, terms }) => [id, terms]),
    last,
    stage,
  });
}

/** What a checker says of a run on the ledger: its signature, or what differs first. */
export function answerTo({ run, runHash }: OpenRunCheck, check: RunCheck): Action {
  const { periodFromMs } = run;
  if (check.agrees) {
    return actionOf<SignRun>(ACTION.signRun, signRunCodec, { periodFromMs, runHash });
  }
  const message = { periodFromMs, runHash, reason: disputeReason(check), lines: [] };
  return actionOf<DisputeRun>(ACTION.disputeRun, disputeRunCodec, message);
}
