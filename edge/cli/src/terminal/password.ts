/** Passwords come from a file, from the environment, or from a person whose typing is not shown. */

import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

export interface PasswordSource {
  /** The option's value, and its name for errors. */
  readonly file: string | undefined;
  readonly option: string;
  /** The environment's variable. */
  readonly variable: string;
  readonly prompt: string;
}

export async function readPassword(terminal: Terminal, source: PasswordSource): Promise<string> {
  const { file, option, variable, prompt } = source;
  if (file !== undefined) return firstLine(file, option);
  const given = terminal.environment[variable];
  if (given !== undefined) return given;
  if ((terminal.stdin as { isTTY?: boolean }).isTTY !== true) {
    throw new UsageError('password', `${option} or ${variable}`, 'neither, and nobody to ask');
  }
  return asked(terminal, prompt);
}

function firstLine(file: string, option: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    throw new UsageError(option, 'a file that can be read', got);
  }
  return (text.split('\n', 1)[0] ?? '').replace(/\r$/, '');
}

async function asked(terminal: Terminal, prompt: string): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: terminal.stdin, output: silent, terminal: true });
  terminal.stderr.write(`${prompt}: `);
  try {
    return await lines.question('');
  } finally {
    lines.close();
    terminal.stderr.write('\n');
  }
}
