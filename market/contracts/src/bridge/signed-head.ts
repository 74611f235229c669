/** A peer's signed checkpoint: in its parts in an action, as a C2SP note for everyone else. */

import {
  type Crypto,
  formatCheckpoint,
  formatNote,
  isKeyName,
  parseCheckpoint,
  parseNote,
  verifyNote,
} from '@commonwatt/ledger';
import type { ContractRefusal } from '../refusals.ts';
import type { HeadSignature, SignedHead } from './messages.ts';
import type { Peer } from './state.ts';

/** The parts of a checkpoint's note. @throws RangeError for what is none, or has further lines. */
export function signedHeadOf(note: string): SignedHead {
  const parsed = parseNote(note);
  const read = parsed.ok ? parseCheckpoint(parsed.text) : parsed;
  if (!parsed.ok || !read.ok) {
    throw new RangeError(`checkpoint: expected one, got ${read.ok ? 'nothing' : read.reason}`);
  }
  const { origin, size, root, extensions } = read.checkpoint;
  if (extensions.length > 0) throw new RangeError('checkpoint: expected no further lines');
  return { origin, size, root, signatures: parsed.signatures };
}

/** The note of which these are the parts: evidence that a stranger can check. */
export function noteOf({ signatures, ...head }: SignedHead): string {
  return formatNote({ text: formatCheckpoint({ ...head, extensions: [] }), signatures });
}

/** Why a head is not signed by enough keys of the peer for its own log; nothing when it is. */
export function refuseHead(
  crypto: Crypto,
  peer: Pick<Peer, 'origin' | 'keys' | 'threshold'>,
  head: SignedHead,
): ContractRefusal | undefined {
  const { origin, keys, threshold } = peer;
  if (head.origin !== origin) {
    return { code: 'proof_of_other_chain', origin: head.origin, expected: origin };
  }
  if (head.signatures.length === 0 || !head.signatures.every(isWritable)) {
    return { code: 'checkpoint_invalid', reason: 'signature_malformed' };
  }
  const verified = verifyNote(crypto, { note: noteOf(head), keys, threshold });
  return verified.ok ? undefined : { code: 'checkpoint_invalid', reason: verified.reason };
}

/** Whether a line reads as it is written: then the note can be made, whoever sent its parts. */
function isWritable({ name, signature }: HeadSignature): boolean {
  return isKeyName(name) && signature.length > 0;
}
