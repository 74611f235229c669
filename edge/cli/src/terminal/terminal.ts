/** Where a command reads and writes. Results go to standard output, everything else to standard error. */

import type { Readable, Writable } from 'node:stream';

export interface Terminal {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Whether a person watches standard error. */
  readonly isWatched: boolean;
  /** The environment's variables that commands look at. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether the answer was asked for as JSON, so that a refusal is one as well. */
  readonly isForPrograms?: boolean;
}

export function processTerminal(): Terminal {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    isWatched: process.stderr.isTTY === true,
    environment: process.env,
  };
}

/** One or more lines for people or programs. */
export function print(terminal: Terminal, text: string): void {
  terminal.stdout.write(`${text}\n`);
}

/** One line of JSON. Whole numbers beyond 53 bits must have become text before. */
export function printJson(terminal: Terminal, value: unknown): void {
  print(terminal, JSON.stringify(value));
}

/** A remark that is no part of the result. */
export function remark(terminal: Terminal, text: string): void {
  terminal.stderr.write(`${text}\n`);
}

/** Resolves when a full pipe has room again, so that a slow reader does not fill our memory. */
export function written(stream: Writable, text: string): Promise<void> | undefined {
  if (stream.write(text)) return undefined;
  return new Promise((resolve) => stream.once('drain', resolve));
}
