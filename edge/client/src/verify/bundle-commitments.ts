/** A proof file's commitments to readings: signed, in a block, and done. */
import { ACTION, type CommitReadings, commitReadingsCodec } from '@commonwatt/contracts';
import {
  type Crypto,
  decode,
  envelopeCodec,
  equalBytes,
  leafHash,
  signedBytes,
} from '@commonwatt/ledger';
import { rootOfPath } from './action-root.ts';
import { type Happened, placeName, SignatureJudge } from './bundle-entries.ts';
import type { Bundle, BundleCommitment } from './bundle-format.ts';
import { demand, type Findings, StepFault } from './steps.ts';

/** The root over one meter's readings of one period, as the ledger holds it. */
export interface CommittedRoot {
  readonly meter: number;
  readonly periodFromMs: number;
  readonly periodUntilMs: number;
  readonly root: Uint8Array;
}

const TYPE_BYTES = 2;

export function checkCommitments(
  crypto: Crypto,
  bundle: Bundle,
  { happened, findings }: { readonly happened: Happened; readonly findings: Findings },
): readonly CommittedRoot[] {
  const judge = new SignatureJudge(crypto);
  const seen = new Set<string>();
  return bundle.commitments.flatMap((commitment, at) => {
    const place = `commitments[${at}]`;
    const name = `${placeName(commitment)}/${commitment.actionIndex}`;
    findings.note(!seen.has(name), () => `${place}: stands twice`);
    seen.add(name);
    const read = findings.attempt(() => {
      demandDone(crypto, bundle, { judge, commitment, place, happened });
      return readAction(commitment, place);
    });
    if (read === undefined) return [];
    const { periodFromMs, periodUntilMs, roots } = read;
    return roots.map(({ meter, root }) => ({ meter, root, periodFromMs, periodUntilMs }));
  });
}

/**
 * The batch's other actions stay unseen: the path gives the root, root and envelope give the bytes
 * that were signed, and their hash is the id that the block's receipt names.
 */
function demandDone(
  crypto: Crypto,
  { chain }: Bundle,
  part: {
    readonly judge: SignatureJudge;
    readonly commitment: BundleCommitment;
    readonly place: string;
    readonly happened: Happened;
  },
): void {
  const { judge, commitment, place, happened } = part;
  const { action, actionIndex, actionCount, signature } = commitment;
  const { sha256 } = crypto;
  const envelope = decode(envelopeCodec, commitment.envelope, `${place}.envelope`);
  demand(equalBytes(envelope.chain, chain), () => `${place}.envelope: of another chain`);
  const root = rootOfPath(sha256, {
    leafHash: leafHash(sha256, action),
    index: actionIndex,
    size: actionCount,
    proof: commitment.actionProof,
  });
  if (root === undefined)
    throw new StepFault(`${place}: the path does not fit ${actionCount} actions`);
  const signed = signedBytes(envelope, actionCount, root);
  demand(judge.isGood(envelope.sender, signed, signature), () => `${place}: signature wrong`);
  const receipt = happened.receipts.get(placeName(commitment));
  demand(receipt !== undefined && equalBytes(receipt.transactionId, sha256(signed)), () => {
    return `${place}: no receipt of it at ${placeName(commitment)}`;
  });
  const isDone = receipt.code === 0 && receipt.actions[actionIndex] === 0;
  demand(isDone, () => `${place}: the ledger refused it`);
}

function readAction({ action }: BundleCommitment, place: string): CommitReadings {
  const type = (action[0] ?? 0) * 256 + (action[1] ?? 0);
  demand(type === ACTION.commitReadings, () => {
    return `${place}.action: expected type ${ACTION.commitReadings}, got ${type}`;
  });
  return decode(commitReadingsCodec, action.subarray(TYPE_BYTES), `${place}.action`);
}
