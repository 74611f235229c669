/**
 * `commonwatt verify`: JSON lines in, one verdict per line out, in order. Whatever a line holds, it
 * gets its verdict; the status says only whether all were answered.
 */

import { REQUEST_LINE_BYTES_MAX, type Verdict, verifyRequest } from '@commonwatt/client';
import { NodeCrypto } from '@commonwatt/consensus';
import { type InputLine, inputLines } from '../terminal/input-lines.ts';
import { STATUS, type Status } from '../terminal/status.ts';
import { type Terminal, written } from '../terminal/terminal.ts';

/** Verdicts are written together, so that thousands of lines do not cost thousands of writes. */
const WRITE_CHARACTERS = 65_536;

export async function verify(terminal: Terminal): Promise<Status> {
  const crypto = new NodeCrypto();
  let waiting = '';
  for await (const lines of inputLines(terminal.stdin, REQUEST_LINE_BYTES_MAX)) {
    for (const line of lines) {
      waiting += `${JSON.stringify(verdictOn(line, crypto))}\n`;
      if (waiting.length < WRITE_CHARACTERS) continue;
      await written(terminal.stdout, waiting);
      waiting = '';
    }
    // Whoever asks line by line waits for the answer before the next question.
    if (waiting !== '') await written(terminal.stdout, waiting);
    waiting = '';
  }
  return STATUS.done;
}

function verdictOn(line: InputLine, crypto: NodeCrypto): Verdict {
  if ('fault' in line) return { ok: false, reason: line.fault };
  return verifyRequest(line.bytes, { crypto });
}
