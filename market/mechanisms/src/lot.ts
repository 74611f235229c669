/**
 * The lot that breaks a tie: nobody can choose it, neither by an id nor by arriving early, because
 * the seed is a block hash fixed only after the gate has closed.
 */

/** SHA-256, filled in by whoever has a host: nothing in this room calls one. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** The character codes of the digits, so that a lot is made in one piece: a book has a million of them. */
const DIGIT_CODES = [...'0123456789abcdef'].map((digit) => digit.charCodeAt(0));

/**
 * SHA-256 over the seed, one zero byte and the order id, both as UTF-8 text, printed as 64
 * lower-case hexadecimal digits. A seed that is a hash is given as its printed lower-case text.
 */
export function lot(sha256: Sha256, seed: string, orderId: string): string {
  const bytes: number[] = [];
  appendUtf8(bytes, 'seed', seed);
  bytes.push(0);
  appendUtf8(bytes, 'order id', orderId);
  const codes: number[] = [];
  for (const byte of sha256(Uint8Array.from(bytes))) {
    codes.push(DIGIT_CODES[byte >> 4] as number, DIGIT_CODES[byte & 15] as number);
  }
  return String.fromCharCode(...codes);
}

/** The lots of a whole call under one seed. */
export function lotsBySeed(sha256: Sha256, seed: string): (orderId: string) => string {
  return (orderId) => lot(sha256, seed, orderId);
}

/**
 * The lots of a round of direct purchase under one seed: SHA-256 over the seed, a zero byte, the
 * buyer's id, a zero byte and the seller's id.
 */
export function pairLots(sha256: Sha256, seed: string): (buyer: string, seller: string) => string {
  return (buyer, seller) => lot(sha256, seed, `${buyer}\u0000${seller}`);
}

/** @throws RangeError on half a surrogate pair, which has no UTF-8 form. */
function appendUtf8(bytes: number[], name: string, text: string): void {
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (code >= 0xd800 && code <= 0xdfff) {
      throw new RangeError(`${name}: expected well-formed text, got U+${code.toString(16)} alone`);
    }
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), continuation(code));
    else if (code < 0x10000) {
      bytes.push(0xe0 | (code >> 12), continuation(code >> 6), continuation(code));
    } else {
      bytes.push(0xf0 | (code >> 18), continuation(code >> 12));
      bytes.push(continuation(code >> 6), continuation(code));
    }
  }
}

function continuation(bits: number): number {
  return 0x80 | (bits & 0x3f);
}
