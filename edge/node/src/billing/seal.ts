/**
 * The seal of a final document: a signed note over its number and the hash of its canonical text, by the
 * key that signs the ledger's checkpoints. Whoever knows that key can tell that not a letter of the document
 * was changed since it was made.
 */

import { billSealText } from '@commonwatt/contracts';
import { formatNote, type Sha256, type Signer, signNoteText } from '@commonwatt/ledger';

export interface Sealer {
  readonly sha256: Sha256;
  readonly signer: Signer;
  /** The ledger's name, which is that of its key in notes. */
  readonly name: string;
  readonly chain: Uint8Array;
}

export function sealOf(sealer: Sealer, number: string, textHash: Uint8Array): string {
  const { sha256, signer, name, chain } = sealer;
  const text = billSealText({ chain, number, textHash });
  return formatNote({ text, signatures: [signNoteText(sha256, { text, name, signer })] });
}
