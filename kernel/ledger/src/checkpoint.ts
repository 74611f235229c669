/**
 * Checkpoints: the signed statement of a log's size and root, as c2sp.org/tlog-checkpoint has it,
 * so that independent witnesses and existing tools can check the ledger's heads.
 *
 *   origin line, naming the log
 *   size in decimal
 *   root in base64
 *   extension lines, if any
 */
import { fromBase64, toBase64 } from './base64.ts';
import { HASH_LENGTH, type Sha256 } from './merkle/tree.ts';
import {
  cosignText,
  formatNote,
  type NoteRefusal,
  type NoteSigner,
  openNote,
  parseNote,
  signNoteText,
} from './note.ts';
import type { Crypto, Signer } from './world.ts';

const LINES_MAX = 100;
const LINE_CHARACTERS_MAX = 10_000;

export interface Checkpoint {
  /** Names the log for all time; by custom a URL without its scheme. */
  readonly origin: string;
  /** How many leaves the tree has. */
  readonly size: number;
  readonly root: Uint8Array;
  /** Opaque further lines. Nobody audits them, so the ledger writes none. */
  readonly extensions: readonly string[];
}

export type CheckpointRefusal =
  /** Fewer than three lines, an empty line, no newline at the end, or a limit passed. */
  | 'checkpoint_malformed'
  | 'checkpoint_size_malformed'
  /** Beyond 2^53 - 1. */
  | 'checkpoint_size_too_large'
  | 'checkpoint_root_malformed';

export type VerifiedNote =
  | {
      readonly ok: true;
      readonly checkpoint: Checkpoint;
      /** Who signed, of the keys that were asked about. */
      readonly signers: readonly NoteSigner[];
    }
  | { readonly ok: false; readonly reason: NoteRefusal | CheckpointRefusal };

/**
 * The checkpoint that at least `threshold` distinct keys have signed or cosigned. Which log it
 * speaks of is for the caller to check: compare `checkpoint.origin` with the one expected.
 */
export function verifyNote(
  crypto: Crypto,
  asked: { readonly note: string; readonly keys: readonly string[]; readonly threshold: number },
): VerifiedNote {
  const opened = openNote(crypto, asked);
  if (!opened.ok) return opened;
  const parsed = parseCheckpoint(opened.text);
  if (!parsed.ok) return parsed;
  return { ok: true, checkpoint: parsed.checkpoint, signers: opened.signers };
}

/** Reads a checkpoint's text, its last newline included. */
export function parseCheckpoint(
  text: string,
):
  | { readonly ok: true; readonly checkpoint: Checkpoint }
  | { readonly ok: false; readonly reason: CheckpointRefusal } {
  const lines = text.split('\n');
  if (lines.pop() !== '' || lines.length < 3 || lines.length > LINES_MAX) {
    return { ok: false, reason: 'checkpoint_malformed' };
  }
  if (lines.some((line) => line.length === 0 || line.length > LINE_CHARACTERS_MAX)) {
    return { ok: false, reason: 'checkpoint_malformed' };
  }
  const [origin, written, root64, ...extensions] = lines as [string, string, string, ...string[]];
  if (!/^(0|[1-9][0-9]*)$/.test(written)) return { ok: false, reason: 'checkpoint_size_malformed' };
  const size = Number(written);
  if (!Number.isSafeInteger(size)) return { ok: false, reason: 'checkpoint_size_too_large' };
  const root = fromBase64(root64);
  if (root?.length !== HASH_LENGTH) return { ok: false, reason: 'checkpoint_root_malformed' };
  return { ok: true, checkpoint: { origin, size, root, extensions } };
}

/** @throws RangeError when what comes out would be refused by `parseCheckpoint`. */
export function formatCheckpoint(checkpoint: Checkpoint): string {
  const { origin, size, root, extensions } = checkpoint;
  const lines = [origin, String(size), toBase64(root), ...extensions];
  if (lines.some((line) => line.includes('\n'))) {
    throw new RangeError('checkpoint: expected lines without a newline inside');
  }
  const text = `${lines.join('\n')}\n`;
  const parsed = parseCheckpoint(text);
  if (!parsed.ok) {
    throw new RangeError(`checkpoint: expected one that can be read, got ${parsed.reason}`);
  }
  return text;
}

/**
 * A checkpoint as a note under the log's own signature. Sign no two checkpoints of which one does
 * not continue the other: the signature makes that provable to everyone.
 */
export function signCheckpoint(
  sha256: Sha256,
  asked: { readonly checkpoint: Checkpoint; readonly name: string; readonly signer: Signer },
): string {
  const text = formatCheckpoint(asked.checkpoint);
  const { name, signer } = asked;
  return formatNote({ text, signatures: [signNoteText(sha256, { text, name, signer })] });
}

/**
 * The note with one more line, by which a witness says that it saw this checkpoint continue all
 * that it saw before of this log. The caller has checked exactly that, and the log's signature.
 * @throws RangeError for what is not a signed checkpoint.
 */
export function cosignCheckpoint(
  sha256: Sha256,
  asked: {
    readonly note: string;
    readonly name: string;
    readonly signer: Signer;
    readonly timestampSeconds: number;
  },
): string {
  const { note, name, signer, timestampSeconds } = asked;
  const parsed = parseNote(note);
  if (!parsed.ok) throw new RangeError(`cosignature: expected a note, got ${parsed.reason}`);
  const { text, signatures } = parsed;
  const checkpoint = parseCheckpoint(text);
  if (!checkpoint.ok) {
    throw new RangeError(`cosignature: expected a checkpoint, got ${checkpoint.reason}`);
  }
  const added = cosignText(sha256, { text, name, signer, timestampSeconds });
  return formatNote({ text, signatures: [...signatures, added] });
}
