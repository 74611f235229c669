/** Standard input as lines of bytes, with a limit for each and without trust in their encoding. */

import type { Readable } from 'node:stream';

export type InputLine = { readonly bytes: Uint8Array } | { readonly fault: string };

const NEWLINE = 10;

/**
 * The lines of a stream, those of each piece together. A line ends with a newline or with the
 * input; nothing after the last newline is no line. One that is too long is a fault in its place.
 */
export async function* inputLines(
  stream: Readable,
  lineBytesMax: number,
): AsyncGenerator<readonly InputLine[]> {
  let parts: Buffer[] = [];
  let length = 0;
  const keep = (part: Buffer): void => {
    length += part.length;
    if (length > lineBytesMax) parts = [];
    else if (part.length > 0) parts.push(part);
  };
  const take = (): InputLine => {
    const line =
      length > lineBytesMax
        ? { fault: `line: expected at most ${lineBytesMax} bytes, got ${length}` }
        : { bytes: parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts) };
    parts = [];
    length = 0;
    return line;
  };
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    const lines: InputLine[] = [];
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      keep(bytes.subarray(from, end));
      lines.push(take());
      from = end + 1;
    }
    keep(bytes.subarray(from));
    yield lines;
  }
  if (length > 0) yield [take()];
}
