/**
 * Remembers the last checkpoint that was seen of a ledger and takes none that does not extend it.
 * Whoever runs the ledger can then not show this client one history today and another tomorrow: an
 * earlier head, or a head over altered blocks, is refused, and two signed heads of one size are
 * kept as the proof of it.
 *
 * The first checkpoint is believed on its signatures alone; ask for those of independent witnesses.
 *
 * A ledger that was restored from a backup goes on in a new epoch. A memory that has seen none of
 * the lost blocks follows by itself; one that has does so only at a person's word.
 */
import {
  type Checkpoint,
  type CheckpointRefusal,
  type Crypto,
  epochOfOrigin,
  equalBytes,
  type NoteRefusal,
  parseCheckpoint,
  parseNote,
  verifyConsistency,
  verifyNote,
} from '@commonwatt/ledger';

export const CHECKPOINT_NOTE_LENGTH_MAX = 65_536;

/** Two programs that share a store can disturb each other this often before it is a fault. */
const ATTEMPTS_MAX = 4;

/** Where checkpoints are kept between runs: notes by chain, the hash of its genesis in hex. */
export interface CheckpointStore {
  get(chain: string): Promise<string | undefined>;
  /** Replaces `previous`, and only that; false, and no change, where something else is kept. */
  put(chain: string, note: string, previous: string | undefined): Promise<boolean>;
}

/** What is known of a ledger before anything it says: never taken from the ledger itself. */
export interface PinnedLedger {
  /** The hash of the genesis document, 64 lower-case hexadecimal digits. */
  readonly chain: string;
  /** The ledger's name, the first line of its checkpoints: see `epochOrigin` for later epochs. */
  readonly origin: string;
  /** Verifier keys of the ledger and of witnesses. */
  readonly keys: readonly string[];
  /** How many of them must have signed. */
  readonly threshold: number;
}

export interface CheckpointOffer {
  readonly note: string;
  /** Asks whoever offers it for the proof that the tree of `size1` grew into that of `size2`. */
  consistencyProof(size1: number, size2: number): Promise<readonly Uint8Array[]>;
}

export type OfferedCheckpointRefusal =
  | { readonly code: 'checkpoint_too_long'; readonly length: number }
  | { readonly code: 'checkpoint_not_verified'; readonly reason: NoteRefusal | CheckpointRefusal }
  | { readonly code: 'checkpoint_of_another_ledger'; readonly origin: string }
  /** An earlier head than the one remembered: this side lags, or hides what came after. */
  | { readonly code: 'checkpoint_behind'; readonly size: number; readonly remembered: number }
  /** One size, two roots, both signed: together the notes convict whoever signed them. */
  | { readonly code: 'checkpoint_split'; readonly evidence: readonly [string, string] }
  /** Larger, but not shown to contain what was there before. */
  | {
      readonly code: 'checkpoint_not_extending';
      readonly size: number;
      readonly remembered: number;
    }
  /** Of an epoch that ended: what it holds may have been lost since. */
  | { readonly code: 'checkpoint_epoch_over'; readonly epoch: number; readonly remembered: number }
  /**
   * The ledger was restored and lacks blocks below the remembered size: whoever runs it says so by
   * the epoch, and both notes show it. `take` follows once a person accepts the loss.
   */
  | {
      readonly code: 'checkpoint_epoch_lost';
      readonly epoch: number;
      readonly size: number;
      readonly remembered: number;
      readonly notes: readonly [string, string];
    };

export type CheckpointOutcome =
  | { readonly ok: true; readonly checkpoint: Checkpoint }
  | { readonly ok: false; readonly refusal: OfferedCheckpointRefusal };

export interface CheckpointMemory {
  /** The last checkpoint that was taken. */
  last(): Promise<Checkpoint | undefined>;
  /** Its note, to show to others: see `exchangeCheckpoints`. */
  lastNote(): Promise<string | undefined>;
  /** Takes the checkpoint and remembers it, or says why not and remembers what it did before. */
  take(offer: CheckpointOffer, options?: TakeOptions): Promise<CheckpointOutcome>;
}

export interface TakeOptions {
  /** A person was told that this epoch lost blocks they had seen, and goes on all the same. */
  readonly acceptLossOfEpoch?: number;
}

export function checkpointMemory(
  crypto: Crypto,
  store: CheckpointStore,
  ledger: PinnedLedger,
): CheckpointMemory {
  if (!/^[0-9a-f]{64}$/.test(ledger.chain)) {
    throw new RangeError(`chain: expected 64 lower-case hex digits, got '${ledger.chain}'`);
  }
  return {
    async last() {
      const note = await store.get(ledger.chain);
      return note === undefined ? undefined : remembered(note, ledger);
    },
    lastNote: () => store.get(ledger.chain),
    async take(offer, { acceptLossOfEpoch } = {}) {
      const verified = verifiedCheckpoint(crypto, ledger, offer.note);
      if (!verified.ok) return verified;
      for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
        const previous = await store.get(ledger.chain);
        if (previous !== undefined) {
          const last = { note: previous, checkpoint: remembered(previous, ledger) };
          const refusal = await refuseNext(crypto, ledger, last, { offer, ...verified });
          const isAccepted =
            refusal?.code === 'checkpoint_epoch_lost' && refusal.epoch === acceptLossOfEpoch;
          if (refusal !== undefined && !isAccepted) return { ok: false, refusal };
        }
        if (await store.put(ledger.chain, offer.note, previous)) return verified;
      }
      throw new Error(`checkpoint store: changed by another ${ATTEMPTS_MAX} times at once`);
    },
  };
}

function verifiedCheckpoint(crypto: Crypto, ledger: PinnedLedger, note: string): CheckpointOutcome {
  const refused = (refusal: OfferedCheckpointRefusal) => ({ ok: false, refusal }) as const;
  if (note.length > CHECKPOINT_NOTE_LENGTH_MAX) {
    return refused({ code: 'checkpoint_too_long', length: note.length });
  }
  const { keys, threshold } = ledger;
  const verified = verifyNote(crypto, { note, keys, threshold });
  if (!verified.ok) return refused({ code: 'checkpoint_not_verified', reason: verified.reason });
  const { checkpoint } = verified;
  if (epochOfOrigin(ledger.origin, checkpoint.origin) === undefined) {
    return refused({ code: 'checkpoint_of_another_ledger', origin: checkpoint.origin });
  }
  return { ok: true, checkpoint };
}

interface Kept {
  readonly note: string;
  readonly checkpoint: Checkpoint;
}

interface Next {
  readonly offer: CheckpointOffer;
  readonly checkpoint: Checkpoint;
}

async function refuseNext(
  crypto: Crypto,
  ledger: PinnedLedger,
  last: Kept,
  next: Next,
): Promise<OfferedCheckpointRefusal | undefined> {
  const before = epochOfOrigin(ledger.origin, last.checkpoint.origin) ?? 0;
  const epoch = epochOfOrigin(ledger.origin, next.checkpoint.origin) ?? 0;
  if (epoch < before) return { code: 'checkpoint_epoch_over', epoch, remembered: before };
  const refusal = await refuseHistory(crypto, last, next);
  if (refusal === undefined || epoch === before) return refusal;
  const { size } = next.checkpoint;
  const remembered = last.checkpoint.size;
  const notes = [last.note, next.offer.note] as const;
  return { code: 'checkpoint_epoch_lost', epoch, size, remembered, notes };
}

async function refuseHistory(
  crypto: Crypto,
  last: Kept,
  next: Next,
): Promise<OfferedCheckpointRefusal | undefined> {
  const { size: size1, root: root1 } = last.checkpoint;
  const { size: size2, root: root2 } = next.checkpoint;
  if (size2 < size1) return { code: 'checkpoint_behind', size: size2, remembered: size1 };
  if (size2 === size1) {
    if (equalBytes(root1, root2)) return undefined;
    return { code: 'checkpoint_split', evidence: [last.note, next.offer.note] };
  }
  // Every tree contains the tree of nothing, and there is no proof to be had of that.
  if (size1 === 0) return undefined;
  const proof = await next.offer.consistencyProof(size1, size2);
  if (verifyConsistency(crypto.sha256, { size1, size2, root1, root2, proof })) return undefined;
  return { code: 'checkpoint_not_extending', size: size2, remembered: size1 };
}

/** A memory that cannot be read must not pass for an empty one. */
function remembered(note: string, ledger: PinnedLedger): Checkpoint {
  const parsed = parseNote(note);
  const checkpoint = parsed.ok ? parseCheckpoint(parsed.text) : parsed;
  if (!checkpoint.ok) {
    throw new Error(`checkpoint store: expected the note kept before, got ${checkpoint.reason}`);
  }
  if (epochOfOrigin(ledger.origin, checkpoint.checkpoint.origin) === undefined) {
    const got = checkpoint.checkpoint.origin;
    throw new Error(`checkpoint store: expected the origin '${ledger.origin}', got '${got}'`);
  }
  return checkpoint.checkpoint;
}

/** What of `localStorage` is needed. */
export interface TextStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** Checkpoints in a browser's `localStorage`. */
export function browserCheckpointStore(storage: TextStorage): CheckpointStore {
  const keyOf = (chain: string): string => `commonwatt/checkpoint/${chain}`;
  return {
    async get(chain) {
      return storage.getItem(keyOf(chain)) ?? undefined;
    },
    async put(chain, note, previous) {
      if ((storage.getItem(keyOf(chain)) ?? undefined) !== previous) return false;
      storage.setItem(keyOf(chain), note);
      return true;
    },
  };
}
