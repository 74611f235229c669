/**
 * What a log sends a witness: the size that it believes the witness cosigned last, the proof that its
 * tree grew from there, and the new checkpoint (c2sp.org/tlog-witness, add-checkpoint).
 *
 *   old 20852014
 *   base64 of a hash, at most 63 times
 *
 *   the checkpoint, a signed note
 */

import { fromBase64, HASH_LENGTH, toBase64 } from '@commonwatt/ledger';

export const PROOF_LINES_MAX = 63;
/** A note of 64 KiB and the longest proof, with room to spare. */
export const REQUEST_BYTES_MAX = 131_072;
const OLD_LINE = /^old (0|[1-9][0-9]{0,15})$/;

export interface AddCheckpoint {
  readonly oldSize: number;
  readonly proof: readonly Uint8Array[];
  readonly note: string;
}

/** The request, or in words why it is none. */
export function readAddCheckpoint(text: string): AddCheckpoint | string {
  const end = text.indexOf('\n\n');
  if (end < 0) return 'expected an empty line before the checkpoint';
  const [first = '', ...lines] = text.slice(0, end).split('\n', PROOF_LINES_MAX + 2);
  const oldSize = Number(OLD_LINE.exec(first)?.[1] ?? Number.NaN);
  if (!Number.isSafeInteger(oldSize)) return "expected 'old' and a size in the first line";
  if (lines.length > PROOF_LINES_MAX) return `expected at most ${PROOF_LINES_MAX} lines of proof`;
  const proof: Uint8Array[] = [];
  for (const [at, line] of lines.entries()) {
    const hash = fromBase64(line);
    if (hash?.length !== HASH_LENGTH) return `expected a hash in base64 in line ${at + 2}`;
    proof.push(hash);
  }
  return { oldSize, proof, note: text.slice(end + 2) };
}

export function writeAddCheckpoint({ oldSize, proof, note }: AddCheckpoint): string {
  const lines = proof.map((hash) => `${toBase64(hash)}\n`);
  return `old ${oldSize}\n${lines.join('')}\n${note}`;
}
