/** Base64 of RFC 4648 section 4, with padding, in the one form each byte string has. */

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES = new Map(Array.from(DIGITS, (digit, value) => [digit, value]));

export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(at, at + 3);
    const bits = (first << 16) | (second << 8) | third;
    text += DIGITS.charAt(bits >> 18) + DIGITS.charAt((bits >> 12) & 63);
    text += at + 1 < bytes.length ? DIGITS.charAt((bits >> 6) & 63) : '=';
    text += at + 2 < bytes.length ? DIGITS.charAt(bits & 63) : '=';
  }
  return text;
}

/**
 * Strict: `undefined` for a foreign character, white space, missing or superfluous padding, and for
 * a last digit with bits beyond the last byte, of which every byte string would have several forms.
 */
export function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const digits = text.length - padding;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let bits = 0;
  let held = 0;
  let next = 0;
  for (let at = 0; at < digits; at++) {
    const value = VALUES.get(text.charAt(at));
    if (value === undefined) return undefined;
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes[next++] = (bits >> held) & 255;
  }
  const surplus = bits & ((1 << held) - 1);
  return surplus === 0 ? bytes : undefined;
}
