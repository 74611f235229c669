/**
 * A witness: cosigns a log's checkpoint only when it continues the one it cosigned before, as
 * c2sp.org/tlog-witness has it. Whoever asks for its cosignature beside the log's own signature
 * cannot be shown a history of their own: the witness would have to have seen it too.
 *
 * Never two roots for one size, never a smaller size, and nothing is answered before it is on disk.
 */

import {
  type Checkpoint,
  type Clock,
  COSIGNATURE,
  type Crypto,
  cosignText,
  emptyRoot,
  equalBytes,
  formatNote,
  formatSignatureLine,
  formatVerifierKey,
  parseCheckpoint,
  parseNote,
  type SignedNote,
  type Signer,
  verifyConsistency,
  verifyNote,
} from '@commonwatt/ledger';
import { readAddCheckpoint } from './add-checkpoint.ts';
import type { WitnessMemory } from './witness-memory.ts';

/** A log whose checkpoints are cosigned. */
export interface WitnessedLog {
  readonly origin: string;
  readonly vkey: string;
}

export interface WitnessOptions {
  /** The witness's own name, which stands in its signature lines. */
  readonly name: string;
  readonly signer: Signer;
  readonly logs: readonly WitnessedLog[];
  readonly memory: WitnessMemory;
  readonly crypto: Crypto;
  readonly clock: Clock;
}

export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  readonly type: 'text/plain; charset=utf-8' | 'text/x.tlog.size';
  readonly body: string;
}

/** What is kept of a log is not what this witness wrote: it must not pass for nothing. */
export class WitnessMemoryError extends Error {
  override readonly name = 'WitnessMemoryError';
}

interface Kept {
  readonly note: string;
  readonly checkpoint: Checkpoint;
}

function answer(status: WitnessAnswer['status'], words: string): WitnessAnswer {
  return { status, type: 'text/plain; charset=utf-8', body: `${words}\n` };
}

function sizeKnown(size: number): WitnessAnswer {
  return { status: 409, type: 'text/x.tlog.size', body: `${size}\n` };
}

export class Witness {
  readonly #options: WitnessOptions;
  readonly #logs: ReadonlyMap<string, WitnessedLog>;

  constructor(options: WitnessOptions) {
    this.#options = options;
    this.#logs = new Map(options.logs.map((log) => [log.origin, log]));
  }

  /** The key by which others check its cosignatures. */
  get verifierKey(): string {
    const { crypto, name, signer } = this.#options;
    const { publicKey } = signer;
    return formatVerifierKey(crypto.sha256, { name, type: COSIGNATURE, publicKey });
  }

  /** Answers one request. @throws WitnessMemoryError when what was kept cannot be believed. */
  addCheckpoint(text: string): WitnessAnswer {
    const asked = readAddCheckpoint(text);
    if (typeof asked === 'string') return answer(400, asked);
    const { note, oldSize, proof } = asked;
    const parsed = parseNote(note);
    if (!parsed.ok) return answer(400, parsed.reason);
    const checkpoint = parseCheckpoint(parsed.text);
    if (!checkpoint.ok) return answer(400, checkpoint.reason);
    const next = checkpoint.checkpoint;
    const log = this.#logs.get(next.origin);
    if (log === undefined) return answer(404, 'unknown log');
    const { crypto } = this.#options;
    const verified = verifyNote(crypto, { note, keys: [log.vkey], threshold: 1 });
    if (!verified.ok) return answer(403, verified.reason);
    if (oldSize > next.size) return answer(400, `expected old <= ${next.size}, got ${oldSize}`);
    const kept = this.#kept(log);
    const refusal = this.#refuse({ kept, next, note, log, oldSize, proof });
    return refusal ?? this.#cosign(parsed, next, kept);
  }

  #kept(log: WitnessedLog): Kept | undefined {
    const { memory, crypto } = this.#options;
    const note = memory.get(log.origin);
    if (note === undefined) return undefined;
    const verified = verifyNote(crypto, { note, keys: [this.verifierKey], threshold: 1 });
    if (!verified.ok || verified.checkpoint.origin !== log.origin) {
      const got = verified.ok ? `one of ${verified.checkpoint.origin}` : verified.reason;
      throw new WitnessMemoryError(
        `${log.origin}: expected a checkpoint that this witness cosigned, got ${got}`,
      );
    }
    return { note, checkpoint: verified.checkpoint };
  }

  #refuse(asked: {
    readonly kept: Kept | undefined;
    readonly next: Checkpoint;
    readonly note: string;
    readonly log: WitnessedLog;
    readonly oldSize: number;
    readonly proof: readonly Uint8Array[];
  }): WitnessAnswer | undefined {
    const { kept, next, note, log, oldSize, proof } = asked;
    const { sha256 } = this.#options.crypto;
    const size1 = kept?.checkpoint.size ?? 0;
    const root1 = kept?.checkpoint.root ?? emptyRoot(sha256);
    const { size: size2, root: root2 } = next;
    if (size1 === size2 && !equalBytes(root1, root2)) {
      if (kept === undefined) return answer(422, 'a tree of nothing has another root');
      this.#options.memory.keepEvidence(evidenceOf(log, [kept.note, note]));
      return answer(409, `another root was cosigned for size ${size1}: the log has forked`);
    }
    if (oldSize !== size1) return sizeKnown(size1);
    // From nothing every tree may grow, and there is no proof to be had of that; the same size
    // needs none either.
    if (size1 === 0 || size1 === size2) {
      return proof.length === 0 ? undefined : answer(422, 'expected no proof');
    }
    if (verifyConsistency(sha256, { size1, size2, root1, root2, proof })) return undefined;
    return answer(422, `the proof does not lead from ${size1} to ${size2}`);
  }

  #cosign(parsed: SignedNote, next: Checkpoint, kept: Kept | undefined): WitnessAnswer {
    const { name, signer, crypto, clock, memory } = this.#options;
    const { text, signatures } = parsed;
    const timestampSeconds = Math.floor(clock.nowMs() / 1000);
    const added = cosignText(crypto.sha256, { text, name, signer, timestampSeconds });
    const own = formatNote({ text, signatures: [added] });
    // A signature that came out wrong must neither be kept nor shown.
    const check = verifyNote(crypto, { note: own, keys: [this.verifierKey], threshold: 1 });
    if (!check.ok) throw new Error(`cosignature: expected one that verifies, got ${check.reason}`);
    // An old cosignature of ours in the note would stand there twice.
    const others = signatures.filter(
      (one) => one.name !== name || !equalBytes(one.keyHash, added.keyHash),
    );
    const note = formatNote({ text, signatures: [...others, added] });
    if (!memory.put(next.origin, note, kept?.note)) {
      const known = this.#logs.get(next.origin) as WitnessedLog;
      return sizeKnown(this.#kept(known)?.checkpoint.size ?? 0);
    }
    const body = `${formatSignatureLine(added)}\n`;
    return { status: 200, type: 'text/plain; charset=utf-8', body };
  }
}

/** A line that `commonwatt verify` accepts from anyone who trusts the log's key to be the log's. */
function evidenceOf(log: WitnessedLog, notes: readonly [string, string]): string {
  return JSON.stringify({ type: 'fork', notes, keys: [log.vkey] });
}
