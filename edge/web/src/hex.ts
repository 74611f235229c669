/** Bytes as the node writes them: lower-case hexadecimal digits. */

/** @throws RangeError for anything but pairs of lower-case hexadecimal digits. */
export function bytesOfHex(hex: string): Uint8Array {
  if (!/^([0-9a-f]{2})*$/.test(hex)) {
    throw new RangeError(`hex: expected pairs of lower-case digits, got '${hex.slice(0, 80)}'`);
  }
  return Uint8Array.from({ length: hex.length / 2 }, (_, at) =>
    Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16),
  );
}

export function hexOfBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Enough of a hash to tell it from its neighbours; the whole stands in the hover text. */
export function shortHex(hex: string): string {
  return hex.length <= 16 ? hex : `${hex.slice(0, 8)}…${hex.slice(-6)}`;
}
