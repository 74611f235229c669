/** What a submitter is told, and what became of a block. */

import type { BlockOutcome, Execution, Refusal, TransactionReceipt } from '@commonwatt/ledger';

/** Refused at the door: nothing was consumed, and the same transaction may be sent again. */
export interface RefusedAtDoor {
  readonly status: 'refused';
  readonly refusal: Refusal;
}

/** It stands in a block that is on disk. What the block did with it is in the receipt. */
export interface Committed {
  readonly status: 'committed';
  readonly height: number;
  /** The hash of the block. */
  readonly hash: Uint8Array;
  readonly timeMs: number;
  readonly transactionIndex: number;
  readonly receipt: TransactionReceipt;
  /** Why the whole transaction was refused in the block; nothing when its actions were heard. */
  readonly refusal: Refusal | undefined;
  /** One entry per action that was heard: why it was refused, or nothing when it was done. */
  readonly actions: readonly (Refusal | undefined)[];
}

export type SubmitAnswer = RefusedAtDoor | Committed;

/** A block after its commit, with the transactions as they stand in it. */
export interface CommittedBlock extends BlockOutcome {
  readonly transactions: readonly Uint8Array[];
}

const namesOfExecution = new WeakMap<Execution, ReadonlyMap<number, string>>();

/** Receipts hold numbers; people and programs are told the code's name. */
function refusalOf(execution: Execution, code: number): Refusal | undefined {
  if (code === 0) return undefined;
  let names = namesOfExecution.get(execution);
  if (names === undefined) {
    names = new Map([...execution.refusals].map(([name, number]) => [number, name] as const));
    namesOfExecution.set(execution, names);
  }
  const name = names.get(code);
  if (name === undefined) throw new Error(`receipt: refusal number ${code} has no name`);
  return { code: name };
}

/** The answer for the transaction at one position of a committed block. */
export function answerAt(block: CommittedBlock, at: number, execution: Execution): Committed {
  const receipt = block.receipts[at];
  if (receipt === undefined) throw new Error(`answer: the block has no transaction ${at}`);
  return {
    status: 'committed',
    height: block.header.height,
    hash: block.hash,
    timeMs: block.header.timeMs,
    transactionIndex: at,
    receipt,
    refusal: refusalOf(execution, receipt.code),
    actions: receipt.actions.map((code) => refusalOf(execution, code)),
  };
}
