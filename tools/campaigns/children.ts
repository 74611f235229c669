/** Processes of their own: a node that is killed, a reader that may crash. They run this same bundle. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Each loads what it needs alone: most of a short process is its start. */
const CHILDREN: Readonly<Record<string, () => Promise<(setting: never) => Promise<void>>>> = {
  node: async () => (await import('./node-child.ts')).nodeChild,
  reader: async () => (await import('./reader-child.ts')).readerChild,
  replay: async () => (await import('./replay-child.ts')).replayChild,
};

let script = '';

/** The file of the bundle, which a child runs again. */
export function useScript(path: string): void {
  script = path;
}

/** The main file of the bundle, started as a child of the given kind. */
export async function runChild(kind: string, setting: string): Promise<void> {
  const load = CHILDREN[kind];
  if (load === undefined) throw new Error(`child: expected one of ${Object.keys(CHILDREN)}`);
  const child = await load();
  await child(JSON.parse(setting) as never);
}

export interface ChildOptions {
  /** Stands in front of the program, such as strace and its options. */
  readonly before?: readonly string[];
  /** Another Node. */
  readonly node?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Given to Node itself. */
  readonly flags?: readonly string[];
}

/** The words that start a child of the bundle. */
export function childWords(kind: string, setting: unknown, options: ChildOptions = {}): string[] {
  const start =
    'const { main } = await import(process.argv[1]); await main(process.argv.slice(2), process.argv[1]);';
  const node = options.node ?? process.execPath;
  return [
    ...(options.before ?? []),
    ...[
      node,
      ...(options.flags ?? []),
      '--enable-source-maps',
      '--input-type=module',
      '-e',
      start,
      script,
    ],
    ...['child', kind, JSON.stringify(setting)],
  ];
}

/** A child process that speaks in lines. */
export class Child {
  readonly process: ChildProcess;
  readonly exited: Promise<unknown>;
  readonly #lines: AsyncIterator<string>;
  #errors = '';

  constructor(kind: string, setting: unknown, options: ChildOptions = {}) {
    const [program = '', ...words] = childWords(kind, setting, options);
    const child = spawn(program, words, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
    });
    this.process = child;
    this.exited = once(child, 'exit');
    child.stderr.on('data', (chunk: Buffer) => {
      this.#errors = `${this.#errors}${chunk}`.slice(-4000);
    });
    child.stdin.on('error', () => undefined); // a child that is killed reads no more
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  get errors(): string {
    return this.#errors;
  }

  /** The next line; nothing when there are no more. */
  async line(): Promise<string | undefined> {
    const { value, done } = await this.#lines.next();
    return done === true ? undefined : value;
  }

  /** @throws Error with what the child complained of, when it ended instead. */
  async expectLine(): Promise<string> {
    const line = await this.line();
    if (line !== undefined) return line;
    await this.exited;
    throw new Error(`the child ended: ${this.#errors}`);
  }

  tell(line: string): void {
    this.process.stdin?.write(`${line}\n`);
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      this.process.kill(signal);
    }
    await this.exited;
  }
}

const MEMORY = '/dev/shm';

/**
 * A folder for a campaign, and how to be rid of it; in memory where the machine has such a place and
 * nothing is asked of the disk.
 */
export function newFolder(place: 'disk' | 'memory' = 'disk'): {
  readonly path: string;
  readonly remove: () => void;
} {
  const parent = place === 'memory' && existsSync(MEMORY) ? MEMORY : tmpdir();
  const path = mkdtempSync(join(parent, 'commonwatt-campaign-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
