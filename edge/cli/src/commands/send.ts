/**
 * `commonwatt send`: transactions that were signed before, in hex, one a line; one verdict a line, in
 * order. For bytes that were signed elsewhere, and for those whose outcome was left unknown: the same
 * bytes have one effect, however often they are sent. No key is needed, for none signs here.
 */

import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  ClientError,
  checkpointMemory,
  pinLedger,
  StepFault,
  UnprovenAnswerError,
  type VerifiedSubmission,
  type Verifier,
  verifySubmission,
} from '@commonwatt/client';
import { fileCheckpointStore } from '@commonwatt/client/node';
import { NodeCrypto } from '@commonwatt/consensus';
import { DecodeError, fromHex } from '@commonwatt/ledger';
import { type InputLine, inputLines } from '../terminal/input-lines.ts';
import { STATUS, type Status } from '../terminal/status.ts';
import { type Terminal, written } from '../terminal/terminal.ts';
import { answered, publicSession, type SessionOptions } from './member/session.ts';

/** The most that a transaction may have, in hex, and some blanks. */
const LINE_BYTES_MAX = 2 * 524_288 + 16;

/** What became of one line. */
type Verdict =
  | VerifiedSubmission
  /** The node or its ledger did not take it, or what it answered does not hold. */
  | { readonly code: string; readonly facts?: unknown; readonly reason?: string };

export function send(terminal: Terminal, options: SessionOptions): Promise<Status> {
  return answered(terminal, async () => {
    const { client, json } = publicSession(terminal, options);
    const { chain } = options;
    const ledger = await pinLedger(client, chain === undefined ? {} : { chain });
    const crypto = new NodeCrypto();
    const home = terminal.environment.COMMONWATT_HOME ?? join(homedir(), '.commonwatt');
    const memory = checkpointMemory(crypto, fileCheckpointStore(home), ledger);
    const verifier = { client, ledger, memory, crypto };
    let status: Status = STATUS.done;
    for await (const lines of inputLines(terminal.stdin, LINE_BYTES_MAX)) {
      for (const line of lines) {
        const verdict = await verdictOn(verifier, line);
        const isDone = 'actions' in verdict && verdict.actions.every((code) => code === 'done');
        if (!isDone || verdict.code !== 'done') status = STATUS.no;
        await written(terminal.stdout, `${json ? JSON.stringify(verdict) : wordsOf(verdict)}\n`);
      }
    }
    return status;
  });
}

async function verdictOn(verifier: Verifier, line: InputLine): Promise<Verdict> {
  if ('fault' in line) return { code: 'malformed_line', reason: line.fault };
  const transaction = Buffer.from(line.bytes).toString('latin1').trim();
  if (!/^([0-9a-f]{2})+$/.test(transaction)) {
    return { code: 'malformed_line', reason: 'line: expected a transaction in lower-case hex' };
  }
  try {
    const answer = await verifier.client.submitTransaction({ body: { transaction } });
    return await verifySubmission(verifier, { bytes: fromHex(transaction), answer });
  } catch (error) {
    if (error instanceof ClientError && error.code !== 'unreachable') return refusalOf(error);
    const isUnproven =
      error instanceof UnprovenAnswerError ||
      error instanceof StepFault ||
      error instanceof DecodeError;
    if (isUnproven) return { code: 'answer_unproven', reason: error.message };
    throw error;
  }
}

/** The ledger's own code where it was the ledger that refused. */
function refusalOf({ code, facts }: ClientError): Verdict {
  const own = facts.code;
  return { code: code === 'refused' && typeof own === 'string' ? own : code, facts };
}

function wordsOf(verdict: Verdict): string {
  if (!('actions' in verdict))
    return verdict.reason ? `${verdict.code}: ${verdict.reason}` : verdict.code;
  const { transactionId, height, code, actions } = verdict;
  return `${transactionId} in block ${height}, proven: ${code === 'done' ? actions.join(' ') : code}`;
}
