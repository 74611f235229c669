/** A member of the demonstration at its own device: signs batches and knows its next sequence. */

import type { SubmitAnswer } from '@commonwatt/consensus';
import { lanes } from '@commonwatt/contracts';
import { type Action, type Refusal, type Signer, signTransaction } from '@commonwatt/ledger';
import type { CommunityNode } from '@commonwatt/node';

const VALID_MS = 3_600_000;

/** What became of a batch: refused as a whole, or one answer for each action. */
export type BatchAnswer =
  | { readonly refusal: Refusal }
  | { readonly refusal: undefined; readonly actions: readonly (Refusal | undefined)[] };

/** Sends a batch in lane 0 of a key and waits until it stands in a block on disk. */
export async function sendBatch(
  node: CommunityNode,
  signer: Signer,
  actions: readonly Action[],
): Promise<BatchAnswer> {
  const key = signer.publicKey;
  const nowMs = Math.max(node.clock.nowMs(), node.ledger.info().timeMs);
  const bytes = signTransaction(
    node.crypto,
    signer,
    {
      chain: node.ledger.chain,
      onBehalfOf: undefined,
      lane: 0,
      sequence: node.ledger.state.get(lanes, { key, lane: 0 })?.next ?? 0,
      validFromMs: nowMs - VALID_MS,
      validUntilMs: nowMs + VALID_MS,
      atomic: false,
    },
    actions,
  );
  const answer: SubmitAnswer = await node.engine.submit(bytes);
  if (answer.status === 'refused') return { refusal: answer.refusal };
  if (answer.refusal !== undefined) return { refusal: answer.refusal };
  return { refusal: undefined, actions: answer.actions };
}
