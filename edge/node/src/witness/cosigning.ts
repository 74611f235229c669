/**
 * Asks witnesses to cosign the ledger's checkpoints (c2sp.org/tlog-witness). Blocks never wait for
 * it: a round begins some time after a block, takes the newest checkpoint alone, and asks every
 * witness at once; one that does not answer is asked again later and later.
 */

import {
  type Clock,
  type Crypto,
  equalBytes,
  formatNote,
  keyHashOf,
  type Ledger,
  type NoteSignature,
  parseNote,
  parseVerifierKey,
  type VerifierKey,
  verifyNote,
} from '@commonwatt/ledger';
import type { Logger } from 'pino';
import type { CheckpointDesk, Cosigned } from '../checkpoint-desk.ts';
import { writeAddCheckpoint } from './add-checkpoint.ts';

/** A witness as the node's configuration names it. */
export interface WitnessPeer {
  /** For people. */
  readonly name: string;
  /** What stands before /add-checkpoint. */
  readonly url: string;
  readonly vkey: string;
}

export interface CosigningOptions {
  readonly ledger: Ledger;
  readonly crypto: Crypto;
  readonly checkpoints: CheckpointDesk;
  readonly witnesses: readonly WitnessPeer[];
  /** Cosignatures without which a checkpoint is not shown as cosigned; 1 unless given. */
  readonly threshold?: number;
  /** The wall's clock, also where the market's is accelerated. */
  readonly clock: Clock;
  readonly logger: Logger;
  /** From the beginning of a round to that of the next; two seconds unless given. */
  readonly intervalMs?: number;
  readonly fetch?: typeof globalThis.fetch;
}

const INTERVAL_MS = 2_000;
/** A head that stands still is cosigned anew so often, so that its age says that somebody looks. */
const REFRESH_MS = 10 * 60_000;
const TIMEOUT_MS = 10_000;
const ANSWER_BYTES_MAX = 16_384;
const RETRY_MS = { least: 1_000, most: 300_000 } as const;
/** Once by what is believed of the witness, and again by what it says. */
const ATTEMPTS_MAX = 3;

interface Peer extends WitnessPeer {
  readonly key: VerifierKey;
  /** What it cosigned last, as far as is known. */
  size: number;
  failures: number;
  retryAtMs: number;
}

/** What a witness answered is no cosignature of what it was asked for. */
class WitnessFault extends Error {
  override readonly name = 'WitnessFault';
}

export class Cosigning {
  readonly #options: CosigningOptions;
  readonly #peers: readonly Peer[];
  readonly #abort = new AbortController();
  #cosigned: Cosigned | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #begunMs = Number.NEGATIVE_INFINITY;
  #dueMs = Number.POSITIVE_INFINITY;

  constructor(options: CosigningOptions) {
    this.#options = options;
    this.#peers = options.witnesses.map((witness) => ({
      ...witness,
      key: keyOf(options.crypto, witness),
      size: 0,
      failures: 0,
      retryAtMs: 0,
    }));
  }

  get cosigned(): Cosigned | undefined {
    return this.#cosigned;
  }

  /** There is something to cosign: at the start, and after every block. Returns at once. */
  wake(): void {
    if (this.#peers.length === 0) return;
    const { clock, intervalMs = INTERVAL_MS } = this.#options;
    this.#schedule(Math.max(clock.nowMs(), this.#begunMs + intervalMs));
  }

  #schedule(dueMs: number): void {
    if (this.#abort.signal.aborted || this.#running !== undefined || dueMs >= this.#dueMs) return;
    clearTimeout(this.#timer);
    this.#dueMs = dueMs;
    const waitMs = Math.max(0, dueMs - this.#options.clock.nowMs());
    this.#timer = setTimeout(() => void this.round(), waitMs);
    this.#timer.unref();
  }

  /** Asks every witness that is due, and resolves when all have answered or failed. */
  round(): Promise<void> {
    this.#running ??= this.#round()
      .catch((fault: unknown) => this.#options.logger.error({ err: fault }, 'cosigning failed'))
      .finally(() => {
        this.#running = undefined;
        this.#dueMs = Number.POSITIVE_INFINITY;
        this.#schedule(this.#nextMs());
      });
    return this.#running;
  }

  #nextMs(): number {
    const { ledger, intervalMs = INTERVAL_MS } = this.#options;
    const isBehind = this.#peers.some(
      (one) => one.failures === 0 && one.size < ledger.history.size,
    );
    if (isBehind) return this.#begunMs + intervalMs;
    const retries = this.#peers.filter((one) => one.failures > 0).map((one) => one.retryAtMs);
    const soonest = Math.min(this.#begunMs + REFRESH_MS, ...retries);
    return Math.max(this.#begunMs + intervalMs, soonest);
  }

  async #round(): Promise<void> {
    const { ledger, checkpoints, clock, threshold = 1 } = this.#options;
    clearTimeout(this.#timer);
    this.#begunMs = clock.nowMs();
    const note = checkpoints.signedNote;
    if (note === undefined) return;
    const { size } = ledger.history;
    const due = this.#peers.filter((one) => one.retryAtMs <= this.#begunMs);
    const answers = await Promise.all(due.map((peer) => this.#ask(peer, note, size)));
    const cosignatures = answers.filter((one) => one !== undefined);
    if (cosignatures.length < Math.max(1, threshold)) return;
    const cosigned = this.#together(note, size, cosignatures);
    this.#cosigned = cosigned;
    checkpoints.cosigned = cosigned;
  }

  #together(note: string, size: number, cosignatures: readonly Cosignature[]): Cosigned {
    const parsed = parseNote(note);
    if (!parsed.ok) throw new Error(`checkpoint: expected a note, got ${parsed.reason}`);
    const { text, signatures } = parsed;
    const added = cosignatures.map((one) => one.signature);
    return {
      size,
      note: formatNote({ text, signatures: [...signatures, ...added] }),
      timestampMs: Math.min(...cosignatures.map((one) => one.timestampMs)),
      witnesses: cosignatures.map((one) => one.name),
    };
  }

  async #ask(peer: Peer, note: string, size: number): Promise<Cosignature | undefined> {
    const { logger, clock } = this.#options;
    try {
      const cosignature = await this.#cosignatureOf(peer, note, size);
      peer.failures = 0;
      return cosignature;
    } catch (fault) {
      if (this.#abort.signal.aborted) return undefined;
      peer.failures++;
      const waitMs = Math.min(RETRY_MS.least * 2 ** (peer.failures - 1), RETRY_MS.most);
      peer.retryAtMs = clock.nowMs() + waitMs;
      const facts = { witness: peer.name, size, waitMs, err: fault };
      if (fault instanceof WitnessFault) logger.error(facts, 'a witness did not cosign');
      else logger.warn(facts, 'a witness was not reached');
      return undefined;
    }
  }

  async #cosignatureOf(peer: Peer, note: string, size: number): Promise<Cosignature> {
    const { history } = this.#options.ledger;
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      const oldSize = peer.size;
      if (oldSize > size) {
        throw new WitnessFault(
          `it cosigned ${oldSize} blocks and this ledger has ${size}: it was shortened or restored`,
        );
      }
      const proof = history.consistencyProof(oldSize, size);
      const answer = await this.#post(peer, writeAddCheckpoint({ oldSize, proof, note }));
      if (answer.status === 200) {
        const cosignature = cosignatureIn(this.#options.crypto, peer, note, answer.body);
        peer.size = size;
        return cosignature;
      }
      const known = answer.isSize ? sizeIn(answer.body) : undefined;
      if (answer.status !== 409 || known === undefined || known === oldSize) {
        throw new WitnessFault(`it answered ${answer.status}: ${answer.body.trim().slice(0, 200)}`);
      }
      peer.size = known;
    }
    throw new WitnessFault(`it changed what it cosigned last ${ATTEMPTS_MAX} times`);
  }

  async #post(peer: Peer, body: string) {
    const { fetch = globalThis.fetch } = this.#options;
    const response = await fetch(`${peer.url}/add-checkpoint`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body,
      redirect: 'error',
      signal: AbortSignal.any([this.#abort.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const isSize = response.headers.get('content-type') === 'text/x.tlog.size';
    return { status: response.status, isSize, body: await shortBody(response) };
  }

  /** Asks nobody any more, and resolves when no answer is waited for. */
  async stop(): Promise<void> {
    this.#abort.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }
}

function keyOf({ sha256 }: Crypto, { name, vkey }: WitnessPeer): VerifierKey {
  const parsed = parseVerifierKey(sha256, vkey);
  if (parsed.ok) return parsed.key;
  throw new RangeError(`witness ${name}: expected a verification key, got ${parsed.reason}`);
}

interface Cosignature {
  readonly name: string;
  readonly signature: NoteSignature;
  readonly timestampMs: number;
}

/** The witness's own line of its answer. @throws WitnessFault unless it verifies under its key. */
function cosignatureIn(crypto: Crypto, peer: Peer, note: string, lines: string): Cosignature {
  const { key, vkey, name } = peer;
  const signed = `${note}${lines}`;
  const verified = verifyNote(crypto, { note: signed, keys: [vkey], threshold: 1 });
  const parsed = parseNote(signed);
  if (!verified.ok || !parsed.ok) {
    const got = verified.ok ? 'lines that are none' : verified.reason;
    throw new WitnessFault(`expected its cosignature, got ${got}`);
  }
  const keyHash = keyHashOf(crypto.sha256, key);
  const signature = parsed.signatures.findLast(
    (one) => one.name === key.name && equalBytes(one.keyHash, keyHash),
  );
  const seconds = verified.signers[0]?.timestampSeconds;
  if (signature === undefined || seconds === undefined) {
    throw new WitnessFault('expected a cosignature with its time');
  }
  return { name, signature, timestampMs: seconds * 1_000 };
}

function sizeIn(body: string): number | undefined {
  const written = /^(0|[1-9][0-9]{0,15})\n$/.exec(body)?.[1];
  const size = Number(written ?? Number.NaN);
  return Number.isSafeInteger(size) ? size : undefined;
}

async function shortBody(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > ANSWER_BYTES_MAX) {
      throw new WitnessFault(`expected at most ${ANSWER_BYTES_MAX} bytes of answer`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
