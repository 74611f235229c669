/**
 * Two clients compare the last checkpoints they kept. If whoever runs the ledger showed them two
 * histories, one exchange finds out, and what comes out of it convinces a stranger: see `verifyFork`.
 * A node that then refuses to prove anything is found out too, but not convicted by it.
 */
import { type Crypto, equalBytes } from '@commonwatt/ledger';
import type {
  CheckpointMemory,
  OfferedCheckpointRefusal,
  PinnedLedger,
} from './checkpoint-memory.ts';
import { type ForkEvidence, verifyFork } from './verify/fork.ts';

/** What a client's own node serves it of the history it shows it. */
export interface HistoryView {
  /** That the tree of `size1` blocks grew into that of `size2`. */
  consistencyProof(size1: number, size2: number): Promise<readonly Uint8Array[]>;
  /** The hash of the header at `index`, and that it stands in the tree of `size` blocks. */
  inclusion(
    index: number,
    size: number,
  ): Promise<{ readonly leafHash: Uint8Array; readonly proof: readonly Uint8Array[] }>;
}

export interface ExchangeParty {
  readonly memory: CheckpointMemory;
  readonly view: HistoryView;
}

export type ExchangeOutcome =
  /** One of the two has seen nothing yet. */
  | { readonly code: 'nothing_to_compare' }
  /** Both now remember the larger checkpoint. */
  | { readonly code: 'consistent'; readonly size: number }
  /** Two histories under one signature: `forkRequest` makes a line for `commonwatt verify` of it. */
  | { readonly code: 'fork'; readonly evidence: ForkEvidence }
  /** Not shown to be one history, and no proof to be had that it is two. Believe neither. */
  | {
      readonly code: 'unproven';
      readonly refusal: OfferedCheckpointRefusal;
      /** What the nodes said when they were asked for proof. */
      readonly faults: readonly string[];
    };

/** Headers that are compared, newest first: in a chain the newest one differs already. */
const HEADERS_MAX = 1_000;

/** One exchange. Both parties hold the same pins; neither takes the other's word for anything. */
export async function exchangeCheckpoints(
  crypto: Crypto,
  ledger: PinnedLedger,
  parties: readonly [ExchangeParty, ExchangeParty],
): Promise<ExchangeOutcome> {
  const [a, b] = await Promise.all(parties.map(keptBy));
  if (a === undefined || b === undefined) return { code: 'nothing_to_compare' };
  const [behind, ahead] = a.size <= b.size ? [a, b] : [b, a];
  const faults: string[] = [];
  const outcome = await behind.memory.take({
    note: ahead.note,
    async consistencyProof(size1, size2) {
      const proof = await asked(faults, () => ahead.view.consistencyProof(size1, size2));
      return proof ?? [];
    },
  });
  if (outcome.ok) return { code: 'consistent', size: outcome.checkpoint.size };
  const { refusal } = outcome;
  const { keys } = ledger;
  const notes = [behind.note, ahead.note] as const;
  if (refusal.code === 'checkpoint_split' && verifyFork(crypto, { notes, keys }).ok) {
    return { code: 'fork', evidence: { notes, keys } };
  }
  const evidence = await differingHeader(crypto, { behind, ahead, keys, faults });
  return evidence === undefined
    ? { code: 'unproven', refusal, faults }
    : { code: 'fork', evidence };
}

interface Kept extends ExchangeParty {
  readonly note: string;
  readonly size: number;
}

async function keptBy({ memory, view }: ExchangeParty): Promise<Kept | undefined> {
  const [note, last] = [await memory.lastNote(), await memory.last()];
  return note === undefined || last === undefined
    ? undefined
    : { memory, view, note, size: last.size };
}

async function differingHeader(
  crypto: Crypto,
  asking: {
    readonly behind: Kept;
    readonly ahead: Kept;
    readonly keys: readonly string[];
    readonly faults: string[];
  },
): Promise<ForkEvidence | undefined> {
  const { behind, ahead, keys, faults } = asking;
  const notes = [behind.note, ahead.note] as const;
  const least = Math.max(0, behind.size - HEADERS_MAX);
  for (let index = behind.size - 1; index >= least; index--) {
    const ofBehind = await asked(faults, () => behind.view.inclusion(index, behind.size));
    const ofAhead = await asked(faults, () => ahead.view.inclusion(index, ahead.size));
    if (ofBehind === undefined || ofAhead === undefined) return undefined;
    if (equalBytes(ofBehind.leafHash, ofAhead.leafHash)) continue;
    const leafHashes = [ofBehind.leafHash, ofAhead.leafHash] as const;
    const proofs = [ofBehind.proof, ofAhead.proof] as const;
    const evidence = { notes, keys, forked: { index, leafHashes, proofs } };
    const verdict = verifyFork(crypto, evidence);
    if (verdict.ok) return evidence;
    faults.push(verdict.reason);
    return undefined;
  }
  return undefined;
}

/** An answer, or nothing and the reason kept. */
async function asked<T>(faults: string[], question: () => Promise<T>): Promise<T | undefined> {
  try {
    return await question();
  } catch (fault) {
    faults.push(fault instanceof Error ? fault.message : String(fault));
    return undefined;
  }
}
