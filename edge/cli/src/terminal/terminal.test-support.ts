/** A terminal whose input and output are texts. */

import { Readable, Writable } from 'node:stream';
import type { Terminal } from './terminal.ts';

export interface TestTerminal extends Terminal {
  readonly out: () => string;
  readonly err: () => string;
}

class Collected extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }
}

export function testTerminal(
  input: string | Uint8Array | readonly Uint8Array[] = '',
  environment: Readonly<Record<string, string | undefined>> = {},
): TestTerminal {
  const chunks =
    typeof input === 'string' || input instanceof Uint8Array ? [Buffer.from(input)] : input;
  const stdout = new Collected();
  const stderr = new Collected();
  return {
    stdin: Readable.from(chunks, { objectMode: false }),
    stdout,
    stderr,
    isWatched: false,
    environment,
    out: () => stdout.text,
    err: () => stderr.text,
  };
}
