/**
 * What the seal of a final document says: whose it is, its number, and the hash of its canonical text. It
 * stands in a signed note; its first line keeps it apart from every checkpoint.
 */

import { equalBytes, type Sha256, toHex, utf8Bytes } from '@commonwatt/ledger';

export interface SealedBill {
  readonly chain: Uint8Array;
  readonly number: string;
  readonly textHash: Uint8Array;
}

/** The text of the note, its last newline included. */
export function billSealText({ chain, number, textHash }: SealedBill): string {
  return `commonwatt/bill/1\n${toHex(chain)}\n${number}\n${toHex(textHash)}\n`;
}

export function billTextHash(sha256: Sha256, text: string): Uint8Array {
  return sha256(utf8Bytes(text));
}

/** Whether a note's text seals exactly this document. */
export function sealsBill(
  sha256: Sha256,
  noteText: string,
  bill: { readonly chain: Uint8Array; readonly number: string; readonly text: string },
): boolean {
  const textHash = billTextHash(sha256, bill.text);
  const expected = utf8Bytes(billSealText({ ...bill, textHash }));
  return equalBytes(utf8Bytes(noteText), expected);
}
