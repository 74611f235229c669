/** What a node answers to a transaction is believed once its receipt is proven. */
import { refusalCode } from '@commonwatt/contracts';
import {
  decode,
  fromHex,
  leafHash,
  readTransaction,
  receiptCodec,
  toHex,
  verifyInclusion,
} from '@commonwatt/ledger';
import type { RouteAnswer } from '../http/typed-client.ts';
import { demandInHistory, latestCheckpoint, readHeader, type Verifier } from './proven-block.ts';
import { demand } from './steps.ts';

/** What became of a batch, proven under a signed checkpoint that extends the last one kept. */
export interface VerifiedSubmission {
  readonly transactionId: string;
  readonly height: number;
  readonly blockHash: string;
  /** The block's time. */
  readonly timeMs: number;
  /** `done`, or why the whole batch was refused. */
  readonly code: string;
  /** `done` or the refusal code of each action. */
  readonly actions: readonly string[];
  /** How many blocks the checkpoint covers that proves it. */
  readonly checkpointSize: number;
}

/** The node's answer does not prove what it says. Keep it: it may be evidence. */
export class UnprovenAnswerError extends Error {
  override readonly name = 'UnprovenAnswerError';
  readonly transactionId: string;
  /** Facts for whoever looks into it: two signed checkpoints that contradict each other, say. */
  readonly facts: unknown;

  constructor(transactionId: string, reason: string, facts?: unknown) {
    super(`transaction ${transactionId}: ${reason}`);
    this.transactionId = transactionId;
    this.facts = facts;
  }
}

/**
 * Recomputes the receipt's leaf, follows it to the block's header, and the header into the history
 * of a checkpoint that extends the last one kept.
 * @throws StepFault or DecodeError naming what does not hold, UnprovenAnswerError for a checkpoint
 * that cannot be taken.
 */
export async function verifySubmission(
  verifier: Verifier,
  asked: {
    readonly bytes: Uint8Array;
    readonly answer: RouteAnswer<'submitTransaction'>;
  },
): Promise<VerifiedSubmission> {
  const { client, crypto } = verifier;
  const { answer } = asked;
  const { height } = answer;
  const transactionId = toHex(readTransaction(crypto, asked.bytes).id);
  demandReceipt(transactionId, answer);
  const { headerBytes } = await client.blockDetail({ params: { height } });
  const { header, hash } = readHeader(verifier, { height, headerBytes });
  const { leaf, index, proof } = answer.receipt;
  const proven = verifyInclusion(crypto.sha256, {
    leafHash: leafHash(crypto.sha256, fromHex(leaf)),
    index,
    size: header.receiptCount,
    proof: proof.map(fromHex),
    root: header.receiptsRoot,
  });
  demand(proven, () => `receipt: not under the receipts root of block ${height}`);
  const blockHash = toHex(hash);
  demand(
    blockHash === answer.blockHash,
    () => `block: expected ${blockHash}, got ${answer.blockHash}`,
  );
  const outcome = await latestCheckpoint(verifier);
  if (!outcome.ok) {
    throw new UnprovenAnswerError(transactionId, outcome.refusal.code, outcome.refusal);
  }
  const { checkpoint } = outcome;
  const history = await client.blockProof({ params: { height }, query: { size: checkpoint.size } });
  demandInHistory(verifier, checkpoint, { height, hash, proof: history.proof });
  const { code, actions } = answer;
  const { timeMs } = header;
  return {
    transactionId,
    height,
    blockHash,
    timeMs,
    code,
    actions,
    checkpointSize: checkpoint.size,
  };
}

/** The leaf is the receipt of this very transaction, and says what the answer says. */
function demandReceipt(transactionId: string, answer: RouteAnswer<'submitTransaction'>): void {
  const receipt = decode(receiptCodec, fromHex(answer.receipt.leaf), 'receipt');
  const named = toHex(receipt.transactionId);
  demand(named === transactionId, () => `receipt: expected of ${transactionId}, got of ${named}`);
  const told = [answer.code, ...answer.actions];
  const written = [receipt.code, ...receipt.actions].map(codeName);
  demand(told.join() === written.join(), () => {
    return `receipt: expected ${written.join()}, got ${told.join()}`;
  });
}

function codeName(code: number): string {
  return code === 0 ? 'done' : (refusalCode(code) ?? `code ${code}`);
}
