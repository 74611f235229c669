/** A node of its own in a folder of its own, as `commonwatt node` runs it, and command lines to it. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from '@commonwatt/client';
import { main } from '../main.ts';
import { testTerminal } from '../terminal/terminal.test-support.ts';

const command = fileURLToPath(new URL('../../bin/commonwatt.js', import.meta.url));

export const PASSWORD = 'wind over the lagoon';
const NEW_PASSWORD = 'sun over the lagoon';

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

export class RunningNode {
  readonly folder: string;
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #log: Buffer[] = [];

  private constructor(folder: string, url: string, child: ChildProcess) {
    this.folder = folder;
    this.url = url;
    this.#child = child;
    child.stdout?.on('data', (chunk: Buffer) => this.#log.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => this.#log.push(chunk));
  }

  /** With the example configuration, changed where a test must differ from it, and more of it. */
  static async start(
    logLevel: 'silent' | 'info' | 'debug' = 'silent',
    more = '',
  ): Promise<RunningNode> {
    const folder = mkdtempSync(join(tmpdir(), 'commonwatt-node-'));
    const place = (name: string) => join(folder, name);
    const made = [
      await runCommand(folder, '', ['node', 'init', place('node.yaml')]),
      await runCommand(folder, '', ['key', 'new', place('officer.keystore.json')]),
    ];
    const failed = made.find(({ status }) => status !== 0);
    if (failed !== undefined) throw new Error(`node: ${failed.err}`);
    const config = readFileSync(place('node.yaml'), 'utf8')
      .replace('port: 8080', 'port: 0')
      .replace('logLevel: info', `logLevel: ${logLevel}`)
      .replace('passwordFile: officer.password', 'passwordEnvironment: COMMONWATT_PASSWORD');
    writeFileSync(place('node.yaml'), `${config}${more}`);
    const child = spawn(process.execPath, [command, 'node', '--config', place('node.yaml')], {
      env: { ...process.env, COMMONWATT_PASSWORD: PASSWORD },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new RunningNode(folder, await addressOf(child), child);
  }

  place(name: string): string {
    return join(this.folder, name);
  }

  /** What it printed and logged so far. */
  get log(): string {
    return Buffer.concat(this.#log).toString('utf8');
  }

  /** Runs one command line in this process. */
  run(words: readonly string[], input = '', url = this.url): Promise<Ran> {
    return runCommand(this.folder, url, words, input);
  }

  async json(...words: readonly string[]) {
    const { status, out, err } = await this.run([...words, '--json']);
    if (out === '') throw new Error(`${words[0]}: no answer: ${err}`);
    return { status, answer: JSON.parse(out) };
  }

  /** Makes a key, proves it and has the officer enrol it. */
  async enrol(name: string, kind: string): Promise<readonly string[]> {
    const keystore = this.place(`${name}.json`);
    await this.json('key', 'new', keystore, '--label', name);
    const { chain } = await createClient({ baseUrl: this.url }).ledgerStatus();
    const proof = await this.run(['key', 'prove', keystore, '--chain', chain]);
    writeFileSync(this.place(`${name}.proof`), proof.out);
    const admission = ['--label', `${name}, 1 Lime Street`, '--kind', kind, '--credit-eur', '100'];
    const officer = ['--keystore', this.place('officer.keystore.json')];
    const words = ['enrol', '--proof', this.place(`${name}.proof`), ...admission, ...officer];
    const { status, err } = await this.run(words);
    if (status !== 0) throw new Error(`enrol ${name}: ${err}`);
    return ['--keystore', keystore];
  }

  /** Tells it to stop. Answers the exit status. */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode !== null) return this.#child.exitCode;
    this.#child.kill('SIGTERM');
    const [code] = await once(this.#child, 'exit');
    return code;
  }

  async remove(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGKILL');
      await once(this.#child, 'exit');
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function runCommand(
  folder: string,
  url: string,
  words: readonly string[],
  input = '',
): Promise<Ran> {
  const terminal = testTerminal(input, {
    COMMONWATT_PASSWORD: PASSWORD,
    COMMONWATT_NEW_PASSWORD: NEW_PASSWORD,
    COMMONWATT_HOME: join(folder, 'home'),
    COMMONWATT_NODE: url,
  });
  const status = await main(words, terminal);
  return { status, out: terminal.out(), err: terminal.err() };
}

/** Where it says that it answers. @throws Error when it ends before. */
function addressOf(child: ChildProcess): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    const listen = (chunk: Buffer): void => {
      said += chunk.toString('utf8');
      const url = /answers at (http:\/\/127\.0\.0\.1:\d+)/.exec(said)?.[1];
      if (url === undefined) return;
      child.stderr?.off('data', listen);
      resolve(url);
    };
    child.stderr?.on('data', listen);
    child.once('exit', (code) => reject(new Error(`node: ended with ${code}: ${said}`)));
  });
}
