/** A block's header, proven to stand in the history that the pinned ledger's keys have signed. */
import {
  type Checkpoint,
  type Crypto,
  decode,
  fromHex,
  type Header,
  headerCodec,
  leafHash,
  toHex,
  verifyInclusion,
} from '@commonwatt/ledger';
import type { CheckpointMemory, CheckpointOutcome, PinnedLedger } from '../checkpoint-memory.ts';
import type { Client } from '../http/typed-client.ts';
import { demand } from './steps.ts';

/** Whom to ask, and what to hold the answers against. */
export interface Verifier {
  readonly client: Client;
  readonly crypto: Crypto;
  readonly ledger: PinnedLedger;
  readonly memory: CheckpointMemory;
}

/**
 * The node's latest checkpoint, taken only if it extends the last one that was kept. One that is
 * behind is what a slow answer looks like: then the kept one serves, which the node must know too.
 */
export async function latestCheckpoint({ client, memory }: Verifier): Promise<CheckpointOutcome> {
  const outcome = await memory.take({
    note: await client.checkpointNote(),
    async consistencyProof(from, to) {
      const { proof } = await client.consistencyProof({ query: { from, to } });
      return proof.map(fromHex);
    },
  });
  if (outcome.ok || outcome.refusal.code !== 'checkpoint_behind') return outcome;
  const kept = await memory.last();
  return kept === undefined ? outcome : { ok: true, checkpoint: kept };
}

/** The header of a block from its bytes, as the node gives them in hex. */
export function readHeader(
  { crypto, ledger }: Pick<Verifier, 'crypto' | 'ledger'>,
  given: { readonly height: number; readonly headerBytes: string },
): { readonly header: Header; readonly hash: Uint8Array } {
  const bytes = fromHex(given.headerBytes);
  const header = decode(headerCodec, bytes, 'header');
  const chain = toHex(header.chain);
  demand(chain === ledger.chain, () => `chain: expected ${ledger.chain}, got ${chain}`);
  demand(header.height === given.height, () => {
    return `height: expected ${given.height}, got ${header.height}`;
  });
  return { header, hash: leafHash(crypto.sha256, bytes) };
}

/** @throws StepFault unless the hash is the leaf at the height in the checkpoint's tree. */
export function demandInHistory(
  { crypto }: Pick<Verifier, 'crypto'>,
  checkpoint: Checkpoint,
  leaf: { readonly height: number; readonly hash: Uint8Array; readonly proof: readonly string[] },
): void {
  const proven = verifyInclusion(crypto.sha256, {
    leafHash: leaf.hash,
    index: leaf.height,
    size: checkpoint.size,
    proof: leaf.proof.map(fromHex),
    root: checkpoint.root,
  });
  demand(proven, () => `height ${leaf.height} is not in the history of ${checkpoint.size} blocks`);
}
